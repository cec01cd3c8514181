"""Questions from the figures, measures and aims of government reports."""

import re

from law_facts import enumeration
from text import sentences
from wording import MARKER, Made, sound

ADVERBS = r"(?:积极|全面|着力|大力|深入|扎实|持续|切实|进一步|有效|稳步|加快|加大|努力|不断|继续|统筹|坚决|更好|始终|认真|协同|有序|全力|坚定不移|毫不动摇地?|加力|纵深|精准|用心|倾力|奋力|推动|推进|加强|强化)+"
ACTS = r"(?:推进|加强|加快|深化|提升|优化|完善|促进|推动|扩大|支持|做好|抓好|发展|建设|健全|强化|培育|实施|保障|坚持|稳定|落实|防范|化解|打造|构建|改善|激发|维护|提高|巩固|拓展|实行|治理|发挥|壮大|繁荣|增强|办好|搞好|丰富|释放|畅通|夯实|守牢|严格|改革|解决|调整|整顿|开展)"


def report_rules(doc):
    """Figures, measures and aims of a report, paragraph by paragraph."""
    year, done = doc.year, True
    for m in re.finditer(r"[^\n]+", doc.text):
        at, line = m.start(), m.group()
        if len(line) < 60:
            heading_year = re.search(r"(?:19|20)\d\d(?=年)", line)
            if re.search(r"回顾|过去|工作情况|成就|一年来|五年来|完成情况", line):
                done, year = True, heading_year.group() if heading_year else ""
            elif re.search(r"今年|目标|任务|安排|部署|建议|总体要求|下一步|重点工作|要求", line):
                done, year = False, heading_year.group() if heading_year else doc.year
            continue
        yield from measures(line, at, doc, done)
        aimed = re.search(r"预期目标|目标是|今年的?(?:主要|发展|总体)", line)
        for s, e in sentences(line):
            if aimed and e > aimed.start():
                done, year = False, doc.year
            yield from figures(line[s:e], at + s, doc, year, done)
            yield from aims(line[s:e], at + s, doc)
            yield from sentence_measures(line[s:e], at + s, doc, done)
            yield from enumeration(line[s:e], at + s, doc)


def measures(line, at, doc, done):
    """A paragraph that opens with what it is about and goes on with how."""
    spans = sentences(line)
    opening = MARKER.sub("", line[spans[0][0] : spans[0][1]], count=1).rstrip("。；")
    opening = re.sub(r"^(?:[一二三四五六七八九十]+是|必须|要|我们要)", "", opening)
    opening = opening.split("，")[0]
    if not re.match(rf"{ADVERBS}?{ACTS}", opening) or not sound(opening, 5, 22) or len(spans) < 2 or re.search(r"[\d，]", opening):
        return
    end = spans[1][1]
    for s, e in spans[2:]:
        if e - spans[1][0] > 150:
            break
        end = e
    if end - spans[1][0] > 180 or end - spans[1][0] < 24 or re.search("方面。?$|：$", line[:end]):
        return
    yield about_measures("measures: paragraph", at + spans[1][0], at + len(line[:end].rstrip("。；")), opening, doc, done)


def sentence_measures(s, at, doc, done):
    """A sentence that names an aim and goes on with its means."""
    m = re.match(rf"(?P<opening>{ADVERBS}?{ACTS}[^，。；：、\d]{{3,16}})，(?P<y>[^。；：]{{24,150}})[。；]", s)
    if m and m["y"].count("，") and sound(m["opening"], 5, 20):
        yield about_measures("measures: sentence", at + m.start("y"), at + m.end("y"), m["opening"], doc, done)


def about_measures(rule, start, end, opening, doc, done):
    core = re.sub(rf"^{ADVERBS}(?={ACTS})", "", opening)
    noun = re.sub(rf"^{ACTS}", "", core)
    place = doc.place
    if done:
        formal = [f"{place}在{core}方面做了哪些工作", f"{place}{core}取得了什么成效", f"{place}是如何{core}的"]
        everyday = [f"{place}{core}做得怎么样", f"{place}{core}都干了什么"]
    else:
        formal = [f"{place}如何{core}", f"{place}{core}有哪些举措", f"在{core}方面，{place}有哪些措施", f"{place}将采取哪些措施{core}"]
        everyday = [f"{place}怎么{core}", f"{place}打算怎么{core}", f"{place}{core}有啥具体办法"]
    return Made(rule, start, end, formal, everyday, [f"{core} 措施", f"{noun} 举措" if len(noun) > 3 else f"{core} 举措"])


QUANTITY = r"(?:[一二三四五六七八九十百]+倍|\d[\d,]*(?:\.\d+)?(?:万亿|千亿|百亿|亿|万|千)?(?:美元|元|人次|人|户|亩|公里|吨|千瓦时|千瓦|立方米|平方米|平方公里|件|个百分点|个|家|所|套|项|辆|台|公斤|斤|岁|倍|张|处|座|天|名|箱|吨标准煤|床位|张床位|条|种|位|次|%)|\d+(?:\.\d+)?万亿元)(?:以上|左右|以内|以下)?"


def figures(s, at, doc, year, done):
    whens, previous = f"{year}年" if year else "", ""
    for c in re.finditer(r"[^，。；、：]+", s):
        clause = c.group()
        m = re.fullmatch(rf"(?P<subj>[^\d]{{2,26}}?)(?P<fig>{QUANTITY})(?:大关|新?台阶|目标|（[^）]*）)?", clause)
        if not m:
            if not re.search(r"\d", clause):
                previous = ""
            continue
        subj = re.sub(
            r"^(?:其中|要|将|力争|确保|争取|全年|预计|并|同时|共(?![建同享计])|去年|今年|一年来|全省|全市|全区|全国|比上年|又|还|累计|已|年均)+",
            "",
            m["subj"],
        )
        verb = re.search(
            r"(?:预计|累计|已经|约)?(?:比上年|同比|比去年|年均|平均每年|分别|实际)*(?P<v>增长|下降|提高|增加|减少|上升|回落|降低|压缩|缩短)(?P<to>到|至|了)?(?:约|近|超过)?$",
            subj,
        )
        if verb and verb.start() == 0 and previous:
            subj = previous + verb.group()
            verb = re.search(r"(?P<v>增长|下降|提高|增加|减少|上升|回落|降低|压缩|缩短)(?P<to>到|至|了)?(?:约|近|超过)?$", subj)
        topic = re.sub(
            r"(?:预计|累计|已经|约|比上年|同比|比去年|年均|平均每年|实际|达到|达|增长|下降|提高|增加|减少|上升|回落|降低|压缩|缩短|到|至|了|超过|突破|完成|实现|为|近|超|共|新|首次|已|控制在|保持在|稳定在|分别|占|高于|低于|是|有|再|净|接近)+$",
            "",
            subj,
        )
        if (
            not sound(topic, 3, 20)
            or re.search("决定|抓好$", topic)
            or re.match("高于|低于|居|列|高出|快于|再|净|完成投资$|达", topic)
            or re.search(r"从|由|自|每|分之|第$|比", topic)
            or re.search("分别|连续", subj)
            or not previous
            and c.start()
            and s[c.start() - 1] == "、"
            or previous == ""
            and re.match(r"^(?:增长|下降|新增|比|同比)", topic)
        ):
            previous = ""
            continue
        previous = topic
        start, end = at + c.start() + m.start("fig"), at + c.start() + m.end("fig")
        unit = re.search(
            r"(?:个百分点|人次|千瓦时|千瓦|平方米|立方米|平方公里|张床位|床位|美元|[元人户亩里吨件个家所套项辆台斤岁倍张处座天名箱条种位次%])(?:以上|左右|以内|以下)?$",
            m["fig"],
        )
        unit = re.sub("以上|左右|以内|以下", "", unit.group()) if unit else ""
        unit = {"里": "公里", "斤": "公斤", "%": "", "个百分点": "个百分点", "倍": "倍"}.get(unit, unit)
        # What is "about" or "at least" so much in a look back is a goal after all; whose year it is nobody can say.
        when = "" if done and re.search("以上|左右|以内", m["fig"]) else whens
        lead = f"{when}{doc.place}"
        asked = re.sub(r"(?:约|近|超|超过|突破|首次|左右)+$", "", subj)
        if verb:
            rate = asked.removesuffix("了")
            formal = [
                f"{lead}{rate}多少",
                f"{lead}{rate}了多少" if not rate.endswith(("到", "至")) else f"{lead}{rate}多少{unit}",
                f"{lead}{topic}{'增速' if verb['v'] == '增长' and '%' in m['fig'] else verb['v'] + '幅度' if not rate.endswith(('到', '至')) else '的数值'}是多少",
            ]
            everyday = [f"{lead}{topic}{verb['v']}{verb['to'] or '了'}多少"]
            keywords = [f"{when}{topic}{verb['v']}"]
        else:
            deed = re.match(
                rf"{ADVERBS}?{ACTS}|新建|建成|发放|完成|新增|提请|改造|安排|投入|关停|帮助|减少|淘汰|引进|开工|实现|化解|清理|取消|办理|审议|制定|下达|筹集|新设|植树|治理|建立|创建|开通|减免|增加|压减|兑现|签约|落地|招引",
                topic,
            )
            formal = [f"{lead}{asked}多少{unit}"] + ([] if deed else [f"{lead}{topic}是多少"])
            everyday = [
                f"{lead}{topic}有多少{unit}" if unit and not deed and unit != "个百分点" else f"{lead}{asked}多少{unit}",
                f"{lead}一共{topic}多少{unit}" if deed else f"{lead}{topic}多少",
            ]
            keywords = [f"{when}{topic}", f"{doc.place} {topic} {when}".strip()]
        if not done and not deed_like(asked):
            formal.append(f"{lead}{topic}的{'增长' if verb and verb['v'] == '增长' else ''}目标是多少")
        yield Made("figure", start, end, formal, everyday, keywords)


def deed_like(phrase):
    return re.match(rf"{ADVERBS}?{ACTS}", phrase)


def aims(s, at, doc):
    m = re.search(
        r"(?P<what>(?:[^，。；]{0,12})(?:主要(?:预期)?目标|总体要求|总体思路|主要任务|基本要求|总的要求))(?:和[^，。；：]{2,10})?是[：，]?(?P<y>[^。]{20,260})。",
        s,
    )
    if m and sound(re.sub(r"^(?:今年|明年|全年)", "", m["what"]), 3, 20):
        what = re.sub(r"^(?:今年|明年|全年)", "", m["what"])
        yield Made(
            "aims",
            at + m.start("y"),
            at + m.end("y"),
            [f"{doc.year_said}{doc.place}{what}是什么", f"{doc.year_said}{doc.place}提出的{what}有哪些"],
            [f"{doc.year_said}{doc.place}{what}都有啥"],
            [f"{doc.year_said}{doc.place} {what}"],
        )

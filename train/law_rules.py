"""Questions from what laws and ordinances demand, allow and punish; and all rules on one of their sentences."""

import re

from law_facts import addressed, bound, by_whom, date_in_force, definition, enumeration, exception, free, lasting, parts, purpose, scope, votes, where
from text import sentences
from wording import AGENCY, MARKER, TIME, Made, local, sound


def duty(s, at, doc):
    m = re.match(
        rf"(?P<who>[^，。；：]{{2,28}}?{AGENCY})(?:依照职责|按照职责|根据职责|按照职责分工|依法|具体|统一|主要)?负责(?!人|制|的)(?P<what>[^，。；：]{{5,45}}?)(?P<tail>工作)?(?P<end>[，。；]|$)",
        s,
    )
    if not m:
        m = re.match(rf"(?P<who>[^，。；：]{{2,28}}?{AGENCY})是(?P<what>[^，。；：]{{3,30}}?)(?P<tail>工作)?的(?:行政)?主管(?:部门|机关)(?P<end>)", s)
    if not m or re.search(r"各自|有关部门|等部门|应当|可以|不得|规定", m["who"]):
        return
    what = local(m["what"], doc.place) + (m["tail"] or "")
    who = m["who"]
    narrow = re.search("本行政区域|本辖区|辖区", m["what"]) and re.match("县|乡|镇|街道|区", who)
    if (
        not narrow
        and not re.search("应当|的(?:机构|部门|人员)$", what)
        and sound(what, 4, 36)
        and not re.match(r"(?:组织|制定|审|会同|指导|编制|监督|对|具体|办理|管理|做好|统筹|开展|实施|综合|协调|受理|收集|拟)", what)
    ):
        short = what.removesuffix("工作")
        yield Made(
            "duty: who",
            at + m.start("who"),
            at + m.end("who"),
            [f"{what}由哪个部门负责", f"哪个部门负责{what}", f"负责{what}的是哪个部门", f"{what}的主管部门是哪个"],
            [f"{short}归谁管", f"{short}是哪个部门管的", f"{short}的事该找哪个部门", f"{short}找谁"],
            [f"{short} 主管部门", f"{short} 负责部门", f"{short}哪个部门管"],
        )
    who_said = local(who, doc.place)
    if sound(who_said, 5, 24) and m["end"] and "：" not in s:
        end = m.end("end") - 1 if m["end"] in ("。", "；", "，") else m.end()
        rest = s[m.start("what") :].rstrip("。；")
        if m["end"] == "，" and len(rest) < 120:
            end = m.start("what") + len(rest)
        yield Made(
            "duty: what",
            at + m.start("what"),
            at + end,
            [f"{who_said}负责什么", f"{who_said}的职责是什么", f"{who_said}负责哪些工作", f"{who_said}承担什么职责"],
            [f"{who_said}是管什么的", f"{who_said}都管些什么", f"{who_said}具体负责啥"],
            [f"{who_said} 职责"],
        )


def forbidden(s, at, doc):
    m = re.match(
        r"(?P<cond>(?:未经|未取得|没有|除)[^。；：]{3,40}，)?(?P<who>[^，。；：]{2,24}?)?不得(?P<act>[^。；：，]{4,36})(?P<more>(?:，[^。；：]*)?)[。；]",
        s,
    )
    if not m or "不得" in m["more"][:30] and len(m["more"]) > 40:
        return
    who = (m["who"] or "").strip("，")
    if re.search(r"任何|单位和个人|组织和个人|个人和", who):
        who = ""
    who, act = local(who, doc.place), local(m["act"], doc.place)
    cond = (m["cond"] or "").strip("，")
    if (
        not who
        and not cond
        and len(act) < 6
        or re.match("低于|超过|少于|高于|多于|晚于|早于|违反|损害|侵犯", act)
        or who
        and not sound(who)
        or not sound(act, 4, 36)
        or cond
        and (not sound(cond, 4, 40) or cond.startswith("除"))
    ):
        return
    end = at + m.end("act")
    loose = re.sub("擅自", "随便", act)
    lead = f"{cond}，" if cond else ""
    plain_lead = f"{cond.replace('未经', '没有经过').replace('未取得', '没拿到')}，" if cond else ""
    yield Made(
        "may not",
        at,
        end,
        [f"{lead}{who}可以{act}吗", f"{lead}{who}能否{act}", f"{lead}{who}是否可以{act}", f"{lead}{who}是否允许{act}"],
        [f"{plain_lead}{who}能不能{loose}", f"{plain_lead}{who}能{loose}吗", f"{plain_lead}{who}可不可以{loose}", f"{plain_lead}{who}让不让{loose}"],
        [f"{who} {act}", f"{who}能否{act}"] if who else [f"能否{act}"],
    )


def allowed(s, at, doc):
    m = re.match(
        r"(?P<cond>[^。；：，]{4,36}的，)?(?P<who>[^，。；：]{2,22}?)?(?P<modal>可以|应当|(?<!所)有权|必须)(?P<act>[^。；：，]{5,34})(?P<end>[。；])",
        s,
    )
    if (
        not m
        or re.search(r"制定|加强|会同|建立|组织|处以|罚款|责令|规定|结合|采取|完善|督促|处罚|负责", m["act"])
        or re.match(r"[\u4e00-\u9fff]{1,4}的", m["act"])
        or re.search(r"不$|人民政府$|部门$|^各级|^国家", m["who"] or "")
    ):
        return
    who, act = re.sub("(?:还|也|都|均|又|同时)$", "", local((m["who"] or "").strip("，"), doc.place)), local(m["act"], doc.place)
    cond = (m["cond"] or "").rstrip("，").removesuffix("的")
    if not who and not cond or who and not sound(who) or not sound(act, 4, 34) or cond and not sound(cond, 4, 36):
        return
    lead = f"{cond}的，" if cond else ""
    plain = f"{cond}，" if cond else ""
    ask = {
        "可以": (["是否可以", "能否"], ["能不能", "可不可以"]),
        "有权": (["是否有权", "是否可以"], ["有没有权", "能不能"]),
        "应当": (["是否应当", "是否需要"], ["要不要", "是不是必须", "用不用"]),
        "必须": (["是否必须", "是否应当"], ["是不是一定要", "要不要"]),
    }[m["modal"]]
    yield Made(
        "may / must: yes or no",
        at,
        at + m.end("act"),
        [f"{lead}{who}{a}{act}" for a in ask[0]],
        [f"{plain}{who}{a}{act}" for a in ask[1]] + [f"{plain}{who}{'可以' if m['modal'] in ('可以', '有权') else '需要'}{act}吗"],
        [f"{cond or who} {act}"] if not cond.endswith(act) else [],
    )


def condition(s, at, doc):
    m = re.match(r"(?P<cond>[^。；：]{6,48}?)的，(?P<do>(?P<who>[^，。；：]{0,20}?)(?P<modal>应当|可以|不予|按照|视为|由)[^。；：]{5,140})[。；]", s)
    if not m or re.search(r"罚款|责令|处分|追究|处罚|拘留|没收|吊销|构成犯罪", m["do"]) or re.search(r"下列|之一|违反|法律|规定", m["cond"]):
        return
    cond, who = local(m["cond"], doc.place), local(m["who"], doc.place)
    if not sound(cond, 6, 42) or who and not sound(who):
        return
    end = at + m.end("do")
    if m["modal"] == "视为":
        yield Made(
            "condition", at + m.start("do"), end, [f"{cond}的，如何认定", f"{cond}的，视为什么"], [f"{cond}怎么算", f"{cond}算什么"], [f"{cond} 认定"]
        )
        return
    formal = [f"{cond}的，应当如何处理", f"{cond}的，如何处理", f"{cond}时应当怎么做"]
    if who:
        formal += [f"{cond}的，{who}应当怎么做", f"{cond}的，{who}应当做什么"]
    yield Made(
        "condition",
        at + m.start("do"),
        end,
        formal,
        [f"{cond}怎么办", f"{cond}该怎么办", f"{cond}要怎么处理", f"如果{cond}，该怎么做", f"遇到{cond}的情况怎么处理"],
        [f"{cond} 怎么办", f"{cond} 处理"],
    )


# How a condition begins that says how bad it was, not what was done.
UNSPOKEN = re.compile(
    r"法律|行政法规|产生|尚|无法|能够|行为人|造成|致使|违法所得|货值|没有|有违法|经|监督检查中|数额|未造成|给|导致|引起|责令|涉及|对|单位|前|因"
)


def is_deed(cond):
    """Whether a condition says what somebody did, so that one can ask what happens to them."""
    return not (
        re.search(r"违反|规定|拒不改正|情节|逾期", cond[:10])
        or UNSPOKEN.match(cond)
        or re.search(r"尚不|情节|不构成|构成犯罪|行为之一|拒不|认为|剩余|被.{2,12}的?$", cond)
    )


def is_sanction(do):
    """Whether a sanction begins here, not the second half of the condition."""
    return not re.match(r"[^，]{4,60}的，|或者|以及|但|并|和|、|造成|情节|处分", do)


def sequel(text, start, end):
    """The end of a sanction with the sentences that follow it for graver cases, as far as a window holds them."""
    line = text[end + 1 : text.find("\n", end)] if "\n" in text[end:] else text[end + 1 :]
    last = 0
    for s, e in sentences(line):
        if not re.match("情节|逾期|拒不|造成|构成犯罪|有违法所得|没有违法所得|违法所得", line[s:e]) or end + e - start > 180:
            break
        last = e
    return end + 1 + len(line[:last].rstrip("。；")) if last else end


def penalty(s, at, doc):
    m = re.match(
        r"(?:违反(?:本[法条例办规定细则]+|前款|[^，。；]{0,12}规定)?[^，。；]{0,14}规定，)?(?P<cond>[^。；：]{5,60}?)的，(?P<do>(?:依法)?(?:由(?P<who>[^，。；：]{3,40}?)(?=责令|处|给予|予以|依法|按照|没收|吊销|可以|对|依照|警告))?[^。]{6,220})[。；]",
        s,
    )
    if not m or not re.search(r"罚款|警告|拘留|没收|吊销|处分|暂扣|撤销[^，。；]{0,12}(?:许可|登记|资格|证)", m["do"]):
        return
    cond = local(m["cond"], doc.place).removeprefix("并")
    if not sound(cond, 5, 44) or not is_deed(cond) or not is_sanction(m["do"]):
        return
    do = m["do"].split("；")[0]
    if len(do) > 190:
        return
    acts = re.sub("擅自", "私自", cond)
    yield Made(
        "penalty: whole",
        at + m.start("do"),
        sequel(doc.text, at + m.start("do"), at + m.start("do") + len(do)),
        [f"{cond}的，如何处罚", f"{cond}会受到什么处罚", f"对{cond}的行为如何处罚", f"{cond}应承担什么法律责任"],
        [f"{acts}会怎么处罚", f"{acts}有什么后果", f"{acts}会被怎么处理", f"{acts}被抓到怎么罚"],
        [f"{acts} 处罚", f"{acts} 怎么罚", f"{acts} 法律责任"],
    )
    fine = re.search(r"(?:并处|处以|处)(?:警告或者|警告，或者|警告、)?(?:以)?(?P<fine>[^，。；]{2,40}?(?:的)?罚款)", do)
    if fine and do.count("罚款") == 1:
        a = at + m.start("do") + fine.start("fine")
        yield Made(
            "penalty: fine",
            a,
            a + len(fine["fine"]),
            [f"{cond}的，罚款多少", f"{cond}的罚款数额是多少", f"{cond}处多少罚款"],
            [f"{acts}罚多少钱", f"{acts}要罚款多少", f"{acts}会罚多少"],
            [f"{acts} 罚款", f"{acts}罚多少"],
        )
    if m["who"] and re.search(AGENCY + "$", m["who"]) and sound(m["who"], 3, 30):
        yield Made(
            "penalty: who",
            at + m.start("who"),
            at + m.end("who"),
            [f"{cond}的，由谁处罚", f"{cond}由哪个部门处罚", f"哪个部门有权处罚{cond}的行为"],
            [f"{acts}归哪个部门管", f"{acts}谁来罚", f"{acts}由哪里处理"],
            [f"{acts} 哪个部门处罚"],
        )


def time_limit(s, at, doc):
    m = re.match(
        rf"(?:(?P<cond>[^。；：]{{4,40}}?)的，)?(?P<who>[^，。；：]{{2,24}}?)?(?P<modal>应当|必须|须|可以)(?:依法)?(?P<time>(?:自|在|于|从)?[^，。；：]{{0,28}}?{TIME}(?:以)?[内前])(?:，)?(?P<do>[^。；：，]{{3,34}})",
        s,
    )
    if not m:
        return
    who, do = re.sub("[也还均]$", "", local((m["who"] or "").strip("，"), doc.place)), local(m["do"].removeprefix("依法"), doc.place)
    must = "可以" if m["modal"] == "可以" else "应当"
    cond = local(m["cond"] or "", doc.place)
    if (
        who
        and not sound(who)
        or cond
        and not sound(cond, 4, 38)
        or not sound(do.removeprefix("向").removeprefix("将").removeprefix("对"), 3, 32)
        or not who
        and not cond
        or "不得" in do
        or re.match("将|把|对", do)
        and s[m.end() : m.end() + 1] == "，"
    ):
        return
    lead = f"{cond}的，" if cond else ""
    plain = f"{cond}，" if cond else ""
    yield Made(
        "time limit",
        at + m.start("time"),
        at + m.end("time"),
        [
            f"{lead}{who}{must}在多长时间内{do}",
            f"{lead}{who}{must}在什么期限内{do}",
            f"{lead}{who}{do}的期限是多久",
            f"{lead}{who}{must}在多少日内{do}",
        ],
        [f"{plain}{who}要多久{do}", f"{plain}{who}几天之内要{do}", f"{plain}{who}最晚什么时候{do}", f"{plain}{who}多长时间能{do}"],
        [f"{cond or who} {do} 期限", f"{who or cond}{do} 多少天"],
    )


def entitled(s, at, doc):
    m = re.match(
        r"对(?P<x>[^，。；：]{4,40}?)(?:的(?P<whom>单位和个人|单位|个人|企业|组织|家庭|人员|集体和个人))?(?:，[^，。；]{0,24}?|按照[^，。；]{0,20}?|依法|应当|可以)?(?P<y>(?:给予|予以|发放)(?P<z>[^。；，]{0,24}(?:奖励|表彰|补贴|补助|资助|津贴|优惠|减免|扶持|支持|救助|奖金|补偿)[^。；]{0,24}))[。；]",
        s,
    )
    if not m or re.search(r"处分|处罚|警告|罚款|批评", m["z"]):
        return
    x = local(m["x"], doc.place)
    if not sound(x.removeprefix("在"), 4, 34) or re.search(r"违反|下列", x):
        return
    kind = "奖励" if re.search("奖|表彰", m["z"]) else "补偿" if "补偿" in m["z"] else "补助" if re.search("补贴|补助|津贴|资助", m["z"]) else "支持"
    yield Made(
        "entitled",
        at + m.start("y"),
        at + m.end("y"),
        [f"对{x}有什么{kind}", f"对{x}的，给予什么{kind}", f"{x}的，可以得到什么{kind}"],
        [f"{x}有什么{kind}吗", f"{x}能拿到什么{kind}", f"{x}有没有{kind}"],
        [f"{x} {kind}"],
    )


def rights(s, at, doc):
    m = re.match(r"(?P<who>[^，。；：]{4,24}?)(?P<modal>应当|(?<!所)有权|享有|必须)(?P<do>[^。；：]{16,150})[。]", s)
    if (
        not m
        or not sound(local(m["who"], doc.place), 5, 22)
        or doc.text.count(m["who"] + m["modal"]) > 1
        or re.match("的", m["do"])
        or re.search("由|受理|对|作为", m["who"])
    ):
        return
    who = local(m["who"], doc.place)
    doer = re.search(r"(?:[人者员会所院站局]|单位|机构|部门|机关|企业|学校|医院|政府|组织|公司|个人)$", who)
    if m["modal"] in ("应当", "必须") and not doer:
        wordings = ([f"对{who}有什么要求", f"{who}应当符合什么要求"], [f"{who}有什么讲究", f"{who}有什么规定"], [f"{who} 要求", f"{who} 规定"])
    elif m["modal"] in ("应当", "必须"):
        wordings = (
            [f"{who}应当履行什么义务", f"{who}应当怎么做", f"对{who}有什么要求"],
            [f"{who}要做些什么", f"{who}要注意什么", f"{who}得怎么做"],
            [f"{who} 要求", f"{who} 义务"],
        )
    else:
        wordings = ([f"{who}享有什么权利", f"{who}有哪些权利"], [f"{who}有啥权利", f"{who}能享受什么权利"], [f"{who} 权利"])
    yield Made("duty or right: whole", at + m.start("do") - (2 if m["modal"] != "享有" else 0), at + m.end("do"), *wordings)


def court(s, at, doc):
    m = re.match(
        r"(?P<cond>[^。；]{8,64}?)的?，(?P<y>人民法院(?:依法|一般)?(?:应予支持|不予支持|应当支持|予以支持|应当受理|不予受理|应予受理|应予准许|不予准许|应当准许))",
        s,
    )
    if not m:
        return
    cond = m["cond"].removesuffix("的")
    if sound(cond.replace("本", ""), 8, 60):
        verb = "支持" if "支持" in m["y"] else "受理" if "受理" in m["y"] else "准许"
        yield Made(
            "court",
            at + m.start("y"),
            at + m.end("y"),
            [f"{cond}的，人民法院是否{verb}", f"{cond}，人民法院应否{verb}"],
            [f"{cond}，法院会{verb}吗", f"{cond}，法院{verb}不{verb}"],
            [f"{cond} 法院"],
        )


SENTENCE_RULES = [
    lasting,
    free,
    parts,
    court,
    exception,
    where,
    votes,
    duty,
    forbidden,
    allowed,
    condition,
    penalty,
    time_limit,
    definition,
    date_in_force,
    purpose,
    scope,
    addressed,
    by_whom,
    bound,
    entitled,
    enumeration,
    rights,
]


def sentence_rules(sentence, at, doc):
    """Everything that the rules on one sentence make of it."""
    marker = MARKER.match(sentence)
    offset = marker.end() if marker else 0
    body = sentence[offset:]
    if len(body) < 10 or re.search(r"删除|略$|此处", body[:12]):
        return
    for rule in SENTENCE_RULES:
        yield from rule(body, at + offset, doc)

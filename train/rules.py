"""Questions made by rule from official texts.

A rule reads one sentence (or one list, or one paragraph) and gives what a
visitor might ask that it answers, with the words that a careful clerk would
underline. Question wordings come in three voices: formal, everyday and the
few words that people type into a search box.
"""

import re
from dataclasses import dataclass, field

from text import ITEM, sentences

NUM = r"(?:\d[\d,]*(?:\.\d+)?|[一二三四五六七八九十百千两]+)"
TIME = rf"{NUM}(?:个工作日|个月|个小时|工作日|日|天|小时|年|分钟)"
AGENCY = r"(?:部门|机关|机构|人民政府|委员会|办公室|管理局|法院|检察院|海关|公安局|居民委员会|村民委员会)"
MARKER = re.compile(r"(?:第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十])?|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d{1,2}[.．、])[ \u3000]*")
# Words that point outside the sentence: a question that holds one asks about nothing.
POINTING = re.compile(r"前款|前条|前项|上述|本条|本款|本章|本节|本项|第[（(]?[一二三四五六七八九十百千零〇\d]+[)）]?[条款项章节]|该|其(?!他|余|中|它|实|所)|下列|以下|之一|如下|同前|前述|所列|另有|本法$|此类|这些|等$|有关规定|^他|我们")
BAD_START = re.compile(r"^(?:的|和|或|并|及|、|等|与|而|且|但|也|还|则|即|又|以|于|为|被|把|将|对|按|按照|依照|根据|依据|从|内|后|起|中|上|下|者|由|应当|可以|不得|同时|其中|确需|经|在|是)")
BAD_END = re.compile(r"(?:的|和|或|或者|并|及|以及|、|与|为|对|在|由|应当|可以|不得|其他|有关|进行|是|等|将|予以|依法|按照|向|从|把|被|应|须|以|于)$")


MAX_TITLE = 26  # nobody types a longer one


@dataclass
class Made:
    """What a rule gives: wordings by voice, and the answer's range in the document."""

    rule: str
    start: int
    end: int
    formal: list
    everyday: list = field(default_factory=list)
    keywords: list = field(default_factory=list)
    titled: bool = False  # the wordings name the document already


def sound(phrase, low=2, high=40):
    """Whether a piece of text can stand in a question by itself."""
    return (low <= len(phrase) <= high and not POINTING.search(phrase) and not BAD_START.match(phrase)
            and not BAD_END.search(phrase) and all(phrase.count(a) == phrase.count(b) for a, b in ("（）", "“”", "《》", "()"))
            and "\n" not in phrase and "本" not in phrase.replace("基本", "").replace("成本", "").replace("本人", "").replace("资本", "")
            .replace("根本", "").replace("样本", "").replace("标本", "").replace("文本", "").replace("本科", "").replace("版本", "").replace("副本", "").replace("正本", "").replace("日本", ""))


def local(phrase, place):
    """The phrase with the document's own way of naming its place made plain."""
    phrase = re.sub(r"(?:在)?本行政区域内?的?|本辖区内?的?|本区域内?的?|各自职责范围内的|辖区内的?", "", phrase)
    phrase = re.sub(r"(?:全市|全省|全自治区|本市行政区域内?的?|本省行政区域内?的?|本市|本省|本自治区)", place, phrase)
    return phrase.strip("，、 ")


def sentence_rules(sentence, at, doc):
    """Everything that the rules on one sentence make of it."""
    marker = MARKER.match(sentence)
    offset = marker.end() if marker else 0
    body = sentence[offset:]
    if len(body) < 10 or re.search(r"删除|略$|此处", body[:12]):
        return
    for rule in SENTENCE_RULES:
        yield from rule(body, at + offset, doc)


def duty(s, at, doc):
    m = re.match(rf"(?P<who>[^，。；：]{{2,28}}?{AGENCY})(?:依照职责|按照职责|根据职责|按照职责分工|依法|具体|统一|主要)?负责(?!人|制|的)(?P<what>[^，。；：]{{5,45}}?)(?P<tail>工作)?(?P<end>[，。；]|$)", s)
    if not m:
        m = re.match(rf"(?P<who>[^，。；：]{{2,28}}?{AGENCY})是(?P<what>[^，。；：]{{3,30}}?)(?P<tail>工作)?的(?:行政)?主管(?:部门|机关)(?P<end>)", s)
    if not m or re.search(r"各自|有关部门|等部门|应当|可以|不得|规定", m["who"]):
        return
    what = local(m["what"], doc.place) + (m["tail"] or "")
    who = m["who"]
    narrow = re.search("本行政区域|本辖区|辖区", m["what"]) and re.match("县|乡|镇|街道|区", who)
    if not narrow and "应当" not in what and sound(what, 4, 36) and not re.match(r"(?:组织|制定|审|会同|指导|编制|监督|对|具体|办理|管理|做好|统筹|开展|实施|综合|协调|受理|收集|拟)", what):
        short = what.removesuffix("工作")
        yield Made("duty: who", at + m.start("who"), at + m.end("who"),
                   [f"{what}由哪个部门负责", f"哪个部门负责{what}", f"负责{what}的是哪个部门", f"{what}的主管部门是哪个"],
                   [f"{short}归谁管", f"{short}是哪个部门管的", f"{short}的事该找哪个部门", f"{short}找谁"],
                   [f"{short} 主管部门", f"{short} 负责部门", f"{short}哪个部门管"])
    who_said = local(who, doc.place)
    if sound(who_said, 5, 24) and m["end"] and "：" not in s:
        end = m.end("end") - 1 if m["end"] in ("。", "；", "，") else m.end()
        rest = s[m.start("what"):].rstrip("。；")
        if m["end"] == "，" and len(rest) < 120:
            end = m.start("what") + len(rest)
        yield Made("duty: what", at + m.start("what"), at + end,
                   [f"{who_said}负责什么", f"{who_said}的职责是什么", f"{who_said}负责哪些工作", f"{who_said}承担什么职责"],
                   [f"{who_said}是管什么的", f"{who_said}都管些什么", f"{who_said}具体负责啥"], [f"{who_said} 职责"])


def forbidden(s, at, doc):
    m = re.match(r"(?P<cond>(?:未经|未取得|没有|除)[^。；：]{3,40}，)?(?P<who>[^，。；：]{2,24}?)?不得(?P<act>[^。；：，]{4,36})(?P<more>(?:，[^。；：]*)?)[。；]", s)
    if not m or "不得" in m["more"][:30] and len(m["more"]) > 40:
        return
    who = (m["who"] or "").strip("，")
    if re.search(r"任何|单位和个人|组织和个人|个人和", who):
        who = ""
    who, act = local(who, doc.place), local(m["act"], doc.place)
    cond = (m["cond"] or "").strip("，")
    if re.match("低于|超过|少于|高于|多于|晚于|早于|违反|损害|侵犯", act) or who and not sound(who) or not sound(act, 4, 36) or cond and (not sound(cond, 4, 40) or cond.startswith("除")):
        return
    end = at + m.end("act")
    loose = re.sub("擅自", "随便", act)
    lead = f"{cond}，" if cond else ""
    plain_lead = f"{cond.replace('未经', '没有经过').replace('未取得', '没拿到')}，" if cond else ""
    yield Made("may not", at, end,
               [f"{lead}{who}可以{act}吗", f"{lead}{who}能否{act}", f"{lead}{who}是否可以{act}", f"{lead}{who}是否允许{act}"],
               [f"{plain_lead}{who}能不能{loose}", f"{plain_lead}{who}能{loose}吗", f"{plain_lead}{who}可不可以{loose}", f"{plain_lead}{who}让不让{loose}"],
               [f"{who} {act}", f"{who}能否{act}"] if who else [f"能否{act}"])


def allowed(s, at, doc):
    m = re.match(r"(?P<cond>[^。；：，]{4,36}的，)?(?P<who>[^，。；：]{2,22}?)?(?P<modal>可以|应当|有权|必须)(?P<act>[^。；：，]{5,34})(?P<end>[。；])", s)
    if not m or re.search(r"制定|加强|会同|建立|组织|处以|罚款|责令|规定|结合|采取|完善|督促|处罚|负责", m["act"]) or re.match(r"[\u4e00-\u9fff]{1,4}的", m["act"]) or re.search(r"不$|人民政府$|部门$|^各级|^国家", m["who"] or ""):
        return
    who, act = re.sub("(?:还|也|都|均|又|同时)$", "", local((m["who"] or "").strip("，"), doc.place)), local(m["act"], doc.place)
    cond = (m["cond"] or "").rstrip("，").removesuffix("的")
    if not who and not cond or who and not sound(who) or not sound(act, 4, 34) or cond and not sound(cond, 4, 36):
        return
    lead = f"{cond}的，" if cond else ""
    plain = f"{cond}，" if cond else ""
    ask = {"可以": (["是否可以", "能否"], ["能不能", "可不可以"]), "有权": (["是否有权", "是否可以"], ["有没有权", "能不能"]),
           "应当": (["是否应当", "是否需要"], ["要不要", "是不是必须", "用不用"]), "必须": (["是否必须", "是否应当"], ["是不是一定要", "要不要"])}[m["modal"]]
    yield Made("may / must: yes or no", at, at + m.end("act"), [f"{lead}{who}{a}{act}" for a in ask[0]],
               [f"{plain}{who}{a}{act}" for a in ask[1]] + [f"{plain}{who}{'可以' if m['modal'] in ('可以', '有权') else '需要'}{act}吗"],
               [f"{cond or who} {act}"])


def condition(s, at, doc):
    m = re.match(r"(?P<cond>[^。；：]{6,48}?)的，(?P<do>(?P<who>[^，。；：]{0,20}?)(?P<modal>应当|可以|不予|按照|视为|由)[^。；：]{5,140})[。；]", s)
    if not m or re.search(r"罚款|责令|处分|追究|处罚|拘留|没收|吊销|构成犯罪", m["do"]) or re.search(r"下列|之一|违反|法律|规定", m["cond"]):
        return
    cond, who = local(m["cond"], doc.place), local(m["who"], doc.place)
    if not sound(cond, 6, 42) or who and not sound(who):
        return
    end = at + m.end("do")
    if m["modal"] == "视为":
        yield Made("condition", at + m.start("do"), end, [f"{cond}的，如何认定", f"{cond}的，视为什么"], [f"{cond}怎么算", f"{cond}算什么"], [f"{cond} 认定"])
        return
    formal = [f"{cond}的，应当如何处理", f"{cond}的，如何处理", f"{cond}时应当怎么做"]
    if who:
        formal += [f"{cond}的，{who}应当怎么做", f"{cond}的，{who}应当做什么"]
    yield Made("condition", at + m.start("do"), end, formal,
               [f"{cond}怎么办", f"{cond}该怎么办", f"{cond}要怎么处理", f"如果{cond}，该怎么做", f"遇到{cond}的情况怎么处理"],
               [f"{cond} 怎么办", f"{cond} 处理"])


# How a condition begins that says how bad it was, not what was done.
UNSPOKEN = re.compile(r"产生|尚|无法|能够|行为人|造成|致使|违法所得|货值|没有|有违法|经|监督检查中|数额|未造成|给|导致|引起|责令|涉及|对|单位|前|因")


def penalty(s, at, doc):
    m = re.match(r"(?:违反(?:本[法条例办规定细则]+|前款|[^，。；]{0,12}规定)?[^，。；]{0,14}规定，)?(?P<cond>[^。；：]{5,60}?)的，(?P<do>(?:依法)?(?:由(?P<who>[^，。；：]{3,40}?)(?=责令|处|给予|予以|依法|按照|没收|吊销|可以|对|依照|警告))?[^。]{6,220})[。；]", s)
    if not m or not re.search(r"罚款|警告|拘留|没收|吊销|处分|暂扣|撤销[^，。；]{0,12}(?:许可|登记|资格|证)", m["do"]):
        return
    cond = local(m["cond"], doc.place).removeprefix("并")
    if re.search(r"违反|规定|拒不改正|情节|逾期", cond[:10]) or re.search(r"尚不|情节|不构成|构成犯罪|行为之一|拒不|认为|剩余|被.{2,12}的?$", cond) or UNSPOKEN.match(cond) or not sound(cond, 5, 44) or re.match("或者|以及|但|并处|并|和|、|造成|情节|处分", m["do"]):
        return
    head = m.end("do")
    stop = s.find("；", m.start("do"))
    while 0 < stop < head and re.match("情节|逾期|拒不|造成|构成|有违法所得|没有违法所得|违法所得|对(?:单位|个人)", s[stop + 1:]) and s.find("；", stop + 1) - m.start("do") < 180:
        stop = s.find("；", stop + 1)
    head = stop if 0 < stop < head else head
    if head - m.start("do") > 190:
        return
    acts = re.sub("擅自", "私自", cond)
    yield Made("penalty: whole", at + m.start("do"), at + head,
               [f"{cond}的，如何处罚", f"{cond}会受到什么处罚", f"对{cond}的行为如何处罚", f"{cond}应承担什么法律责任"],
               [f"{acts}会怎么处罚", f"{acts}有什么后果", f"{acts}会被怎么处理", f"{acts}被抓到怎么罚"],
               [f"{acts} 处罚", f"{acts} 怎么罚", f"{acts} 法律责任"])
    fine = re.search(r"(?:并处|处以|处)(?:警告或者|警告，或者|警告、)?(?:以)?(?P<fine>[^，。；]{2,40}?(?:的)?罚款)", s[m.start("do"):head])
    if fine and s[m.start("do"):head].count("罚款") == 1:
        a = at + m.start("do") + fine.start("fine")
        yield Made("penalty: fine", a, a + len(fine["fine"]),
                   [f"{cond}的，罚款多少", f"{cond}的罚款数额是多少", f"{cond}处多少罚款"],
                   [f"{acts}罚多少钱", f"{acts}要罚款多少", f"{acts}会罚多少"], [f"{acts} 罚款", f"{acts}罚多少"])
    if m["who"] and re.search(AGENCY + "$", m["who"]) and sound(m["who"], 3, 30):
        yield Made("penalty: who", at + m.start("who"), at + m.end("who"),
                   [f"{cond}的，由谁处罚", f"{cond}由哪个部门处罚", f"哪个部门有权处罚{cond}的行为"],
                   [f"{acts}归哪个部门管", f"{acts}谁来罚", f"{acts}由哪里处理"], [f"{acts} 哪个部门处罚"])


def time_limit(s, at, doc):
    m = re.match(rf"(?:(?P<cond>[^。；：]{{4,40}}?)的，)?(?P<who>[^，。；：]{{2,24}}?)?(?P<modal>应当|必须|须|可以)(?:依法)?(?P<time>(?:自|在|于|从)?[^，。；：]{{0,28}}?{TIME}(?:以)?[内前])(?:，)?(?P<do>[^。；：，]{{3,34}})", s)
    if not m:
        return
    who, do = re.sub("[也还均]$", "", local((m["who"] or "").strip("，"), doc.place)), local(m["do"].removeprefix("依法"), doc.place)
    must = "可以" if m["modal"] == "可以" else "应当"
    cond = local(m["cond"] or "", doc.place)
    if who and not sound(who) or cond and not sound(cond, 4, 38) or not sound(do.removeprefix("向").removeprefix("将").removeprefix("对"), 3, 32) or not who and not cond or "不得" in do:
        return
    lead = f"{cond}的，" if cond else ""
    plain = f"{cond}，" if cond else ""
    yield Made("time limit", at + m.start("time"), at + m.end("time"),
               [f"{lead}{who}{must}在多长时间内{do}", f"{lead}{who}{must}在什么期限内{do}", f"{lead}{who}{do}的期限是多久", f"{lead}{who}{must}在多少日内{do}"],
               [f"{plain}{who}要多久{do}", f"{plain}{who}几天之内要{do}", f"{plain}{who}最晚什么时候{do}", f"{plain}{who}多长时间能{do}"],
               [f"{cond or who} {do} 期限", f"{who or cond}{do} 多少天"])


def definition(s, at, doc):
    m = re.match(r"(?:(?:本[法条例办规定细则解释]{1,3}|前款|上述|条例)(?:所称的?|中的?|下列用语的含义：)?)?(?P<x>[^，。；：（]{2,18}?)(?:（[^）]*）)?，?(?P<verb>是指|系指|指的是)[：，]?(?P<y>[^。]{8,190})(?P<end>。|；|$)", s)
    if not m or not s.startswith(("本", "前款", "上述")) and "，是指" not in s[:30] and not re.match(r"[^，。]{2,12}是指", s):
        return
    x = m["x"].removeprefix("所称").removeprefix("中").strip("“”\"")
    if not sound(x, 2, 16) or re.search(r"^(?:不|所)", x):
        return
    yield Made("definition", at + m.start("y"), at + m.start("y") + len(m["y"].rstrip("；。")),
               [f"什么是{x}", f"{x}是指什么", f"{x}的定义是什么", f"{x}的含义是什么", f"如何理解{x}"],
               [f"{x}是什么意思", f"啥叫{x}", f"{x}指的是什么", f"{x}到底是啥", f"怎样才算{x}"], [f"{x} 定义", f"{x} 是什么", x])


def date_in_force(s, at, doc):
    m = re.match(r"本[法条例办规定细则解释决]{1,3}(?P<d>自(?P<day>[^，。；]{4,16}?)起)(?:施行|实施|执行|生效)", s)
    if not m:
        return
    t = doc.title
    if len(t) > MAX_TITLE:
        return
    on = "day" if m["day"].endswith("日") and re.search(r"[\d一二三]", m["day"]) else "d"
    yield Made("in force", at + m.start(on), at + m.end(on),
               [f"《{t}》自何时起施行", f"《{t}》的施行日期是哪天", f"《{t}》什么时候开始施行", f"《{t}》何时生效"],
               [f"{t}什么时候开始执行", f"{t}从哪天起实施", f"{t}现在施行了吗，从什么时候开始的", f"{t}啥时候生效"],
               [f"{t} 施行日期", f"{t} 生效时间"], titled=True)


def purpose(s, at, doc):
    m = re.match(r"(?P<p>为了?[^。]{8,150}?)，(?:(?:根据|依据|依照)(?P<b>[^。]{4,100}?)，)?(?:结合[^。，]{2,24}，)?(?:特)?制定本", s)
    if not m:
        return
    t = doc.title
    if len(t) > MAX_TITLE:
        return
    yield Made("purpose", at + m.start("p"), at + m.end("p"),
               [f"制定《{t}》的目的是什么", f"《{t}》的立法目的是什么", f"为什么制定《{t}》"],
               [f"为什么要出台{t}", f"{t}是为了什么制定的", f"{t}出台的目的"], [f"{t} 目的"], titled=True)
    if m["b"] and sound(m["b"].replace("本", ""), 4, 100):
        yield Made("basis", at + m.start("b"), at + m.end("b"),
                   [f"《{t}》的制定依据是什么", f"《{t}》是根据什么制定的", f"《{t}》依据哪些法律法规制定"],
                   [f"{t}是依据什么定的", f"{t}的上位法是什么"], [f"{t} 制定依据"], titled=True)


def scope(s, at, doc):
    m = re.match(r"(?P<x>[^。]{8,130}?)，?(?:均)?适用本(?:法|条例|办法|规定|细则)", s) or re.match(r"本(?:法|条例|办法|规定|细则)适用于(?P<x>[^。]{8,130})", s)
    if not m or "不适用" in s[:m.end()] or re.search(r"依照|没有规定|另有|前款|参照|施行|以下简称|起$", m["x"]) or re.match("对|根据", m["x"]) or not re.search(r"(?:活动|工作|管理|行为|监督|服务|保护|事项|单位|个人|企业|人员|案件|机构|义务|业务|事业|设施|建设|使用|处理|区|内|组织)[，,]?$", m["x"]):
        return
    t = doc.title
    if len(t) > MAX_TITLE:
        return
    yield Made("scope", at + m.start("x"), at + m.start("x") + len(m["x"].rstrip("，,")),
               [f"《{t}》的适用范围是什么", f"《{t}》适用于哪些情形", f"哪些活动适用《{t}》"],
               [f"{t}管哪些事", f"{t}适用于谁", f"什么情况适用{t}"], [f"{t} 适用范围"], titled=True)


VERBS = {"批准": (["应当经哪个部门批准", "由哪个部门批准"], ["要哪个部门批", "找谁审批"]), "同意": (["应当经谁同意"], ["要经过谁同意"]),
         "备案": (["应当向哪个部门备案", "报哪个部门备案"], ["去哪备案", "要到哪个部门备案"]), "申请": (["应当向哪个部门申请", "向谁提出申请"], ["去哪里申请", "找哪个部门申请"]),
         "报告": (["应当向谁报告", "向哪个部门报告"], ["要向哪里报告", "该跟谁报告"]), "登记": (["应当到哪个部门登记"], ["去哪里登记"]),
         "提出": (["应当向哪个部门提出"], ["向哪里提出"]), "举报": (["向哪个部门举报"], ["去哪里举报", "向谁举报"]), "投诉": (["向哪个部门投诉"], ["去哪投诉"])}


def addressed(s, at, doc):
    m = re.match(rf"(?P<what>[^。；：]{{4,40}}?)(?:的)?，?(?:应当|须|需要|必须|可以)(?:依法|及时|立即|事先|先)?(?:报经|经过|经|报|向|到)(?P<who>[^，。；：]{{2,34}}?{AGENCY})(?:提出)?(?:书面)?(?P<verb>批准|同意|备案|申请|报告|登记|举报|投诉)", s)
    if not m:
        return
    what = local(m["what"], doc.place).removesuffix("的").rstrip("，")
    if not sound(what, 4, 36) or re.search(r"应当|^(?:任何|公民|自(?=[^然])|在|并)", what) or POINTING.search(m["who"]):
        return
    formal, everyday = VERBS[m["verb"]]
    yield Made("to whom", at + m.start("who"), at + m.end("who"), [what + f for f in formal], [what + e for e in everyday], [f"{what} {m['verb']}部门", f"{what} 向谁{m['verb']}"])


def by_whom(s, at, doc):
    m = re.match(r"(?P<what>[^，。；：]{4,30}?)，?由(?P<who>[^，。；：]{3,26}?)(?:负责)?(?P<verb>制定|承担|组织实施|确定|规定|公布|核定|批准|管理|解释|任免|任命|颁发|保管|支付|决定|核发|印制|编制|执行)(?P<end>[，。；])", s)
    if not m:
        return
    what = local(m["what"], doc.place).removesuffix("的").removesuffix("，").replace("具体", "", 1)
    if not sound(what, 3, 28) or re.fullmatch(r"(?:实施|管理|具体)?(?:办法|细则|标准|规定|实施细则|范围)", what) or re.search(r"应当|可以|不得|违反|另行", what) or not sound(m["who"].replace("本", ""), 2, 26) or re.search(r"会同|申请|组织|负责|共同$|依法$|另行|协商$|选举$|自行$|统一$|各自|分别", m["who"]):
        return
    yield Made("by whom", at + m.start("who"), at + m.end("who"),
               [f"{what}由谁{m['verb']}", f"{what}由哪个部门{m['verb']}" if re.search(AGENCY + "$", m["who"]) else f"{what}由什么人{m['verb']}"],
               [f"{what}是谁{m['verb']}的", f"{what}到底由谁{m['verb']}"], [f"{what} 谁{m['verb']}"])


UNIT = r"(?:平方米|立方米|平方公里|公里|千米|米|厘米|吨|公斤|元|人|户|名|件|个|家|倍|亩|公顷|周岁|岁|日|天|年|小时|个月|分贝|层)"


def bound(s, at, doc):
    """A figure that bounds something, asked for in the clause's own words."""
    for c in re.finditer(rf"(?<=[，。；：])?(?P<pre>[^，。；：\d]{{4,30}}?)(?P<op>不得少于|不得低于|不得超过|不少于|不低于|不超过|最长不超过|不得多于|不得高于)(?P<fig>百分之{NUM}|{NUM}(?:万|亿)?{UNIT}|\d+(?:\.\d+)?%)(?P<end>[，。；])", s):
        pre = local(c["pre"], doc.place)
        if not sound(pre, 4, 28) or pre.startswith("延期") or re.search(r"的$", pre):
            continue
        unit = re.search(UNIT + "$", c["fig"])
        many = "多少" + unit.group() if unit and unit.group() not in ("年", "日", "天", "个", "小时", "倍", "层", "个月") else {"年": "几年", "日": "多少日", "天": "多少天", "个": "多少个", "小时": "多少小时", "倍": "几倍", "层": "几层", "个月": "几个月"}[unit.group()] if unit else "多少"
        short = re.sub(r"(?:一般|最长|每次|应当|原则上)$", "", pre)
        low = re.search("少于|低于", c["op"])
        limit = "最少" if low else "最多"
        yield Made("bound", at + c.start("fig"), at + c.end("fig"),
                   [f"{pre}{c['op']}{many}", f"{short}{'的下限' if low else '的上限'}是多少"],
                   [f"{short}{limit}{many}", f"{short}{limit}能有{many}" if not low else f"{short}{limit}要{many}"], [f"{short} {limit}{many}"])


def entitled(s, at, doc):
    m = re.match(r"对(?P<x>[^，。；：]{4,40}?)(?:的(?P<whom>单位和个人|单位|个人|企业|组织|家庭|人员|集体和个人))?(?:，[^，。；]{0,24}?|按照[^，。；]{0,20}?|依法|应当|可以)?(?P<y>(?:给予|予以|发放)(?P<z>[^。；，]{0,24}(?:奖励|表彰|补贴|补助|资助|津贴|优惠|减免|扶持|支持|救助|奖金|补偿)[^。；]{0,24}))[。；]", s)
    if not m or re.search(r"处分|处罚|警告|罚款|批评", m["z"]):
        return
    x = local(m["x"], doc.place)
    if not sound(x.removeprefix("在"), 4, 34) or re.search(r"违反|下列", x):
        return
    kind = "奖励" if re.search("奖|表彰", m["z"]) else "补偿" if "补偿" in m["z"] else "补助" if re.search("补贴|补助|津贴|资助", m["z"]) else "支持"
    yield Made("entitled", at + m.start("y"), at + m.end("y"),
               [f"对{x}有什么{kind}", f"对{x}的，给予什么{kind}", f"{x}的，可以得到什么{kind}"],
               [f"{x}有什么{kind}吗", f"{x}能拿到什么{kind}", f"{x}有没有{kind}"], [f"{x} {kind}"])


TAKES_LIST = r"(?:发展|培育|推进|提供|建设|设置|设立|包括|公开|打造|扩大|开展|加强|公布|引进|支持|从事|促进|实施|采取|通过|利用|运用|配备|完善|推广|载明|登记|记录|采用|划定|禁止|收集|组织|举办|公示|培养|壮大|做强|改造|新建|建立)"


def enumeration(s, at, doc):
    """A、B、C等N: which N?"""
    m = re.search(rf"(?:^|(?<=[，。；：]))(?P<pre>[^，。；：、]{{0,20}}?{TAKES_LIST})(?P<list>(?!和|或|与|、)[^，。；：、（）]{{2,12}}(?:、[^，。；：、（）]{{2,12}}){{2,8}})等(?P<noun>(?:[\u4e00-\u9fff]{{0,4}})?(?:产业|领域|行业|部门|信息|内容|方式|措施|活动|项目|工程|设施|场所|区域|单位|人员|材料|服务|政策|制度|因素|城市|机构|企业|设备|形式|渠道|手段|途径|资料|技术|工作))(?=[，。；])", s)
    if not m:
        return
    pre = re.sub("^(?:并|同时|也|还|应当|依法|要)+", "", local(m["pre"], doc.place))
    if POINTING.search(pre) or BAD_START.match(pre) or re.search(r"[和或与]", pre) or "本" in pre or len(pre) < 5 or not sound(m["noun"], 2, 8):
        return
    yield Made("which", at + m.start("list"), at + m.end("list"),
               [f"{pre}哪些{m['noun']}", f"{pre}的{m['noun']}有哪些"], [f"{pre}什么{m['noun']}", f"{pre}的都有哪些{m['noun']}"], [f"{pre} {m['noun']}"] if len(pre) > 5 else [])


def rights(s, at, doc):
    m = re.match(r"(?P<who>[^，。；：]{4,24}?)(?P<modal>应当|(?<!所)有权|享有|必须)(?P<do>[^。；：]{16,150})[。]", s)
    if not m or not sound(local(m["who"], doc.place), 5, 22) or doc.text.count(m["who"] + m["modal"]) > 1 or re.match("的", m["do"]) or re.search("由|受理|对|作为", m["who"]):
        return
    who = local(m["who"], doc.place)
    doer = re.search(r"(?:[人者员会所院站局]|单位|机构|部门|机关|企业|学校|医院|政府|组织|公司|个人)$", who)
    if m["modal"] in ("应当", "必须") and not doer:
        wordings = ([f"对{who}有什么要求", f"{who}应当符合什么要求"], [f"{who}有什么讲究", f"{who}有什么规定"], [f"{who} 要求", f"{who} 规定"])
    elif m["modal"] in ("应当", "必须"):
        wordings = ([f"{who}应当履行什么义务", f"{who}应当怎么做", f"对{who}有什么要求"], [f"{who}要做些什么", f"{who}要注意什么", f"{who}得怎么做"], [f"{who} 要求", f"{who} 义务"])
    else:
        wordings = ([f"{who}享有什么权利", f"{who}有哪些权利"], [f"{who}有啥权利", f"{who}能享受什么权利"], [f"{who} 权利"])
    yield Made("duty or right: whole", at + m.start("do") - (2 if m["modal"] != "享有" else 0), at + m.end("do"), *wordings)


def lasting(s, at, doc):
    for m in re.finditer(rf"(?:^|(?<=[，。；]))(?P<x>[^，。；：]{{3,26}}?)(?:的)?(?P<k>有效期限?|任期|期限|试用期|保存期限?|保质期|保修期限?|聘期|公示期|保管期限|最长时间)(?:一般|最长)?(?:为|是|不得少于|不得超过|不少于|不超过)(?P<n>[^，。；]{{0,4}}{TIME}(?:以上)?)(?=[，。；])", s):
        x, k = local(m["x"], doc.place).removesuffix("的"), m["k"]
        if sound(x, 2, 24):
            yield Made("lasting", at + m.start("n"), at + m.end("n"), [f"{x}的{k}是多久", f"{x}{k}为多长时间", f"{x}的{k}是多少"], [f"{x}{k}多长", f"{x}{k}几年" if "年" in m["n"] else f"{x}{k}几天", f"{x}{k}有多久"], [f"{x} {k}"])


def free(s, at, doc):
    m = re.match(r"(?P<x>[^，。；：]{4,30}?)，?(?:应当|一律|依法)?(?P<y>不得收取(?:任何)?[^，。；]{0,10}费用?|不收取(?:任何)?[^，。；]{0,8}费用?|免收[^，。；]{0,12}费用?|免费[^，。；]{2,20}|按照[^，。；]{4,24}收取[^，。；]{1,10}费)[。；，]", s)
    if not m:
        return
    x = local(re.sub(r"(?:可以|应当|的)$", "", m["x"]), doc.place)
    doers = r"鼓励|给予|支持|(?:企业|单位|机构|部门|机关|组织|者|人|人员|政府|公司|员会)$|推进|对|向|为"
    if sound(x, 4, 28) and not re.search(doers, x) and not m["y"].startswith("按照"):
        yield Made("fee", at, at + m.end("y"), [f"{x}是否收费", f"{x}需要缴纳费用吗", f"{x}收取费用吗"], [f"{x}要钱吗", f"{x}要不要交钱", f"{x}是免费的吗", f"{x}收不收费"], [f"{x} 收费"])


def parts(s, at, doc):
    m = re.match(r"(?P<x>[^，。；：、]{2,22}?)(?:应当|主要)?(?P<v>分为|包括|由)(?P<y>[^。；：]{6,110}?)(?P<v2>组成|构成)?[。；]", s)
    if not m or (m["v"] == "由") != bool(m["v2"]) or "、" not in m["y"] and "和" not in m["y"]:
        return
    x = local(m["x"], doc.place).removesuffix("的").removesuffix("划")
    if not sound(x, 2, 20) or re.search(r"应当|不得|可以", x):
        return
    v = m["v"]
    wordings = {"分为": ([f"{x}分为哪几类", f"{x}分为哪些"], [f"{x}有哪几种", f"{x}怎么分"]), "包括": ([f"{x}包括哪些", f"{x}包括什么"], [f"{x}都有什么", f"{x}包含啥", f"{x}有哪些"]),
                "由": ([f"{x}由哪些部分组成" if not re.search("会$|员$", x) else f"{x}由哪些人员组成", f"{x}由什么{m['v2']}"], [f"{x}是怎么{m['v2']}的", f"{x}里面有什么"])}[v]
    yield Made("parts", at + m.start("y"), at + m.end("y"), *wordings, [f"{x} {'分类' if v == '分为' else '组成' if v == '由' else '包括'}"])


def court(s, at, doc):
    m = re.match(r"(?P<cond>[^。；]{8,64}?)的?，(?P<y>人民法院(?:依法|一般)?(?:应予支持|不予支持|应当支持|予以支持|应当受理|不予受理|应予受理|应予准许|不予准许|应当准许))", s)
    if not m:
        return
    cond = m["cond"].removesuffix("的")
    if sound(cond.replace("本", ""), 8, 60):
        verb = "支持" if "支持" in m["y"] else "受理" if "受理" in m["y"] else "准许"
        yield Made("court", at + m.start("y"), at + m.end("y"), [f"{cond}的，人民法院是否{verb}", f"{cond}，人民法院应否{verb}"], [f"{cond}，法院会{verb}吗", f"{cond}，法院{verb}不{verb}"], [f"{cond} 法院"])


def exception(s, at, doc):
    m = re.match(r"(?P<x>[^，。；：]{6,36})[，；。](?:但|但是)，?(?P<y>[^。；]{4,70}除外)", s)
    if m and sound(local(m["x"], doc.place).removesuffix("的"), 6, 34) and not re.search("另有|规定的除外$|^是", m["y"]):
        x = local(m["x"], doc.place)
        yield Made("exception", at + m.start("y"), at + m.end("y"), [f"{x}，有哪些例外", f"{x}，什么情形除外"], [f"{x}，有没有例外", f"{x}，哪些情况不算"], [f"{x} 例外"])


def where(s, at, doc):
    m = re.match(r"(?P<who>[^，。；：]{3,24}?)应当在(?P<where>[^，。；：]{3,28}?(?:场所|位置|地点|网站|平台|窗口|大厅|报刊|媒体上?|区域|场地))(?P<do>[^，。；：的内]{4,26})[，。；]", s)
    if m and sound(local(m["who"], doc.place), 3, 22) and sound(m["do"], 4, 24) and not POINTING.search(m["where"]):
        who = local(m["who"], doc.place)
        yield Made("where", at + m.start("where"), at + m.end("where"), [f"{who}应当在哪里{m['do']}", f"{who}应当在什么地方{m['do']}"], [f"{who}要在哪儿{m['do']}", f"{who}去哪里{m['do']}"], [f"{who} {m['do']} 地点"])


def votes(s, at, doc):
    m = re.search(r"(?:^|(?<=[，。；]))(?P<x>[^，。；：]{4,30}?)(?:的，)?，?(?:应当|须|必须|由|需)?(?:经|由|征得)(?P<y>[^，。；：]{2,30}?(?:过半数|三分之二以上|半数以上|二分之一以上|四分之三以上)[^，。；：]{0,14}?)(?P<v>通过|同意)", s)
    if m and sound(local(m["x"], doc.place).removesuffix("的"), 4, 28):
        x = local(m["x"], doc.place).removesuffix("的")
        yield Made("votes", at + m.start("y"), at + m.end("y"), [f"{x}须经多少人{m['v']}", f"{x}应当经多大比例{m['v']}"], [f"{x}要多少人{m['v']}才行", f"{x}多少票才能{m['v']}"], [f"{x} 表决比例"])


SENTENCE_RULES = [lasting, free, parts, court, exception, where, votes, duty, forbidden, allowed, condition, penalty, time_limit, definition, date_in_force, purpose, scope,
                  addressed, by_whom, bound, entitled, enumeration, rights]


LISTED = r"条件|材料|文件|职责|情形|行为|内容|事项|规定|要求|措施|义务|权利|方式|资料|信息|标准|程序|因素|活动|项目|范围|人员|单位|场所|区域|待遇|费用|原则|证件|工作|制度|任务|方法|情况|物品|车辆|产品|设施|公共场所|地点|证明|手续|组织|机构|部门|步骤|依据|处罚|用语"


def list_rules(doc):
    """Announced lists: a line that ends with a colon, and its items."""
    lines = [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", doc.text)]
    for i, (at, line) in enumerate(lines):
        tail = re.search(r"(?:^|[。；])([^。；]{6,90}：)$", line)
        if not tail:
            continue
        items = []
        for start, item in lines[i + 1:i + 16]:
            if not re.match(r"[（(][一二三四五六七八九十]+[）)]|\d{1,2}[.．、]|[一二三四五六七八九十]+是", item):
                break
            items.append((start, start + len(item)))
        if len(items) < 2:
            continue
        head = MARKER.sub("", tail.group(1).rstrip("："), count=1)
        yield from announced(head, items, doc)


def announced(head, items, doc):
    head = local(head, doc.place)
    start, end = items[0][0], items[-1][1]
    end -= len(doc.text[start:end]) - len(doc.text[start:end].rstrip("。；"))
    m = re.fullmatch(rf"(?P<who>[^，]{{0,26}}?)(?:，)?有下列(?P<n>情形|行为|情况)(?:之一)?(?:的|时)?，(?P<then>[^，]{{3,36}}|[^，]{{3,20}}，[^，]{{3,20}})", head)
    if m:
        who, then = m["who"], m["then"]
        if who and not sound(who) or POINTING.search(then) or "本" in then or len(then) < 4:
            return
        if re.search(r"罚款|责令|(?:给予|行政|纪律)处分|警告|没收|依法追究|处罚", then):
            if not who:
                return
            yield Made("list: when", start, end, [f"{who}有哪些{m['n']}会被处罚", f"{who}哪些{m['n']}应当受到处罚"], [f"{who}干了哪些事会被罚", f"{who}什么情况会挨罚"], [f"{who} 处罚情形"])
            return
        short = re.sub(r"^(?:应当|可以|必须)", "", then)
        yield Made("list: when", start, end,
                   [f"{who}有哪些{m['n']}的，{then}", f"{who}在什么情形下，{then}"],
                   [f"什么情况下{who}{then}" if short != then or re.match("不|方可|视为|有权|属于", then) else f"{who}在什么情况下，{then}", f"{who}遇到哪些情况，{then}"], [f"{short} {m['n']}", f"{short} 哪些情况"])
        return
    m = re.fullmatch(rf"(?P<a>[^，]{{0,40}}(?:，[^，]{{2,24}})?)(?:下列|以下)(?P<n>(?:[\u4e00-\u9fff]{{0,6}})?(?:{LISTED}))(?P<b>[^，]{{0,20}})", head)
    if not m or "之一" in m["b"] and len(m["b"]) > 4:
        return
    a, n, b = m["a"], m["n"], m["b"].removeprefix("之一")
    if POINTING.search(a + b) or re.search("条、|条规定|款规定|除外|^除|以外", a) or "本" in a + b or len(a) < 2 or b and not re.match(r"[\u4e00-\u9fff]{2,}", b):
        return
    if re.match(r"^(?:应当|不得|可以|禁止|并|经|对|按照|在)", a) and len(a) < 4:
        a = {"禁止": "禁止"}.get(a, "")
        if not a:
            return
    formal = [f"{a}哪些{n}{b}"]
    everyday = [f"{a.replace('应当', '要').replace('不得', '不能')}哪些{n}{b}"]
    keywords = []
    need = re.fullmatch(r"(?P<what>.{4,30}?)(?:，)?(?:应当|需要|须|必须)(?:同时)?(?:提交|提供|具备|符合|携带|出示)", a)
    if need and not b and sound(need["what"], 3, 30):
        what = need["what"].removesuffix("的")
        formal += [f"{what}需要哪些{n}", f"{what}应当满足哪些{n}" if n == "条件" else f"{what}应当提交哪些{n}" if re.search("材料|文件|资料", n) else f"{what}有哪些{n}"]
        everyday += [f"{what}要什么{n}", f"{what}都要准备哪些{n}" if re.search("材料|文件|资料|证", n) else f"{what}有什么{n}"]
        keywords += [f"{what} {n}", f"{what}所需{n}"]
    if a.endswith("禁止") and not b:
        formal, everyday = [f"{a}哪些{n}", f"{a.removesuffix('禁止')}哪些{n}是禁止的"], [f"{a.removesuffix('禁止')}有哪些{n}是不允许的", f"{a.removesuffix('禁止')}不能做什么"]
    yield Made("list: which", start, end, formal, everyday, keywords)


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
    opening = MARKER.sub("", line[spans[0][0]:spans[0][1]], count=1).rstrip("。；")
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
        subj = re.sub(r"^(?:其中|要|将|力争|确保|争取|全年|预计|并|同时|共(?![建同享计])|去年|今年|一年来|全省|全市|全区|全国|比上年|又|还|累计|已|年均)+", "", m["subj"])
        verb = re.search(r"(?:预计|累计|已经|约)?(?:比上年|同比|比去年|年均|平均每年|分别|实际)*(?P<v>增长|下降|提高|增加|减少|上升|回落|降低|压缩|缩短)(?P<to>到|至|了)?(?:约|近|超过)?$", subj)
        if verb and verb.start() == 0 and previous:
            subj = previous + verb.group()
            verb = re.search(r"(?P<v>增长|下降|提高|增加|减少|上升|回落|降低|压缩|缩短)(?P<to>到|至|了)?(?:约|近|超过)?$", subj)
        topic = re.sub(r"(?:预计|累计|已经|约|比上年|同比|比去年|年均|平均每年|实际|达到|达|增长|下降|提高|增加|减少|上升|回落|降低|压缩|缩短|到|至|了|超过|突破|完成|实现|为|近|超|共|新|首次|已|控制在|保持在|稳定在|分别|占|高于|低于|是|有|再|净|接近)+$", "", subj)
        if not sound(topic, 3, 20) or re.match("高于|低于|居|列|高出|快于|再|净|完成投资$|达", topic) or re.search(r"从|由|自|每|分之|第$|比", topic) or re.search("分别|连续", subj) or not previous and c.start() and s[c.start() - 1] == "、" or previous == "" and re.match(r"^(?:增长|下降|新增|比|同比)", topic):
            previous = ""
            continue
        previous = topic
        start, end = at + c.start() + m.start("fig"), at + c.start() + m.end("fig")
        unit = re.search(r"(?:个百分点|人次|千瓦时|千瓦|平方米|立方米|平方公里|张床位|床位|美元|[元人户亩里吨件个家所套项辆台斤岁倍张处座天名箱条种位次%])(?:以上|左右|以内|以下)?$", m["fig"])
        unit = re.sub("以上|左右|以内|以下", "", unit.group()) if unit else ""
        unit = {"里": "公里", "斤": "公斤", "%": "", "个百分点": "个百分点", "倍": "倍"}.get(unit, unit)
        # What is "about" or "at least" so much in a look back is a goal after all; whose year it is nobody can say.
        when = "" if done and re.search("以上|左右|以内", m["fig"]) else whens
        lead = f"{when}{doc.place}"
        asked = re.sub(r"(?:约|近|超|超过|突破|首次|左右)+$", "", subj)
        if verb:
            rate = asked.removesuffix("了")
            formal = [f"{lead}{rate}多少", f"{lead}{rate}了多少" if not rate.endswith(("到", "至")) else f"{lead}{rate}多少{unit}", f"{lead}{topic}{'增速' if verb['v'] == '增长' and '%' in m['fig'] else verb['v'] + '幅度' if not rate.endswith(('到', '至')) else '的数值'}是多少"]
            everyday = [f"{lead}{topic}{verb['v']}{verb['to'] or '了'}多少"]
            keywords = [f"{when}{topic}{verb['v']}"]
        else:
            deed = re.match(rf"{ADVERBS}?{ACTS}|新建|建成|发放|完成|新增|提请|改造|安排|投入|关停|帮助|减少|淘汰|引进|开工|实现|化解|清理|取消|办理|审议|制定|下达|筹集|新设|植树|治理|建立|创建|开通|减免|增加|压减|兑现|签约|落地|招引", topic)
            formal = [f"{lead}{asked}多少{unit}"] + ([] if deed else [f"{lead}{topic}是多少"])
            everyday = [f"{lead}{topic}有多少{unit}" if unit and not deed and unit != "个百分点" else f"{lead}{asked}多少{unit}", f"{lead}一共{topic}多少{unit}" if deed else f"{lead}{topic}多少"]
            keywords = [f"{when}{topic}", f"{doc.place} {topic} {when}".strip()]
        if not done and not deed_like(asked):
            formal.append(f"{lead}{topic}的{'增长' if verb and verb['v'] == '增长' else ''}目标是多少")
        yield Made("figure", start, end, formal, everyday, keywords)


def deed_like(phrase):
    return re.match(rf"{ADVERBS}?{ACTS}", phrase)


def aims(s, at, doc):
    m = re.search(r"(?P<what>(?:[^，。；]{0,12})(?:主要(?:预期)?目标|总体要求|总体思路|主要任务|基本要求|总的要求))(?:和[^，。；：]{2,10})?是[：，]?(?P<y>[^。]{20,260})。", s)
    if m and sound(re.sub(r"^(?:今年|明年|全年)", "", m["what"]), 3, 20):
        what = re.sub(r"^(?:今年|明年|全年)", "", m["what"])
        yield Made("aims", at + m.start("y"), at + m.end("y"),
                   [f"{doc.year_said}{doc.place}{what}是什么", f"{doc.year_said}{doc.place}提出的{what}有哪些"], [f"{doc.year_said}{doc.place}{what}都有啥"], [f"{doc.year_said}{doc.place} {what}"])


def adoption(doc):
    """When and by whom an ordinance was adopted and approved, from the line under its title."""
    m = re.search(r"（(?P<d>\d{4}年\d{1,2}月\d{1,2}日)(?P<by>[^（）\n]{8,40}?(?:会议|委员会[^（）\n]{2,14}会议))通过", doc.text[:400])
    if m:
        t = doc.title
        yield Made("adopted", m.start("d"), m.end("d"), [f"《{t}》是什么时候通过的", f"《{t}》何时通过"], [f"{t}哪天通过的", f"{t}是哪一年通过的"], [f"{t} 通过时间"], titled=True)
        yield Made("adopted", m.start("by"), m.end("by"), [f"《{t}》由哪次会议通过", f"《{t}》是由谁通过的"], [f"{t}是谁通过的"], [f"{t} 通过会议"], titled=True)


def made(doc):
    """Everything that the rules make of a document, in its order."""
    if doc.kind == "report":
        yield from report_rules(doc)
        return
    yield from adoption(doc)
    for m in re.finditer(r"[^\n]+", doc.text):
        line = m.group()
        if len(line) < 8 or line.endswith("：") and not ITEM.match(line):
            continue
        for s, e in sentences(line):
            yield from sentence_rules(line[s:e], m.start() + s, doc)
    yield from list_rules(doc)

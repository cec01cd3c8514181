"""Questions from what laws and ordinances state: what is meant, who decides, how much, how long, which."""

import re

from wording import AGENCY, BAD_START, MARKER, MAX_TITLE, NUM, POINTING, TIME, Made, local, sound


def definition(s, at, doc):
    m = re.match(
        r"(?:(?:本[法条例办规定细则解释]{1,3}|前款|上述|条例)(?:所称的?|中的?|下列用语的含义：)?)?(?P<x>[^，。；：（]{2,18}?)(?:（[^）]*）)?，?(?P<verb>是指|系指|指的是)[：，]?(?P<y>[^。]{8,190})(?P<end>。|；|$)",
        s,
    )
    if not m or not s.startswith(("本", "前款", "上述")) and "，是指" not in s[:30] and not re.match(r"[^，。]{2,12}是指", s):
        return
    x = m["x"].removeprefix("所称").removeprefix("中").strip('“”"')
    if not sound(x, 2, 16) or re.search(r"^(?:不|所)", x):
        return
    yield Made(
        "definition",
        at + m.start("y"),
        at + m.start("y") + len(m["y"].rstrip("；。")),
        [f"什么是{x}", f"{x}是指什么", f"{x}的定义是什么", f"{x}的含义是什么", f"如何理解{x}"],
        [f"{x}是什么意思", f"啥叫{x}", f"{x}指的是什么", f"{x}到底是啥", f"怎样才算{x}"],
        [f"{x} 定义", f"{x} 是什么", x],
    )


def date_in_force(s, at, doc):
    m = re.match(r"本[法条例办规定细则解释决]{1,3}(?P<d>自(?P<day>[^，。；]{4,16}?)起)(?:施行|实施|执行|生效)", s)
    if not m:
        return
    t = doc.title
    if len(t) > MAX_TITLE:
        return
    on = "day" if m["day"].endswith("日") and re.search(r"[\d一二三]", m["day"]) else "d"
    yield Made(
        "in force",
        at + m.start(on),
        at + m.end(on),
        [f"《{t}》自何时起施行", f"《{t}》的施行日期是哪天", f"《{t}》什么时候开始施行", f"《{t}》何时生效"],
        [f"{t}什么时候开始执行", f"{t}从哪天起实施", f"{t}现在施行了吗，从什么时候开始的", f"{t}啥时候生效"],
        [f"{t} 施行日期", f"{t} 生效时间"],
        titled=True,
    )


def purpose(s, at, doc):
    m = re.match(r"(?P<p>为了?[^。]{8,150}?)，(?:(?:根据|依据|依照)(?P<b>[^。]{4,100}?)，)?(?:结合[^。，]{2,24}，)?(?:特)?制定本", s)
    if not m:
        return
    t = doc.title
    if len(t) > MAX_TITLE:
        return
    yield Made(
        "purpose",
        at + m.start("p"),
        at + m.end("p"),
        [f"制定《{t}》的目的是什么", f"《{t}》的立法目的是什么", f"为什么制定《{t}》"],
        [f"为什么要出台{t}", f"{t}是为了什么制定的", f"{t}出台的目的"],
        [f"{t} 目的"],
        titled=True,
    )
    if m["b"] and sound(m["b"].replace("本", ""), 4, 100):
        yield Made(
            "basis",
            at + m.start("b"),
            at + m.end("b"),
            [f"《{t}》的制定依据是什么", f"《{t}》是根据什么制定的", f"《{t}》依据哪些法律法规制定"],
            [f"{t}是依据什么定的", f"{t}的上位法是什么"],
            [f"{t} 制定依据"],
            titled=True,
        )


def scope(s, at, doc):
    m = re.match(r"(?P<x>[^。]{8,130}?)，?(?:均)?适用本(?:法|条例|办法|规定|细则)", s) or re.match(
        r"本(?:法|条例|办法|规定|细则)适用于(?P<x>[^。]{8,130})", s
    )
    if (
        not m
        or "不适用" in s[: m.end()]
        or re.search(r"依照|没有规定|另有|前款|参照|施行|以下简称|起$", m["x"])
        or re.match("对|根据", m["x"])
        or not re.search(
            r"(?:活动|工作|管理|行为|监督|服务|保护|事项|单位|个人|企业|人员|案件|机构|义务|业务|事业|设施|建设|使用|处理|区|内|组织)[，,]?$", m["x"]
        )
    ):
        return
    t = doc.title
    if len(t) > MAX_TITLE:
        return
    yield Made(
        "scope",
        at + m.start("x"),
        at + m.start("x") + len(m["x"].rstrip("，,")),
        [f"《{t}》的适用范围是什么", f"《{t}》适用于哪些情形", f"哪些活动适用《{t}》"],
        [f"{t}管哪些事", f"{t}适用于谁", f"什么情况适用{t}"],
        [f"{t} 适用范围"],
        titled=True,
    )


VERBS = {
    "批准": (["应当经哪个部门批准", "由哪个部门批准"], ["要哪个部门批", "找谁审批"]),
    "同意": (["应当经谁同意"], ["要经过谁同意"]),
    "备案": (["应当向哪个部门备案", "报哪个部门备案"], ["去哪备案", "要到哪个部门备案"]),
    "申请": (["应当向哪个部门申请", "向谁提出申请"], ["去哪里申请", "找哪个部门申请"]),
    "报告": (["应当向谁报告", "向哪个部门报告"], ["要向哪里报告", "该跟谁报告"]),
    "登记": (["应当到哪个部门登记"], ["去哪里登记"]),
    "提出": (["应当向哪个部门提出"], ["向哪里提出"]),
    "举报": (["向哪个部门举报"], ["去哪里举报", "向谁举报"]),
    "投诉": (["向哪个部门投诉"], ["去哪投诉"]),
}


def addressed(s, at, doc):
    m = re.match(
        rf"(?P<what>[^。；：]{{4,40}}?)(?:的)?，?(?:应当|须|需要|必须|可以)(?:依法|及时|立即|事先|先)?(?:报经|经过|经|报|向|到)(?P<who>[^，。；：]{{2,34}}?{AGENCY})(?:提出)?(?:书面)?(?P<verb>批准|同意|备案|申请|报告|登记|举报|投诉)",
        s,
    )
    if not m:
        return
    what = local(m["what"], doc.place).removesuffix("的").rstrip("，")
    if not sound(what, 4, 36) or re.search(r"应当|^(?:任何|公民|自(?=[^然])|在|并)", what) or POINTING.search(m["who"]):
        return
    formal, everyday = VERBS[m["verb"]]
    yield Made(
        "to whom",
        at + m.start("who"),
        at + m.end("who"),
        [what + f for f in formal],
        [what + e for e in everyday],
        [f"{what} {m['verb']}部门", f"{what} 向谁{m['verb']}"],
    )


def by_whom(s, at, doc):
    m = re.match(
        r"(?P<what>[^，。；：]{4,30}?)，?由(?P<who>[^，。；：]{3,26}?)(?:负责)?(?P<verb>制定|承担|组织实施|确定|规定|公布|核定|批准|管理|解释|任免|任命|颁发|保管|支付|决定|核发|印制|编制|执行)(?P<end>[，。；])",
        s,
    )
    if not m:
        return
    what = local(m["what"], doc.place).removesuffix("的").removesuffix("，").replace("具体", "", 1)
    if (
        not sound(what, 3, 28)
        or re.fullmatch(r"(?:实施|管理|具体)?(?:办法|细则|标准|规定|实施细则|范围)", what)
        or re.search(r"应当|可以|不得|违反|另行", what)
        or not sound(m["who"].replace("本", ""), 2, 26)
        or re.search(r"会同|申请|组织|负责|共同$|依法$|另行|协商$|选举$|自行$|统一$|各自|分别", m["who"])
    ):
        return
    yield Made(
        "by whom",
        at + m.start("who"),
        at + m.end("who"),
        [f"{what}由谁{m['verb']}", f"{what}由哪个部门{m['verb']}" if re.search(AGENCY + "$", m["who"]) else f"{what}由什么人{m['verb']}"],
        [f"{what}是谁{m['verb']}的", f"{what}到底由谁{m['verb']}"],
        [f"{what} 谁{m['verb']}"],
    )


UNIT = r"(?:平方米|立方米|平方公里|公里|千米|米|厘米|吨|公斤|元|人|户|名|件|个|家|倍|亩|公顷|周岁|岁|日|天|年|小时|个月|分贝|层)"


def bound(s, at, doc):
    """A figure that bounds something, asked for in the clause's own words."""
    for c in re.finditer(
        rf"(?<=[，。；：])?(?P<pre>[^，。；：\d]{{4,30}}?)(?P<op>不得少于|不得低于|不得超过|不少于|不低于|不超过|最长不超过|不得多于|不得高于)(?P<fig>百分之{NUM}|{NUM}(?:万|亿)?{UNIT}|\d+(?:\.\d+)?%)(?P<end>[，。；])",
        s,
    ):
        pre = local(c["pre"], doc.place)
        if not sound(pre, 4, 28) or pre.startswith("延期") or re.search(r"的$", pre):
            continue
        unit = re.search(UNIT + "$", c["fig"])
        many = (
            "多少" + unit.group()
            if unit and unit.group() not in ("年", "日", "天", "个", "小时", "倍", "层", "个月")
            else (
                {"年": "几年", "日": "多少日", "天": "多少天", "个": "多少个", "小时": "多少小时", "倍": "几倍", "层": "几层", "个月": "几个月"}[
                    unit.group()
                ]
                if unit
                else "多少"
            )
        )
        short = re.sub(r"(?:一般|最长|每次|应当|原则上)$", "", pre)
        low = re.search("少于|低于", c["op"])
        limit = "最少" if low else "最多"
        yield Made(
            "bound",
            at + c.start("fig"),
            at + c.end("fig"),
            [f"{pre}{c['op']}{many}", f"{short}{'的下限' if low else '的上限'}是多少"],
            [f"{short}{limit}{many}", f"{short}{limit}能有{many}" if not low else f"{short}{limit}要{many}"],
            [f"{short} {limit}{many}"],
        )


TAKES_LIST = r"(?:发展|培育|推进|提供|建设|设置|设立|包括|公开|打造|扩大|开展|加强|公布|引进|支持|从事|促进|实施|采取|通过|利用|运用|配备|完善|推广|载明|登记|记录|采用|划定|禁止|收集|组织|举办|公示|培养|壮大|做强|改造|新建|建立)"


def enumeration(s, at, doc):
    """A、B、C等N: which N?"""
    m = re.search(
        rf"(?:^|(?<=[，。；：]))(?P<pre>[^，。；：、]{{0,20}}?{TAKES_LIST})(?P<list>(?!和|或|与|、)[^，。；：、（）]{{2,12}}(?:、[^，。；：、（）]{{2,12}}){{2,8}})等(?P<noun>(?:[\u4e00-\u9fff]{{0,4}})?(?:产业|领域|行业|部门|信息|内容|方式|措施|活动|项目|工程|设施|场所|区域|单位|人员|材料|服务|政策|制度|因素|城市|机构|企业|设备|形式|渠道|手段|途径|资料|技术|工作))(?=[，。；])",
        s,
    )
    if not m:
        return
    pre = re.sub("^(?:并|同时|也|还|应当|依法|要)+", "", local(m["pre"], doc.place))
    if POINTING.search(pre) or BAD_START.match(pre) or re.search(r"[和或与]", pre) or "本" in pre or len(pre) < 5 or not sound(m["noun"], 2, 8):
        return
    yield Made(
        "which",
        at + m.start("list"),
        at + m.end("list"),
        [f"{pre}哪些{m['noun']}", f"{pre}的{m['noun']}有哪些"],
        [f"{pre}什么{m['noun']}", f"{pre}的都有哪些{m['noun']}"],
        [f"{pre} {m['noun']}"] if len(pre) > 5 else [],
    )


def lasting(s, at, doc):
    for m in re.finditer(
        rf"(?:^|(?<=[，。；]))(?P<x>[^，。；：]{{3,26}}?)(?:的)?(?P<k>有效期限?|任期|期限|试用期|保存期限?|保质期|保修期限?|聘期|公示期|保管期限|最长时间)(?:一般|最长)?(?:为|是|不得少于|不得超过|不少于|不超过)(?P<n>[^，。；]{{0,4}}{TIME}(?:以上)?)(?=[，。；])",
        s,
    ):
        x, k = local(m["x"], doc.place).removesuffix("的"), m["k"]
        if sound(x, 2, 24):
            yield Made(
                "lasting",
                at + m.start("n"),
                at + m.end("n"),
                [f"{x}的{k}是多久", f"{x}{k}为多长时间", f"{x}的{k}是多少"],
                [f"{x}{k}多长", f"{x}{k}几年" if "年" in m["n"] else f"{x}{k}几天", f"{x}{k}有多久"],
                [f"{x} {k}"],
            )


def free(s, at, doc):
    m = re.match(
        r"(?P<x>[^，。；：]{4,30}?)，?(?:应当|一律|依法)?(?P<y>不得收取(?:任何)?[^，。；]{0,10}费用?|不收取(?:任何)?[^，。；]{0,8}费用?|免收[^，。；]{0,12}费用?|免费[^，。；]{2,20}|按照[^，。；]{4,24}收取[^，。；]{1,10}费)[。；，]",
        s,
    )
    if not m:
        return
    x = local(re.sub(r"(?:可以|应当|的)$", "", m["x"]), doc.place)
    doers = r"应当|日起|利用|鼓励|给予|支持|(?:企业|单位|机构|部门|机关|组织|者|人|人员|政府|公司|员会)$|推进|对|向|为"
    if sound(x, 4, 28) and not re.search(doers, x) and not m["y"].startswith("按照"):
        yield Made(
            "fee",
            at,
            at + m.end("y"),
            [f"{x}是否收费", f"{x}需要缴纳费用吗", f"{x}收取费用吗"],
            [f"{x}要钱吗", f"{x}要不要交钱", f"{x}是免费的吗", f"{x}收不收费"],
            [f"{x} 收费"],
        )


def parts(s, at, doc):
    m = re.match(r"(?P<x>[^，。；：、]{2,22}?)(?:应当|主要)?(?P<v>分为|包括|由)(?P<y>[^。；：]{6,110}?)(?P<v2>组成|构成)?[。；]", s)
    if not m or (m["v"] == "由") != bool(m["v2"]) or "、" not in m["y"] and "和" not in m["y"]:
        return
    x = local(m["x"], doc.place).removesuffix("的").removesuffix("划")
    if not sound(x, 2, 20) or re.search(r"应当|不得|可以", x):
        return
    v = m["v"]
    wordings = {
        "分为": ([f"{x}分为哪几类", f"{x}分为哪些"], [f"{x}有哪几种", f"{x}怎么分"]),
        "包括": ([f"{x}包括哪些", f"{x}包括什么"], [f"{x}都有什么", f"{x}包含啥", f"{x}有哪些"]),
        "由": (
            [f"{x}由哪些部分组成" if not re.search("会$|员$", x) else f"{x}由哪些人员组成", f"{x}由什么{m['v2']}"],
            [f"{x}是怎么{m['v2']}的", f"{x}里面有什么"],
        ),
    }[v]
    yield Made("parts", at + m.start("y"), at + m.end("y"), *wordings, [f"{x} {'分类' if v == '分为' else '组成' if v == '由' else '包括'}"])


def exception(s, at, doc):
    m = re.match(r"(?P<x>[^，。；：]{6,36})[，；。](?:但|但是)，?(?P<y>[^。；]{4,70}除外)", s)
    if m and sound(local(m["x"], doc.place).removesuffix("的"), 6, 34) and not re.search("另有|规定的除外$|^是", m["y"]):
        x = local(m["x"], doc.place)
        yield Made(
            "exception",
            at + m.start("y"),
            at + m.end("y"),
            [f"{x}，有哪些例外", f"{x}，什么情形除外"],
            [f"{x}，有没有例外", f"{x}，哪些情况不算"],
            [f"{x} 例外"],
        )


def where(s, at, doc):
    m = re.match(
        r"(?P<who>[^，。；：]{3,24}?)应当在(?P<where>[^，。；：]{3,28}?(?:场所|位置|地点|网站|平台|窗口|大厅|报刊|媒体上?|区域|场地))(?P<do>[^，。；：的内]{4,26})[，。；]",
        s,
    )
    if m and sound(local(m["who"], doc.place), 3, 22) and sound(m["do"], 4, 24) and not POINTING.search(m["where"]):
        who = local(m["who"], doc.place)
        yield Made(
            "where",
            at + m.start("where"),
            at + m.end("where"),
            [f"{who}应当在哪里{m['do']}", f"{who}应当在什么地方{m['do']}"],
            [f"{who}要在哪儿{m['do']}", f"{who}去哪里{m['do']}"],
            [f"{who} {m['do']} 地点"],
        )


def votes(s, at, doc):
    m = re.search(
        r"(?:^|(?<=[，。；]))(?P<x>[^，。；：]{4,30}?)(?:的，)?，?(?:应当|须|必须|由|需)?(?:经|由|征得)(?P<y>[^，。；：]{2,30}?(?:过半数|三分之二以上|半数以上|二分之一以上|四分之三以上)[^，。；：]{0,14}?)(?P<v>通过|同意)",
        s,
    )
    if m and sound(local(m["x"], doc.place).removesuffix("的"), 4, 28):
        x = local(m["x"], doc.place).removesuffix("的")
        yield Made(
            "votes",
            at + m.start("y"),
            at + m.end("y"),
            [f"{x}须经多少人{m['v']}", f"{x}应当经多大比例{m['v']}"],
            [f"{x}要多少人{m['v']}才行", f"{x}多少票才能{m['v']}"],
            [f"{x} 表决比例"],
        )


LISTED = r"条件|材料|文件|职责|情形|行为|内容|事项|规定|要求|措施|义务|权利|方式|资料|信息|标准|程序|因素|活动|项目|范围|人员|单位|场所|区域|待遇|费用|原则|证件|工作|制度|任务|方法|情况|物品|车辆|产品|设施|公共场所|地点|证明|手续|组织|机构|部门|步骤|依据|处罚|用语"


def list_rules(doc):
    """Announced lists: a line that ends with a colon, and its items."""
    lines = [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", doc.text)]
    for i, (at, line) in enumerate(lines):
        tail = re.search(r"(?:^|[。；])([^。；]{6,90}：)$", line)
        if not tail:
            continue
        items = []
        for start, item in lines[i + 1 : i + 16]:
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
    m = re.fullmatch(
        r"(?P<who>[^，]{0,26}?)(?:，)?有下列(?P<n>情形|行为|情况)(?:之一)?(?:的|时)?，(?P<then>[^，]{3,36}|[^，]{3,20}，[^，]{3,20})", head
    )
    if m:
        who, then = m["who"], m["then"]
        if who and not sound(who) or POINTING.search(then) or "本" in then or len(then) < 4:
            return
        if re.search(r"罚款|责令|(?:给予|行政|纪律)处分|警告|没收|依法追究|处罚", then):
            if not who:
                return
            yield Made(
                "list: when",
                start,
                end,
                [f"{who}有哪些{m['n']}会被处罚", f"{who}哪些{m['n']}应当受到处罚"],
                [f"{who}干了哪些事会被罚", f"{who}什么情况会挨罚"],
                [f"{who} 处罚情形"],
            )
            return
        short = re.sub(r"^(?:应当|可以|必须)", "", then)
        yield Made(
            "list: when",
            start,
            end,
            [f"{who}有哪些{m['n']}的，{then}", f"{who}在什么情形下，{then}"],
            [
                f"什么情况下{who}{then}" if short != then or re.match("不|方可|视为|有权|属于", then) else f"{who}在什么情况下，{then}",
                f"{who}遇到哪些情况，{then}",
            ],
            [f"{short} {m['n']}", f"{short} 哪些情况"],
        )
        return
    m = re.fullmatch(
        rf"(?P<a>[^，]{{0,40}}(?:，[^，]{{2,24}})?)(?:下列|以下)(?P<n>(?:[\u4e00-\u9fff]{{0,6}})?(?:{LISTED}))(?P<b>[^，]{{0,20}})", head
    )
    if not m or "之一" in m["b"] and len(m["b"]) > 4:
        return
    a, n, b = m["a"], m["n"], m["b"].removeprefix("之一")
    if (
        POINTING.search(a + b)
        or re.search("条、|条规定|款规定|除外|^除|以外", a)
        or "本" in a + b
        or len(a) < 2
        or b
        and not re.match(r"[\u4e00-\u9fff]{2,}", b)
    ):
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
        formal += [
            f"{what}需要哪些{n}",
            f"{what}应当满足哪些{n}" if n == "条件" else f"{what}应当提交哪些{n}" if re.search("材料|文件|资料", n) else f"{what}有哪些{n}",
        ]
        everyday += [f"{what}要什么{n}", f"{what}都要准备哪些{n}" if re.search("材料|文件|资料|证", n) else f"{what}有什么{n}"]
        keywords += [f"{what} {n}", f"{what}所需{n}"]
    if a.endswith("禁止") and not b:
        formal, everyday = [f"{a}哪些{n}", f"{a.removesuffix('禁止')}哪些{n}是禁止的"], [
            f"{a.removesuffix('禁止')}有哪些{n}是不允许的",
            f"{a.removesuffix('禁止')}不能做什么",
        ]
    yield Made("list: which", start, end, formal, everyday, keywords)


def adoption(doc):
    """When and by whom an ordinance was adopted and approved, from the line under its title."""
    m = re.search(r"（(?P<d>\d{4}年\d{1,2}月\d{1,2}日)(?P<by>[^（）\n]{8,40}?(?:会议|委员会[^（）\n]{2,14}会议))通过", doc.text[:400])
    if m:
        t = doc.title
        yield Made(
            "adopted",
            m.start("d"),
            m.end("d"),
            [f"《{t}》是什么时候通过的", f"《{t}》何时通过"],
            [f"{t}哪天通过的", f"{t}是哪一年通过的"],
            [f"{t} 通过时间"],
            titled=True,
        )
        yield Made(
            "adopted",
            m.start("by"),
            m.end("by"),
            [f"《{t}》由哪次会议通过", f"《{t}》是由谁通过的"],
            [f"{t}是谁通过的"],
            [f"{t} 通过会议"],
            titled=True,
        )

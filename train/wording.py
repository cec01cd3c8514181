"""What the rules share: made questions, and which pieces of a text can stand in one."""

import re
from dataclasses import dataclass, field

NUM = r"(?:\d[\d,]*(?:\.\d+)?|[一二三四五六七八九十百千两]+)"
TIME = rf"{NUM}(?:个工作日|个月|个小时|工作日|日|天|小时|年|分钟)"
AGENCY = r"(?:部门|机关|机构|人民政府|委员会|办公室|管理局|法院|检察院|海关|公安局|居民委员会|村民委员会)"
MARKER = re.compile(
    r"(?:第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十])?|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d{1,2}[.．、])[ \u3000]*"
)
# Words that point outside the sentence: a question that holds one asks about nothing.
POINTING = re.compile(
    r"前款|前条|前项|上述|本条|本款|本章|本节|本项|第[（(]?[一二三四五六七八九十百千零〇\d]+[)）]?[条款项章节]|该|其(?!他|余|中|它|实|所)|下列|以下|之一|如下|同前|前述|所列|另有|本法$|此类|这些|等$|有关规定|^他|我们"
)
BAD_START = re.compile(
    r"^(?:的|和|或|并|及|、|等|与|而|且|但|也|还|则|即|又|以|于|为|被|把|将|对|按|按照|依照|根据|依据|从|内|后|起|中|上|下|者|由|应当|可以|不得|同时|其中|确需|经|在|是)"
)
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
    return (
        low <= len(phrase) <= high
        and not POINTING.search(phrase)
        and not BAD_START.match(phrase)
        and not BAD_END.search(phrase)
        and all(phrase.count(a) == phrase.count(b) for a, b in ("（）", "“”", "《》", "()"))
        and "\n" not in phrase
        and "本"
        not in phrase.replace("基本", "")
        .replace("成本", "")
        .replace("本人", "")
        .replace("资本", "")
        .replace("根本", "")
        .replace("样本", "")
        .replace("标本", "")
        .replace("文本", "")
        .replace("本科", "")
        .replace("版本", "")
        .replace("副本", "")
        .replace("正本", "")
        .replace("日本", "")
    )


def local(phrase, place):
    """The phrase with the document's own way of naming its place made plain."""
    phrase = re.sub(r"(?:在)?本行政区域内?的?|本辖区内?的?|本区域内?的?|各自职责范围内的|辖区内的?", "", phrase)
    phrase = re.sub(r"(?:全市|全省|全自治区|本市行政区域内?的?|本省行政区域内?的?|本市|本省|本自治区)", place, phrase)
    return phrase.strip("，、 ")

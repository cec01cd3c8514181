"""Builds the training data: groups of one question and a few passages.

A group is {id, set, rule, question, needs_head, passages: [{head, text,
relevant, start, end}]}. start and end are the answer's characters in text:
-1 where there is none, -2 where nobody knows (then only relevance is learned).
Everything comes out of ../shared at run time and goes to the cache folder.
"""

import bisect
import gzip
import hashlib
import json
import random
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

import rules
import text as cut
from mining import Miner
from wording import MAX_TITLE

# The only files that training may read (../shared/train/README.md).
OFFICIAL = ["eval/laws_docs/docs_local", "eval/laws_docs/docs_national", "eval/city_ordinances/docs", "eval/gov_reports/docs"]
ALLOWED = set(OFFICIAL) | {
    "train/squad2_dev_zh",
    "train/xquad_zh",
    "eval/cmrc2018/docs",
    "eval/cmrc2018/docs_trial",
    "eval/cmrc2018/queries",
    "eval/cmrc2018/queries_trial",
    "eval/drcd/docs",
    "eval/drcd/docs_test",
    "eval/drcd/queries",
    "eval/stard/docs",
    "eval/stard/queries",
    "eval/procuratorate_faq/docs",
    "eval/procuratorate_faq/docs_site",
    "eval/procuratorate_faq/queries",
}


def held_back(question_id):
    """The fixed rule: a third of the questions of every set of ../shared/eval is never trained on."""
    return int(hashlib.sha256(question_id.encode()).hexdigest(), 16) % 3 == 0


def read(shared, name):
    """The records of a set that may be trained on; questions that are held back are left out."""
    assert name in ALLOWED, f"{name} is for measuring only"
    with gzip.open(Path(shared) / f"{name}.jsonl.gz", "rt", encoding="utf-8", newline="\n") as f:
        records = [json.loads(line) for line in f]
    if "/queries" in name:
        records = [r for r in records if not held_back(r["id"])]
    return records


def passage(head, text, start=-1, end=-1, relevant=None):
    return {"head": head, "text": text, "relevant": int(start >= 0) if relevant is None else relevant, "start": start, "end": end}


def group(identity, kind, rule, question, passages, needs_head=False):
    return {"id": identity, "set": kind, "rule": rule, "question": question, "needs_head": needs_head, "passages": passages}


# --- questions that people wrote ---------------------------------------------


def window_limit(rng):
    return 200 if rng.random() < 0.65 else 280


def others(windows, start, end, question, count, rng, answer=""):
    """Windows of the same text that do not hold the answer: the likest, and some by chance."""
    rest = [w for w in windows if (w[1] <= start or w[0] >= end) and not (len(answer) > 1 and answer in w[2])]
    words = set(cut.terms(question))
    rest.sort(key=lambda w: -len(words & w[3]))
    likest, chance = rest[: count + 1], rest[count + 1 :]
    rng.shuffle(likest)
    chosen = likest[:count]
    if chance and len(chosen) == count and rng.random() < 0.3:
        chosen[-1] = rng.choice(chance)
    return chosen


def windows_of(text, limit):
    """(start, end, words, their terms) of every window of a text."""
    return [(s, e, text[s:e], frozenset(cut.terms(text[s:e]))) for s, e in cut.partition(cut.fitted(text, limit), limit)]


def span_group(kind, record, text, head, rng):
    """A group of a question with an answer in text, None if the two do not fit."""
    start, answer, limit = record["answer_start"], record["answer"], window_limit(rng)
    end = start + len(answer)
    if text[start:end] != answer:
        return None
    held = cut.around(cut.fitted(text, limit), start, end, limit, rng)
    if held is None:
        return None
    found = [passage(head, text[held[0] : held[1]], start - held[0], end - held[0])]
    found += [passage(head, w) for _, _, w, _ in others(windows_of(text, limit), *held, record["question"], 2, rng, answer)]
    return group(record["id"], kind, "", record["question"], found)


def absent_group(kind, record, text, rng):
    """A group of a question that a text only seems to answer."""
    limit = window_limit(rng)
    words = set(cut.terms(record["question"]))
    best = sorted(windows_of(text, limit), key=lambda w: -len(words & w[3]))[: 1 if rng.random() < 0.6 else 2]
    return group(record["id"], kind, "", record["question"], [passage("", w[2]) for w in best])


def with_mined(g, record, owner, miner, rng):
    """The group with a passage of another document, which search would find beside its own."""
    if g is not None:
        answer = "" if record.get("unanswerable") else record["answer"]
        p = g["passages"][0]
        g["passages"] += [passage(*n) for n in miner.negatives(record["question"], answer, p["head"] + p["text"], owner, 1, rng)]
    return g


def span_sets(shared, rng, simplify):
    for kind in ("squad2_dev_zh", "xquad_zh"):
        records = read(shared, f"train/{kind}")
        texts = dict.fromkeys(r["text"] for r in records)
        miner = Miner([(text, "", w[2]) for text in texts for w in windows_of(text, 200)])
        for r in records:
            g = absent_group(kind, r, r["text"], rng) if r.get("unanswerable") else span_group(kind, r, r["text"], "", rng)
            yield with_mined(g, r, r["text"], miner, rng)
    for kind, doc_files, query_files, convert in (
        ("cmrc2018", ["docs", "docs_trial"], ["queries", "queries_trial"], str),
        ("drcd", ["docs", "docs_test"], ["queries"], simplify),
    ):
        docs = {d["id"]: d for name in doc_files for d in read(shared, f"eval/{kind}/{name}")}
        docs = {i: dict(d, title=convert(d["title"]), text=convert(d["text"])) for i, d in docs.items()}
        miner = Miner([(d["id"], d["title"], w[2]) for d in docs.values() for w in windows_of(d["text"], 200)])
        for r in (r for name in query_files for r in read(shared, f"eval/{kind}/{name}")):
            d = docs[r["doc_id"]]
            r = dict(r, question=convert(r["question"]), answer=convert(r["answer"]))
            yield with_mined(span_group(kind, r, d["text"], d["title"], rng), r, d["id"], miner, rng)


def relevance_sets(shared, rng, limit_documents=0):
    """Questions with a whole document for an answer; hard negatives by BM25."""
    for kind, names in (("stard", ["docs"]), ("procuratorate_faq", ["docs", "docs_site"])):
        docs = [d for name in names for d in read(shared, f"eval/{kind}/{name}")]
        if limit_documents:
            docs = docs[:2000]
        numbers = {d["id"]: i for i, d in enumerate(docs)}
        queries = [q for q in read(shared, f"eval/{kind}/queries") if all(d in numbers for d in q.get("doc_ids") or [q["doc_id"]])]
        index = cut.BM25([f"{d['title']}\n{d['text']}" for d in docs], {t for q in queries for t in cut.terms(q["question"])})

        def best_window(i, question, limit):
            words = set(cut.terms(question))
            best = max(windows_of(docs[i]["text"], limit), key=lambda w: len(words & w[3]))
            return docs[i]["title"], best[2]

        for q in queries:
            gold = {numbers[d] for d in q.get("doc_ids") or [q["doc_id"]]}
            near = [i for i, _ in index.best(q["question"], 40) if i not in gold]
            for at, i in enumerate(sorted(gold)[:3]):
                limit = window_limit(rng)
                wrong = rng.sample(near[:30], min(3, len(near)))
                yield group(
                    f"{q['id']}.{at}",
                    kind,
                    "",
                    q["question"],
                    [passage(*best_window(i, q["question"], limit), -2, -2, 1)] + [passage(*best_window(j, q["question"], limit)) for j in wrong],
                )


# --- questions made by rule --------------------------------------------------


@dataclass
class Document:
    id: str
    title: str
    text: str
    kind: str  # law or report
    place: str
    year: str
    family: str  # documents that are easily taken for one another
    headings: list = field(default_factory=list)  # (position, words)

    @property
    def year_said(self):
        return f"{self.year}年" if self.year else ""

    def head(self, at, with_heading):
        i = bisect.bisect_right(self.headings, (at, "\uffff")) - 1
        return self.title + (" " + self.headings[i][1] if with_heading and i >= 0 else "")


PLACE = re.compile(r"(?:(?:19|20)\d\d年)?(中华人民共和国|[\u4e00-\u9fff]{2,7}?(?:自治区|自治州|[省市州县])|浦东新区|广西|内蒙古|西藏|宁夏|新疆)")


def document(name, d):
    body = cut.clean(d["text"])
    m = PLACE.match(d["title"])
    place = m.group(1) if m else ""
    kind = "report" if name.endswith("gov_reports/docs") else "law"
    place = "" if place.endswith("城市") else place
    if place == "中华人民共和国":
        place = "我国" if kind == "report" else ""
    source = re.match(r"DLC/(\S\S)地方法规", d.get("category", ""))
    if not place and source and source.group(1) in ("上海", "北京", "重庆"):
        place = source.group(1) + "市"
    topic = re.sub(
        r"^(?:中华人民共和国|最高人民法院|最高人民检察院|国务院)|(?:条例|办法|规定|法|解释|实施细则|若干规定|决定)$",
        "",
        d["title"].removeprefix(place),
    )
    headings = [(m.start(), cut.MARK.sub("", m.group()).strip(cut.WHITE)) for m in re.finditer(r"[^\n]+", body) if cut.heading(m.group())]
    return Document(
        d["id"],
        re.sub(r"\s", "", d["title"]),
        body,
        kind,
        place,
        d.get("year") or "",
        kind if kind == "report" else topic or d["title"],
        [h for h in headings if h[1]],
    )


# How many questions a rule may give in all; rules not named may give MOST. The
# generic ones give fewer than there are.
MOST = 2600
CAPS = {
    "duty or right: whole": 1600,
    "may / must: yes or no": 2000,
    "may not": 2000,
    "in force": 800,
    "purpose": 700,
    "basis": 450,
    "scope": 500,
    "adopted": 250,
    "by whom": 1700,
    "duty: what": 1700,
    "duty: who": 1900,
    "penalty: who": 1300,
    "votes": 150,
}
A_LAW, A_REPORT = 14, 400  # most questions of one document
MINED_OF_ONE = 50  # windows of one document that may be negatives elsewhere
# How readily a document gives a question of a rule, so that the common ones do not crowd out the rest.
TURN = {"duty or right: whole": 0.15, "condition": 0.3, "may / must: yes or no": 0.25, "in force": 0.3, "purpose": 0.3, "basis": 0.2}

EVERYDAY = [
    ("应当", "应该"),
    ("缴纳", "交"),
    ("提交", "交"),
    ("机动车驾驶人", "司机"),
    ("未成年人", "小孩"),
    ("居民身份证", "身份证"),
    ("购买", "买"),
    ("领取", "领"),
    ("饲养", "养"),
    ("犬只", "狗"),
    ("吸烟", "抽烟"),
    ("劳动者", "员工"),
    ("用人单位", "公司"),
    ("罚款", "罚钱"),
    ("驾驶机动车", "开车"),
    ("予以", ""),
    ("以及", "和"),
    ("或者", "或"),
    ("丢弃", "扔"),
    ("携带", "带"),
    ("房屋", "房子"),
    ("子女", "孩子"),
    ("如何", "怎么"),
]


def phrase(q, doc, rng):
    """One wording of a made question, and what of the document it names: title, place, year."""
    voice = rng.choices(["formal", "everyday", "keywords"], [42, 40, 18])[0]
    words = rng.choice(getattr(q, voice) or q.formal)
    if not getattr(q, voice):
        voice = "formal"
    if voice == "everyday" and rng.random() < 0.6:
        for official, plain in rng.sample(EVERYDAY, len(EVERYDAY)):
            words = words.replace(official, plain)
    if not q.titled and doc.kind == "law" and rng.random() < 0.5:
        words = anchor(words, voice, doc, rng)
    words = re.sub(r"(?<=[\u4e00-\u9fff]) +(?=[，])|^[，、 ]+", "", words).replace("，，", "，")
    if voice == "keywords":
        return re.sub(" +", " " if rng.random() < 0.7 else "", words).strip()
    if voice == "everyday" and rng.random() < 0.35:
        words = (
            rng.choice(["请问", "请问一下，", "你好，", "您好，请问", "我想问一下，", "想咨询一下，", "麻烦问下，", "我想知道", "想了解一下"]) + words
        )
    elif voice == "formal" and rng.random() < 0.12:
        words = "请问" + words
    if voice == "everyday" and rng.random() < 0.1 and not words.endswith(("吗", "呢", "的", "没", "了")):
        words += "呢"
    return words.rstrip("，") + rng.choices(["？", "?", ""], [70, 8, 22])[0]


def anchor(words, voice, doc, rng):
    """Says which law or which place the question is about, as people do."""
    title = doc.title
    if doc.place and doc.place not in words and (voice != "formal" or rng.random() < 0.4):
        place = (
            doc.place if rng.random() < 0.6 or len(doc.place) < 3 or doc.place.endswith("州") else doc.place.removesuffix("自治区").rstrip("省市县")
        )
        return f"{place} {words}" if voice == "keywords" else rng.choice([f"在{place}，{words}", f"{place}{words}", f"{place}的规定里，{words}"])
    if title in words or len(title) > MAX_TITLE:
        return words
    if voice == "keywords":
        return f"{title} {words}"
    return rng.choice(
        [f"根据《{title}》，{words}", f"《{title}》规定，{words}", f"按照{title}，{words}", f"{title}中，{words}", f"《{title}》：{words}"]
    )


def rare_enough(q, doc):
    """Whether an answer is one: not the question's own words, of a length that a window holds."""
    answer = doc.text[q.start : q.end]
    return (
        1 <= len(answer) <= 200
        and answer == answer.strip()
        and not answer.startswith(("的", "，", "、", "。", "；", "："))
        and answer.count("（") == answer.count("）")
    )


def fit_list(q, doc, limit):
    """A list longer than a window is answered by as many of its first items as fit."""
    if not q.rule.startswith("list"):
        return q
    line = doc.text.rfind("\n", 0, q.start - 1) + 1
    while q.end - line > limit:
        cut_at = max(doc.text.rfind("；\n", q.start, q.end), doc.text.rfind("。\n", q.start, q.end))
        if cut_at < 0:
            return None
        q.end = cut_at
    return q if doc.text.count("\n", q.start, q.end) else None


def law_made(doc, rng):
    """The made questions of a document that are kept, in random order, with their windows."""
    limit = window_limit(rng)
    pieces, windows = cut.fitted(doc.text, limit), windows_of(doc.text, limit)
    found = sorted(rules.made(doc), key=lambda q: -rng.random() ** (1 / TURN.get(q.rule, 1)))
    for q in found:
        q = fit_list(q, doc, limit)
        if q is None or not rare_enough(q, doc):
            continue
        # A list is read with the line that announces it.
        start = doc.text.rfind("\n", 0, q.start - 1) + 1 if q.rule.startswith("list") else q.start
        held = cut.around(pieces, start, q.end, limit, rng)
        if held:
            yield q, held, windows


@lru_cache(maxsize=64)
def twin_windows(doc_number, limit, corpus):
    return windows_of(corpus.docs[doc_number].text, limit)


class Corpus:
    """The official texts, with what is needed to find documents like one another."""

    def __init__(self, docs):
        self.docs = docs
        self.families = defaultdict(list)
        self.places = sorted({d.place for d in docs} - {"", "我国"})
        for i, d in enumerate(docs):
            self.families[d.family].append(i)

    def twin(self, doc, text, rng):
        """The passage of another document of the family that is likest to text, None if there is no family."""
        family = [i for i in self.families[doc.family] if self.docs[i].title != doc.title]
        if not family:
            return None
        words, best = frozenset(cut.terms(text)), None
        for i in rng.sample(family, min(2, len(family))):
            for w in twin_windows(i, 200, self):
                score = len(words & w[3]) / (len(words | w[3]) or 1)
                if best is None or score > best[0]:
                    best = score, i, w
        return None if best is None or best[0] < 0.12 else (self.docs[best[1]], best[2])


def made_sets(shared, rng, limit_documents=0):
    """Questions made by rule, each followed by its near misses."""
    docs = [document(name, d) for name in OFFICIAL for d in read(shared, name) if d.get("category") != "案例"]
    rng.shuffle(docs)
    docs = docs[:limit_documents] if limit_documents else docs
    corpus, given = Corpus(docs), Counter()
    miner = Miner([(doc.id, doc.head(w[0], at % 2 == 0), w[2]) for doc in docs for at, w in enumerate(windows_of(doc.text, 200)[:MINED_OF_ONE])])
    agencies = []
    for doc in docs:
        kept = 0
        for q, held, windows in law_made(doc, rng):
            if given[q.rule] >= CAPS.get(q.rule, MOST) or kept >= (A_REPORT if doc.kind == "report" else A_LAW):
                continue
            # Reports are few and most like what a county publishes: each fact is asked for in two ways.
            for again in range(2 if doc.kind == "report" else 1):
                g = made_group(q, held, windows, doc, corpus, f"{doc.id}.{q.start}.{q.rule}.{again}", rng)
                if g is None:
                    continue
                kept, given[q.rule] = kept + 1, given[q.rule] + 1
                misses = list(near_misses(g, q, doc, corpus, agencies, rng))
                p = g["passages"][0]
                found = miner.negatives(g["question"], p["text"][p["start"] : p["end"]], p["head"] + p["text"], doc.id, 1, rng)
                g["passages"] += [passage(*n) for n in found]
                yield g
                yield from misses


def made_group(q, held, windows, doc, corpus, identity, rng):
    question = phrase(q, doc, rng)
    answer = doc.text[q.start : q.end]
    if not 3 <= len(question) <= 70 or len(answer) > 3 and answer in question:
        return None
    with_heading = rng.random() < 0.5
    words = doc.text[held[0] : held[1]]
    found = [passage(doc.head(held[0], with_heading), words, q.start - held[0], q.end - held[0])]
    wrong = [passage(doc.head(w[0], with_heading), w[2]) for w in others(windows, *held, question, 2, rng, answer)]
    twin = corpus.twin(doc, words, rng) if names(question, doc) and rng.random() < 0.4 else None
    if twin:
        wrong[-1:] = [passage(twin[0].head(twin[1][0], with_heading), twin[1][2])]
    elif rng.random() < 0.2:
        # Most notices do not say their place in their title: that it is not said must not count against a passage.
        for p in found + wrong:
            p["head"] = p["head"].replace(doc.place, "", 1) if doc.place else p["head"]
    return group(identity, "made", q.rule, question, found + wrong, needs_head=twin is not None)


def names(question, doc):
    """What of the document the question names."""
    if doc.title in question:
        return "title"
    short = doc.place.rstrip("省市县州") if len(doc.place) > 2 else doc.place
    if short and short in question and doc.place != "我国":
        return "place"
    if doc.kind == "report" and doc.year and re.search(r"(?:19|20)\d\d", question):
        return "year"
    return ""


ASPECTS = [  # (how it is asked, what a text that answers it would hold)
    (["{}的联系电话是多少", "{}咨询电话", "{}打什么电话"], r"电话|热线|\d{4}"),
    (["{}在哪里办理", "{}办理地点", "{}的办公地址在哪"], r"地址|地点|窗口|大厅|场所|向.{2,16}(?:部门|机关|机构)|所在地|政府"),
    (["{}怎么收费", "{}要多少钱", "{}收费标准"], r"费|元|免|钱|价"),
    (["{}需要提交哪些材料", "{}要带什么材料", "{} 所需材料"], r"材料|文件|证明|提交|资料|证件|下列|证"),
    (["{}的办理期限是多久", "{}要几天", "{} 办理时限"], r"[日天年月]|期限|及时|立即|定期|时间"),
    (["{}罚多少钱", "{}的罚款标准是什么"], r"罚|处|元"),
    (["{}网上怎么办理", "{}有没有网上办理渠道"], r"网|电子|平台|信息系统|在线"),
    (["{}的办公时间是什么", "{}周末上班吗"], r"时间|工作日|时"),
    (["{}是从哪一年开始的", "{}什么时候实施的"], r"年|施行|日"),
    (["{}有多少人", "{}一共有多少名工作人员"], r"[一二三四五六七八九十\d百千万]+[名人]|人数"),
    (["{}的负责人是谁", "{}由谁担任主任"], r"负责|主任|担任|领导|部门|机关"),
    (["{}有多少补贴", "{}补贴标准是多少"], r"补|奖|贴|资助|元|给予"),
]


# Rules whose first keyword is something that one can ask more about.
TOPICAL = {"time limit", "to whom", "list: which", "entitled", "duty: who", "lasting", "by whom", "bound"}


def near_misses(g, q, doc, corpus, agencies, rng):
    """Questions that the same passages seem to answer and do not."""
    seen, question = g["passages"], g["question"]
    named = names(question, doc) if g["needs_head"] or seen[0]["head"].startswith(doc.title) else ""

    def miss(rule, words, count=2):
        return group(f"{g['id']}.{rule}", "made", f"near miss: {rule}", words, [passage(p["head"], p["text"]) for p in seen[:count]], needs_head=True)

    if named and rng.random() < 0.34:
        words = rename(question, doc, named, corpus, rng)
        if words:
            # The twin that the new words name, if it is among the passages, may answer.
            own = [p for p in seen if p["head"].startswith(doc.title)][:2]
            yield group(
                f"{g['id']}.{named}", "made", f"near miss: other {named}", words, [passage(p["head"], p["text"]) for p in own], needs_head=True
            )
    level = re.search(r"[一二三四五](?=级|类|等(?!的|等)|档|季度)", question)
    if level:
        other = [c for c in "一二三四五" if c != level.group() and all(c + question[level.end()] not in p["text"] for p in seen)]
        if other:
            yield miss("other figure", question[: level.start()] + rng.choice(other) + question[level.end() :])
    if q.rule == "duty: what":
        who = re.sub(r"(?:负责|承担|的职责|是管|都管|具体).*$| 职责", "", q.formal[0])
        if agencies and rng.random() < 0.5:
            other = rng.choice(agencies)
            if other != who and who in question and all(other[-6:] not in p["text"] for p in seen):
                yield miss("other agency", question.replace(who, other))
        agencies.append(who)
    if rng.random() < 0.25 and q.rule in TOPICAL and q.keywords and not q.titled and doc.kind == "law" and " " in q.keywords[0]:
        topic = q.keywords[0].split(" ")[0]
        asked, shown = rng.choice(ASPECTS)
        if 4 <= len(topic) <= 24 and all(not re.search(shown, p["text"]) for p in seen[:2]):
            words = rng.choice(asked).format(topic)
            yield miss("not said", words + rng.choice(["？", "", "?"]) if " " not in words else words)


def rename(question, doc, named, corpus, rng):
    """The question about another law, place or year; None where that makes no sense."""
    if named == "year":
        year = re.search(r"(?:19|20)\d\d", question).group()
        other = str(int(year) + rng.choice([-3, -2, -1, 1, 2]))
        return None if other in doc.text or other == doc.year else question.replace(year, other)
    family = [i for i in corpus.families[doc.family] if corpus.docs[i].title != doc.title]
    if named == "place":
        other = corpus.docs[rng.choice(family)] if family else corpus.docs[rng.randrange(len(corpus.docs))]
        short = doc.place.rstrip("省市县州") if len(doc.place) > 2 else doc.place
        new = other.place if other.place not in ("", "我国") else rng.choice(corpus.places)
        if new.rstrip("省市县州") in (short, "") or new in doc.text:
            return None
        return re.sub(re.escape(short) + r"[省市县州]?", new, question)
    if not family or rng.random() < 0.4:
        same_kind = doc.title[-2:]
        family = [
            i
            for i in rng.sample(range(len(corpus.docs)), min(60, len(corpus.docs)))
            if corpus.docs[i].title.endswith(same_kind) and corpus.docs[i].title != doc.title
        ]
    if not family:
        return None
    other = corpus.docs[rng.choice(family)].title
    return question.replace(doc.title, other) if len(other) <= MAX_TITLE + 4 else None


# --- everything --------------------------------------------------------------


def groups(shared, table, seed, limit_documents=0):
    """All groups, the same for the same seed."""
    sources = [
        span_sets(shared, random.Random(seed * 10 + 1), cut.simplifier(table)),
        relevance_sets(shared, random.Random(seed * 10 + 2), limit_documents),
        made_sets(shared, random.Random(seed * 10 + 3), limit_documents),
    ]
    for source in sources:
        whole = (g for g in source if g is not None)
        yield from islice(whole, limit_documents) if limit_documents else whole


def is_kept_back_document(document_id):
    """Whether an official text is the one in twenty-five that is kept for measuring."""
    return int(hashlib.sha256(document_id.encode()).hexdigest(), 16) % 25 == 0


def is_kept_back(g):
    return g["set"] == "made" and is_kept_back_document(g["id"].split(".")[0])


def build(shared, table, cache, seed=7, limit_documents=0):
    """Writes the groups to groups.jsonl.gz and kept_back.jsonl.gz of cache and prints how many there are of each kind."""
    cache.mkdir(parents=True, exist_ok=True)
    names = ("groups", "kept_back")
    parts = [gzip.GzipFile(cache / f"{name}.part", "wb", compresslevel=5, mtime=0) for name in names]
    sums = [hashlib.sha256(), hashlib.sha256()]
    sets, made, pairs, seen = Counter(), Counter(), Counter(), set()
    for g in groups(shared, table, seed, limit_documents):
        key = g["question"], g["passages"][0]["text"]
        if key in seen:
            continue
        seen.add(key)
        line = (json.dumps(g, ensure_ascii=False) + "\n").encode()
        kept = is_kept_back(g)
        parts[kept].write(line)
        sums[kept].update(line)
        name = g["set"] + (" kept back" if kept else "")
        sets[name, "answered" if any(p["relevant"] for p in g["passages"]) else "unanswerable"] += 1
        pairs[name] += len(g["passages"])
        made[g["rule"]] += 1
    for name, part, total in zip(names, parts, sums):
        part.close()
        (cache / f"{name}.part").rename(cache / f"{name}.jsonl.gz")
        print(f"{cache / name}.jsonl.gz  sha256 of the lines {total.hexdigest()[:16]}")
    for (name, which), n in sorted(sets.items()):
        print(f"{name:24}{which:14}{n:8}")
    print("pairs:", dict(pairs))
    print("by rule:", dict(sorted((r, n) for r, n in made.items() if r)))


def sample(cache, count, seed):
    """Prints made questions to read: where the answer is known it stands in brackets in its passage."""
    with gzip.open(cache / "groups.jsonl.gz", "rt", encoding="utf-8") as f:
        made = [g for g in map(json.loads, f) if g["set"] == "made"]
    for g in random.Random(seed).sample(made, count):
        p = g["passages"][0]
        text, s, e = p["text"].replace("\n", "⏎"), p["start"], p["end"]
        shown = f"…{text[max(s - 40, 0):s]}【{text[s:e]}】{text[e:e + 25]}…" if s >= 0 else f"(none) {text[:110]}"
        print(f"[{g['rule']}] {g['question']}\n    《{p['head']}》{shown}")

"""Text as the program cuts it: sentences, clauses, windows, terms; and BM25.

What is here mirrors retrieval/sentence.go, retrieval/terms.go and
bot/evidence.go, so that the model is trained on what it will read.
Offsets count characters.
"""

import bisect
import math
import re
from collections import Counter, defaultdict

SENTENCE_ENDS = "。！？!?；;\n"
CLAUSE_ENDS = SENTENCE_ENDS + "，,：:"
CLOSING = "”’」』》）)】!！?？。"
WHITE = " \t\r\n\u00a0\u3000"
WINDOW = 200  # characters, as bot/evidence.go's windowRunes


def split(text, ends):
    """The pieces of text that end at one of ends, as (start, end), white space left out."""
    spans, start, at = [], 0, 0

    def emit(end):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip(WHITE))
        right = start + len(piece.rstrip(WHITE))
        if left < right:
            spans.append((left, right))

    while at < len(text):
        c, at = text[at], at + 1
        if c not in ends or is_thousands(text, at - 1):
            continue
        while at < len(text) and text[at] in CLOSING:
            at += 1
        emit(at)
        start = at
    emit(len(text))
    return spans


def is_thousands(text, i):
    """Whether the mark at i stands between digits: 1,000 or 15:48 is one word."""
    return text[i] in ",:" and 0 < i < len(text) - 1 and text[i - 1] in "0123456789" and text[i + 1] in "0123456789"


def sentences(text):
    return split(text, SENTENCE_ENDS)


def clauses(text):
    return split(text, CLAUSE_ENDS)


def fitted(text, limit=WINDOW):
    """Sentences, those longer than a window cut into clauses that fit."""
    pieces = []
    for s, e in sentences(text):
        if e - s <= limit:
            pieces.append((s, e))
            continue
        for cs, ce in clauses(text[s:e]):
            pieces += [(at, min(at + limit, s + ce)) for at in range(s + cs, s + ce, limit)]
    return pieces


def partition(pieces, limit=WINDOW):
    """Consecutive windows: each the longest run of whole pieces that fits."""
    windows = []
    for s, e in pieces:
        if windows and e - windows[-1][0] <= limit:
            windows[-1] = (windows[-1][0], e)
        else:
            windows.append((s, e))
    return windows


def around(pieces, start, end, limit, rng):
    """A window that holds [start, end) whole, grown at random to both sides; None if none fits."""
    first = max(bisect.bisect_right([s for s, _ in pieces], start) - 1, 0)
    last = first
    while last < len(pieces) - 1 and pieces[last][1] < end:
        last += 1
    if pieces[first][0] > start or pieces[last][1] < end or pieces[last][1] - pieces[first][0] > limit:
        return None
    room = limit if rng.random() < 0.75 else rng.randint(pieces[last][1] - pieces[first][0], limit)
    while True:
        sides = []
        if first > 0 and pieces[last][1] - pieces[first - 1][0] <= room:
            sides.append(-1)
        if last < len(pieces) - 1 and pieces[last + 1][1] - pieces[first][0] <= room:
            sides.append(1)
        if not sides:
            return pieces[first][0], pieces[last][1]
        if rng.choice(sides) < 0:
            first -= 1
        else:
            last += 1


HAN_RUN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002ffff]+|[a-z0-9]+(?:\.\d+)?")


def terms(text):
    """Bigrams of Han runs; words and numbers whole."""
    found = []
    for m in HAN_RUN.finditer(text.lower()):
        run = m.group()
        if run[0] < "\u3400" or len(run) == 1:
            found.append(run)
        else:
            found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


class BM25:
    """k1 1.2, b 0.75 over a small collection, in plain Python."""

    def __init__(self, texts, wanted):
        """wanted are the terms that will be asked for; no others are kept."""
        self.lengths, self.postings = [], defaultdict(list)
        for i, text in enumerate(texts):
            found = terms(text)
            self.lengths.append(len(found))
            for term, n in Counter(t for t in found if t in wanted).items():
                self.postings[term].append((i, n))
        self.mean = sum(self.lengths) / max(len(self.lengths), 1)

    def idf(self, term):
        n = len(self.postings.get(term, ()))
        return math.log(1 + (len(self.lengths) - n + 0.5) / (n + 0.5))

    def scores(self, question):
        found = defaultdict(float)
        for term in sorted(set(terms(question))):
            for i, n in self.postings.get(term, ()):
                found[i] += self.idf(term) * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * self.lengths[i] / self.mean))
        return found

    def best(self, question, count):
        """The count best texts as (number, score over the best that any text could have), best first."""
        found = self.scores(question)
        ideal = 2.2 * sum(self.idf(t) for t in sorted(set(terms(question)))) or 1
        return [(i, found[i] / ideal) for i in sorted(found, key=lambda i: (-found[i], i))[:count]]


def share(question_terms, text):
    """The share of a question's terms that text holds."""
    return len(question_terms & set(terms(text))) / max(len(question_terms), 1)


def simplifier(table):
    """A function from Traditional to Simplified by the program's own table, one character to one."""
    pairs = {line[0]: line[1] for line in map(str.strip, open(table, encoding="utf-8")) if len(line) == 2}
    return lambda s: s.translate(str.maketrans(pairs))


MARK = re.compile(
    r"^(?:第[一二三四五六七八九十百千零〇]+[条章节编]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d{1,2}[.．、])[ \u3000]*"
)
ITEM = re.compile(
    r"第[一二三四五六七八九十百千零〇]+[条章节编]|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d{1,2}[.．、]|#+ |目\s*录"
)


def clean(text):
    """A document's text with its hard-wrapped lines joined and marks of headings and zero width removed."""
    text = re.sub(r"[\u200b-\u200f\ufeff\ue000-\uf8ff]", "", text).replace("\r", "")
    lines = []
    for line in text.split("\n"):
        line = re.sub(r"^#+ ", "", line.strip(WHITE))
        if not line:
            continue
        if lines and wrapped(lines[-1], line):
            lines[-1] += line
        else:
            lines.append(line)
    return "\n".join(lines)


def wrapped(line, after):
    """Whether a line was broken in the middle of a sentence."""
    if after[0] in "。，；、：）":
        return True
    return len(line) >= 15 and line[-1] not in "。！？!?；;：:）)”" and not ITEM.match(after) and not heading(line)


def heading(line):
    return len(line) <= 30 and bool(ITEM.match(line)) and line[-1] not in "。；：，"

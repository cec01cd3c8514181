"""Hard negatives from other documents: what our own search would bring in, and the reader must turn down.

A passage that says the same in another document is an answer too. So a
negative is taken only where it lacks the answer's words and holds less of the
question than the passage that answers.
"""

import math
from array import array
from collections import defaultdict

import numpy as np

import text as cut

COMMON = 0.02  # terms in more than this share of the windows find nothing, as in the program's search
DEPTH = 12  # negatives are drawn from this many best windows
HOLDS_LESS = 0.85  # of the question's terms that the answering passage holds, at most
SAME_ANSWER = 0.45  # a window with this share of the answer's terms may answer as well


class Miner:
    """BM25 over windows of many documents, on arrays."""

    def __init__(self, windows):
        """windows are (owner, head, text); a question never gets a window of its own document's owner."""
        self.windows = windows
        lists, lengths = defaultdict(lambda: array("i")), array("i")
        for i, (_, _, text) in enumerate(windows):
            found = cut.terms(text)
            lengths.append(len(found))
            for term in dict.fromkeys(found):
                lists[term].append(i)
        most = max(COMMON * len(windows), 20)
        self.lists = {t: np.frombuffer(p, np.int32) for t, p in lists.items() if len(p) <= most}
        lengths = np.frombuffer(lengths, np.int32).astype(np.float32)
        self.norm = 2.2 / (1 + 1.2 * (0.25 + 0.75 * lengths / max(lengths.mean(), 1)))

    def best(self, question):
        scores, n = np.zeros(len(self.windows), np.float32), len(self.windows)
        for term in dict.fromkeys(cut.terms(question)):
            at = self.lists.get(term)
            if at is not None:
                scores[at] += math.log(1 + (n - len(at) + 0.5) / (len(at) + 0.5)) * self.norm[at]
        count = min(40, n - 1)
        top = np.argpartition(-scores, count)[:count]
        top = top[scores[top] > 0]
        return [int(i) for i in top[np.lexsort((top, -scores[top]))]]

    def negatives(self, question, answer, held, owner, count, rng):
        """Up to count windows of other documents as (head, text) that a search for question finds and that do not answer it."""
        asked, said = frozenset(cut.terms(question)), frozenset(cut.terms(answer))
        most = HOLDS_LESS * len(asked & frozenset(cut.terms(held)))
        found = []
        for i in self.best(question):
            whose, head, text = self.windows[i]
            if whose == owner or len(answer) > 1 and answer in text:
                continue
            words = frozenset(cut.terms(text))
            if len(asked & words) >= most or said and len(answer) >= 4 and len(said & words) >= SAME_ANSWER * len(said):
                continue
            found.append((head, text))
            if len(found) == DEPTH:
                break
        return rng.sample(found, min(count, len(found)))

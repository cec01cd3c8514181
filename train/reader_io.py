"""Groups as the model sees them: tokens, spans in tokens, batches.

The tokens are those of retrieval/wordpiece's EncodePair: [CLS] question [SEP]
《head》passage [SEP], letters in lower case, the question cut off at half of
the limit. The tokenizers package reads the same tokenizer.json; the Go package
is tested against it.
"""

import numpy as np
import torch
from tokenizers import Tokenizer

CLS, SEP = 101, 102
MAX_TOKENS = 320


def lower(text):
    """Lower case, character by character, so that offsets stay."""
    return "".join(c.lower()[0] for c in text) if not text.isascii() else text.lower()


def with_head(head, text):
    """The passage as it is read, and where its own text begins."""
    return (f"《{head}》{text}", len(head) + 2) if head else (text, 0)


class Pieces:
    """The tokenizer of the program."""

    def __init__(self, path):
        self.tokenizer = Tokenizer.from_file(str(path))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def ids(self, text):
        """Token ids and their character ranges in text, without [CLS] and [SEP]."""
        e = self.tokenizer.encode(lower(text), add_special_tokens=False)
        return e.ids, e.offsets

    def pair(self, question, head, text, limit=MAX_TOKENS):
        """ids, number of the passage's first token, ranges in text of its tokens (before 0: the head's)."""
        asked = [CLS] + self.ids(question)[0][: limit // 2 - 2] + [SEP]
        whole, shift = with_head(head, text)
        ids, ranges = self.ids(whole)
        room = limit - 1 - len(asked)
        return asked + ids[:room] + [SEP], len(asked), [(s - shift, e - shift) for s, e in ranges[:room]]


def encode(pieces, p, question, head):
    """A passage of a group as (ids, second, start, end, relevant); start 0 is none, -1 unknown; None if its answer was cut off."""
    ids, second, ranges = pieces.pair(question, head, p["text"])
    start, end = p["start"], p["end"]
    if start < 0:
        place = 0 if start == -1 else -1
        return ids, second, place, place, p["relevant"]
    inside = [i for i, (s, e) in enumerate(ranges) if s < end and e > start and s >= 0]
    if not inside or ranges[inside[-1]][1] < end:
        return None
    return ids, second, second + inside[0], second + inside[-1], 1


def encode_group(pieces, g, rng, shown=0.78):
    """The passages of a group, all with their head or all without."""
    show = g["needs_head"] or rng.random() < shown
    coded = [encode(pieces, p, g["question"], p["head"] if show else "") for p in g["passages"]]
    return None if coded[0] is None else [c for c in coded if c is not None]


def batches(groups, budget):
    """Cuts groups into batches of at most budget tokens with padding, those of like length together."""
    made, batch, width = [], [], 0
    for g in sorted(groups, key=lambda g: max(len(p[0]) for p in g)):
        wider = max(width, max(len(p[0]) for p in g))
        if batch and wider * (sum(map(len, batch)) + len(g)) > budget:
            made.append(batch)
            batch, wider = [], max(len(p[0]) for p in g)
        batch.append(g)
        width = wider
    return made + [batch] if batch else made


def tensors(batch, device):
    """One batch as padded tensors, with the group that each pair is of."""
    pairs = [p for g in batch for p in g]
    width = max(len(p[0]) for p in pairs)
    ids = np.zeros((len(pairs), width), np.int64)
    mask, types = np.zeros_like(ids), np.zeros_like(ids)
    for i, (tokens, second, *_) in enumerate(pairs):
        ids[i, : len(tokens)], mask[i, : len(tokens)], types[i, second : len(tokens)] = tokens, 1, 1
    columns = [torch.tensor(c, device=device) for c in (ids, mask, types)]
    labels = [torch.tensor([p[k] for p in pairs], device=device) for k in (2, 3, 4)]
    of = torch.tensor([i for i, g in enumerate(batch) for _ in g], device=device)
    return (*columns, *labels, of)

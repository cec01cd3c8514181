"""Measures the int8 model with the figures of the issue. Nothing here is ever trained on."""

import gzip
import json
import math
import random
import re

import numpy as np
import torch

import data
import export
import reader_io
import text as cut

QUESTION_PREFIX = "为这个句子生成表示以用于检索相关文章："  # what the embedder wants before a question
WIDE = 280  # characters of a block when a whole document is read for one span
LONGEST = 200  # characters of a span


def records(shared, name):
    with gzip.open(shared / f"{name}.jsonl.gz", "rt", encoding="utf-8", newline="\n") as f:
        return [json.loads(line) for line in f]


def thin(items, limit, seed=1):
    """The same limit items every time; all of them for 0."""
    return items if not limit or limit >= len(items) else random.Random(seed).sample(items, limit)


# --- the two models ----------------------------------------------------------


class Model:
    """The reader as the program runs it: one pair a call."""

    def __init__(self, path, pieces):
        self.session, self.pieces = export.session(path), pieces

    def read(self, question, head, text):
        """(relevance, span's score over none, start, end) with the best span's characters in text."""
        ids, second, ranges = self.pieces.pair(question, head, text)
        relevance, start, end = (o[0] for o in self.session.run(export.OUTPUTS, export.inputs(ids, second)))
        own = [i for i, (s, _) in enumerate(ranges) if s >= 0]
        if not own:
            return float(relevance), -20.0, 0, 0
        first, last = second + own[0], second + own[-1] + 1
        score, i, j = best_span(start[first:last], end[first:last], [ranges[k] for k in own])
        none = float(start[0] + end[0])
        return float(relevance), score - none, ranges[own[i]][0], ranges[own[j]][1]


def best_span(start, end, ranges):
    """The best start and end, end not before start and the span not too long."""
    scores = start[:, None] + end[None, :]
    place = np.array([s for s, _ in ranges])
    allowed = np.triu(np.ones_like(scores, bool)) & (place[None, :] - place[:, None] <= LONGEST)
    best = int(np.where(allowed, scores, -np.inf).argmax())
    i, j = divmod(best, len(end))
    return float(scores[i, j]), i, j


class Embedder:
    """The built-in embedder, for the scores that search gives."""

    def __init__(self, path, pieces):
        self.session, self.pieces = export.session(path), pieces

    def vector(self, text):
        ids = [reader_io.CLS] + self.pieces.ids(text)[0][:510] + [reader_io.SEP]
        v = self.session.run(None, export.inputs(ids, len(ids)))[0][0, 0]
        return v / np.linalg.norm(v)


# --- figures, as bot/eval/measures.go defines them ----------------------------


def squeezed(s):
    return re.sub(r"\s", "", s)


def lcs(a, b):
    row = [0] * (len(b) + 1)
    for x in a:
        diagonal = 0
        for j, y in enumerate(b):
            diagonal, row[j + 1] = row[j + 1], diagonal + 1 if x == y else max(row[j + 1], row[j])
    return row[-1]


def rouge_l(reference, said):
    a, b = squeezed(reference), squeezed(said)
    return 2 * lcs(a, b) / max(len(a) + len(b), 1)


def recall(answer, shown):
    """The share of the answer's characters, in order, that what is shown holds."""
    a = squeezed(answer)
    return lcs(a, squeezed(shown)) / max(len(a), 1)


def plain(s):
    return re.sub(r"[^\w]", "", s.lower())


def f1(reference, said):
    """Of the characters in common, without punctuation."""
    a, b = plain(reference), plain(said)
    common = sum(min(a.count(c), b.count(c)) for c in set(a))
    return 2 * common / max(len(a) + len(b), 1)


def auroc(good, bad):
    """The chance that a good score is above a bad one, ties half."""
    if not len(good) or not len(bad):
        return math.nan
    good, bad = np.asarray(good)[:, None], np.asarray(bad)[None]
    return float((good > bad).mean() + (good == bad).mean() / 2)


def refused_at(kept, good, bad):
    if not good or not bad:
        return math.nan
    threshold = sorted(good)[int((1 - kept) * len(good) + 1e-9)]
    return float(np.mean([b < threshold for b in bad]))


# --- sets --------------------------------------------------------------------


def read_document(model, question, head, text):
    """The best span of a document, read in blocks of which each overlaps the next by half."""
    pieces = cut.fitted(text, WIDE)
    blocks = cut.partition(pieces, WIDE)
    middles = [(s + e) // 2 for s, e in blocks[:-1]]
    shifted = [next(((p, q) for p, q in cut.partition([x for x in pieces if x[0] >= m], WIDE)), None) for m in middles]
    best = None
    for s, e in blocks + [b for b in shifted if b]:
        relevance, score, i, j = model.read(question, head, text[s:e])
        if best is None or score > best[0]:
            best = score, text[s + i : s + j], relevance
    return best


def spans(model, shared, limit):
    """cmrc2018, the third that is held back."""
    docs = {d["id"]: d for n in ("docs", "docs_trial") for d in records(shared, f"eval/cmrc2018/{n}")}
    queries = [q for n in ("queries", "queries_trial") for q in records(shared, f"eval/cmrc2018/{n}") if data.held_back(q["id"])]
    f, exact = [], []
    for q in thin(queries, limit):
        d = docs[q["doc_id"]]
        said = read_document(model, q["question"], d["title"], d["text"])[1]
        references = q.get("answers") or [q["answer"]]
        f.append(max(f1(r, said) for r in references))
        exact.append(any(plain(r) == plain(said) for r in references))
    print(f"cmrc2018 held back ({len(f)}): F1 {np.mean(f):.3f} (goal .70)  EM {np.mean(exact):.3f} (goal .50)")


def answerable(model, shared, limit):
    """dureader_checklist with the passage given: does it answer?"""
    docs = {d["id"]: d for d in records(shared, "eval/dureader_checklist/docs")}
    scores = {True: [], False: []}
    for q in thin(records(shared, "eval/dureader_checklist/queries"), limit):
        d = docs[q["doc_id"]]
        read = [model.read(q["question"], d["title"], d["text"][s:e]) for s, e in cut.partition(cut.fitted(d["text"], WIDE), WIDE)]
        scores[q["answerable"]].append((max(r[0] for r in read), max(r[1] for r in read)))
    by = [auroc([s[k] for s in scores[True]], [s[k] for s in scores[False]]) for k in (0, 1)]
    print(f"dureader_checklist ({sum(map(len, scores.values()))}): AUROC {by[0]:.3f} by relevance, {by[1]:.3f} by span (goal .80)")


def candidates(text):
    """Every longest run of whole sentences that 200 characters hold."""
    pieces, found = cut.fitted(text), []
    for i, (s, _) in enumerate(pieces):
        end = max(e for at, e in pieces[i:] if e - s <= cut.WINDOW)
        if not found or end > found[-1][1]:
            found.append((s, end))
    return found


def features(model, embedder, question, head, text, windows, asked):
    """A row a window: relevance, span over none, cosine, share of the question's terms."""
    words, rows, spans_ = set(cut.terms(question)), [], []
    for s, e in windows:
        relevance, score, i, j = model.read(question, head, text[s:e])
        rows.append((relevance, score, float(asked @ embedder.vector(text[s:e])), cut.share(words, text[s:e])))
        spans_.append((s + i, s + j))
    return np.array(rows), spans_


def learn_weights(model, embedder, cache, limit):
    """Weights of the four features, learned on made questions from documents that training never saw."""
    with gzip.open(cache / "kept_back.jsonl.gz", "rt", encoding="utf-8") as f:
        kept = [g for g in map(json.loads, f) if g["passages"][0]["relevant"] and len(g["passages"]) > 1]
    rows = []
    for g in thin(kept, limit):
        asked = embedder.vector(QUESTION_PREFIX + g["question"])
        words = set(cut.terms(g["question"]))
        rows.append(
            torch.tensor(
                [
                    (*model.read(g["question"], p["head"], p["text"])[:2], float(asked @ embedder.vector(p["text"])), cut.share(words, p["text"]))
                    for p in g["passages"]
                ]
            )
        )
    weights = torch.zeros(4, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=100)

    def loss():
        optimizer.zero_grad()
        total = -torch.stack([(r @ weights).log_softmax(0)[0] for r in rows]).mean() + 1e-3 * (weights**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    found = weights.detach().numpy()
    print(
        f"weights learned on {len(rows)} made questions: relevance {found[0]:.2f}, span {found[1]:.2f}, cosine {found[2]:.2f}, terms {found[3]:.2f}"
    )
    return found


def policies(model, embedder, shared, weights, limit):
    """ncp_policy with the page given: which 200 characters are shown, and which words in them."""
    docs = {d["id"]: d for d in records(shared, "eval/ncp_policy/docs")}
    ways = {"search scores": np.array([0, 0, 1, 0.5]), "relevance": np.array([1, 0, 0, 0]), "span": np.array([0, 1, 0, 0]), "learned": weights}
    held, rouge = {w: [] for w in ways}, []
    for q in thin(records(shared, "eval/ncp_policy/queries"), limit):
        d = docs[(q.get("doc_ids") or [q["doc_id"]])[0]]
        windows = candidates(d["text"])
        asked = embedder.vector(QUESTION_PREFIX + q["question"])
        rows, spans_ = features(model, embedder, q["question"], d["title"], d["text"], windows, asked)
        for way, w in ways.items():
            best = int((rows @ w).argmax())
            held[way].append(recall(q["answer"], d["text"][slice(*windows[best])]))
        rouge.append(rouge_l(q["answer"], d["text"][slice(*spans_[best])]))
    for way, found in held.items():
        print(
            f"ncp_policy, page given ({len(found)}), window by {way:13}: answer_recall {np.mean(found):.3f} (goal .84)  wholly shown {np.mean(np.array(found) > 0.999):.3f} (goal .75)"
        )
    print(f"ncp_policy, page given: ROUGE-L of the span in the learned window {np.mean(rouge):.3f} (goal .50)")


def refusal(model, shared, limit, depth=8):
    """ncp_policy: questions whose document is there against those whose document is not, the best windows of BM25 read."""
    windows = [(d["title"], d["text"][s:e]) for d in records(shared, "eval/ncp_policy/docs") for s, e in cut.partition(cut.fitted(d["text"]))]
    here = thin(records(shared, "eval/ncp_policy/queries"), limit)
    away = thin([q for q in records(shared, "eval/ncp_policy/queries_outofcorpus") if q["strict_unanswerable"]], limit)
    index = cut.BM25([f"{t}\n{w}" for t, w in windows], {t for q in here + away for t in cut.terms(q["question"])})

    def scores(q):
        best = index.best(q["question"], depth)
        read = [model.read(q["question"], *windows[i])[:2] for i, _ in best] or [(-10.0, -20.0)]
        return max(r[0] for r in read), max(r[1] for r in read), best[0][1] if best else 0.0

    good, bad = [scores(q) for q in here], [scores(q) for q in away]
    for k, name in enumerate(("relevance", "span", "BM25 over ideal")):
        g, b = [s[k] for s in good], [s[k] for s in bad]
        print(
            f"ncp_policy refusal ({len(g)} / {len(b)}) by {name:15}: AUROC {auroc(g, b):.3f} (goal .95)  refused at 90 % kept {refused_at(0.9, g, b):.3f} (goal .85)"
        )


def kept_back(model, cache, limit):
    """Made questions of documents that training never saw: a look at what was learned."""
    with gzip.open(cache / "kept_back.jsonl.gz", "rt", encoding="utf-8") as f:
        made = thin([json.loads(line) for line in f], limit)
    good, bad, first, f = [], [], [], []
    for g in made:
        read = [model.read(g["question"], p["head"], p["text"]) for p in g["passages"]]
        if not g["passages"][0]["relevant"]:
            bad.append(max(r[0] for r in read))
            continue
        good.append(read[0][0])
        first.append(read[0][0] >= max(r[0] for r in read))
        p = g["passages"][0]
        f.append(f1(p["text"][p["start"] : p["end"]], p["text"][read[0][2] : read[0][3]]))
    print(
        f"made questions of documents kept back ({len(made)}): span F1 {np.mean(f):.3f}, right window first {np.mean(first):.3f}, answered against near misses AUROC {auroc(good, bad):.3f}"
    )


def evaluate(path, shared, cache, limit):
    """Prints every figure for the model at path."""
    embedder_folder = shared / "models/bge-small-zh-v1.5"
    pieces = reader_io.Pieces(embedder_folder / "tokenizer.json")
    model, embedder = Model(path, pieces), Embedder(embedder_folder / "model_int8.onnx", pieces)
    kept_back(model, cache, limit or 2000)
    spans(model, shared, limit)
    answerable(model, shared, limit)
    policies(model, embedder, shared, learn_weights(model, embedder, cache, limit or 800), limit)
    refusal(model, shared, limit)

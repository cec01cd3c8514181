"""Learns how search and reading weigh together, from what `zhiwen eval --trace` wrote.

Two things are learned by logistic regression, both on documents and questions
that the model never saw and that may be trained on: the worth of a window
(bot/reading.go) and the confidence in an answer (bot/confidence.go).
"""

import gzip
import json

import numpy as np
import torch

import data

WORTH = ["relevance", "span", "score", "fused", "cover"]
ANSWERS = 0.5  # a window of the right document answers from this share of the answer on


def write_kept_back(shared, cache):
    """The official texts that are kept back, and their questions, in the form that zhiwen eval reads."""
    folder = cache / "kept"
    folder.mkdir(exist_ok=True)
    with open(folder / "docs.jsonl", "w", encoding="utf-8") as f:
        for name in data.OFFICIAL:
            for d in data.read(shared, name):
                if d.get("category") != "案例" and data.is_kept_back_document(d["id"]):
                    print(json.dumps({"id": d["id"], "title": d["title"], "text": d["text"]}, ensure_ascii=False), file=f)
    with gzip.open(cache / "kept_back.jsonl.gz", "rt", encoding="utf-8") as f:
        groups = [json.loads(line) for line in f]
    with open(folder / "queries.jsonl", "w", encoding="utf-8") as good, open(folder / "unanswerable.jsonl", "w", encoding="utf-8") as bad:
        for g in groups:
            p = g["passages"][0]
            row = {"id": g["id"], "question": g["question"], "doc_id": g["id"].split(".")[0]}
            if p["relevant"]:
                print(json.dumps(row | {"answer": p["text"][p["start"] : p["end"]]}, ensure_ascii=False), file=good)
            else:
                print(json.dumps(row, ensure_ascii=False), file=bad)
    return folder


def traces(paths):
    for path in paths:
        with open(path, encoding="utf-8") as f:
            yield from map(json.loads, f)


def fit(rows, labels, decay=1e-3):
    """Weights and bias of a logistic regression; the rows' columns are scaled inside and the weights scaled back."""
    x, y = np.array(rows, np.float64), torch.tensor(labels, dtype=torch.float64)
    mean, scale = x.mean(0), x.std(0) + 1e-9
    z = torch.tensor((x - mean) / scale)
    w = torch.zeros(z.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w, b], max_iter=200, line_search_fn="strong_wolfe")

    def loss():
        optimizer.zero_grad()
        total = torch.nn.functional.binary_cross_entropy_with_logits(z @ w + b, y) + decay * (w**2).sum()
        total.backward()
        return total

    optimizer.step(loss)
    weights = w.detach().numpy() / scale
    return weights, float(b.detach()) - float(weights @ mean)


def worth(questions):
    """The weights of a window's figures."""
    rows, labels = [], []
    for q in questions:
        for w in q["windows"] or []:
            if w["relevance"] is not None and q["answerable"]:
                rows.append([w[k] for k in WORTH])
                labels.append(float(w["gold"] and w["holds"] >= ANSWERS))
    weights, bias = fit(rows, labels)
    print(f"worth of a window, {len(rows)} windows: " + ", ".join(f"{k} {v:.3f}" for k, v in zip(WORTH, weights)) + f", bias {bias:.3f}")
    return weights, bias


CONFIDENCE = ["Cover", "Letters", "BM25", "Cosine", "Form", "Premise"]


def lead_of(q):
    read = [w for w in q["windows"] or [] if w["relevance"] is not None]
    return read[0] if read else None


def confidence(questions):
    """The weights of what says that there is an answer at all."""
    rows, labels = [], []
    for q in questions:
        lead = lead_of(q)
        if lead:
            rows.append([lead["relevance"], lead["span"]] + [float(q["signals"][k]) for k in CONFIDENCE])
            labels.append(float(q["answerable"] and lead["gold"]))
    weights, bias = fit(rows, labels)
    print(
        f"confidence, {len(rows)} questions: "
        + ", ".join(f"{k} {v:.3f}" for k, v in zip(["relevance", "span"] + CONFIDENCE, weights))
        + f", bias {bias:.3f}"
    )
    return weights, bias

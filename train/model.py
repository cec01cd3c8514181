"""The reader: BERT of 4 layers with three heads, in plain torch.

It starts from the built-in embedder, whose weights lie in the repository as
int8 ONNX only; dequantised they are the float weights to 1 part in 250, which
training forgets in its first steps.
"""

import math
import re

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

VOCABULARY, HIDDEN, HEADS, LAYERS, POSITIONS = 21128, 512, 8, 4, 512
MASKED = -10000.0  # a logit that softmax makes nothing; half precision holds it


class Layer(nn.Module):
    """One layer of BERT, with the query, key and value of all heads in one product."""

    def __init__(self, dropout):
        super().__init__()
        self.qkv = nn.Linear(HIDDEN, 3 * HIDDEN)
        self.mixed = nn.Linear(HIDDEN, HIDDEN)
        self.mixed_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.wide = nn.Linear(HIDDEN, 4 * HIDDEN)
        self.narrow = nn.Linear(4 * HIDDEN, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, bias):
        batch, tokens, _ = x.shape
        q, k, v = (p.view(batch, tokens, HEADS, HIDDEN // HEADS).transpose(1, 2) for p in self.qkv(x).split(HIDDEN, -1))
        scores = torch.matmul(q / math.sqrt(HIDDEN // HEADS), k.transpose(-1, -2)) + bias
        mixed = torch.matmul(scores.softmax(-1), v).transpose(1, 2).reshape(batch, tokens, HIDDEN)
        x = self.mixed_norm(x + self.dropout(self.mixed(mixed)))
        return self.norm(x + self.dropout(self.narrow(F.gelu(self.wide(x)))))


class Reader(nn.Module):
    """Question and passage in; relevance of the pair, start and end logits of its tokens out.

    Position 0 ([CLS]) of start and end stands for "no answer here".
    """

    def __init__(self, dropout=0.0):
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.relevance = nn.Linear(HIDDEN, 1)
        self.span = nn.Linear(HIDDEN, 2)
        for head in (self.relevance, self.span):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, input_ids, attention_mask, token_type_ids):
        places = torch.arange(input_ids.shape[1], device=input_ids.device)
        x = self.norm(self.words(input_ids) + self.positions(places) + self.types(token_type_ids))
        bias = (1.0 - attention_mask[:, None, None, :].to(x.dtype)) * MASKED
        for layer in self.layers:
            x = layer(x, bias)
        # Only the passage can hold the answer, or [CLS] for none.
        answers = (token_type_ids * attention_mask).to(x.dtype)
        answers = torch.cat([torch.ones_like(answers[:, :1]), answers[:, 1:]], 1)
        start, end = (self.span(x) + (1.0 - answers[:, :, None]) * MASKED).unbind(-1)
        return self.relevance(x[:, 0]).squeeze(-1), start, end


def load_embedder(reader, path):
    """Puts the embedder's dequantised weights into reader; its heads stay as they are."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}

    def plain(name):
        """The float array of that name, dequantised where it is int8."""
        if name in stored:
            return stored[name].astype(np.float32)
        zero = stored[name + "_zero_point"].astype(np.float32)
        return (stored[name + "_quantized"].astype(np.float32) - zero) * stored[name + "_scale"]

    # Matrices have numbers for names; the node that uses one has a path for its own.
    products = {}
    for node in graph.node:
        if node.op_type == "MatMulInteger":
            where = re.search(r"layer\.\d+/.*(?=/MatMul)", node.name or node.output[0])
            products[where.group().replace("/", ".")] = plain(node.input[1].removesuffix("_quantized")).T

    def dense(i, name):
        return products[f"layer.{i}.{name}"], plain(f"encoder.layer.{i}.{name}.bias")

    def norm(name):
        return plain(name + ".weight"), plain(name + ".bias")

    state = {
        f"{ours}.weight": plain(f"embeddings.{theirs}_embeddings.weight")
        for ours, theirs in (("words", "word"), ("positions", "position"), ("types", "token_type"))
    }
    state["norm.weight"], state["norm.bias"] = norm("embeddings.LayerNorm")
    for i in range(LAYERS):
        of = f"layers.{i}."
        parts = [dense(i, "attention.self." + p) for p in ("query", "key", "value")]
        state[of + "qkv.weight"], state[of + "qkv.bias"] = (np.concatenate(p) for p in zip(*parts))
        for ours, theirs in (("mixed", "attention.output.dense"), ("wide", "intermediate.dense"), ("narrow", "output.dense")):
            state[f"{of}{ours}.weight"], state[f"{of}{ours}.bias"] = dense(i, theirs)
        for ours, theirs in (("mixed_norm", "attention.output.LayerNorm"), ("norm", "output.LayerNorm")):
            state[f"{of}{ours}.weight"], state[f"{of}{ours}.bias"] = norm(f"encoder.layer.{i}.{theirs}")
    missing, unexpected = reader.load_state_dict({k: torch.tensor(v) for k, v in state.items()}, strict=False)
    heads = {"relevance.weight", "relevance.bias", "span.weight", "span.bias"}
    if set(missing) != heads or unexpected:
        raise ValueError(f"{path} is not the embedder's file: missing {missing}, unexpected {unexpected}")

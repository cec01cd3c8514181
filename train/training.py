"""Trains the reader for a given time, with checkpoints to go on from."""

import gzip
import json
import math
import random
import shutil
import signal
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F

import reader_io
from model import Reader, load_embedder

# What share of the pairs each set gives. Made questions are most like what
# people ask a county; the others keep the model from learning only the rules.
# Policies answer at length, the rules more often in a few words: made questions
# with a LONG answer are drawn more often than there are.
MIXTURE = {"made": 0.35, "made long": 0.26, "squad2_dev_zh": 0.11, "drcd": 0.08, "cmrc2018": 0.10, "xquad_zh": 0.03, "stard": 0.06, "procuratorate_faq": 0.01}
LONG = 35  # characters


@dataclass
class Plan:
    """Everything that decides the result, kept with each checkpoint."""

    seed: int = 7
    minutes: float = 100.0
    rounds: int = 4  # half-precision weights are written after each
    lr: float = 1.0e-4
    warmup: float = 0.06
    decay: float = 0.01
    dropout: float = 0.0  # nothing is read often enough to be learned by heart
    batch_tokens: int = 6144
    pool: int = 384  # groups drawn at a time and cut into batches of like length
    relevance: float = 1.0
    listwise: float = 0.5
    span: float = 1.0
    threads: int = 2
    fuse: bool = True  # torch.compile, where there is a C++ compiler: a fifth faster on a CPU
    precision: str = "auto"  # bf16, f32, or auto: bf16 where the machine multiplies it in hardware


def fast_bf16(device):
    """Whether bf16 is faster than f32 here: a GPU, or a CPU with its own instructions, and a torch that uses them."""
    if device.type == "cuda":
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return int(torch.__version__.split(".")[0]) >= 2 and ("avx512_bf16" in flags or "amx_bf16" in flags)


def share_of(group):
    """The name in MIXTURE under which a group is drawn."""
    is_long = any(p["end"] - p["start"] >= LONG for p in group["passages"])
    return "made long" if group["set"] == "made" and is_long else group["set"]


class Mixture:
    """Draws groups without end: of each set its share, every group of a set once before any again."""

    def __init__(self, groups, pieces, seed):
        self.rng, self.pieces = random.Random(seed), pieces
        self.sets = defaultdict(list)
        for g in groups:
            self.sets[share_of(g)].append(g)
        self.names = sorted(self.sets)
        # Shares are of pairs, and groups differ in how many they hold.
        self.weights = [MIXTURE.get(n, 0.01) / (sum(len(g["passages"]) for g in self.sets[n]) / len(self.sets[n])) for n in self.names]
        self.decks = {n: [] for n in self.names}
        self.drawn = {n: 0 for n in self.names}

    def draw(self, count):
        found = []
        while len(found) < count:
            name = self.rng.choices(self.names, self.weights)[0]
            if not self.decks[name]:
                self.decks[name] = self.sets[name][:]
                self.rng.shuffle(self.decks[name])
            coded = reader_io.encode_group(self.pieces, self.decks[name].pop(), self.rng)
            self.drawn[name] += 1
            if coded is not None:
                found.append(coded)
        return found


def loss_of(model, batch, plan):
    """Span cross-entropy (position 0 for none), relevance, and choice among the passages of one question."""
    ids, mask, types, start, end, relevant, of = batch
    relevance, starts, ends = (t.float() for t in model(ids, mask, types))
    loss = plan.relevance * F.binary_cross_entropy_with_logits(relevance, relevant.float())
    if (start >= 0).any():
        loss = loss + plan.span * 0.5 * (F.cross_entropy(starts, start, ignore_index=-1) + F.cross_entropy(ends, end, ignore_index=-1))
    lists = []
    for i in range(int(of[-1]) + 1):
        mine = of == i
        if relevant[mine].any() and mine.sum() > 1:
            lists.append(-F.log_softmax(relevance[mine], 0)[relevant[mine].bool()].mean())
    if lists:
        loss = loss + plan.listwise * torch.stack(lists).mean()
    return loss


def rate(share, plan):
    """The learning rate after that share of the time: linear up, linear down."""
    return plan.lr * (share / plan.warmup if share < plan.warmup else max(1 - share, 0) / (1 - plan.warmup))


def optimizer_of(model, plan):
    plain = [p for n, p in model.named_parameters() if p.ndim < 2]
    decayed = [p for n, p in model.named_parameters() if p.ndim >= 2]
    return torch.optim.AdamW(
        [{"params": decayed, "weight_decay": plan.decay}, {"params": plain, "weight_decay": 0.0}], lr=plan.lr, betas=(0.9, 0.98), eps=1e-6, fused=True
    )


class Saver:
    """Checkpoints: all of it in the cache folder, half-precision weights in the repository."""

    def __init__(self, cache, repository):
        self.whole, self.half = cache / "state.pt", repository / "weights.pt"

    def save_whole(self, model, optimizer, state):
        part = self.whole.with_suffix(".part")
        torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "state": state}, part)
        part.replace(self.whole)

    def save_half(self, model, state):
        """At most 48 MB, to be committed: what another machine goes on from."""
        self.half.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"model": {k: v.half() for k, v in model.state_dict().items()}, "state": state}, self.half)
        size = self.half.stat().st_size
        assert size <= 48_000_000, f"{self.half} has {size} bytes"

    def load(self, model, optimizer):
        """The newest state there is: this machine's, else the committed one, else a fresh one."""
        at = [p for p in (self.whole, self.half) if p.exists()]
        found = [torch.load(p, map_location="cpu") for p in at]
        if not found:
            return None
        best = max(found, key=lambda c: c["state"]["seconds"])
        model.load_state_dict({k: v.float() for k, v in best["model"].items()})
        if optimizer is not None and "optimizer" in best:
            optimizer.load_state_dict(best["optimizer"])
        return best["state"]


def train(plan, shared, cache, repository):
    """Trains until the plan's minutes are over, counted over all runs; prints as it goes."""
    torch.manual_seed(plan.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.set_num_threads(plan.threads)
    bf16 = plan.precision == "bf16" or plan.precision == "auto" and fast_bf16(device)
    embedder = shared / "models/bge-small-zh-v1.5"
    model = Reader(plan.dropout)
    load_embedder(model, embedder / "model_int8.onnx")
    model.to(device)
    optimizer = optimizer_of(model, plan)
    saver = Saver(cache, repository)
    state = saver.load(model, optimizer) or {"seconds": 0.0, "steps": 0, "pairs": 0, "round": 0}
    state["plan"] = asdict(plan)
    with gzip.open(cache / "groups.jsonl.gz", "rt", encoding="utf-8") as f:
        groups = [json.loads(line) for line in f]
    # A run that goes on draws other groups first than the one before it did.
    mixture = Mixture(groups, reader_io.Pieces(embedder / "tokenizer.json"), plan.seed * 1000 + state["steps"])
    print(
        f"torch {torch.__version__} on {device}, {'bf16' if bf16 else 'f32'}, {plan.threads} threads; {len(groups)} groups; from {state['seconds'] / 60:.1f} of {plan.minutes} minutes",
        flush=True,
    )

    fused = torch.compile(model, dynamic=True) if plan.fuse and shutil.which("g++") else model
    whole, before = plan.minutes * 60, state["seconds"]
    began = saved = said = time.monotonic()
    losses, run_pairs, todo = [], 0, []
    model.train()
    stopped = []  # a signal asks to stop after the step that is running, so that nothing is lost
    for s in (signal.SIGINT, signal.SIGTERM):
        signal.signal(s, lambda *_: stopped.append(True))
    while state["seconds"] < whole and not stopped:
        if not todo:
            todo = reader_io.batches(mixture.draw(plan.pool), plan.batch_tokens)
            mixture.rng.shuffle(todo)
        batch = reader_io.tensors(todo.pop(), device)
        for g in optimizer.param_groups:
            g["lr"] = rate(state["seconds"] / whole, plan)
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
            loss = loss_of(fused, batch, plan)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        now = time.monotonic()
        state["steps"] += 1
        state["pairs"] += len(batch[0])
        run_pairs += len(batch[0])
        state["seconds"] = before + now - began
        if now - said >= 30:
            print(
                f"{state['seconds'] / 60:6.1f} min  step {state['steps']:6}  pairs {state['pairs']:7}  {run_pairs / (now - began):5.1f}/s  loss {sum(losses) / len(losses):.3f}  lr {rate(state['seconds'] / whole, plan):.2e}",
                flush=True,
            )
            losses, said = [], now
        if now - saved >= 600:
            saver.save_whole(model, optimizer, state)
            saved = now
        if state["seconds"] >= whole * (state["round"] + 1) / plan.rounds:
            state["round"] = math.floor(state["seconds"] / whole * plan.rounds)
            saver.save_half(model, state)
            print(f"round {state['round']} of {plan.rounds}: {saver.half} written; commit it", flush=True)
    if run_pairs:
        saver.save_whole(model, optimizer, state)
        saver.save_half(model, state)
        print(
            f"trained {state['seconds'] / 60:.1f} min: {state['pairs']} pairs; this run {run_pairs / (time.monotonic() - began):.1f} a second; drawn {mixture.drawn}",
            flush=True,
        )
    return model

"""The steps from texts to a measured model, in order: data, train, export, evaluate."""

import argparse
import gzip
import json
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
STEPS = ["data", "train", "export", "evaluate", "weigh"]


def arguments():
    a = argparse.ArgumentParser(prog="train/run", description="Makes the reader. Without steps: all of them that are not done; data is built once.")
    a.add_argument(
        "steps", nargs="*", metavar="STEP", help="data, train, export (with quantisation), evaluate, weigh (asks --zhiwen), or sample (prints made questions to read)"
    )
    a.add_argument("--minutes", type=float, help="training time, over all runs together (100); stops by itself, resumes from the newest checkpoint")
    a.add_argument("--threads", type=int, help="threads of training (2)")
    a.add_argument("--precision", choices=["auto", "bf16", "f32"], help="auto: bf16 where the machine multiplies it in hardware")
    a.add_argument("--seed", type=int, default=7)
    a.add_argument("--limit", type=int, default=0, help="evaluate: questions of each set at most")
    a.add_argument("--count", type=int, default=300, help="sample: how many")
    a.add_argument("--zhiwen", type=Path, default=REPOSITORY / "zhiwen", help="weigh: the program, built with the new model")
    a.add_argument("--tiny", action="store_true", help="the whole way on a few hundred questions in a few minutes, in a folder of its own")
    a.add_argument("--shared", type=Path, default=SHARED, help="the folder with train/, eval/ and models/")
    a.add_argument("--cache", type=Path, default=Path.home() / ".cache/zhiwen-train")
    args = a.parse_args()
    for step in args.steps:
        if step not in STEPS + ["sample"]:
            a.error(f"{step} is no step; steps are {', '.join(STEPS)}, sample")
    return args


def build(args, cache):
    import data

    data.build(args.shared, REPOSITORY / "retrieval/t2s.txt", cache, args.seed, 120 if args.tiny else 0)


def train(args, cache, checkpoint):
    from training import Plan, train

    given = {k: v for k in ("minutes", "threads", "precision") if (v := getattr(args, k)) is not None}
    if args.tiny:
        given = {"minutes": 1.0, "pool": 48, "batch_tokens": 4096} | given
    train(Plan(seed=args.seed, **given), args.shared, cache, checkpoint)


def export(args, cache, checkpoint):
    import export as onnx_file
    from model import Reader
    from reader_io import Pieces
    from training import Saver

    model = Reader()
    state = Saver(cache, checkpoint).load(model, None)
    if state is None:
        raise SystemExit("train/run: there are no trained weights yet; run train/run train")
    print(f"weights after {state['seconds'] / 60:.1f} minutes and {state['pairs']} pairs")
    onnx_file.export(model, cache / "reader.onnx")
    onnx_file.quantize(cache / "reader.onnx", cache / "reader_int8.onnx")
    with gzip.open(cache / "kept_back.jsonl.gz", "rt", encoding="utf-8") as f:
        pairs = [(g["question"], p["head"], p["text"]) for g, _ in zip(map(json.loads, f), range(100)) for p in g["passages"][:1]]
    onnx_file.check(model, cache / "reader.onnx", cache / "reader_int8.onnx", Pieces(args.shared / "models/bge-small-zh-v1.5/tokenizer.json"), pairs)


def weigh(args, cache):
    """Asks the program questions about documents that the model never saw, and learns the weights of what it says."""
    import subprocess

    import weighing

    folder = weighing.write_kept_back(args.shared, cache)
    trace = folder / "trace.jsonl"
    command = [args.zhiwen, "eval", "--json", "--store", folder / "kept.db", "--docs", folder / "docs.jsonl", "--trace", trace]
    subprocess.run(command + ["--queries", folder / "queries.jsonl", "--unanswerable", folder / "unanswerable.jsonl"], check=True)
    questions = list(weighing.traces([trace]))
    weighing.worth(questions)
    weighing.confidence(questions)


def main():
    args = arguments()
    cache = args.cache / "tiny" if args.tiny else args.cache
    checkpoint = cache / "checkpoint" if args.tiny else REPOSITORY / "train/checkpoint"
    if not (args.shared / "models").is_dir():
        raise SystemExit(f"train/run: {args.shared} has no models folder; say with --shared where the shared data lies")
    steps = args.steps or [s for s in STEPS if s != "weigh" and s != "data" or not (cache / "kept_back.jsonl.gz").exists()]
    for step in steps:
        print(f"== {step}", flush=True)
        if step == "data":
            build(args, cache)
        elif step == "sample":
            from data import sample

            sample(cache, args.count, args.seed)
        elif step == "train":
            train(args, cache, checkpoint)
        elif step == "weigh":
            weigh(args, cache)
        elif step == "export":
            export(args, cache, checkpoint)
        else:
            from evaluate import evaluate

            evaluate(cache / "reader_int8.onnx", args.shared, cache, args.limit or (8 if args.tiny else 0))


if __name__ == "__main__":
    main()

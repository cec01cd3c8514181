"""From trained weights to the int8 ONNX file that the program reads."""

import hashlib
import logging

import numpy as np
import torch

from model import MASKED

INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
OUTPUTS = ["relevance", "start", "end"]
OPSET = 14
MOST_BYTES = 26_000_000


def export(model, path):
    """Writes the float model."""
    model.eval().cpu().float()
    ids = torch.ones(2, 9, dtype=torch.int64)
    types = torch.cat([torch.zeros(2, 4), torch.ones(2, 5)], 1).long()
    axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS + OUTPUTS[1:]} | {"relevance": {0: "batch"}}
    options = {"dynamo": False} if int(torch.__version__.split(".")[0]) >= 2 else {}
    logging.getLogger().setLevel(logging.ERROR)  # the quantiser's advice is for pictures
    torch.onnx.export(
        model,
        (ids, torch.ones_like(ids), types),
        str(path),
        input_names=INPUTS,
        output_names=OUTPUTS,
        dynamic_axes=axes,
        opset_version=OPSET,
        do_constant_folding=True,
        **options,
    )


def quantize(source, path):
    """Weights to int8, each output of a matrix with its own scale, as in the embedder's file; the heads stay float."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    heads = [n.name for n in onnx.load(str(source)).graph.node if n.op_type in ("MatMul", "Gemm") and ("/span" in n.name or "/relevance" in n.name)]
    quantize_dynamic(
        str(source),
        str(path),
        weight_type=QuantType.QInt8,
        per_channel=True,
        nodes_to_exclude=heads,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )
    size = path.stat().st_size
    assert size <= MOST_BYTES, f"{path} has {size} bytes, more than {MOST_BYTES}"
    print(f"{path}: {size} bytes, sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def session(path, threads=1):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def inputs(ids, second):
    """One pair as a session takes it."""
    ids = np.array([ids], np.int64)
    types = (np.arange(ids.shape[1]) >= second).astype(np.int64)[None]
    return dict(zip(INPUTS, (ids, np.ones_like(ids), types)))


def softmax(x):
    x = np.exp(x - x.max())
    return x / x.sum()


def check(model, float_path, int8_path, pieces, pairs):
    """Float ONNX must give torch's figures; int8 must stay near them. Prints how near."""
    exact, near = session(float_path), session(int8_path)
    far, moved, same = 0.0, [], 0
    for question, head, text in pairs:
        ids, second, _ = pieces.pair(question, head, text)
        fed = inputs(ids, second)
        with torch.no_grad():
            ours = [o.numpy() for o in model(*(torch.tensor(fed[n]) for n in INPUTS))]
        theirs, small = exact.run(OUTPUTS, fed), near.run(OUTPUTS, fed)
        # Masked tokens have logits of -10000, where float32 is exact to 0.001 only.
        far = max(far, *(float(np.abs(a - b)[a > MASKED / 2].max()) for a, b in zip(ours, theirs)))
        moved.append(abs(float(ours[0][0]) - float(small[0][0])))
        same += int(ours[1].argmax() == small[1].argmax() and ours[2].argmax() == small[2].argmax())
    print(
        f"float ONNX against torch: at most {far:.1e} apart; int8: relevance moves by {np.mean(moved):.3f} on average, {np.max(moved):.3f} at most; same span for {same} of {len(pairs)}"
    )
    assert far < 1e-3, "the exported model is not the trained one"

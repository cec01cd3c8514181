"""The other side of the package's benchmarks: ONNX Runtime called from Python.

    python3 bench.py model_int8.onnx tokenizer.json THREADS

Reads one JSON array of texts a line, embeds each text in a call of its own,
THREADS at a time with one thread each, and answers the seconds it took.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy
import onnxruntime
from tokenizers import Tokenizer


def main():
    model, tokenizer, threads = sys.argv[1], Tokenizer.from_file(sys.argv[2]), int(sys.argv[3])
    tokenizer.enable_truncation(512)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def embed(text):
        ids = numpy.array([tokenizer.encode(text).ids], dtype=numpy.int64)
        feed = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        vector = session.run(None, feed)[0][0, 0]
        return vector / numpy.linalg.norm(vector)

    with ThreadPoolExecutor(threads) as pool:
        for line in sys.stdin:
            texts = json.loads(line)
            start = time.perf_counter()
            list(pool.map(embed, texts))
            print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()

"""Writes what the reference implementation (pip: tokenizers) makes of texts.

    python3 oracle.py MODEL/tokenizer.json EVAL_FOLDER

leaves beside itself
  sentences.json   ids and offsets of the sentences below
  codepoints.txt   one digest for each block of 4,096 code points
  first5000.txt    a digest for each of 5,000 texts of EVAL_FOLDER
  eval.txt         a digest for each file of EVAL_FOLDER, over all its texts
and ../tables.go, the classes of characters that the reference tells apart.

A text's digest is the first 8 bytes of the SHA-256 of its tokens, each as
three little-endian uint32: id, start, end, the latter in bytes of UTF-8; no
token is cut off. The texts of a file are all its strings: lines in order, an
object's members by name, arrays in order. Texts themselves are not kept.
"""

import gzip
import hashlib
import json
import pathlib
import struct
import sys

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
TEXTS = 5000
BLOCK = 4096
PREFIX = "为这个句子生成表示以用于检索相关文章："

SENTENCES = [
    PREFIX + "2023年绩溪县开展了多少场法治宣传活动？",
    "",
    " \t\n\u3000",
    "一",
    "绩溪县2023年度法治政府建设工作情况报告",
    "全年办理行政复议案件32件，同比上升8.69%。",
    "皖政办〔2020〕5号《关于加快推进“互联网+政务服务”的通知》",
    "email: zhangsan@example.com, http://www.example.com/a_b?c=1",
    "unbelievably internationalization tokenizers playing",
    "HPV疫苗 Wi-Fi PVC管",
    "café naïve Ünïcode",
    "１２３ＡＢＣ（全角）",
    "零\u200b宽\ufeff空\u00ad格 sp\u200blit w\u200d\u200dord\u200b",
    "前[CLS]后[SEP][MASK] [PAD][UNK] [cls] [[CLS]]",
    "[C\u200bLS]",
    "𠀀𪚥𫝀𫠠𬺰 生僻字",
    "👨‍👩‍👧 表情😀符号 ①②③ ㎡ ℃",
    "x" * 100,
    "x" * 101,
    "##s a##s ###",
    "бюллетень ελληνικά ไทย 한국어 カタカナ ひらがな",
    "第十二条第二款第（三）项……——~～·",
    "\ufffd坏字\u0000节",
]


class Oracle:
    def __init__(self, path):
        self.tokenizer = Tokenizer.from_file(path)

    def encode(self, texts, **options):
        for text, encoding in zip(texts, self.tokenizer.encode_batch(texts, **options)):
            yield encoding.ids, byte_offsets(text, encoding)


def byte_offsets(text, encoding):
    """The reference counts characters; [CLS] and [SEP] get empty ranges."""
    if text.isascii():
        at = range(len(text) + 1)
    else:
        at = [0]
        for char in text:
            at.append(at[-1] + len(char.encode()))
    offsets = [(at[start], at[end]) for start, end in encoding.offsets]
    offsets[-1] = (at[-1], at[-1])
    return offsets


def digest(ids, offsets):
    h = hashlib.sha256()
    for id, (start, end) in zip(ids, offsets):
        h.update(struct.pack("<III", id, start, end))
    return h.digest()[:8]


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dict):
        for name in sorted(value):
            yield from strings(value[name])


def texts_of(path):
    with gzip.open(path, "rb") as lines:
        for line in lines:
            yield from strings(json.loads(line))


def batches(items, size):
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def write_sentences(oracle):
    rows = []
    for text, (ids, offsets) in zip(SENTENCES, oracle.encode(SENTENCES)):
        rows.append({"text": text, "ids": ids, "offsets": offsets})
    pair = oracle.tokenizer.encode(SENTENCES[4], SENTENCES[5])
    out = {"sentences": rows, "pair": {"first": SENTENCES[4], "second": SENTENCES[5], "ids": pair.ids, "types": pair.type_ids}}
    lines = ",\n".join(json.dumps(row, ensure_ascii=True) for row in rows)
    pair = json.dumps(out["pair"], ensure_ascii=True)
    (HERE / "sentences.json").write_text('{"sentences": [\n' + lines + '\n],\n"pair": ' + pair + "}\n")


def write_codepoints(oracle):
    with open(HERE / "codepoints.txt", "w") as out:
        for block in range(0, 0x110000, BLOCK):
            texts = ["a%sb" % chr(c) for c in range(block, block + BLOCK) if not 0xD800 <= c < 0xE000]
            h = hashlib.sha256()
            for ids, offsets in oracle.encode(texts):
                h.update(digest(ids, offsets))
            out.write(h.hexdigest()[:16] + "\n")


def write_eval(oracle, folder):
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.jsonl.gz"))
    share, extra = divmod(TEXTS, len(files))
    with open(HERE / "first5000.txt", "w") as first, open(HERE / "eval.txt", "w") as whole:
        left = 0
        for n, name in enumerate(files):
            wanted = share + (n < extra) + left
            h, count, kept = hashlib.sha256(), 0, []
            for batch in batches(texts_of(folder / name), 1000):
                for ids, offsets in oracle.encode(batch):
                    d = digest(ids, offsets)
                    h.update(d)
                    count += 1
                    if len(kept) < wanted:
                        kept.append(d.hex())
            left = wanted - len(kept)
            first.write("%s %d\n" % (name, len(kept)))
            first.writelines(d + "\n" for d in kept)
            source = hashlib.sha256((folder / name).read_bytes()).hexdigest()[:16]
            whole.write("%s %s %d %s\n" % (name, source, count, h.hexdigest()[:16]))
            print(name, count, file=sys.stderr)


def class_of(oracle, c):
    normalized = oracle.tokenizer.normalizer.normalize_str("a%sb" % chr(c))
    words = [w for w, _ in oracle.tokenizer.pre_tokenizer.pre_tokenize_str(normalized)]
    if words == ["ab"]:
        return "removed"
    if words == ["a", "b"]:
        return "whiteSpace"
    if len(words) == 3 and len(normalized) == 3:
        return "punctuation"
    return None  # a letter, or an ideograph, which is set apart with spaces


def write_tables(oracle):
    ranges = {"punctuation": [], "whiteSpace": [], "removed": []}
    for c in range(0x110000):
        if 0xD800 <= c < 0xE000:
            continue
        name = class_of(oracle, c)
        if name is None:
            continue
        if ranges[name] and ranges[name][-1][1] == c - 1:
            ranges[name][-1][1] = c
        else:
            ranges[name].append([c, c])
    with open(HERE.parent / "tables.go", "w") as out:
        out.write("// Code generated by testdata/oracle.py; DO NOT EDIT.\n\npackage wordpiece\n\nimport \"unicode\"\n")
        for name, pairs in ranges.items():
            write_table(out, name, pairs)


def write_table(out, name, pairs):
    short = [p for p in pairs if p[1] <= 0xFFFF]
    long = [p for p in pairs if p[1] > 0xFFFF]
    out.write("\nvar %s = &unicode.RangeTable{\n" % name)
    for field, width, part in (("R16", 4, short), ("R32", 5, long)):
        if part:
            out.write("\t%s: []unicode.Range%s{\n" % (field, field[1:]))
            for low, high in part:
                out.write("\t\t{Lo: 0x%0*x, Hi: 0x%0*x, Stride: 1},\n" % (width, low, width, high))
            out.write("\t},\n")
    out.write("\tLatinOffset: %d,\n}\n" % sum(high <= 0xFF for _, high in short))


def main():
    oracle = Oracle(sys.argv[1])
    write_tables(oracle)
    write_sentences(oracle)
    write_codepoints(oracle)
    write_eval(oracle, pathlib.Path(sys.argv[2]))


if __name__ == "__main__":
    main()

"""Questions made by rule from official texts.

A rule reads one sentence (or one list, or one paragraph) and gives what a
visitor might ask that it answers, with the words that a careful clerk would
underline. Question wordings come in three voices: formal, everyday and the
few words that people type into a search box.
"""

import re

from law_facts import adoption, list_rules
from law_rules import sentence_rules
from report_rules import report_rules
from text import ITEM, sentences


def made(doc):
    """Everything that the rules make of a document, in its order."""
    if doc.kind == "report":
        yield from report_rules(doc)
        return
    yield from adoption(doc)
    for m in re.finditer(r"[^\n]+", doc.text):
        line = m.group()
        if len(line) < 8 or line.endswith("：") and not ITEM.match(line):
            continue
        for s, e in sentences(line):
            yield from sentence_rules(line[s:e], m.start() + s, doc)
    yield from list_rules(doc)

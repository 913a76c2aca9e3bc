"""Words in context over all sources: plain words, or a regular expression that can neither hang nor fill the memory.

An expression is tried in a confined process with a limit on its processor time: one that takes ages on some text is refused
with a sentence. What was looked for is in no log, no address and no audit; that sources were opened is audited.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from throughline.evaluation.concordance_worker import search
from throughline.exchange.confine import Ending, run_confined
from throughline.methods.passages.spans import Spans
from throughline.records.inquiry.queries.asking import CONTEXT
from throughline.records.inquiry.queries.material import Material, texts_of
from throughline.vocabulary.errors import Invalid, Sentence

MOST = 2_000  # hits; more are not looked for
LONGEST_PATTERN = 500
CPU_SECONDS = 5
MEMORY_BYTES = 1_500_000_000
_WORKER = str(Path(__file__).with_name("concordance_worker.py"))


@dataclass(frozen=True)
class Wanted:
    """What to look for. Plain words unless `is_expression`; `is_whole`: not inside a longer word."""

    words: str
    is_expression: bool = False
    is_whole: bool = False
    is_exact: bool = False  # capitals matter


@dataclass(frozen=True)
class Concordance:
    """Hits in order of source and place; `is_cut` where there are more than MOST. `texts` holds the sources with hits."""

    hits: Spans
    texts: dict[int, str]
    searched: int
    is_cut: bool


def hits_of(material: Material, wanted: Wanted, *, at: datetime) -> Concordance:
    """Every place where the words stand. Raises Invalid for an expression that is none, or that takes too long."""
    pattern, flags = _compiled(wanted)
    texts = texts_of(material, range(len(material.sources)), reason="search", at=at)
    order = sorted(texts)
    found = _found(pattern, flags, [texts[number] for number in order], is_confined=wanted.is_expression)
    hits = Spans.of((order[which], start, end) for which, start, end in found[:MOST])
    hits = hits.where(material.kept(hits))
    held = {number: texts[number] for number in set(hits.source.tolist())}
    return Concordance(hits, held, len(order), len(found) > MOST)


def with_words_around(material: Material, found: Concordance) -> list[tuple[str, Spans]]:
    """Hits by their own words, each as a passage with up to CONTEXT characters on either side, cut at words.

    It ends where the turns of the hit end: nobody else's words are drawn in. The same passage is in there once for each word.
    """
    ends = _ends_of_turns(material, found)
    passages: dict[str, tuple[str, list[tuple[int, int, int]]]] = {}
    for source, start, end in found.hits.rows():
        text = found.texts[source]
        first, last = ends.get((source, start, end), (0, len(text)))
        begin = _at_a_word(text, max(first, start - CONTEXT), start, first)
        close = _at_a_word(text, min(last, end + CONTEXT), end, last)
        words = re.sub(r"\s+", " ", text[start:end]).strip()
        passages.setdefault(words.casefold(), (words, []))[1].append((source, begin, close))
    return [(words, Spans.of(rows).distinct()) for _, (words, rows) in sorted(passages.items())]


def _ends_of_turns(material: Material, found: Concordance) -> dict[tuple[int, int, int], tuple[int, int]]:
    """Of each hit where the first turn that it touches begins, and the last one ends."""
    turns: dict[int, list[tuple[int, int]]] = {}
    for source, start, end in material.turns.distinct().rows():
        turns.setdefault(source, []).append((start, end))
    ends = {}
    for source, start, end in found.hits.rows():
        touched = [turn for turn in turns.get(source, []) if turn[0] < end and start < turn[1]]
        if touched:
            ends[source, start, end] = min(touched[0][0], start), max(touched[-1][1], end)
    return ends


def _at_a_word(text: str, place: int, hit: int, border: int) -> int:
    """`place`, moved towards the hit until no word is cut there."""
    step = 1 if place < hit else -1
    while place not in (hit, border) and text[place - 1].isalnum() and text[place].isalnum():
        place += step
    return place


def _compiled(wanted: Wanted) -> tuple[str, int]:
    if not wanted.words.strip():
        raise Invalid(_EMPTY, fields={"words": _EMPTY})
    if len(wanted.words) > LONGEST_PATTERN:
        raise Invalid(
            Sentence("This is too long to look for: %(most)s characters at most.", most=LONGEST_PATTERN)
        )
    pattern = wanted.words if wanted.is_expression else r"\s+".join(map(re.escape, wanted.words.split()))
    if wanted.is_whole:
        pattern = rf"(?<!\w)(?:{pattern})(?!\w)"
    flags = re.MULTILINE | (0 if wanted.is_exact else re.IGNORECASE)
    try:
        re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as error:
        reason = error.msg if isinstance(error, re.error) else "too large"
        sentence = Sentence("This is not a regular expression: %(reason)s.", reason=reason)
        raise Invalid(sentence, fields={"words": sentence}) from error
    return pattern, flags


def _found(pattern: str, flags: int, texts: list[str], *, is_confined: bool) -> list[tuple[int, int, int]]:
    if not is_confined:
        return search(pattern, flags, texts, MOST + 1)
    asked = json.dumps([pattern, flags, texts, MOST + 1]).encode()
    outcome = run_confined(
        [sys.executable, "-I", "-S", _WORKER], asked, memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS
    )
    if outcome.ending is not Ending.FINE:
        raise Invalid(_TOO_SLOW, fields={"words": _TOO_SLOW})
    return [(which, start, end) for which, start, end in json.loads(outcome.output)]


_EMPTY = Sentence("Write what to look for.")
_TOO_SLOW = Sentence(
    "Looking for this takes too long: in some text the expression can match in very many ways. Write it without one"
    " repetition inside another, such as (a+)+."
)

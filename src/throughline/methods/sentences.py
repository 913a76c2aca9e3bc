"""Where sentences end, in English, French and languages written alike, and in Chinese and Japanese.

Estimates: nothing; it cuts a text into stretches that people would call sentences, for agreement sentence by sentence.
Formula: a sentence ends after . ! ? or … (and closing quotes or brackets behind it) where white space follows and the next
    word does not begin with a small letter; after the full-width marks 。！？ at once; and at a blank line or a line's end that
    has one of these marks or is followed by a line that begins with a capital or a digit. A full stop after a single capital
    (initials), or after a known abbreviation (Mr, Dr, M, Mme, cf, etc, vs, e.g., p. ex. ...), ends nothing. White space at
    either end belongs to no sentence.
Source: none; the rule is this paragraph. Splitters that learn or know more disagree with each other on speech too.
Assumptions: the text is punctuated. Captions without punctuation are one sentence a line, or one a turn.
When not to use it: for units that people chose: take turns.
Checked against: examples in both languages, and properties: stretches are apart, in order, and hold all that is not white
    space (tests/methods/test_sentences.py).
"""

from __future__ import annotations

import re

# Without their full stops, in small letters. What stands before a name or a number, or within a sentence.
ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "sr",
        "jr",
        "no",
        "nr",
        "vs",
        "cf",
        "etc",
        "e.g",
        "i.e",
        "eg",
        "ie",
        "approx",
        "dept",
        "fig",
        "vol",
        "pp",
        "p",
        "ca",
        "al",
        "m",
        "mm",
        "mme",
        "mmes",
        "mlle",
        "mlles",
        "me",
        "pr",
        "ex",
        "p.ex",
        "art",
        "env",
        "av",
        "bd",
        "chap",
        "éd",
        "vol",
    ]
)
_END = re.compile(
    r"""
    (?P<mark> [.!?…]+ ) (?P<closed> (?: [ \u00a0\u202f]?» | ["'”’)\]] )* ) (?P<gap> \s+ )
    | (?P<wide> [。！？]+ [」』”’）]* )
    | (?P<line> \s* \n \s* )
    """,
    re.VERBOSE,
)
_OPENING = "\"'«“‘([—–- \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"


def sentences(text: str) -> list[tuple[int, int]]:
    """[start, end) of each sentence, in code points, in order and apart; [] for a text of white space."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if not _ends(text, match):
            continue
        end = match.end("closed") if match["mark"] else match.end("wide") if match["wide"] else match.start()
        _keep(found, text, start, end)
        start = match.end()
    _keep(found, text, start, len(text))
    return found


def _keep(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        found.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))


def _ends(text: str, match: re.Match[str]) -> bool:
    if match["wide"]:
        return True
    rest = text[match.end() : match.end() + 8].lstrip(_OPENING)[:1]
    if match["line"]:
        return match["line"].count("\n") > 1 or not rest.islower()
    if match["gap"].count("\n") > 1:
        return True
    if rest.islower():
        return False
    return match["mark"] != "." or not _is_abbreviated(text, match.start("mark"))


def _is_abbreviated(text: str, place: int) -> bool:
    """Whether the full stop at a place belongs to the word before it."""
    before = text[max(0, place - 12) : place]
    word = re.split(r"[\s\"'«“‘(\[’]", before)[-1]
    return (len(word) == 1 and word.isupper() and word != "I") or word.lower() in ABBREVIATIONS

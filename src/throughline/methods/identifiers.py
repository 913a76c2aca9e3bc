"""What in a text may give somebody away: proposals for a person to look at, never a verdict.

What it does: finds e-mail addresses, telephone numbers (UK, France, Switzerland, US and Canada), post codes (UK, French
and Swiss with their town), health numbers (NHS, French NIR, Swiss AHV, each by its check digits), dates in English and
French, links and handles, names after a title or an introduction, capitalised words that do not open a sentence, the
labels of speakers, and the project's own list. A name that was found once is proposed wherever it stands.
Check digits: NHS modulo 11 (NHS Data Dictionary, "NHS NUMBER"); NIR 97 - n mod 97 (INSEE); AHV as EAN-13 (BSV).
Assumptions: English or French, written with capitals. Nicknames, a place paraphrased ("the bridge by the mill"), a rare
event, lower-case transcripts and other languages are missed: whoever releases a text must have read it.
When not to use it: as the only step before a text is shown to others.
Checked against: a labelled set of fictional transcripts (share found per kind), a check-digit oracle by hand.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from throughline.methods.identifier_words import (
    CALLED,
    KIN,
    MONTHS,
    NOT_NAMES,
    PLACE_ENDS,
    PLACE_WORDS,
    TITLES,
)
from throughline.vocabulary.study import AliasKind


class Rule(StrEnum):
    """Why a stretch was proposed; the first ones weigh more where two overlap."""

    LIST = "list"  # on the project's own list
    PATTERN = "pattern"  # the shape of a number, an address, a date
    INTRODUCED = "introduced"  # after a title, "my name is", "my brother"
    SPEAKER = "speaker"  # a speaker's label
    CAPITALS = "capitals"  # capitalised in the middle of a sentence
    AGAIN = "again"  # found elsewhere in the text by another rule
    CHOSEN = "chosen"  # by a person who read the text


@dataclass(frozen=True)
class Proposal:
    """text[start:end] may give somebody away. `label` is what stands for it already in this project, if anything."""

    start: int
    end: int
    kind: AliasKind
    rule: Rule
    label: str | None = None


@dataclass(frozen=True)
class Known:
    """A line of the project's list: what stands for these terms."""

    kind: AliasKind
    label: str
    terms: tuple[str, ...]


_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w’'\-]*"
_NAME = rf"(?:{_CAPITAL})(?:[ \t]+(?:(?:de|du|des|la|le|van|von|der|al|el|bin|ben)[ \t]+)*{_CAPITAL}){{0,3}}"
_DAY = r"(?:[12]?\d|3[01])"
_ORD = r"(?:st|nd|rd|th|er)?"
_YEAR = r"(?:(?:19|20)\d\d|[’']\d\d)"
# the look at the first letter makes a search ten times as fast
_MONTH = (
    f"(?=[{''.join(sorted({one[0] for one in MONTHS}))}])(?:"
    + "|".join(sorted(MONTHS, key=len, reverse=True))
    + r")\b\.?"
)

_DATES = (
    rf"\b{_DAY}{_ORD}[ \t]+(?:of[ \t]+|de[ \t]+)?{_MONTH}(?:,?[ \t]+{_YEAR})?\b",
    rf"\b{_MONTH}[ \t]+(?:the[ \t]+)?{_DAY}{_ORD}(?:,?[ \t]+{_YEAR})?\b(?![ \t]?%)",
    rf"\b{_MONTH}[ \t]+(?:of[ \t]+)?(?:19|20)\d\d\b",
    r"\b(?:0?[1-9]|[12]\d|3[01])([./\-])(?:0?[1-9]|1[0-2])\1(?:\d{4}|\d\d)\b",
    r"\b(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])/(?:\d{4}|\d\d)\b",
    r"\b(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b",
    r"(?<=born in )(?:19|20)\d\d\b|(?<=n[ée] en )(?:19|20)\d\d\b|(?<=née en )(?:19|20)\d\d\b",
)
_PHONES = (
    r"(?:\+|\b00)(?:44|33|41)[ \t.\-]?(?:\(0\)[ \t]?)?(?:\d[ \t.\-]?){8,9}\d(?!\d)",
    r"(?:\+|\b00)1[ \t.\-]?(?:\(\d{3}\)|\d{3})[ \t.\-]?\d{3}[ \t.\-]?\d{4}(?!\d)",
    r"(?<!\d)0(?:\d[ \t.\-]?){9}\d(?!\d)",  # UK: eleven digits
    r"(?<!\d)\(0\d{2,4}\)[ \t]?(?:\d[ \t.\-]?){5,7}\d(?!\d)",
    r"(?<!\d)0[1-9](?:[ \t.\-]?\d\d){4}(?!\d)",  # France: five pairs
    r"(?<!\d)0\d{2}[ \t./\-]?\d{3}[ \t.\-]?\d\d[ \t.\-]?\d\d(?!\d)",  # Switzerland
    r"(?<!\d)(?:\(\d{3}\)[ \t]?|\d{3}[.\-])\d{3}[.\-]\d{4}(?!\d)",  # US and Canada
    r"(?<!\d)\d{3}[ ]\d{3}[ ]\d{4}(?!\d)",
)
_POSTCODES = (
    r"\b(?:GIR[ ]?0AA|[A-Z]{1,2}\d[A-Z\d]?[ ]?\d[ABD-HJLNP-UW-Z]{2})\b",
    rf"\b(?:F-)?(?:0[1-9]|[1-8]\d|9[0-8])\d{{3}}[ \t]+{_CAPITAL}(?:[ \t\-](?:{_CAPITAL}))*",
    rf"\bCH-\d{{4}}(?:[ \t]+{_CAPITAL})?",
    rf"\b(?!19|20)[1-9]\d{{3}}[ \t]+{_CAPITAL}(?:-{_CAPITAL})*",
)
_LINKS = (
    r"\bhttps?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]",
    r"\bwww\.[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]",
    r"\b(?:[a-z0-9\-]+\.)+(?:com|org|net|co\.uk|org\.uk|nhs\.uk|gov\.uk|fr|ch|ca|info|io)(?:/[^\s<>\"')\].,;:!?]*)?\b",
    r"(?<![\w@.])@[A-Za-z0-9_](?:[A-Za-z0-9_.]{1,28}[A-Za-z0-9_])(?!@)",
)
_EMAIL = r"[A-Za-z0-9_.+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+\b"
_HEALTH = (
    (r"(?<!\d)\d{3}[ \-]?\d{3}[ \-]?\d{4}(?!\d)", "nhs"),
    (r"(?<!\d)756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}(?!\d)", "ahv"),
    (r"(?<!\d)[12][ ]?\d\d[ ]?\d\d[ ]?(?:\d\d|2[AB])[ ]?\d{3}[ ]?\d{3}[ ]?\d\d(?!\d)", "nir"),
)
_STREET = (
    rf"\b\d{{1,4}}[a-z]?,?[ \t]+(?:{_CAPITAL}[ \t]+){{1,3}}(?:Road|Street|Lane|Avenue|Close|Drive|Terrace|Court|Way|Crescent|Square|Grove)\b",
    rf"\b\d{{1,4}}(?:[ ]?(?:bis|ter))?,?[ \t]+(?:rue|avenue|boulevard|chemin|place|allée|impasse|quai)[ \t]+(?:(?:de|du|des|la|le|l[’'])[ \t]*)*{_NAME}",
)

_TOKEN = re.compile(r"[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+|\S")
_OPENING = " \t\"'“”«»‘’(–—-"  # what may stand between the end of a sentence and the next one's first word


def proposals_in(
    text: str, *, known: Sequence[Known] = (), speakers: Iterable[str] = (), language: str = "en"
) -> list[Proposal]:
    """What may give somebody away, in order of place, none overlapping another."""
    found = [
        *_of_list(text, known),
        *_of_patterns(text, language),
        *_introduced(text),
        *_of_speakers(text, speakers),
    ]
    if language != "de":  # German writes every noun with a capital
        found += _of_capitals(text)
    return _apart([*found, *_again(text, found)])


def labels_in(speakers: Iterable[str], known: Sequence[Known] = ()) -> dict[str, str | None]:
    """The speakers' labels that may be names -> what stands for each already, if anything."""
    stands = {term.casefold(): one.label for one in known for term in one.terms}
    return {
        label: stands.get(label.casefold())
        for label in dict.fromkeys(speakers)
        if label.casefold() in stands or _is_name(label)
    }


def occurrences(text: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Where terms stand as words of their own: in any case, with any blanks, before a possessive; the longest first.

    A tuple of terms that is asked of many texts is made ready once.
    """
    given = terms if isinstance(terms, tuple) else tuple(sorted(set(terms)))
    return [(start, end) for _, start, end in _of_lines(text, (given,))]


def _of_lines(text: str, lines: tuple[tuple[str, ...], ...]) -> Iterator[tuple[int, int, int]]:
    """Where the terms of each line stand: its number, start, end. Those of one line never overlap; the longest first.

    The text is gone through once, whatever the number of lines.
    """
    shapes = _shapes(lines)
    if not shapes:
        return
    reached = [0] * len(lines)
    for token in _TOKEN.finditer(text):
        start = token.start()
        for line, shape in shapes.get(token[0].lower(), ()):
            match = shape.match(text, start) if start >= reached[line] else None
            if match is not None:
                reached[line] = match.end()
                yield line, start, match.end()


@lru_cache(maxsize=64)
def _shapes(lines: tuple[tuple[str, ...], ...]) -> dict[str, list[tuple[int, re.Pattern[str]]]]:
    """The first word or sign of each term -> its line, and how the terms look that begin so, the longest first.

    One pattern of all of them would be tried at each place.
    """
    forms = {
        (line, form)
        for line, terms in enumerate(lines)
        for term in terms
        for form in (term, unicodedata.normalize("NFC", term), unicodedata.normalize("NFD", term))
    }
    shapes: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
    for line, form in sorted(forms, key=lambda one: (-len(one[1]), one)):
        token = _TOKEN.match(form.strip())
        if token is not None:
            key = "’" if token[0] == "'" else token[0].lower()
            shapes.setdefault(key, []).append((line, re.compile(_shape(form), re.IGNORECASE)))
    if "’" in shapes:
        shapes["'"] = shapes["’"]
    return shapes


def _shape(term: str) -> str:
    """A term as a pattern: it begins and ends where a word does, but for scripts that put no blanks between words."""
    words = [re.sub("[’']", "[’']", re.escape(word)) for word in term.split()]
    bare = term.strip()
    before = r"(?<!\w)" if _joins(bare[0]) else ""
    after = r"(?!\w)" if _joins(bare[-1]) else ""
    return before + r"\s+".join(words) + after


def _joins(sign: str) -> bool:
    return bool(re.match(r"[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]", sign))


def replaced(
    text: str, chosen: Iterable[tuple[int, int, str]], everywhere: Mapping[str, str]
) -> list[tuple[int, int, str]]:
    """Which stretches are replaced by what, in order and apart: the chosen ones (start, end, label), and every term.

    A stretch that touches an earlier one grows into it no further: what is left of a term is no longer that term.
    A term that comes to stand by itself only because its neighbour was replaced is found as well.
    """
    masked, found = list(text), []
    for start, end, label in sorted(chosen, key=lambda one: (one[0] - one[1], one[0])):
        if "\0" not in masked[start:end]:
            masked[start:end] = "\0" * (end - start)
            found.append((start, end, f"[{label}]"))
    labels = {as_compared(term): label for term, label in everywhere.items()}
    while left := occurrences("".join(masked), everywhere):
        for start, end in left:
            found.append((start, end, f"[{labels[as_compared(text[start:end])]}]"))
            masked[start:end] = "\0" * (end - start)
    return sorted(found)


def as_compared(term: str) -> str:
    """A term as it is compared: in any case, with any blanks and apostrophes, composed or not."""
    folded = unicodedata.normalize("NFC", " ".join(term.split()).replace("’", "'"))
    return folded.upper().casefold()


def is_nhs_number(digits: str) -> bool:
    """Ten digits of which the last is the check digit, modulo 11."""
    if len(digits) != 10 or not digits.isascii() or not digits.isdigit() or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(one) * weight for one, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == int(digits[9]) and check != 10


def is_ahv_number(digits: str) -> bool:
    """Thirteen digits that begin with 756, the last an EAN-13 check digit."""
    if len(digits) != 13 or not digits.isdigit() or not digits.startswith("756"):
        return False
    total = sum(int(one) * (3 if place % 2 else 1) for place, one in enumerate(digits[:12]))
    return (10 - total % 10) % 10 == int(digits[12])


def is_nir_number(signs: str) -> bool:
    """Thirteen signs (2A and 2B for Corsica) and their key: 97 less the number modulo 97."""
    number = signs[:13].upper().replace("2A", "19").replace("2B", "18")
    return len(signs) == 15 and number.isdigit() and 97 - int(number) % 97 == int(signs[13:])


_IS_HEALTH_NUMBER: dict[str, Callable[[str], bool]] = {
    "nhs": is_nhs_number, "ahv": is_ahv_number, "nir": is_nir_number,
}  # fmt: skip


def _of_list(text: str, known: Sequence[Known]) -> Iterator[Proposal]:
    for line, start, end in _of_lines(text, tuple(tuple(one.terms) for one in known)):
        yield Proposal(start, end, known[line].kind, Rule.LIST, known[line].label)


def _of_patterns(text: str, language: str) -> Iterator[Proposal]:
    for shape, name in _HEALTH:
        for match in re.finditer(shape, text):
            if _IS_HEALTH_NUMBER[name](re.sub(r"[ .\-]", "", match[0])):
                yield Proposal(*match.span(), AliasKind.HEALTH_NUMBER, Rule.PATTERN)
    shapes = (
        (AliasKind.EMAIL, (_EMAIL,), 0), (AliasKind.PHONE, _PHONES, 0), (AliasKind.LINK, _LINKS, 0),
        (AliasKind.DATE, _DATES, re.IGNORECASE), (AliasKind.PLACE, _STREET, 0), (AliasKind.POSTCODE, _POSTCODES, 0),
    )  # fmt: skip
    for kind, patterns, flags in shapes:
        for number, shape in enumerate(patterns):
            if kind is AliasKind.POSTCODE and number == 3 and language not in ("fr", "other"):
                continue  # "2500 People" is no Swiss town
            for match in re.finditer(shape, text, flags):
                if kind is AliasKind.DATE and match[0].startswith(("may ", "march ")):
                    continue  # the verbs; "3rd of may" is found
                yield Proposal(*match.span(), kind, Rule.PATTERN)


def _introduced(text: str) -> Iterator[Proposal]:
    """A name after a title or after words that introduce one; what introduces it stays."""
    lead = "|".join([*(rf"{title}\b\.?" for title in TITLES), *CALLED, *KIN])
    for match in re.finditer(rf"(?<!\w)(?i:{lead})[ \t]+({_NAME})", text):
        start, end = _trim(text, *match.span(1))
        if start < end:
            yield Proposal(start, end, AliasKind.PERSON, Rule.INTRODUCED)


def _of_speakers(text: str, speakers: Iterable[str]) -> Iterator[Proposal]:
    labels = [label for label in dict.fromkeys(speakers) if _is_name(label)]
    first = [label.split()[0] for label in labels if len(label.split()) > 1 and len(label.split()[0]) > 2]
    for start, end in occurrences(text, [*labels, *(one for one in first if _is_name(one))]):
        yield Proposal(start, end, AliasKind.PERSON, Rule.SPEAKER)


def _is_name(label: str) -> bool:
    """Whether a speaker's label looks like a name rather than a role (Interviewer, P01, Q)."""
    words = re.findall(r"[^\W\d_]+", label)
    if not words or any(sign.isdigit() for sign in label):
        return False
    return not all(
        word.casefold() in NOT_NAMES or len(word) == 1 or (word.isupper() and len(word) < 4) for word in words
    )


def _of_capitals(text: str) -> Iterator[Proposal]:
    for match in re.finditer(_NAME, text):
        start, end = match.span()
        if _opens_sentence(text, start):  # its first word has a capital anyway
            blank = re.search(r"\s", text[start:end])
            first = text[start : start + blank.start()] if blank else text[start:end]
            if blank is None or first.casefold() in NOT_NAMES or first.isupper():
                start = end if blank is None else start + blank.end()
        start, end = _trim(text, start, end)
        if start < end and not (text[start:end].isupper() and end - start < 4):
            yield Proposal(start, end, kind_of(text, start, end), Rule.CAPITALS)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Without words at either end that are no names (I, Monday, English), possessives and hyphens."""
    words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    while words and _is_plain(text[slice(*words[0])]):
        words.pop(0)
    while words and (_is_plain(text[slice(*words[-1])]) or not text[words[-1][0]].isupper()):
        words.pop()
    if not words:
        return start, start
    start, end = words[0][0], words[-1][1]
    owned = re.search(r"[’']s?$|[’'\-]+$", text[start:end])
    return (start, start + owned.start()) if owned and owned.start() else (start, end)


def _is_plain(word: str) -> bool:
    bare = re.sub(r"[’'](?:s|m|ve|re|ll|d|t)$", "", word.casefold())
    return (
        bare in NOT_NAMES
        or bare.rstrip(".") in TITLES
        or len(bare) == 1
        or bare.replace("’", "'") in NOT_NAMES
    )


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 400) : start].rstrip(_OPENING)[-1:]
    return before in ("", ".", "!", "?", "…", "\n", "\r", ":", "]", "*", ">")


def kind_of(text: str, start: int, end: int) -> AliasKind:
    """What a name looks like by its last word and by what stands before it: a person, where nothing says otherwise."""
    last = text[start:end].split()[-1:]
    if last and last[0].casefold() in PLACE_ENDS:
        return AliasKind(PLACE_ENDS[last[0].casefold()])
    before = re.search(r"([^\W\d_]+|[àÀ])[ \t’']+$", text[max(0, start - 30) : start])
    return AliasKind.PLACE if before and before[1].casefold() in PLACE_WORDS else AliasKind.PERSON


def _again(text: str, found: Iterable[Proposal]) -> Iterator[Proposal]:
    """What was found once, wherever else it stands: at the start of a sentence too, and a full name's parts."""
    sure = (Rule.INTRODUCED, Rule.CAPITALS, Rule.SPEAKER)
    kinds: dict[str, AliasKind] = {}
    for one in found:
        if one.rule in sure:
            said = text[one.start : one.end]
            kinds.setdefault(said, one.kind)
            parts = said.split()
            if one.kind is AliasKind.PERSON and len(parts) > 1 and one.rule is not Rule.CAPITALS:
                for part in parts:
                    if len(part) > 2 and part[0].isupper() and not _is_plain(part):
                        kinds.setdefault(part, one.kind)
    by_first: dict[str, list[tuple[re.Pattern[str], AliasKind]]] = {}
    for term, kind in sorted(kinds.items(), key=lambda item: -len(item[0])):
        for form in {term, term.upper()}:  # in this case or in capitals: "will" is a word
            first = _TOKEN.match(form)
            if first is not None:
                shape = re.compile(rf"(?<!\w){re.escape(form)}(?!\w)")
                by_first.setdefault(first[0], []).append((shape, kind))
    for token in _TOKEN.finditer(text):
        for shape, kind in by_first.get(token[0], ()):
            match = shape.match(text, token.start())
            if match is not None:
                yield Proposal(*match.span(), kind, Rule.AGAIN)


def _apart(found: Iterable[Proposal]) -> list[Proposal]:
    """Of proposals that overlap the one that weighs most, then the longest; in order of place.

    A longer name that holds one of the list weighs as much: Kayleigh Brown is who Kayleigh is there.
    """
    weight = {rule: number for number, rule in enumerate(Rule)}
    held = list(found)
    listed = sorted((one for one in held if one.rule is Rule.LIST), key=lambda one: one.start)
    starts = [one.start for one in listed]
    ranked = []
    for one in held:
        within = listed[bisect_left(starts, one.start) : bisect_left(starts, one.end)]
        labels = {(other.kind, other.label) for other in within if other.end <= one.end}
        if one.rule not in (Rule.LIST, Rule.PATTERN) and len(labels) == 1:
            kind, label = labels.pop()
            same = Proposal(one.start, one.end, kind, Rule.LIST, label) if kind is one.kind else one
            ranked.append((False, one.start - one.end, weight[same.rule], one.start, same))
        else:
            ranked.append((weight[one.rule] > 1, one.start - one.end, weight[one.rule], one.start, one))
    taken: list[Proposal] = []
    covered: set[int] = set()
    for *_, one in sorted(ranked, key=lambda rank: rank[:4]):
        places = range(one.start, one.end)
        if not covered.intersection(places):
            covered.update(places)
            taken.append(one)
    return sorted(taken, key=lambda one: one.start)

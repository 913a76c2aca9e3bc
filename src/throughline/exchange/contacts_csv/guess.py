"""What the columns of a log may mean, by their headers and by what stands in them: offered with the reason, never taken.

A guess is only where somebody begins to choose. It never decides about a cell: that the mapping does, once it is agreed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from throughline.exchange.contacts_csv.choices import COUNTED, DATED, NAMING, SEVERAL, ColumnChoice, none_of
from throughline.exchange.contacts_csv.choices import Meaning as M
from throughline.exchange.contacts_csv.header_words import (
    HEADERS,
    NAMELESS,
    NO,
    NOTHINGS,
    RETURNED,
    WORDS,
    YES,
)
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.profile import ColumnProfile, TableProfile
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import Nothing

MOST = 0.6  # of a column's cells must be of a kind for the kind to speak
_LATEST_BIRTHS = 14  # years before the newest date of the log: younger people are not clients
_PUNCTUATION = re.compile(r"[^\w/']+")


@dataclass(frozen=True)
class Offered:
    """What a programme has that columns and their words can name: names (or codes) -> how they are shown."""

    sites: Mapping[str, str]
    items: Mapping[str, str]
    kits: Mapping[str, str]
    topics: Mapping[str, str]
    domains: Mapping[str, str]
    barriers: Mapping[str, str]
    places: Mapping[str, str]


@dataclass(frozen=True)
class Guess:
    """What a column may mean, and why somebody could think so. `strength`: the larger the surer; 0 is no guess."""

    column: str
    meaning: M
    reason: Sentence
    of: str = ""
    strength: int = 0


def guessed(profile: TableProfile, offered: Offered) -> list[Guess]:
    """A guess for each column that has a name of its own, in their order. Of what only one column can mean, the surest."""
    latest = max((year for column in profile.columns for year in column.dates.years), default=0)
    best = [_best(column, offered, latest) for column in profile.columns]
    taken: dict[tuple[M, str], int] = {}
    for at, guess in enumerate(best):
        key = (guess.meaning, guess.of)
        if key not in taken or guess.strength > best[taken[key]].strength:
            taken[key] = at
    has_code = any(guess.meaning is M.CODE for guess in best)
    shown = []
    for at, guess in enumerate(best):
        is_second = taken[(guess.meaning, guess.of)] != at and (
            guess.meaning not in SEVERAL or bool(guess.of)
        )
        is_part = guess.meaning in (M.INITIALS, M.BORN, M.SEX) and has_code
        shown.append(_none(guess.column) if is_second or is_part else guess)
    return shown


def guessed_words(column: ColumnProfile, choice: ColumnChoice, offered: Offered) -> dict[str, str]:
    """Folded word -> what it may stand for; only words for which there is a guess."""
    found = {word: _target(word, choice, offered) for word in column.words}
    return {word: target for word, target in found.items() if target}


def separator_of(column: ColumnProfile) -> str:
    """The sign that parts several words in a cell, where more than a few cells have it."""
    for sign in (";", ",", "/", "+", "|"):
        having = sum(
            count for word, count in ((w, n) for w, (_shown, n) in column.words.items()) if sign in word
        )
        if having * 20 >= max(column.filled, 1):
            return sign
    return ""


def pieces_of(column: ColumnProfile, separator: str) -> dict[str, tuple[str, int]]:
    """The words of a column where a cell holds several of them: folded word -> as it is written, how often."""
    if not separator:
        return column.words
    found: dict[str, tuple[str, int]] = {}
    for shown, count in column.words.values():
        for piece in filter(None, (part.strip() for part in shown.split(separator))):
            before = found.get(folded(piece), (piece, 0))
            found[folded(piece)] = (before[0], before[1] + count)
    return found


def _none(column: str) -> Guess:
    return Guess(
        column, M.LEFT_OUT, Sentence("Nothing speaks for a meaning: it is left out unless you choose one.")
    )


def _best(column: ColumnProfile, offered: Offered, latest: int) -> Guess:
    guesses = [*_by_values(column, offered, latest), *_by_header(column, offered)]
    return max(guesses, key=lambda guess: guess.strength, default=_none(column.name))


def _plain(text: str) -> str:
    return " ".join(_PUNCTUATION.sub(" ", folded(text)).split())


def _by_values(column: ColumnProfile, offered: Offered, latest: int) -> Iterator[Guess]:
    if not column.filled:
        return
    head = _plain(column.name)
    if column.codes >= column.filled * MOST and column.filled >= 1:
        why = Sentence(
            "%(count)s of %(filled)s cells follows the programme's rule for client codes.",
            "%(count)s of %(filled)s cells follow the programme's rule for client codes.",
        )
        yield _because(column, M.CODE, why, column.codes, 9)
    if column.dated >= column.filled * MOST:
        years = sorted(column.dates.years.items())
        is_birth = head in HEADERS[M.BORN] or _median(years) <= latest - _LATEST_BIRTHS
        has_times = any("HH" in form or "hh" in form or "%H" in form for form in column.dates.formats(None))
        meaning = M.BORN if is_birth else M.AT if has_times or head in HEADERS[M.AT] else M.DATE
        why = Sentence("%(count)s of %(filled)s cells is a date.", "%(count)s of %(filled)s cells are dates.")
        if is_birth:
            why = Sentence(
                "%(count)s of %(filled)s cells is a date, long before the others in the file.",
                "%(count)s of %(filled)s cells are dates, most of them long before the others in the file.",
            )
        yield _because(column, meaning, why, column.dated, 6 + 2 * (head in HEADERS[meaning]))
    elif column.times >= column.filled * MOST:
        yield _because(
            column,
            M.TIME,
            Sentence(
                "%(count)s of %(filled)s cells is a time of the day.",
                "%(count)s of %(filled)s cells are times of the day.",
            ),
            column.times,
            6,
        )
    sites = set(map(folded, offered.sites))
    named = sum(count for word, (_shown, count) in column.words.items() if word in sites)
    if named >= column.filled * MOST:
        yield _because(
            column,
            M.SITE,
            Sentence(
                "%(count)s of %(filled)s cells is the name of one of your sites.",
                "%(count)s of %(filled)s cells are names of your sites.",
            ),
            named,
            8,
        )
    for meaning in (M.ROUTE, M.SEX, M.MODE):
        long = [word for word in WORDS[meaning] if len(word) > 1 or meaning is M.SEX]
        said = sum(count for word, (_shown, count) in column.words.items() if word in long)
        if said >= column.filled * 0.9 and column.word_count <= 8:
            yield _because(
                column,
                meaning,
                Sentence(
                    "%(count)s of %(filled)s cells is a word for it.",
                    "%(count)s of %(filled)s cells are words for it.",
                ),
                said,
                4,
            )


def _by_header(column: ColumnProfile, offered: Offered) -> Iterator[Guess]:
    head = _plain(column.name)
    if not head:
        return
    reason = Sentence("Its header says “%(word)s”.", word=column.name[:40])
    for meaning, words in HEADERS.items():
        if head in words and _may_be(column, meaning):
            yield Guess(column.name, meaning, reason, strength=5)
        elif any(f" {word} " in f" {head} " for word in words if len(word) > 3) and _may_be(column, meaning):
            yield Guess(column.name, meaning, reason, strength=3)
    tokens = _stems(head)
    is_back = any(word in head.split() for word in RETURNED)
    numbers = Sentence("Its header names %(name)s, and its cells are numbers.", name=column.name[:40])
    for names, given, back in (
        (offered.items, M.ITEM, M.RETURNED_ITEM),
        (offered.kits, M.KIT, M.RETURNED_KIT),
    ):
        of, score = _named(tokens, names)
        if of and (column.whole >= column.filled * MOST or _is_yes_no(column)):
            meaning = back if is_back else given
            yield Guess(column.name, meaning, numbers, of, strength=5 + score)
    if column.filled and not _is_yes_no(column):
        return
    told = Sentence("Its header names %(name)s, and its cells are yes or no.", name=column.name[:40])
    for listed, meaning in (
        (offered.topics, M.DISCLOSURE),
        (offered.domains, M.NEED_IS),
        (offered.barriers, M.BARRIER_IS),
    ):
        of, score = _named(tokens - {"need", "told", "barrier"}, listed)
        if of:
            is_said = meaning.value.split("_")[0] in head
            yield Guess(column.name, meaning, told, of, strength=3 + score + 2 * is_said)


def _may_be(column: ColumnProfile, meaning: M) -> bool:
    """Whether what stands in a column does not speak against what its header says."""
    if not column.filled:
        return True
    if meaning in DATED:
        return column.dated >= column.filled * MOST
    if meaning is M.TIME:
        return column.times >= column.filled * MOST
    if meaning in COUNTED:
        return column.whole >= column.filled * MOST
    if meaning is M.ID:
        return column.is_unique or column.filled > column.word_count > 0 or column.whole == column.filled
    if meaning is M.CODE:
        return column.codes * 2 >= column.filled
    return column.dated < column.filled * MOST and (meaning in NAMING or column.word_count <= 60)


def _because(column: ColumnProfile, meaning: M, why: Sentence, count: int, strength: int) -> Guess:
    return Guess(column.name, meaning, why.given(count=count, filled=column.filled), strength=strength)


def _median(years: list[tuple[int, int]]) -> int:
    half, seen = sum(count for _year, count in years) / 2, 0
    for year, count in years:
        seen += count
        if seen >= half:
            return year
    return 0


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:-1] if word.endswith("s") and len(word) > 3 else word for word in text.split())


def _named(tokens: frozenset[str], names: Mapping[str, str]) -> tuple[str, int]:
    """The key of names whose words the header shares most, and how many; empty where none shares its main word."""
    best, score = "", 0
    for key, shown in names.items():
        for words in (_stems(_plain(shown)), _stems(_plain(key.replace("_", " ")))):
            shared = len(tokens & words)
            if shared and shared * 2 >= min(len(words), len(tokens)) and shared > score:
                best, score = key, shared
    return best, score


def _is_yes_no(column: ColumnProfile) -> bool:
    said = sum(
        count
        for word, (_shown, count) in column.words.items()
        if word in YES or word in NO or word in NOTHINGS
    )
    return 0 < column.filled * MOST <= said and column.word_count <= 8


def _target(word: str, choice: ColumnChoice, offered: Offered) -> str:
    meaning = choice.meaning
    if meaning in NAMING:
        return NOTHINGS.get(word, Nothing.NOT_RECORDED).value if word in NAMELESS else ""
    if meaning in (M.NEED_IS, M.BARRIER_IS):
        if word in YES:
            return choice.of
        return none_of(meaning) if word in NO else _nothing(word)
    if meaning in (M.ITEM, M.KIT):
        return "1" if word in YES else "0" if word in NO or word in NOTHINGS else ""
    if meaning in COUNTED:
        return _nothing(word)
    names: dict[M, Mapping[str, str]] = {
        M.SITE: offered.sites, M.PLACE: offered.places, M.NEED: offered.domains, M.BARRIER: offered.barriers,
    }  # fmt: skip
    if meaning in names:
        return _named_word(word, names[meaning].items()) or (none_of(meaning) if word in NO else "")
    target = WORDS.get(meaning, {}).get(word, "")
    return str(target) or _in_vocabulary(word, meaning)


def _nothing(word: str) -> str:
    found = NOTHINGS.get(word)
    return found.value if found else ""


def _named_word(word: str, names: Iterable[tuple[str, str]]) -> str:
    exact = [
        key for key, shown in names if word in (folded(key), folded(key).replace("_", " "), folded(shown))
    ]
    if exact:
        return exact[0]
    begun = [
        key
        for key, shown in names
        if len(word) >= 3 and (folded(shown).startswith(word) or word.startswith(folded(shown)))
    ]
    return begun[0] if len(begun) == 1 else ""


def _in_vocabulary(word: str, meaning: M) -> str:
    """The vocabulary's own words, written with blanks or lines."""
    written = word.replace(" ", "_").replace("-", "_")
    return written if written in {str(target) for target in WORDS.get(meaning, {}).values()} else ""

"""The door for words, for passages that a question found: the same rules as for the quotes of a theme (words.py).

A de-identified source without a name of the list in the passage, consent to be quoted by everybody who speaks, and of group, site, arm and phase no more than at least
three participants share. Names of sources, turns, offsets and coders do not leave: with a transcript they lead to a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from throughline.evaluation.words import (
    NOTHING_TO_LEAVE,
    PROFILE,
    ReleasedQuote,
    attributes_of,
    carried_by,
    free_of_names,
)
from throughline.methods.passages.spans import Spans
from throughline.records.inquiry.actions import compare_passages_with_names
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import participants_for
from throughline.records.inquiry.queries.material import Material, texts_of
from throughline.records.inquiry.queries.speaking import speaking
from throughline.records.study.actions import ReleaseDraft, record_release, refuse_release
from throughline.records.study.models import Release
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ReleaseDoor

MOST = 20_000  # passages of one file


class LeavingPassage(NamedTuple):
    """A passage as it may leave, under the names of what it was found by: a code, or a question."""

    found_by: str
    quote: ReleasedQuote


@dataclass(frozen=True)
class PassagesLeft:
    """The file's bytes, its line in the ledger, and how many passages are in it and how many were kept back."""

    content: bytes
    release: Release
    shown: int
    withheld: int


def leaving(
    material: Material, found: Iterable[tuple[str, Spans]], *, by: Actor, at: datetime
) -> tuple[list[LeavingPassage], int]:
    """Of passages (by what they were found), those that may leave as they may, and how many may not."""
    wanted = list(found)
    count = sum(len(spans) for _, spans in wanted)
    if count > MOST:
        raise Invalid(
            Sentence("This is %(count)s passage; a file takes %(most)s. Narrow the question.",
                "This is %(count)s passages; a file takes %(most)s. Narrow the question.", count=count, most=MOST)
        )  # fmt: skip
    numbers = {int(number) for _, spans in wanted for number in spans.source}
    fit = {number for number in numbers if material.sources[number].is_deidentified}
    rows = Source.objects.visible_to(by).in_bulk([material.sources[number].source_id for number in fit])
    texts = texts_of(material, fit, reason="passages leave", at=at)
    read = [
        (name, number, start, end)
        for name, spans in wanted
        for number, start, end in spans.rows()
        if number in texts
    ]
    people = _speaking(material, rows, read)
    said = [
        (name, number, texts[number][start:end], who, (texts[number], start, end))
        for (name, number, start, end), who in zip(read, people, strict=True)
        if who is not None
    ]
    # a passage may end within a name: half of one gives away as much
    named = compare_passages_with_names(
        analysis=material.analysis, passages=[place for *_, place in said], by=by, at=at
    )
    carried = _carried(material, by)
    told = {number: rows[material.sources[number].source_id] for number in texts}
    passages = [
        LeavingPassage(
            name, ReleasedQuote(words, carried(who), False, told[number].language, told[number].kind)
        )
        for (name, number, words, who, _), is_named in zip(said, named, strict=True)
        if not is_named
    ]
    return passages, count - len(passages)


def _speaking(
    material: Material, rows: Mapping[UUID, Source], read: Sequence[tuple[str, int, int, int]]
) -> list[tuple[UUID, ...] | None]:
    """Of each passage (name, number of the source, start, end) who speaks; None where it may not be quoted."""
    places: dict[int, list[tuple[int, int]]] = {}
    for _, number, start, end in read:
        places.setdefault(number, []).append((start, end))
    each = {
        number: iter(speaking(rows[material.sources[number].source_id], held))
        for number, held in places.items()
    }
    return [next(each[number]) for _, number, _, _ in read]


def _carried(material: Material, by: Actor) -> Callable[[tuple[UUID, ...]], tuple[tuple[str, str], ...]]:
    """What words of some participants may carry: worked out once for the same people."""
    attributes = attributes_of(participants_for(by, material.analysis), material.analysis.study)
    return lru_cache(maxsize=None)(lambda who: carried_by(map(str, who), attributes))


def release_passages(
    *,
    material: Material,
    found: Sequence[tuple[str, Spans]],
    what: str,
    recipient: str,
    write: Callable[[Sequence[LeavingPassage], int], bytes],
    by: Actor,
    at: datetime,
    is_found_by_codes: bool = True,
) -> PassagesLeft:
    """Let passages leave as a file that `write` makes of them and of how many were kept back.

    What passages were found by leaves with them: their own words, unless they were found by codes. Raises NotAllowed; Unready where a name of the list stands in a code's, and, after a line in the ledger, where none may leave.
    """
    programme = material.analysis.programme
    check_may_release(by, programme.id, Permission.RELEASE_WORDS)
    if is_found_by_codes:
        _check_found_by(material, found, by=by, at=at)
    passages, withheld = leaving(material, found, by=by, at=at)
    if not passages:
        draft = _draft(what, recipient, b"")
        refuse_release(programme=programme, draft=draft, refusal=NOTHING_TO_LEAVE, by=by, at=at)
        raise Unready(NOTHING_TO_LEAVE)
    content = write(passages, withheld)
    release = record_release(programme=programme, draft=_draft(what, recipient, content), by=by, at=at)
    return PassagesLeft(content, release, len(passages), withheld)


def _check_found_by(
    material: Material, found: Sequence[tuple[str, Spans]], *, by: Actor, at: datetime
) -> None:
    """What passages were found by leaves with them: codes are called by words of people's own."""
    named = free_of_names(material.analysis, [name for name, _ in found], by=by, at=at).count(False)
    if named:
        raise Unready(
            Sentence(
                "Words of the list of names still stand in the names of codes (%(count)s). The list of names leads there: put"
                " the labels in their place, or take off the list what is no name.",
                count=named,
            )
        )


def _draft(what: str, recipient: str, content: bytes) -> ReleaseDraft:
    return ReleaseDraft(
        door=ReleaseDoor.WORDS, what=what[:120], recipient=recipient, profile=PROFILE,
        content_hash=hashlib.sha256(content).hexdigest() if content else "",
    )  # fmt: skip

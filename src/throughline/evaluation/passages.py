"""The door for words, for passages that a question found: the same rules as for the quotes of a theme (words.py).

A de-identified source without a name of the list in the passage, consent to be quoted by everybody who speaks, and of group, site, arm and phase no more than at least
three participants share. Names of sources, turns, offsets and coders do not leave: with a transcript they lead to a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import numpy as np

from throughline.evaluation.words import (
    NOTHING_TO_LEAVE,
    PROFILE,
    attributes_of,
    carried_by,
    free_of_names,
)
from throughline.methods.passages.spans import Numbers, Spans, one_after_another
from throughline.records.inquiry.actions import compare_passages_with_names
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries import participants_for
from throughline.records.inquiry.queries.material import Material, opened
from throughline.records.inquiry.queries.speaking import speaking
from throughline.records.study.actions import ReleaseDraft, record_release, refuse_release
from throughline.records.study.models import Release
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import ReleaseDoor

MOST = 20_000  # passages of one file


class Carried(NamedTuple):
    """What passages carry beside their words: what of group, site, arm and phase enough participants share, and of their source."""

    attributes: tuple[tuple[str, str], ...]
    language: str
    source_kind: str


class LeavingPassage(NamedTuple):
    """A passage as it may leave, under the names of what it was found by: a code, or a question."""

    found_by: str
    text: str
    carried: Carried


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
    every = one_after_another([spans for _, spans in wanted])
    fit = {number for number in set(every.source.tolist()) if material.sources[number].is_deidentified}
    there = opened(material, fit, reason="passages leave", at=at)
    texts = {number: text for number, (_, text) in there.items()}
    people, of = _speaking({number: source for number, (source, _) in there.items()}, every)
    carried = _carried(material, people, by)
    may_leave = of >= 0
    places = every.where(may_leave).rows()
    # a passage may end within a name: half of one gives away as much
    named = compare_passages_with_names(
        analysis=material.analysis, passages=[(texts[number], start, end) for number, start, end in places],
        by=by, at=at,
    )  # fmt: skip
    names = np.repeat(np.arange(len(wanted)), [len(spans) for _, spans in wanted])[may_leave].tolist()
    passages = [
        LeavingPassage(wanted[name][0], texts[number][start:end], carried[who])
        for name, (number, start, end), who, is_named in zip(
            names, places, of[may_leave].tolist(), named, strict=True
        )
        if not is_named
    ]
    return passages, count - len(passages)


def _speaking(
    sources: Mapping[int, Source], spans: Spans
) -> tuple[list[tuple[Source, tuple[UUID, ...]]], Numbers]:
    """Who speaks in which source, and of each passage its place there; -1 where it may not be quoted, or lies in none of them."""
    people: list[tuple[Source, tuple[UUID, ...]]] = []
    of = np.full(len(spans), -1, dtype=np.int64)
    for number, source in sources.items():
        there = np.flatnonzero(spans.source == number)
        found = speaking(source, spans.start[there], spans.end[there])
        of[there] = np.where(found.of < 0, -1, found.of + len(people))
        people += [(source, who) for who in found.people]
    return people, of


def _carried(
    material: Material, people: Sequence[tuple[Source, tuple[UUID, ...]]], by: Actor
) -> list[Carried]:
    """What words of some people in a source may carry: one for all that they say there."""
    attributes = attributes_of(participants_for(by, material.analysis), material.analysis.study)
    return [
        Carried(carried_by(map(str, who), attributes), source.language, source.kind) for source, who in people
    ]


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

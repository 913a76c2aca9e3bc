"""Who speaks in many passages of a source, and whether each may be quoted: asked of the database once for all of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cache
from typing import NamedTuple
from uuid import UUID

import numpy as np

from throughline.methods.passages.spans import Numbers
from throughline.records.inquiry.actions.consents import WRITTEN_BY_TEAM, check_participant_may_be_quoted
from throughline.records.inquiry.models import Participant, Source, Turn
from throughline.records.inquiry.queries.columns import as_stored
from throughline.rules.access import may


def quotable(source: Source, places: Sequence[tuple[int, int]]) -> list[bool]:
    """For each [start, end) whether `check_passage_may_be_quoted` allows it."""
    if not places:
        return []
    starts, ends = zip(*places, strict=True)
    return [bool(place >= 0) for place in speaking(source, np.array(starts), np.array(ends)).of]


class Speaking(NamedTuple):
    """Who speaks in passages: `people` in the order in which they do, and of each passage its place there; -1: not to be quoted."""

    people: list[tuple[UUID, ...]]
    of: Numbers


def speaking(source: Source, start: Numbers, end: Numbers) -> Speaking:
    """Who speaks in each [start, end); -1 where `check_passage_may_be_quoted` forbids to quote it."""
    rows = Turn.objects.filter(source=source).order_by("start")
    # ids as the database has them: to make a UUID for each turn takes as long as all the rest
    turns = as_stored(rows.values_list("start", "end", "participant_id", "is_team", "speaker"))
    who = [turn[2] for turn in turns]
    ids = {one: UUID(str(one)) for one in set(who) if one}
    people = Participant.objects.select_related("consent").in_bulk(ids.values())
    agreed = {one for one, pk in ids.items() if may(check_participant_may_be_quoted, people[pk])}
    is_written = source.kind in WRITTEN_BY_TEAM
    fine = [
        person in agreed if person else is_team or (is_written and not speaker)
        for _, _, person, is_team, speaker in turns
    ]
    known: dict[tuple[Hashable, ...], int] = {}

    @cache
    def place_of(first: int, last: int) -> int:
        return known.setdefault(tuple(dict.fromkeys(filter(None, who[first:last]))), len(known))

    first = np.searchsorted([turn[1] for turn in turns], start, "right")
    last = np.maximum(np.searchsorted([turn[0] for turn in turns], end, "left"), first)
    unfit = np.concatenate(([0], np.cumsum(np.logical_not(fine))))
    may_be = (unfit[last] == unfit[first]) & ((first < last) | is_written)
    of = np.full(len(start), -1, dtype=np.int64)
    # turns in a row of one person are as one: of the first and of the last turn that is touched, where its row begins
    rows_begin = [place for place, one in enumerate(who) if not place or who[place - 1] != one]
    begin = np.repeat(rows_begin, np.diff([*rows_begin, len(who)])) if who else np.zeros(1, dtype=np.int64)
    is_any = last > first
    first, last = (
        np.where(is_any, begin[first.clip(max=len(begin) - 1)], 0),
        np.where(is_any, begin[last - 1] + 1, 0),
    )
    of[may_be] = list(map(place_of, first[may_be].tolist(), last[may_be].tolist()))
    return Speaking([tuple(ids[one] for one in several) for several in known], of)

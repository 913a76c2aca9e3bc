"""Who speaks in many passages of a source, and whether each may be quoted: asked of the database once for all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from uuid import UUID

from django.db.models import CharField
from django.db.models.functions import Cast

from throughline.records.inquiry.actions.consents import WRITTEN_BY_TEAM, check_participant_may_be_quoted
from throughline.records.inquiry.models import Participant, Source, Turn
from throughline.rules.access import may


def quotable(source: Source, places: Sequence[tuple[int, int]]) -> list[bool]:
    """For each [start, end) whether `check_passage_may_be_quoted` allows it."""
    return [people is not None for people in speaking(source, places)]


def speaking(source: Source, places: Sequence[tuple[int, int]]) -> list[tuple[UUID, ...] | None]:
    """For each [start, end) who speaks there, in order; None where `check_passage_may_be_quoted` forbids to quote it."""
    # ids as text: to make a UUID for each turn takes as long as all the rest
    turns = list(
        Turn.objects.filter(source=source)
        .order_by("start")
        .values_list("start", "end", Cast("participant_id", CharField()), "is_team", "speaker")
    )
    ids = {text: UUID(text) for text in {turn[2] for turn in turns} if text}
    who = [ids.get(text) for _, _, text, _, _ in turns]
    people = Participant.objects.select_related("consent").in_bulk(ids.values())
    agreed = {pk for pk, person in people.items() if may(check_participant_may_be_quoted, person)}
    is_written = source.kind in WRITTEN_BY_TEAM
    fine = [
        person in agreed if person else is_team or (is_written and not speaker)
        for person, (_, _, _, is_team, speaker) in zip(who, turns, strict=True)
    ]
    starts, ends = [turn[0] for turn in turns], [turn[1] for turn in turns]
    found: list[tuple[UUID, ...] | None] = []
    for start, end in places:
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        if all(fine[first:last]) and (first < last or is_written):
            found.append(tuple(dict.fromkeys(person for person in who[first:last] if person)))
        else:
            found.append(None)
    return found

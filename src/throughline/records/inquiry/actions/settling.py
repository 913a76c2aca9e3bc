"""Settling where coders differed, one stretch at a time with a reason, and writing what all agree on as a version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from throughline.methods.agreement.agreed import agreed
from throughline.methods.agreement.disagreements import disagreements
from throughline.methods.passages.spans import Spans, joined
from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.compared import Place, check_comparable, compared, newest_settlements
from throughline.records.inquiry.actions.holding import hold_codes
from throughline.records.inquiry.actions.numbering import count_on
from throughline.records.inquiry.models import Code, Coder, Coding, Round, Settlement, Source
from throughline.rules.access import check_may_lead_rounds
from throughline.rules.approaches import check_approach_uses
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import ApproachUse

AGREED = "agreed:"  # what the analyst of an agreed version begins with; the round's id follows


@dataclass(frozen=True)
class AgreedVersion:
    """What an agreed version holds: its passages, how many are new and how many went; stretches that nobody settled yet."""

    analyst: str
    passages: int
    written: int
    removed: int
    unsettled: int


@transaction.atomic
def settle_disagreement(
    *, round: Round, source: Source, code: Code, start: int, end: int, stands: bool, reason: str, by: Actor, at: datetime
) -> Settlement:  # fmt: skip
    """Decide of a stretch on which coders of a closed round differ whether the code stands there. Settled again, the newest counts.

    Invalid where they do not differ on this very stretch, or where no reason is given.
    """
    _check(round, by)
    if not reason.strip():
        sentence = Sentence("Say why: the reason is kept beside the decision.")
        raise Invalid(sentence, fields={"reason": sentence})
    found = compared(round, list(_sources(round).filter(id=source.id)))
    places = disagreements(found.continuum, found.codings)
    if not any((one.code, one.start, one.end) == (str(code.id), start, end) for one in places):
        raise Invalid(
            Sentence("The coders do not differ about %(code)s on this very stretch. Look at the list again.", code=code.name)
        )  # fmt: skip
    row = Settlement.objects.create(
        programme_id=round.programme_id, round=round, source=source, code=code, start=start, end=end, stands=stands,
        codings=[
            str(one.id) for one in found.rows if one.code_id == code.id and one.start < end and start < one.end
        ],
        reason=reason.strip(), settled_at=at, settled_by=by.id,
    )  # fmt: skip
    audit.record(Event.DISAGREEMENT_SETTLED, target=row, programme_id=round.programme_id, by=by, at=at)
    return row


@transaction.atomic
def write_agreed_version(*, round: Round, by: Actor, at: datetime) -> AgreedVersion:
    """Write the passages on which all coders agree, or which were settled to stand, as codings of the analyst agreed:<round>.

    Passages of one code that overlap or touch become one; those of different codes may overlap. A source that one coder
    alone coded is in it as they coded it. Stretches that nobody settled are left out and counted. Written again, what is
    there stays, what no longer holds is taken off.
    """
    _check(round, by)
    analyst = f"{AGREED}{round.id}"
    hold_codes(Code.objects.filter(codebook__analysis=round.analysis_id).values_list("id", flat=True))
    count_on(Source.objects.filter(assignments__round=round).values_list("id", flat=True), at)
    sources = {one.id: one for one in _sources(round)}
    wanted, unsettled = _agreed_places(round, list(sources.values()))
    there = {
        (row.source_id, row.code_id, row.start, row.end): row
        for row in Coding.objects.filter(
            analyst=analyst, source__analysis=round.analysis_id, removed_at=None, lost_in=None
        )
    }
    gone = [row for place, row in there.items() if place not in wanted]
    for row in gone:
        change = sources[row.source_id].changes if row.source_id in sources else row.change
        Coding.objects.filter(id=row.id).update(removed_at=at, removed_by=by.id, change=change)
    new = [
        Coding(
            programme_id=round.programme_id, source_id=place[0], code_id=place[1], analyst=analyst, start=place[2],
            end=place[3], applied_at=at, change=sources[place[0]].changes,
        )
        for place in sorted(wanted - set(there), key=str)
    ]  # fmt: skip
    Coding.objects.bulk_create(new, batch_size=500)
    if not Coder.objects.filter(analysis=round.analysis_id, actor=analyst).exists():
        Coder.objects.create(
            programme_id=round.programme_id, analysis_id=round.analysis_id, actor=analyst, name=f"Agreed: {round.name}"
        )  # fmt: skip
    audit.record(
        Event.AGREED_VERSION_WRITTEN,
        target=round,
        programme_id=round.programme_id,
        by=by,
        at=at,
        count=len(wanted),
    )
    return AgreedVersion(analyst, len(wanted), len(new), len(gone), unsettled)


def _sources(round: Round) -> QuerySet[Source]:
    rows: QuerySet[Source] = Source.objects.filter(assignments__round=round, erased_at=None)
    return rows.defer("text", "raw").distinct()


def _check(round: Round, by: Actor) -> None:
    check_may_lead_rounds(by, round.programme_id)
    check_approach_uses(round.analysis, ApproachUse.AGREEMENT)
    check_comparable(round)


def _agreed_places(round: Round, sources: list[Source]) -> tuple[set[Place], int]:
    """Where codes stand in the agreed version, and how many stretches nobody settled."""
    found = compared(round, sources)
    settled = newest_settlements(round)
    stands = [(one.code, one.source, one.start, one.end) for one in agreed(found.continuum, found.codings)]
    unsettled = 0
    for one in disagreements(found.continuum, found.codings):
        row = settled.get((UUID(one.source), UUID(one.code), one.start, one.end))
        if row is None:
            unsettled += 1
        elif row.stands:
            stands.append((one.code, one.source, one.start, one.end))
    return set(_joined(stands)), unsettled


def _joined(places: Iterable[tuple[str, str, int, int]]) -> Iterable[Place]:
    """Passages of one code on one source joined where they overlap or touch."""
    lines: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for code, source, start, end in places:
        lines.setdefault((code, source), []).append((start, end))
    for (code, source), held in lines.items():
        for _, start, end in joined(Spans.of((0, start, end) for start, end in held)).rows():
            yield UUID(source), UUID(code), start, end

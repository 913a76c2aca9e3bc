"""The trail of an analysis: what was decided on the way, why, and who took part. Nothing in it is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.models import Analysis, Decision, Theme
from throughline.rules.access import check_may_write_themes
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event


@dataclass(frozen=True)
class TookPart:
    """How many of a group took part in a decision: 2 peer researchers. Never who."""

    group: str
    number: int


@transaction.atomic
def record_decision(
    *,
    analysis: Analysis,
    text: str,
    decided_on: date,
    took_part: Sequence[TookPart] = (),
    theme: Theme | None = None,
    by: Actor,
    at: datetime,
) -> Decision:
    """Add a step to the trail; a later one may take it back, but it stays."""
    check_may_write_themes(by, analysis.programme_id)
    if not text.strip():
        raise Invalid(Sentence("Say what was decided, and why."), fields={"text": Sentence("Empty.")})
    if theme is not None and theme.analysis_id != analysis.id:
        raise Invalid(Sentence("The theme belongs to another analysis."))
    if decided_on > (at + timedelta(hours=14)).date():  # the day may have begun already east of here
        raise Invalid(
            Sentence("The day of a decision lies in the past."),
            fields={"decided_on": Sentence("In the future.")},
        )
    if any(not one.group.strip() or one.number < 1 for one in took_part):
        raise Invalid(
            Sentence("Name each group that took part, and how many of it."),
            fields={"took_part": Sentence("A group and a number of 1 or more.")},
        )
    row = Decision.objects.create(
        programme_id=analysis.programme_id, analysis=analysis, theme=theme, text=text.strip(), decided_on=decided_on,
        took_part=[{"group": one.group.strip(), "number": one.number} for one in took_part],
        recorded_at=at, recorded_by=by.id,
    )  # fmt: skip
    audit.record(Event.DECISION_RECORDED, target=row, programme_id=analysis.programme_id, by=by, at=at)
    return row

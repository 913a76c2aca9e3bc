"""What an analysis asks and how, kept with what it was before; and where its analysts stand."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.models import Analysis, Coding, Decision, Position, Round
from throughline.records.racing import again_if_raced
from throughline.rules.access import check_may_open_analysis, check_may_write_themes
from throughline.rules.approaches import is_on_request
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, ApproachUse


@dataclass(frozen=True)
class AnalysisDraft:
    """What an analysis says of itself. `orientation`: inductive or theory-led, semantic or latent, in the team's words.

    `with_counts`, `with_saturation`: asked for, where the approach may use them and need not.
    """

    name: str
    question: str
    approach: Approach
    orientation: str = Nothing.NOT_RECORDED.value
    theory: str = Nothing.NOT_RECORDED.value
    with_counts: bool = False
    with_saturation: bool = False

    def told(self) -> dict[str, Any]:
        """Field of the record -> what it will hold: an approach that counts anyway, or never, is asked for nothing."""
        return {
            **{
                name: str(getattr(self, name))
                for name in ("name", "question", "approach", "orientation", "theory")
            },
            "with_counts": self.with_counts and is_on_request(self.approach, ApproachUse.COUNTS),
            "with_saturation": self.with_saturation and is_on_request(self.approach, ApproachUse.SATURATION),
        }


# What the trail says of what stood there before.
_NAMES = {"with_counts": "counts", "with_saturation": "saturation"}
_SWITCHED = {True: "on request", False: "off"}


@again_if_raced
def describe_analysis(
    *, analysis: Analysis, draft: AnalysisDraft, why: str, by: Actor, at: datetime
) -> Analysis:
    """Say anew what an analysis asks and how. What changed, what it was and why go into the trail as a decision.

    The approach changes only while nothing is coded and no round was opened: it decided what coders saw. Counts and
    saturation are switched on and off at any time, where the approach has them on request.
    """
    check_may_open_analysis(by, analysis.programme_id)
    row: Analysis = Analysis.objects.select_for_update(no_key=True).get(id=analysis.id)
    was = {one.name: getattr(row, one.name) for one in fields(AnalysisDraft)}
    new = draft.told()
    changed = [name for name in new if new[name] != was[name]]
    if not changed:
        raise Unready(Sentence("Nothing is different from what stands there already."))
    _check_described(row, draft, why, changed)
    Analysis.objects.filter(id=row.id).update(**{name: new[name] for name in changed})
    before = "\n".join(f"{_NAMES.get(name, name)}: {_SWITCHED.get(was[name], was[name])}" for name in changed)
    Decision.objects.create(
        programme_id=row.programme_id, analysis=row, text=f"{why.strip()}\n\n{before}", decided_on=at.date(),
        recorded_at=at, recorded_by=by.id,
    )  # fmt: skip
    audit.record(Event.ANALYSIS_DESCRIBED, target=row, programme_id=row.programme_id, by=by, at=at)
    row.refresh_from_db()
    return row


@transaction.atomic
def write_position(*, analysis: Analysis, text: str, by: Actor, at: datetime) -> Position:
    """Where one stands oneself towards what is studied. The newest counts; earlier ones stay."""
    check_may_write_themes(by, analysis.programme_id)
    if not text.strip():
        raise Invalid(Sentence("Write something first."), fields={"text": Sentence("Empty.")})
    position = Position.objects.create(
        programme_id=analysis.programme_id, analysis=analysis, analyst=by.id, text=text.strip(), written_at=at
    )
    audit.record(Event.POSITION_WRITTEN, target=position, programme_id=analysis.programme_id, by=by, at=at)
    return position


def _check_described(row: Analysis, draft: AnalysisDraft, why: str, changed: list[str]) -> None:
    for name in ("name", "question"):
        if not getattr(draft, name).strip():
            raise Invalid(
                Sentence("An analysis has a name and a question."), fields={name: Sentence("Empty.")}
            )
    if not why.strip():
        raise Invalid(
            Sentence("Say why it changes: the trail of the analysis keeps it."),
            fields={"why": Sentence("Empty.")},
        )
    same = Analysis.objects.filter(programme_id=row.programme_id, name=draft.name).exclude(id=row.id)
    if same.exists():
        raise Invalid(
            Sentence("There is an analysis called %(name)s already. Choose another name.", name=draft.name),
            fields={"name": Sentence("This name is taken.")},
        )
    if "approach" in changed and (
        Coding.objects.filter(source__analysis=row).exists() or Round.objects.filter(analysis=row).exists()
    ):
        raise Unready(
            Sentence(
                "Sources are coded by this approach already. Open another analysis for another approach, and bring"
                " the sources there."
            )
        )

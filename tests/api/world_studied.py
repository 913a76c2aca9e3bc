"""Of a study's design, of surveys and of evaluation, one of everything; and bodies that are right for their operations."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tests.api.world_set_up import Made
from tests.cast import Cast
from throughline.records.inquiry.actions import add_participant
from throughline.records.inquiry.models import Analysis
from throughline.records.study.actions import RowsDraft, add_outcome, add_study_site, ask_for_rows, set_phase
from throughline.records.study.models import Freeze
from throughline.vocabulary.study import (
    ArmKind,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
)
from throughline.work.jobs import ask_for

if TYPE_CHECKING:
    from tests.api.world import World

BEFORE = date(2025, 1, 1)


def studied(cast: Cast, freeze: Freeze, analysis: Analysis, at: datetime) -> Made:
    study = freeze.study
    rosa = {"by": cast.rosa.actor, "at": at}
    part = add_study_site(study=study, site=cast.site, arm=ArmKind.INTERVENTION, **rosa)
    set_phase(study_site=part, kind=PhaseKind.BEFORE, from_on=BEFORE, to_on=date(2025, 6, 30), **rosa)
    add_outcome(
        study=study, code="smoked", name="Days smoked", kind=OutcomeKind.BINARY, source=OutcomeSourceKind.SURVEY,
        measure="days_smoked >= 20", rank=OutcomeRank.PRIMARY, direction=Direction.LOWER_IS_BETTER,
        success_by="People who use crack", **rosa,
    )  # fmt: skip
    person = add_participant(analysis=analysis, label="P09", **rosa)
    draft = RowsDraft("An audit", "history", ("site", "local_on:month"), "Dr. Reader", "DSA 1", "lt5")
    request = ask_for_rows(
        freeze=freeze, draft=draft, row_count=40, smallest_group=7, by=cast.chen.actor, at=at
    )
    job = ask_for(cast.programme, kind="report", freeze=freeze.name, asked_by=str(cast.chen.account.id))
    ids: dict[str, UUID | str] = {
        "study_id": study.id, "study_site_id": part.id, "request_id": request.id, "participant_id": person.id, "name": "run", "job_id": job.id,
    }  # fmt: skip
    return Made(ids)


def bodies_of_studied(world: World) -> dict[str, dict[str, Any]]:
    return {
        "create_study": {"title": "Another study", "design": "before and after"},
        "add_study_site": {"site_id": str(world.cast.other_site.id), "arm": "comparison"},
        "set_phase": {"kind": "implementation", "from_on": "2025-07-01"},
        "add_outcome": {
            "code": "came_back", "name": "Came back", "kind": "binary", "source": "monitoring", "measure": "came_back_28",
            "rank": "secondary", "direction": "higher_is_better", "success_by": "The service",
        },
        "change_protocol": {"on": "2026-01-05", "what": "A wave was put off.", "why": "Snow."},
        "lock_plan": {"primary": ["smoked"], "words": "Nothing else."},
        "can_detect": {},
        "record_research_consent": {"sheet_version": "2", "scopes": ["take_part", "quote"], "given_on": "2026-01-05"},
        "make_freeze": {"name": "april"},
        "make_report": {"recipient": "Dr. Reader", "checklists": ["trend"]},
        "write_joint_row": {
            "analysis_id": str(world.ids["analysis_id"]), "step": "came_back", "theme_id": str(world.ids["theme_id"]),
            "judgement": "expansion", "reason": "The words say why.",
        },
        "ask_for_rows": {
            "what": "An audit", "table": "history", "fields": ["site"], "recipient": "Dr. Reader", "agreement": "DSA 2",
        },
    }  # fmt: skip

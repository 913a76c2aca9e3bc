"""An evaluated freeze of the pages' world, with every kind of finding on it, and lines in the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from tests.cast import SYSTEM
from tests.records.made import a_release_draft
from tests.reporting.made import contrast, refused_contrast
from tests.reporting.made_attitudes import attitudes_answer
from tests.reporting.made_baseline import baseline_answer
from tests.reporting.made_composition import composition_answer
from tests.reporting.made_sensitivity import sensitivity
from tests.reporting.made_series import series_answer
from tests.reporting.made_staggered import staggered_answer
from tests.web.world import World
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.results import write_result
from throughline.evaluation.rows import ask_for_rows, release_rows
from throughline.evaluation.runs import evaluate
from throughline.records.engagement.actions import record_contact
from throughline.records.study.actions import (
    RowsDraft,
    add_study_site,
    approve_rows,
    record_release,
    refuse_release,
    set_phase,
)
from throughline.records.study.models import Freeze, RowsRequest
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import ArmKind, PhaseKind
from throughline.work.jobs import Job, ask_for


@dataclass(frozen=True)
class Findings:
    freeze: Freeze
    month: str
    job: Job
    waiting: RowsRequest
    left: RowsRequest


def make_findings(world: World) -> Findings:
    """Made with the same actions as everything else; two outcomes' results are written by hand, for their pages."""
    at = timezone.now() - timedelta(days=2)
    place = add_study_site(
        study=world.study, site=world.cast.site, arm=ArmKind.INTERVENTION, by=SYSTEM, at=at
    )
    set_phase(study_site=place, kind=PhaseKind.BEFORE, from_on=date(2024, 9, 1), to_on=None, by=SYSTEM, at=at)
    for number in range(8):
        draft = ContactDraft(
            site_id=world.cast.site.id, route=Route.SERVICE, device_time=at, client_code=f"KX1{number}071984F"
        )
        record_contact(draft=draft, by=world.cast.bob.actor, at=at)
    freeze = freeze_study(study=world.study, name="2026-03", by=world.cast.chen.actor, at=timezone.now())
    evaluate(freeze=freeze, by=world.cast.chen.actor, at=timezone.now(), seed=7)
    refused = refused_contrast()
    refused["outcome"] = {**refused["outcome"], "code": "entered", "name": "entered"}
    outcomes = {"outcomes": [contrast(primary=True), refused], "question": "contrast/1"}
    write_result(folder_of(freeze), "contrast", outcomes)
    beside = {"outcomes": [sensitivity(primary=True)], "seed": 7, "question": "sensitivity/1"}
    write_result(folder_of(freeze), "sensitivity", beside)
    write_result(folder_of(freeze), "series", series_answer())
    write_result(folder_of(freeze), "staggered", staggered_answer())
    write_result(folder_of(freeze), "composition", composition_answer())
    write_result(folder_of(freeze), "attitudes", attitudes_answer())
    write_result(folder_of(freeze), "baseline", baseline_answer())
    job = ask_for(world.cast.programme, kind="report", freeze=freeze.name, asked_by=world.cast.chen.actor.id)
    waiting, left = _asked(world, freeze), _asked(world, freeze)
    approve_rows(request=left, by=world.cast.grace.actor, at=timezone.now())
    release_rows(request=left, by=world.cast.chen.actor, at=timezone.now())
    _lines(world, freeze)
    return Findings(freeze, f"{at.date():%Y-%m}", job, waiting, left)


def _asked(world: World, freeze: Freeze) -> RowsRequest:
    draft = RowsDraft(
        "contacts for a second opinion", "history", ("site", "route", "local_on:year"), "Dr. Reader, Hill University",
        "DSA 2026-4", "lt5",
    )  # fmt: skip
    return ask_for_rows(freeze=freeze, draft=draft, by=world.cast.chen.actor, at=timezone.now())


def _lines(world: World, freeze: Freeze) -> None:
    chen, at = world.cast.chen.actor, timezone.now()
    record_release(programme=world.cast.programme, draft=a_release_draft(freeze=freeze), by=chen, at=at)
    refusal = Sentence(
        "contacts by site: site harrowmere / crack_use_told yes and contacts by arm and phase: arm intervention / phase"
        " before differ by too few, so one taken from the other would tell of them; leave one out or use the same bounds"
        " for both."
    )
    refuse_release(
        programme=world.cast.programme, draft=a_release_draft(freeze=freeze), refusal=refusal, by=chen, at=at
    )

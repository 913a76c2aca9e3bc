"""Designing a study, taking consent, recording answers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Programme, Site
from throughline.records.racing import again_if_raced
from throughline.records.study.models import (
    AnalysisPlan,
    Outcome,
    Phase,
    ProtocolChange,
    ResearchConsent,
    Study,
    StudySite,
)
from throughline.rules.access import (
    check_may_design_study,
    check_may_record_research_consent,
    check_may_withdraw_research_consent,
)
from throughline.rules.expressions import is_code, read_expression
from throughline.rules.phases import Span, check_apart
from throughline.rules.plans import check_plan
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import (
    ArmKind,
    ConsentScope,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
)


@again_if_raced
def create_study(
    *,
    programme: Programme,
    title: str,
    design: str,
    registration_id: str = Nothing.NOT_RECORDED.value,
    by: Actor,
    at: datetime,
) -> Study:
    check_may_design_study(by, programme.id)
    if Study.objects.filter(programme=programme, title=title).exists():
        raise Invalid(
            Sentence("There is a study called %(title)s already. Choose another title.", title=title),
            fields={"title": Sentence("This title is taken.")},
        )
    study = Study.objects.create(
        programme=programme, title=title, design=design, registration_id=registration_id
    )
    audit.record(Event.STUDY_CREATED, target=study, programme_id=programme.id, by=by, at=at)
    return study


@again_if_raced
def add_study_site(*, study: Study, site: Site, arm: ArmKind, by: Actor, at: datetime) -> StudySite:
    """A site's part in a study. Its arm is stored here and nowhere else."""
    check_may_design_study(by, study.programme_id)
    if site.programme_id != study.programme_id:
        raise Invalid(Sentence("The study and the site must be of one programme."))
    if StudySite.objects.filter(study=study, site=site).exists():
        raise Invalid(Sentence("%(site)s is in this study already.", site=site.name))
    row = StudySite.objects.create(programme_id=study.programme_id, study=study, site=site, arm=arm.value)
    audit.record(Event.STUDY_SITE_ADDED, target=row, programme_id=study.programme_id, by=by, at=at)
    return row


@transaction.atomic
def set_phase(
    *,
    study_site: StudySite,
    kind: PhaseKind,
    from_on: date,
    to_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Phase:
    """The days of a phase at a site, both ends included (`to_on` None: still open). Said again, it replaces.

    Invalid where two phases of the site would overlap or stand in the wrong order.
    """
    check_may_design_study(by, study_site.programme_id)
    StudySite.objects.select_for_update(no_key=True).get(
        id=study_site.id
    )  # its phases are said one after another
    others = Phase.objects.filter(study_site=study_site).exclude(kind=kind.value)
    spans = [Span(PhaseKind(other.kind), other.from_on, other.to_on) for other in others]
    check_apart([*spans, Span(kind, from_on, to_on)])
    phase, _ = Phase.objects.update_or_create(
        programme_id=study_site.programme_id, study_site=study_site, kind=kind.value,
        defaults={"from_on": from_on, "to_on": to_on},
    )  # fmt: skip
    audit.record(
        Event.PHASE_SET, target=phase, programme_id=phase.programme_id, by=by, at=at, reason=kind.value
    )
    return phase


@again_if_raced
def add_outcome(
    *,
    study: Study,
    code: str,
    name: str,
    kind: OutcomeKind,
    source: OutcomeSourceKind,
    measure: str,
    rank: OutcomeRank,
    direction: Direction,
    success_by: str,
    by: Actor,
    at: datetime,
) -> Outcome:
    """What the study looks at. `measure`: a step of the line, a question's code, or an expression of several (rules/expressions.py);
    `success_by` whose success it is. Invalid for an expression that cannot be read.
    """
    check_may_design_study(by, study.programme_id)
    measure = measure.strip()
    if source is OutcomeSourceKind.SURVEY and not is_code(measure):
        _check_expression(measure)
    if Outcome.objects.filter(study=study, code=code).exists():
        raise Invalid(
            Sentence("This study has an outcome %(code)s already.", code=code),
            fields={"code": Sentence("This code is taken.")},
        )
    outcome = Outcome.objects.create(
        programme_id=study.programme_id, study=study, code=code, name=name, kind=kind.value, source=source.value,
        measure=measure, rank=rank.value, direction=direction.value, success_by=success_by,
    )  # fmt: skip
    audit.record(Event.OUTCOME_ADDED, target=outcome, programme_id=study.programme_id, by=by, at=at)
    return outcome


def _check_expression(measure: str) -> None:
    try:
        read_expression(measure)
    except Invalid as refusal:
        raise Invalid(refusal.sentence, fields={"measure": refusal.sentence}) from None


def plan_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a plan's canonical JSON: sorted keys, no spaces, UTF-8. ValueError for NaN and infinities."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def lock_plan(*, study: Study, content: Mapping[str, Any], by: Actor, at: datetime) -> AnalysisPlan:
    """Lock an analysis plan. It never changes again; another plan is the next version beside it.

    Invalid where it names an outcome that the study does not have, or what `rules.plans` refuses.
    """
    check_may_design_study(by, study.programme_id)
    ranks = Outcome.objects.filter(study=study).values_list("code", "rank")
    check_plan(content, {code: OutcomeRank(rank) for code, rank in ranks})
    Study.objects.select_for_update(no_key=True).get(id=study.id)
    try:
        digest = plan_hash(content)
    except (TypeError, ValueError) as error:
        raise Invalid(
            Sentence("The plan holds something that JSON cannot: use text, numbers and lists.")
        ) from error
    same = AnalysisPlan.objects.filter(study=study, content_hash=digest).first()
    if same is not None:
        raise Unready(Sentence("This very plan is locked as version %(version)s.", version=same.version))
    newest = AnalysisPlan.objects.filter(study=study).aggregate(newest=Max("version"))["newest"] or 0
    plan = AnalysisPlan.objects.create(
        programme_id=study.programme_id, study=study, version=newest + 1, content=dict(content),
        content_hash=digest, locked_at=at, locked_by=by.id,
    )  # fmt: skip
    audit.record(Event.PLAN_LOCKED, target=plan, programme_id=study.programme_id, by=by, at=at)
    return plan


@transaction.atomic
def change_protocol(
    *, study: Study, on: date, what: str, why: str, by: Actor, at: datetime
) -> ProtocolChange:
    """Say what changed in how the study is done, and why: changes are reported, never hidden."""
    check_may_design_study(by, study.programme_id)
    row = ProtocolChange.objects.create(
        programme_id=study.programme_id, study=study, on=on, what=what, why=why
    )
    audit.record(Event.PROTOCOL_CHANGED, target=row, programme_id=study.programme_id, by=by, at=at)
    return row


@transaction.atomic
def record_research_consent(
    *,
    study: Study,
    sheet_version: str,
    scopes: Iterable[ConsentScope],
    given_on: date,
    by: Actor,
    at: datetime,
) -> ResearchConsent:
    """What a participant agreed to, by the version of the sheet they signed. It names nobody."""
    check_may_record_research_consent(by, study.programme_id)
    agreed = sorted({scope.value for scope in scopes})
    if not agreed:
        raise Invalid(Sentence("A consent to nothing is not recorded: choose at least one scope."))
    consent = ResearchConsent.objects.create(
        programme_id=study.programme_id, study=study, sheet_version=sheet_version, scopes=agreed, given_on=given_on
    )  # fmt: skip
    audit.record(
        Event.RESEARCH_CONSENT_RECORDED, target=consent, programme_id=study.programme_id, by=by, at=at
    )
    return consent


@transaction.atomic
def withdraw_research_consent(*, consent: ResearchConsent, by: Actor, at: datetime) -> ResearchConsent:
    """From now on nothing may be quoted or released that rests on it. Withdrawn again, the first day stands."""
    check_may_withdraw_research_consent(by, consent.programme_id)
    ResearchConsent.objects.filter(id=consent.id, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by=by.id
    )
    consent.refresh_from_db()
    audit.record(
        Event.RESEARCH_CONSENT_WITHDRAWN, target=consent, programme_id=consent.programme_id, by=by, at=at
    )
    return consent

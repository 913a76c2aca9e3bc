"""Designing a study, taking consent, freezing, and keeping the ledger of what left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Programme, Site
from throughline.records.study.models import (
    AnalysisPlan,
    Freeze,
    Outcome,
    Phase,
    ProtocolChange,
    Release,
    ResearchConsent,
    Study,
    StudySite,
    SurveyAnswer,
)
from throughline.rules.access import (
    check_may_approve_release,
    check_may_design_study,
    check_may_evaluate,
    check_may_freeze,
    check_may_record_research_consent,
    check_may_release,
    check_may_withdraw_research_consent,
)
from throughline.rules.permissions import Permission
from throughline.rules.phases import Span, check_apart
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
    ReleaseDoor,
)

# Rows are asked for here and leave only once another person has approved them.
DOOR_PERMISSION: dict[ReleaseDoor, Permission] = {
    ReleaseDoor.TABLES: Permission.RELEASE_TABLES,
    ReleaseDoor.ROWS: Permission.ASK_FOR_ROWS,
    ReleaseDoor.WORDS: Permission.RELEASE_WORDS,
}


@dataclass(frozen=True)
class AnswerDraft:
    """One answer of a survey wave: a number, or which kind of nothing. `respondent` stands for nobody."""

    site_id: UUID
    phase: PhaseKind
    answered_on: date
    respondent: int
    question: str
    value: Decimal | Nothing


@dataclass(frozen=True)
class ReleaseDraft:
    """What would leave: its door, its name, who gets it, under which profile, and the hash of its bytes.

    `cells` are the predicates and shown values of a table; `freeze` is None where nothing was frozen.
    """

    door: ReleaseDoor
    what: str
    recipient: str
    profile: str
    content_hash: str
    freeze: Freeze | None = None
    cells: tuple[Mapping[str, Any], ...] = ()


@transaction.atomic
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


@transaction.atomic
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
    others = (
        Phase.objects.select_for_update(no_key=True).filter(study_site=study_site).exclude(kind=kind.value)
    )
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


@transaction.atomic
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
    """What the study looks at. `measure` is a step of the line or a question's code; `success_by` whose success it is."""
    check_may_design_study(by, study.programme_id)
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


def plan_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a plan's canonical JSON: sorted keys, no spaces, UTF-8. ValueError for NaN and infinities."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def lock_plan(*, study: Study, content: Mapping[str, Any], by: Actor, at: datetime) -> AnalysisPlan:
    """Lock an analysis plan. It never changes again; another plan is the next version beside it."""
    check_may_design_study(by, study.programme_id)
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


@transaction.atomic
def record_survey_answers(*, study: Study, answers: Sequence[AnswerDraft], by: Actor, at: datetime) -> int:
    """Record answers of a wave together: all or none. Returns how many.

    Invalid where a site is not in the study or a respondent's question is answered already.
    """
    check_may_design_study(by, study.programme_id)
    sites = set(StudySite.objects.filter(study=study).values_list("site_id", flat=True))
    if any(answer.site_id not in sites for answer in answers):
        raise Invalid(Sentence("An answer is of a site that is not in this study. Nothing was recorded."))
    rows = (
        SurveyAnswer(
            programme_id=study.programme_id, study=study, site_id=answer.site_id, phase=answer.phase.value,
            answered_on=answer.answered_on, respondent=answer.respondent, question=answer.question,
            value=None if isinstance(answer.value, Nothing) else answer.value,
            value_nothing=answer.value.value if isinstance(answer.value, Nothing) else None,
        )
        for answer in answers
    )  # fmt: skip
    try:
        with transaction.atomic():
            SurveyAnswer.objects.bulk_create(rows, batch_size=1000)
    except IntegrityError as error:
        raise Invalid(
            Sentence(
                "Some of these answers are recorded already, or stand twice in the file. Nothing was recorded."
            )
        ) from error
    audit.record(
        Event.SURVEY_ANSWERS_RECORDED, target=study, programme_id=study.programme_id, by=by, at=at,
        count=len(answers),
    )  # fmt: skip
    return len(answers)


@transaction.atomic
def record_freeze(
    *, study: Study, name: str, content_hash: str, rows: Mapping[str, int], by: Actor, at: datetime
) -> Freeze:
    """The row of a freeze whose files are whole. `rows`: table -> row count. A name is never used twice."""
    check_may_freeze(by, study.programme_id)
    if Freeze.objects.filter(programme_id=study.programme_id, name=name).exists():
        raise Unready(Sentence("There is a freeze called %(name)s already. Choose another name.", name=name))
    freeze = Freeze.objects.create(
        programme_id=study.programme_id, study=study, name=name, content_hash=content_hash, rows=dict(rows),
        frozen_at=at, frozen_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.FROZEN, target=freeze, programme_id=study.programme_id, by=by, at=at, count=sum(rows.values())
    )
    return freeze


@transaction.atomic
def record_evaluation(*, freeze: Freeze, by: Actor, at: datetime) -> None:
    """Say that a freeze was asked its questions; the results lie beside its files."""
    check_may_evaluate(by, freeze.programme_id)
    audit.record(Event.EVALUATED, target=freeze, programme_id=freeze.programme_id, by=by, at=at)


@transaction.atomic
def record_release(*, programme: Programme, draft: ReleaseDraft, by: Actor, at: datetime) -> Release:
    """A line of the ledger: it left (tables, words), or is asked for and waits for another person (rows)."""
    check_may_release(by, programme.id, DOOR_PERMISSION[draft.door])
    release = _ledger_line(programme, draft, by, at, refusal="")
    audit.record(
        Event.RELEASED, target=release, programme_id=programme.id, by=by, at=at, reason=draft.door.value
    )
    return release


@transaction.atomic
def refuse_release(
    *, programme: Programme, draft: ReleaseDraft, refusal: Sentence, by: Actor, at: datetime
) -> Release:
    """A door that stayed shut is a line of the ledger too, with the sentence that said why."""
    check_may_release(by, programme.id, DOOR_PERMISSION[draft.door])
    release = _ledger_line(programme, draft, by, at, refusal=str(refusal)[:300])
    audit.record(
        Event.RELEASE_REFUSED, target=release, programme_id=programme.id, by=by, at=at, reason=draft.door.value
    )  # fmt: skip
    return release


@transaction.atomic
def approve_release(*, release: Release, by: Actor, at: datetime) -> Release:
    """Let rows leave that another person asked for."""
    check_may_approve_release(by, release.programme_id, is_own=release.released_by == by.id)
    if release.door != ReleaseDoor.ROWS.value:
        raise Invalid(Sentence("Only rows wait for an approval; tables and words pass their own doors."))
    if release.is_refused:
        raise Unready(Sentence("This release was refused; it has to be asked for again."))
    if not Release.objects.filter(id=release.id, approved_at=None).update(approved_at=at, approved_by=by.id):
        raise Unready(Sentence("This release is approved already."))
    release.refresh_from_db()
    audit.record(
        Event.RELEASED, target=release, programme_id=release.programme_id, by=by, at=at, reason="approved"
    )
    return release


def _ledger_line(
    programme: Programme, draft: ReleaseDraft, by: Actor, at: datetime, *, refusal: str
) -> Release:
    if draft.freeze is not None and draft.freeze.programme_id != programme.id:
        raise Invalid(Sentence("The freeze is of another programme."))
    return Release.objects.create(
        programme=programme, freeze=draft.freeze, door=draft.door.value, what=draft.what,
        recipient=draft.recipient, profile=draft.profile, is_refused=bool(refusal), refusal=refusal,
        content_hash=draft.content_hash, cells=[dict(cell) for cell in draft.cells], released_at=at,
        released_by=by.id,
    )  # fmt: skip

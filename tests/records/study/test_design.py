"""Arms, phases, outcomes, plans, consents and answers."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from tests.cast import Cast
from tests.records.made import a_consent, a_study, a_study_site
from throughline.records.study import actions, queries
from throughline.records.study.models import AnalysisPlan, Phase, ResearchConsent, StudySite, SurveyAnswer
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.study import ArmKind, ConsentScope, PhaseKind

pytestmark = pytest.mark.django_db
BEFORE, AFTER = PhaseKind.BEFORE, PhaseKind.AFTER


@pytest.mark.parametrize("name", ["alice", "bob", "priya", "omar", "grace", "ada", "dana", "stranger"])
def test_design_refuses_who_does_not_design(cast: Cast, now: datetime, name: str) -> None:
    study, by = a_study(cast), cast.everybody()[name]
    with pytest.raises(NotAllowed):
        actions.create_study(programme=cast.programme, title="x", design="y", by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.add_study_site(study=study, site=cast.site, arm=ArmKind.COMPARISON, by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.lock_plan(study=study, content={}, by=by, at=now)


def test_study_for_who_may_see_it(cast: Cast) -> None:
    study = a_study(cast)
    assert queries.study_for(cast.chen.actor, study.id) == study
    for name in ("alice", "bob", "priya", "omar", "dana", "stranger"):
        with pytest.raises(NotFound):
            queries.study_for(cast.everybody()[name], study.id)
        assert not queries.studies_for(cast.everybody()[name], cast.programme.id).exists()


def test_create_study_twice_is_refused(cast: Cast, now: datetime) -> None:
    a_study(cast, "One")
    with pytest.raises(Invalid, match="Choose another title"):
        actions.create_study(programme=cast.programme, title="One", design="x", by=cast.chen.actor, at=now)


def test_add_study_site_once_and_of_the_programme(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    a_study_site(cast, study)
    for site in (cast.site, cast.elsewhere_site):
        with pytest.raises(Invalid):
            actions.add_study_site(study=study, site=site, arm=ArmKind.COMPARISON, by=cast.chen.actor, at=now)


def test_set_phase_gives_spans(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    here, there = a_study_site(cast, study), a_study_site(cast, study, cast.other_site)
    for row, start in ((here, date(2025, 3, 1)), (there, date(2025, 4, 1))):
        actions.set_phase(study_site=row, kind=AFTER, from_on=start, by=cast.chen.actor, at=now)
    actions.set_phase(
        study_site=here,
        kind=BEFORE,
        from_on=date(2024, 9, 1),
        to_on=date(2025, 2, 28),
        by=cast.chen.actor,
        at=now,
    )
    spans = queries.arm_and_phase_spans(study)
    assert [(s.kind, s.from_on, s.to_on) for s in spans if s.site_id == cast.site.id] == [
        (BEFORE, date(2024, 9, 1), date(2025, 2, 28)), (AFTER, date(2025, 3, 1), None),
    ]  # fmt: skip
    assert {s.arm for s in spans} == {ArmKind.INTERVENTION} and len(spans) == 3


def test_set_phase_again_replaces(cast: Cast, now: datetime) -> None:
    row = a_study_site(cast)
    for day in (1, 15):
        actions.set_phase(study_site=row, kind=AFTER, from_on=date(2025, 3, day), by=cast.chen.actor, at=now)
    assert Phase.objects.get().from_on == date(2025, 3, 15)


def test_set_phase_overlapping_is_refused(cast: Cast, now: datetime) -> None:
    row = a_study_site(cast)
    actions.set_phase(
        study_site=row,
        kind=BEFORE,
        from_on=date(2024, 9, 1),
        to_on=date(2025, 3, 1),
        by=cast.chen.actor,
        at=now,
    )
    with pytest.raises(Invalid, match="must not overlap"):
        actions.set_phase(study_site=row, kind=AFTER, from_on=date(2025, 3, 1), by=cast.chen.actor, at=now)
    assert Phase.objects.count() == 1


def test_spans_overlapping_behind_the_actions_are_found(cast: Cast, now: datetime) -> None:
    row = a_study_site(cast)
    for kind in (BEFORE, AFTER):
        Phase.objects.create(
            programme=cast.programme, study_site=row, kind=kind.value, from_on=date(2025, 1, 1)
        )
    with pytest.raises(Invalid):
        queries.arm_and_phase_spans(row.study)


def test_phase_ending_before_it_begins_is_refused_by_the_database(cast: Cast) -> None:
    row = a_study_site(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Phase.objects.create(
            programme=cast.programme,
            study_site=row,
            kind="after",
            from_on=date(2025, 1, 2),
            to_on=date(2025, 1, 1),
        )


def test_arm_unknown_is_refused_by_the_database(cast: Cast) -> None:
    study = a_study(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudySite.objects.create(programme=cast.programme, study=study, site=cast.site, arm="control")


def test_lock_plan_hash_is_of_canonical_json(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    plan = actions.lock_plan(study=study, content={"b": [1, 2], "a": "é"}, by=cast.chen.actor, at=now)
    assert plan.content_hash == hashlib.sha256('{"a":"é","b":[1,2]}'.encode()).hexdigest()
    assert (plan.version, plan.locked_by, plan.locked_at) == (1, cast.chen.actor.id, now)


def test_lock_plan_same_content_in_another_order_is_the_same_plan(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    actions.lock_plan(study=study, content={"a": 1, "b": 2}, by=cast.chen.actor, at=now)
    with pytest.raises(Unready, match="version 1"):
        actions.lock_plan(study=study, content={"b": 2, "a": 1}, by=cast.chen.actor, at=now)


def test_lock_plan_second_is_a_new_version_and_the_first_stays(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    first = actions.lock_plan(study=study, content={"interval": "t"}, by=cast.chen.actor, at=now)
    second = actions.lock_plan(study=study, content={"interval": "cr3"}, by=cast.chen.actor, at=now)
    first.refresh_from_db()
    assert first.content == {"interval": "t"} and second.version == 2
    assert [(one.plan, one.stands, one.is_as_locked) for one in queries.plans_of(study)] == [
        (second, True, True), (first, False, True),
    ]  # fmt: skip


def test_lock_plan_without_a_number_is_refused(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid):
        actions.lock_plan(study=a_study(cast), content={"delta": float("nan")}, by=cast.chen.actor, at=now)


def test_plan_changed_behind_the_actions_is_found(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    queries.check_plans(study)
    plan = actions.lock_plan(study=study, content={"interval": "t"}, by=cast.chen.actor, at=now)
    queries.check_plans(study)
    AnalysisPlan.objects.filter(id=plan.id).update(content={"interval": "the narrow one"})
    with pytest.raises(Unready, match="Version 1 of the analysis plan is not as it was locked"):
        queries.check_plans(study)


def test_record_research_consent_by_the_lead_only(cast: Cast, now: datetime) -> None:
    study = a_study(cast)
    for name, actor in cast.everybody().items():
        if name == "rosa":
            continue
        with pytest.raises(NotAllowed):
            actions.record_research_consent(
                study=study,
                sheet_version="1",
                scopes=[ConsentScope.QUOTE],
                given_on=now.date(),
                by=actor,
                at=now,
            )
    consent = actions.record_research_consent(
        study=study, sheet_version="1", scopes=[ConsentScope.TAKE_PART, ConsentScope.QUOTE], given_on=now.date(),
        by=cast.rosa.actor, at=now,
    )  # fmt: skip
    assert consent.scopes == ["quote", "take_part"]
    with pytest.raises(Invalid):
        actions.record_research_consent(
            study=study, sheet_version="1", scopes=[], given_on=now.date(), by=cast.rosa.actor, at=now
        )


def test_withdraw_research_consent_stays_withdrawn(cast: Cast, now: datetime) -> None:
    consent = a_consent(a_study(cast))
    for name in ("alice", "chen", "dana", "stranger"):
        with pytest.raises(NotAllowed):
            actions.withdraw_research_consent(consent=consent, by=cast.everybody()[name], at=now)
    actions.withdraw_research_consent(consent=consent, by=cast.grace.actor, at=now)
    actions.withdraw_research_consent(consent=consent, by=cast.rosa.actor, at=now.replace(year=2027))
    consent.refresh_from_db()
    assert (consent.withdrawn_at, consent.withdrawn_by) == (now, cast.grace.actor.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResearchConsent.objects.filter(id=consent.id).update(withdrawn_by=None)


@pytest.mark.parametrize(
    ("value", "nothing"), [(None, None), (1, "declined"), (None, "suppressed"), (None, "")]
)
def test_survey_answer_is_one_of_value_and_nothing(
    cast: Cast, value: int | None, nothing: str | None
) -> None:
    study = a_study_site(cast).study
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyAnswer.objects.create(
            programme=cast.programme, study=study, site=cast.site, phase="before", answered_on=date(2025, 1, 7),
            respondent=1, question="q", value=value, value_nothing=nothing,
        )  # fmt: skip

"""Scoring keys and what people answered: who may, what is kept of a label, what cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core import serializers
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, Cast
from tests.records.made import a_scale, a_training, events
from throughline.records.workforce import actions, queries
from throughline.records.workforce.actions import AssessmentDraft
from throughline.records.workforce.models import (
    Assessment,
    AssessmentScore,
    AttitudeRespondent,
    AttitudeScale,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.attitudes import AttitudeGroup, Moment, ScoringKey, Subscale
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, TooSoon, Unready
from throughline.vocabulary.nothing import Nothing

pytestmark = pytest.mark.django_db
OTHER_KEY = ScoringKey(1, 5, (Subscale("support", (1,)),))
LABEL = "Zebra 7"


def a_draft(cast: Cast, n: int = 0, moment: Moment = Moment.BEFORE, label: str = LABEL) -> AssessmentDraft:
    return AssessmentDraft(
        cast.site.id, AttitudeGroup.OFFICER, moment, date(2025, 3, 1 + n), f"{n:064x}",
        {1: 2, 2: Nothing.DECLINED, 3: 2, 4: 1, 5: Nothing.DONT_KNOW}, label=label,
    )  # fmt: skip


def test_answers_are_scored_and_kept_with_their_kinds_of_nothing(cast: Cast, now: datetime) -> None:
    scale = a_scale(cast)
    done = actions.record_assessments(scale=scale, drafts=[a_draft(cast)], by=cast.chen.actor, at=now)
    assert done == (1, 0)
    kept = Assessment.objects.get()
    assert kept.answers["2"] == {"nothing": "declined"} and kept.answers["1"] == 2
    assert set(AssessmentScore.objects.values_list("subscale", "value", "value_nothing")) == {
        ("support", Decimal("4.000"), None), ("burden", None, "dont_know"),
    }  # fmt: skip
    assert [event.count for event in events("attitudes_recorded")] == [1]


@pytest.mark.parametrize(
    "name", ["alice", "bob", "priya", "omar", "rosa", "grace", "ada", "dana", "stranger"]
)
def test_who_leads_the_people_neither_records_nor_sees(cast: Cast, now: datetime, name: str) -> None:
    scale, by = a_scale(cast), cast.everybody()[name]
    actions.record_assessments(scale=scale, drafts=[a_draft(cast)], by=SYSTEM, at=now)
    with pytest.raises(NotAllowed):
        actions.record_assessments(scale=scale, drafts=[a_draft(cast, 1)], by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.define_attitude_scale(programme=cast.programme, name="N", key=OTHER_KEY, by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.erase_assessments(
            scale=scale, site=cast.site, group=AttitudeGroup.OFFICER, label=LABEL, by=by, at=now
        )
    assert Assessment.objects.visible_to(cast.chen.actor).count() == 1
    for model in (AttitudeScale, AttitudeRespondent, Assessment):
        assert not model.objects.visible_to(by).exists()


def test_a_label_links_one_person_and_is_kept_nowhere(cast: Cast, now: datetime) -> None:
    scale = a_scale(cast)
    twice = [a_draft(cast), a_draft(cast, 1, Moment.AFTER, " zebra  7 "), a_draft(cast, 2, Moment.FOLLOW_UP)]
    other = replace(a_draft(cast, 3), group=AttitudeGroup.WORKER)
    actions.record_assessments(
        scale=scale, drafts=[*twice, other, a_draft(cast, 4, label="")], by=SYSTEM, at=now
    )
    assert sorted(r.assessments.count() for r in AttitudeRespondent.objects.all()) == [1, 3]
    assert Assessment.objects.filter(respondent=None).count() == 1
    models = (AttitudeScale, AttitudeRespondent, Assessment, AssessmentScore)
    everything = "".join(serializers.serialize("json", m.objects.all()) for m in models)
    told = json.dumps([(e.reason, e.target_id) for e in events("attitudes_recorded")])
    assert "zebra" not in (everything + told).casefold()


def test_a_label_on_another_scale_is_somebody_else(cast: Cast) -> None:
    one, two = a_scale(cast), a_scale(cast, "Other")
    keys = {
        queries.label_key_of(scale, site.id, group, LABEL)
        for scale in (one, two)
        for site in (cast.site, cast.other_site)
        for group in (AttitudeGroup.OFFICER, AttitudeGroup.WORKER)
    }
    assert len(keys) == 8 and queries.label_key_of(one, cast.site.id, AttitudeGroup.WORKER, "  ") == ""


def test_the_same_again_adds_nothing_and_a_second_before_is_refused(cast: Cast, now: datetime) -> None:
    scale = a_scale(cast)
    for expected in ((1, 0), (0, 1)):
        assert actions.record_assessments(scale=scale, drafts=[a_draft(cast)], by=SYSTEM, at=now) == expected
    with pytest.raises(Invalid, match="has such a questionnaire already"):
        actions.record_assessments(scale=scale, drafts=[a_draft(cast, 1)], by=SYSTEM, at=now)
    person = AttitudeRespondent.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(
            programme=cast.programme, scale=scale, site=cast.site, respondent=person, group="officer", moment="before",
            taken_on=date(2025, 5, 1), origin_key="f" * 64,
        )  # fmt: skip


def test_what_cannot_be_is_refused_whole(cast: Cast, now: datetime) -> None:
    scale, training = a_scale(cast), a_training(cast, held_on=date(2025, 3, 1))
    good = a_draft(cast)
    wrong = {
        "not in this programme": replace(good, site_id=cast.programme.id),
        "does not have": replace(good, answers={9: 1}),
        "from 1 to 7": replace(good, answers={}, scores={"support": 7.5}),
        "subscales of the key": replace(good, scores={"support": 3.0}),
        "future": replace(good, taken_on=date(2999, 1, 1)),
        "not held at its site": replace(good, site_id=cast.other_site.id, training_id=training.id),
        "lies after it": replace(good, taken_on=date(2025, 3, 2), training_id=training.id),
    }
    for words, draft in wrong.items():
        with pytest.raises(Invalid, match=words):
            actions.record_assessments(
                scale=scale, drafts=[a_draft(cast, 5, label="k"), draft], by=SYSTEM, at=now
            )
    assert not Assessment.objects.exists()


def test_scores_alone_are_kept_as_they_are_given(cast: Cast, now: datetime) -> None:
    draft = replace(a_draft(cast), answers={}, scores={"support": 3.25})
    actions.record_assessments(scale=a_scale(cast), drafts=[draft], by=SYSTEM, at=now)
    assert set(AssessmentScore.objects.values_list("value", "value_nothing")) == {
        (Decimal("3.250"), None), (None, "not_recorded"),
    }  # fmt: skip


def test_a_key_changes_until_answers_are_scored_by_it(cast: Cast, now: datetime) -> None:
    scale = a_scale(cast)
    given = {"programme": cast.programme, "name": "Role", "by": SYSTEM, "at": now}
    changed = actions.define_attitude_scale(key=OTHER_KEY, **given)
    assert changed.id == scale.id and changed.scoring == OTHER_KEY
    draft = replace(a_draft(cast), answers={1: 2})
    actions.record_assessments(scale=changed, drafts=[draft], by=SYSTEM, at=now)
    assert actions.define_attitude_scale(key=OTHER_KEY, **given).id == scale.id
    with pytest.raises(Unready, match="another name"):
        actions.define_attitude_scale(key=ScoringKey(1, 7, OTHER_KEY.subscales), **given)
    assert queries.scale_named(cast.programme.id, "Role") == scale
    with pytest.raises(NotFound, match="Role"):
        queries.scale_named(cast.programme.id, "Rule")


def test_erasing_takes_all_of_one_person_and_of_nobody_else(cast: Cast, now: datetime) -> None:
    scale = a_scale(cast)
    drafts = [a_draft(cast), a_draft(cast, 1, Moment.AFTER), a_draft(cast, 2, label="Other")]
    actions.record_assessments(scale=scale, drafts=drafts, by=SYSTEM, at=now)
    gone = actions.erase_assessments(
        scale=scale, site=cast.site, group=AttitudeGroup.OFFICER, label="zebra 7", by=cast.chen.actor, at=now
    )
    assert gone == 2 and Assessment.objects.count() == 1 and AssessmentScore.objects.count() == 2
    assert [event.count for event in events("attitudes_erased")] == [2]
    with pytest.raises(Invalid, match="erased"):
        actions.record_assessments(scale=scale, drafts=drafts, by=SYSTEM, at=now)
    assert Assessment.objects.count() == 1


def test_labels_are_not_guessed_by_erasing(cast: Cast, now: datetime) -> None:
    scale = a_scale(cast)
    actions.record_assessments(scale=scale, drafts=[a_draft(cast)], by=SYSTEM, at=now)

    def erased(label: str, by: Actor = cast.chen.actor, minutes: int = 0) -> int:
        return actions.erase_assessments(
            scale=scale, site=cast.site, group=AttitudeGroup.OFFICER, label=label, by=by,
            at=now + timedelta(minutes=minutes),
        )  # fmt: skip

    assert [erased(f"otter {number}") for number in range(10)] == [0] * 10
    with pytest.raises(TooSoon):
        erased("zebra 7")
    assert Assessment.objects.count() == 1
    assert erased("otter 11", SYSTEM) == 0, "of each account by itself"
    assert erased("zebra 7", minutes=61) == 1


def test_nothing_and_a_value_exclude_each_other_in_the_database(cast: Cast, now: datetime) -> None:
    scale = a_scale(cast)
    actions.record_assessments(scale=scale, drafts=[a_draft(cast)], by=SYSTEM, at=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessmentScore.objects.filter(subscale="support").update(value_nothing="declined")

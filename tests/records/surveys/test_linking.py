"""Linking two waves: who is linked, what waits for a person, what two people decide, and what is told of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.cast import SYSTEM, Cast
from tests.records.linking_made import CODE, CODED, KEPT_UNTIL, a_coded_wave, answered, two_coded_waves
from tests.records.made import NOW, events
from throughline.cli.main import app
from throughline.evaluation.linking import counts_of, told_of
from throughline.records.study.actions import add_outcome
from throughline.records.surveys import actions
from throughline.records.surveys.actions import ResponseDraft
from throughline.records.surveys.models import CodePlan, LinkedPair, SurveyResponse, WaveLinking
from throughline.vocabulary.code_parts import PairState, RejectedPair
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import (
    ConsentScope,
    Direction,
    OutcomeKind,
    OutcomeRank,
    OutcomeSourceKind,
    PhaseKind,
)
from throughline.vocabulary.waves import Exclusion, ResponseSource

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=100)


def _states(linking: WaveLinking) -> dict[tuple[int, int], str]:
    return {
        (pair.first.respondent, pair.second.respondent): pair.state
        for pair in LinkedPair.objects.filter(linking=linking).select_related("first", "second")
    }


def test_waves_are_linked_by_the_rule_and_people_decide_on_the_rest(cast: Cast, now: datetime) -> None:
    waves = two_coded_waves(cast)
    first, second = waves["first"], waves["second"]
    apart = {"code/mother": "Ann", "code/born": 1, "code/street": "Hill"}
    twins = {"code/mother": "Bea", "code/born": 2, "code/street": "Dock"}
    before = [
        answered(first, cast.site),
        answered(first, cast.site, apart),
        answered(first, cast.site, twins),
    ]
    answered(first, cast.other_site, twins | {"code/born": 3})
    answered(first, cast.site, agreed=(ConsentScope.TAKE_PART,))
    after = [
        answered(second, cast.site, {"code/born": ""}, at=LATER, age=42),  # the first, without one element
        answered(
            second, cast.site, apart, at=LATER, age=60, gender="man"
        ),  # exact, and age and gender say otherwise
        answered(second, cast.site, twins, at=LATER),
        answered(second, cast.site, twins, at=LATER),
    ]
    told: dict[str, Any] = waves | {"least_days": 30, "most_days": 400}
    for name, actor in cast.everybody().items():
        if name != "chen":
            with pytest.raises(NotAllowed):
                actions.link_two_waves(**told, by=actor, at=LATER)
    chen: dict[str, Any] = {"by": cast.chen.actor, "at": LATER}
    linking = actions.link_two_waves(**told, **chen)
    assert _states(linking) == {(1, 1): "linked", (2, 2): "waiting", (3, 3): "waiting", (3, 4): "waiting"}
    pair = LinkedPair.objects.get(first=before[0])
    assert pair.differs == 2 and 0 < linking.expected_false < 10 and linking.without_code == [1, 0]
    assert events("waves_linked")[-1].count == 1

    shown = actions.read_pairs(linking=linking, state=PairState.WAITING, **chen)
    assert next((one.pair.why, one.ages, one.genders) for one in shown) == (
        "second_fact",
        (41, 60),
        ("woman", "man"),
    )
    assert [one.pair.why for one in shown[1:]] == ["several", "several"] and events("linked_pairs_read")[
        -1
    ].count == 3
    by_number = {(one.pair.first.respondent, one.pair.second.respondent): one.pair for one in shown}
    waiting: dict[str, Any] = {"seen": PairState.WAITING}
    accept: dict[str, Any] = waiting | {"decision": PairState.ACCEPTED}
    reject: dict[str, Any] = waiting | {"decision": PairState.REJECTED, "reason": RejectedPair.TOO_LITTLE}
    other: dict[str, Any] = {"by": SYSTEM, "at": LATER}
    actions.decide_pair(pair=by_number[3, 3], **accept, **chen)
    with pytest.raises(Unready, match="One of the two"):
        actions.decide_pair(pair=by_number[3, 4], **accept, **other)
    with pytest.raises(Unready, match="Somebody else decided"):
        actions.decide_pair(pair=by_number[3, 3], **reject, **other)
    assert actions.decide_pair(pair=by_number[3, 3], **accept, **other).state == "accepted"  # they agree
    with pytest.raises(Invalid):
        actions.decide_pair(pair=by_number[2, 2], **waiting, decision=PairState.REJECTED, **other)
    actions.decide_pair(pair=by_number[2, 2], **reject, **other)
    actions.decide_pair(pair=pair, **reject | {"seen": PairState.LINKED}, **chen)

    again = actions.link_two_waves(**told, **chen)
    assert again == linking and _states(again) == {(1, 1): "rejected", (2, 2): "rejected", (3, 3): "accepted"}
    seen = {name for name, actor in cast.everybody().items() if LinkedPair.objects.visible_to(actor).exists()}
    assert seen == {"chen"}
    actions.exclude_response(response=after[2], reason=Exclusion.WITHDREW, **chen)
    assert not LinkedPair.objects.filter(second=after[2]).exists()
    plan = CodePlan.objects.get()
    day = now + timedelta(days=(KEPT_UNTIL - now.date()).days)
    actions.destroy_code_parts(plan=plan, by=cast.chen.actor, at=day)
    assert not LinkedPair.objects.exists()  # nobody's link was left to stay
    with pytest.raises(Unready):
        actions.link_two_waves(**told, by=SYSTEM, at=day)


def test_waves_that_cannot_be_linked_say_why(cast: Cast, now: datetime) -> None:
    first = a_coded_wave(cast)
    chen: dict[str, Any] = {"least_days": 1, "most_days": 90, "by": cast.chen.actor, "at": now}
    plain = first.study.waves.get(code="first-plain")
    earlier = a_coded_wave(cast, "earlier", PhaseKind.AFTER, opens_on=first.opens_on - timedelta(days=9))
    for wrong in (
        {"first": first, "second": first}, {"first": first, "second": earlier}, {"first": earlier, "second": first, "least_days": 91},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            actions.link_two_waves(**chen | wrong)
    with pytest.raises(Unready, match="Nobody named"):
        actions.link_two_waves(**chen, first=first, second=plain)


def test_what_is_told_of_links_hides_small_counts(cast: Cast, now: datetime) -> None:
    waves = two_coded_waves(cast)
    of = waves["first"].study
    add_outcome(
        study=of, code="sharing", name="Shared a pipe", kind=OutcomeKind.BINARY, source=OutcomeSourceKind.SURVEY, measure="shared",
        rank=OutcomeRank.PRIMARY, direction=Direction.LOWER_IS_BETTER, success_by="people who use drugs", by=SYSTEM, at=now,
    )  # fmt: skip
    for wave, at in ((waves["first"], NOW), (waves["second"], LATER)):
        drafts = []
        for person in range(24):
            own = CODE | {"code/born": person, "code/street": f"street {person}", "code/mother": f"m{person}"}
            if wave == waves["second"] and person % 2:
                own |= {"code/born": 40 + person, "code/street": "moved"}
            own |= {"about/age": 30 + person % 3, "gender": "man" if person % 4 < 2 else "woman"}
            own |= {"about/shared": "yes" if person % 3 else "no"}
            site = cast.site if person < 22 else cast.other_site
            drafts.append(ResponseDraft(site.id, at.date(), f"{wave.code} {person}", own, may_link=True))
        told = {"source": ResponseSource.CSV, "questions": CODED, "drafts": drafts}
        actions.record_responses(wave=wave, **told, by=SYSTEM, at=at)
    done = CliRunner().invoke(
        app,
        ["link", "waves", "--from", "first", "--to", "second", "--json", "--programme", "lantern"],
        catch_exceptions=False,
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    linking = WaveLinking.objects.get()
    assert found == counts_of(linking, by=cast.chen.actor)
    arms = {one["arm"]: (one["n"], one["linked"]) for one in found["arms"]}
    assert arms["comparison"] == ("suppressed", "suppressed") and "12" not in str(arms["comparison"])
    assert LinkedPair.objects.filter(state="linked").count() == 12 and arms["all"][0] == 24
    beside = {one["name"]: one for one in found["beside"]}
    assert set(beside) == {"age", "gender", "Shared a pipe"}
    assert beside["age"]["linked"] == pytest.approx(31) and beside["age"]["difference"] == pytest.approx(
        0, abs=0.01
    )
    assert beside["gender"]["difference"] == 0
    assert "no rows" in " ".join(found["notes"]) and "respondent" not in beside
    keys = [
        part for row in SurveyResponse.objects.filter(wave=waves["first"]) for part in row.code_parts.parts
    ]
    assert not [part for part in keys if part in done.output]
    with pytest.raises(NotAllowed):
        told_of(linking, by=cast.rosa.actor)

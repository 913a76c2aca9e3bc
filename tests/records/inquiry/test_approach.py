"""What an analysis says of itself, anew; and where its analysts stand."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.records.made import a_code, a_source, an_analysis, an_analyst
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Decision
from throughline.records.inquiry.queries.approach import positions_for
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import Approach

pytestmark = pytest.mark.django_db


def draft_of(analysis: Analysis, **changed: object) -> actions.AnalysisDraft:
    return dataclasses.replace(
        actions.AnalysisDraft(
            analysis.name,
            analysis.question,
            Approach(analysis.approach),
            analysis.orientation,
            analysis.theory,
        ),
        **changed,  # type: ignore[arg-type]  # fields of the draft
    )


def test_describe_analysis_keeps_what_was_and_why_in_the_trail(cast: Cast, now: datetime) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    draft = draft_of(analysis, question="What does asking begin?", theory="stigma")
    actions.describe_analysis(analysis=analysis, draft=draft, why="They spoke of asking.", by=rosa, at=now)
    analysis.refresh_from_db()
    assert (analysis.question, analysis.theory) == ("What does asking begin?", "stigma")
    decision = Decision.objects.get(analysis=analysis)
    assert decision.text == (
        "They spoke of asking.\n\nquestion: What does a pipe begin?\ntheory: not_recorded"
    )
    assert (decision.recorded_by, decision.decided_on) == (rosa.id, now.date())


def test_describe_analysis_refuses_what_says_nothing_new(cast: Cast, now: datetime) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    other = an_analysis(cast, analysis.study, "Another")
    with pytest.raises(Unready, match="different"):
        actions.describe_analysis(analysis=analysis, draft=draft_of(analysis), why="x", by=rosa, at=now)
    for changed, why, sentence in (
        ({"question": " "}, "x", "name and a question"),
        ({"name": other.name}, "x", "already"),
        ({"theory": "stigma"}, " ", "Say why"),
    ):
        with pytest.raises(Invalid, match=sentence):
            actions.describe_analysis(
                analysis=analysis, draft=draft_of(analysis, **changed), why=why, by=rosa, at=now
            )
    assert not Decision.objects.exists()


def test_describe_analysis_changes_the_approach_only_while_nothing_is_coded(
    cast: Cast, now: datetime
) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    template = draft_of(analysis, approach=Approach.CODEBOOK_TEMPLATE)
    analysis = actions.describe_analysis(analysis=analysis, draft=template, why="x", by=rosa, at=now)
    assert analysis.approach == Approach.CODEBOOK_TEMPLATE
    actions.apply_code(source=a_source(analysis), code=a_code(analysis), start=0, end=5, by=rosa, at=now)
    compared = draft_of(analysis, approach=Approach.CODING_RELIABILITY)
    with pytest.raises(Unready, match="coded by this approach"):
        actions.describe_analysis(analysis=analysis, draft=compared, why="x", by=rosa, at=now)


def test_write_position_counts_the_newest_and_keeps_the_earlier(cast: Cast, now: datetime) -> None:
    analysis, rosa, una = an_analysis(cast), cast.rosa.actor, an_analyst(cast).actor
    for minutes, by, text in ((0, rosa, "A researcher."), (1, una, "A peer."), (2, rosa, "A former nurse.")):
        at = now + timedelta(minutes=minutes)
        actions.write_position(analysis=analysis, text=text, by=by, at=at)
    found = positions_for(cast.chen.actor, analysis)
    assert [(one.analyst, one.text, [was.text for was in one.earlier]) for one in found] == [
        (rosa.id, "A former nurse.", ["A researcher."]), (una.id, "A peer.", []),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        actions.write_position(analysis=analysis, text=" ", by=rosa, at=now)
    for name in ("bob", "alice", "dana", "stranger"):
        with pytest.raises(NotAllowed):
            actions.write_position(analysis=analysis, text="x", by=cast.everybody()[name], at=now)

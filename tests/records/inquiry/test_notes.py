"""Notes beside a passage, other readings of a coding, and memos written anew."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cast import Cast
from tests.records.made import a_code, a_source, a_study, an_analysis, an_analyst
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Coding
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import Approach, MemoKind

pytestmark = pytest.mark.django_db


def test_write_memo_as_a_note_beside_a_passage(cast: Cast, now: datetime) -> None:
    source, rosa = a_source(an_analysis(cast)), cast.rosa.actor
    memo = actions.write_memo(
        analysis=source.analysis, text="She hesitates.", about=source, kind=MemoKind.NOTE, start=3, end=9,
        by=rosa, at=now,
    )  # fmt: skip
    memo.refresh_from_db()
    assert (memo.source, memo.kind, memo.start, memo.end) == (source, "note", 3, 9)
    whole = actions.write_memo(
        analysis=source.analysis, text="Calm throughout.", about=source, kind=MemoKind.NOTE, by=rosa, at=now
    )
    assert (whole.start, whole.end) == (None, None)


@pytest.mark.parametrize("place", [(3, None), (None, 3), (5, 5), (-1, 3), (0, 10_000)])
def test_write_memo_refuses_a_passage_that_is_none(
    cast: Cast, now: datetime, place: tuple[int | None, int | None]
) -> None:
    source = a_source(an_analysis(cast))
    with pytest.raises(Invalid, match="passage"):
        actions.write_memo(
            analysis=source.analysis, text="x", about=source, start=place[0], end=place[1],
            by=cast.rosa.actor, at=now,
        )  # fmt: skip


def test_write_memo_refuses_a_passage_or_a_note_without_a_source(cast: Cast, now: datetime) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    for about in (None, a_code(analysis)):
        with pytest.raises(Invalid, match="lies in a source"):
            actions.write_memo(analysis=analysis, text="x", about=about, start=0, end=5, by=rosa, at=now)
        with pytest.raises(Invalid, match="beside a source"):
            actions.write_memo(analysis=analysis, text="x", about=about, kind=MemoKind.NOTE, by=rosa, at=now)


def test_write_memo_as_another_reading_of_a_coding_alone(cast: Cast, now: datetime) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    coding = _coding(analysis, an_analyst(cast).actor, now)
    memo = actions.write_memo(
        analysis=analysis,
        text="I read it as relief.",
        about=coding,
        kind=MemoKind.ANOTHER_READING,
        by=rosa,
        at=now,
    )
    assert memo.coding == coding
    with pytest.raises(Invalid, match="beside a coding"):
        actions.write_memo(
            analysis=analysis, text="x", about=coding.source, kind=MemoKind.ANOTHER_READING, by=rosa, at=now
        )


def test_write_memo_knows_no_other_reading_where_the_approach_has_none(cast: Cast, now: datetime) -> None:
    rosa = cast.rosa.actor
    analysis = actions.open_analysis(
        study=a_study(cast),
        name="By template",
        question="?",
        approach=Approach.CODEBOOK_TEMPLATE,
        by=rosa,
        at=now,
    )
    coding = _coding(analysis, rosa, now)
    with pytest.raises(Unready, match="approach"):
        actions.write_memo(
            analysis=analysis, text="x", about=coding, kind=MemoKind.ANOTHER_READING, by=rosa, at=now
        )


def _coding(analysis: Analysis, by: Actor, now: datetime) -> Coding:
    return actions.apply_code(source=a_source(analysis), code=a_code(analysis), start=0, end=5, by=by, at=now)

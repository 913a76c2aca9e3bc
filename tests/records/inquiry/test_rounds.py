"""Rounds: who codes what, who sees whose codings meanwhile, and what a closed round keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import a_code, a_source, a_source_draft, a_study, an_analyst, events
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.models import Analysis, Code, Coding, CodingRevision, Memo, Round, Source
from throughline.records.inquiry.queries.workspace import feed_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.study import Approach, CodeOrigin, ThemeRelationKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def analysis(cast: Cast, now: datetime) -> Analysis:
    return actions.open_analysis(
        study=a_study(cast),
        name="Compared",
        question="?",
        approach=Approach.CODING_RELIABILITY,
        by=SYSTEM,
        at=now,
    )


@pytest.fixture
def source(analysis: Analysis) -> Source:
    a_code(analysis, "a")
    return a_source(analysis)


@pytest.fixture
def una(cast: Cast) -> Actor:
    return an_analyst(cast, "Una").actor


@pytest.fixture
def abe(cast: Cast) -> Actor:
    return an_analyst(cast, "Abe").actor


def opened(analysis: Analysis, source: Source, *coders: Actor, at: datetime, is_blind: bool = True) -> Round:
    drafts = [actions.AssignmentDraft(source, coder.id) for coder in coders]
    return actions.open_round(
        analysis=analysis, name=f"Round {Round.objects.count()}", assignments=drafts, is_blind=is_blind,
        by=SYSTEM, at=at,
    )  # fmt: skip


def coded(source: Source, by: Actor, at: datetime, start: int = 0, slug: str = "a") -> Coding:
    code = (
        source.analysis.codebooks.first()
        and source.analysis.codebooks.first().codes.filter(slug=slug).first()
    )
    return actions.apply_code(
        source=source, code=code or a_code(source.analysis, slug), start=start, end=start + 5, by=by, at=at
    )


def seen(actor: Actor, source: Source) -> set[str]:
    """Whose codings an actor sees, by every way there is to see them."""
    listed = {coding.analyst for coding in queries.codings_of(actor, source)}
    assert listed == {one.analyst for one in feed_for(actor, source.id, 0).placed}
    for coding in Coding.objects.filter(source=source):
        if coding.analyst in listed:
            assert queries.coding_for(actor, coding.id) == coding
        else:
            with pytest.raises(NotFound):
                queries.coding_for(actor, coding.id)
    mine = Coding.objects.filter(source=source, analyst__in=listed, removed_at=None).count()
    books = queries.codebooks_for(actor, source.analysis)
    assert sum(node.codings for book in books for node in queries.code_tree(actor, book)) == mine
    assert queries.sources_for(actor, source.programme_id).get(id=source.id).standing_codings == mine  # type: ignore[attr-defined]  # annotated there
    return listed


def test_coders_see_own_codings_alone_before_any_round(
    source: Source, una: Actor, abe: Actor, cast: Cast, now: datetime
) -> None:
    coded(source, una, now)
    coded(source, abe, now)
    assert seen(una, source) == {una.id}
    assert seen(abe, source) == {abe.id}
    assert seen(cast.chen.actor, source) == set()
    assert seen(cast.rosa.actor, source) == {una.id, abe.id}


def test_blind_round_hides_and_closing_shows(
    analysis: Analysis, source: Source, una: Actor, abe: Actor, cast: Cast, now: datetime
) -> None:
    row = opened(analysis, source, una, abe, cast.rosa.actor, at=now)
    for coder in (una, abe):
        assert coded(source, coder, now).round == row
    assert seen(una, source) == {una.id}
    assert seen(cast.rosa.actor, source) == set(), "who leads and codes in a blind round is blind too"
    actions.close_round(round=row, by=cast.rosa.actor, at=now + timedelta(hours=1))
    for actor in (una, abe, cast.rosa.actor, cast.chen.actor):
        assert seen(actor, source) == {una.id, abe.id}
    again = opened(analysis, source, una, at=now)
    assert seen(abe, source) == {abe.id}, "a second blind round shuts what the first had opened"
    assert again.closed_at is None


def test_open_round_shows_everybody_at_once(
    analysis: Analysis, source: Source, una: Actor, abe: Actor, now: datetime
) -> None:
    opened(analysis, source, una, abe, at=now, is_blind=False)
    coded(source, una, now)
    assert seen(abe, source) == {una.id}


def test_another_source_and_approach_are_not_touched_by_a_round(
    analysis: Analysis, source: Source, una: Actor, abe: Actor, cast: Cast, now: datetime
) -> None:
    reflexive = actions.open_analysis(
        study=analysis.study, name="Read", question="?", approach=Approach.REFLEXIVE, by=SYSTEM, at=now
    )
    other = a_source(reflexive, a_source_draft("P01: Other words altogether."))
    opened(analysis, source, una, abe, at=now)
    coded(other, una, now)
    assert seen(abe, other) == {una.id}


def test_memo_and_revision_follow_what_they_lie_on(
    analysis: Analysis, source: Source, una: Actor, abe: Actor, now: datetime
) -> None:
    row = opened(analysis, source, una, abe, at=now)
    coding = coded(source, una, now)
    actions.move_coding(coding=coding, start=0, end=9, base_version=1, by=una, at=now)
    for about in (source, coding):
        actions.write_memo(analysis=analysis, text="why I read it so", about=about, by=una, at=now)
    actions.write_memo(analysis=analysis, text="of the whole", by=una, at=now)
    assert list(queries.memos_for(abe, analysis)) == [], "one on the whole analysis tells as much"
    assert len(queries.memos_for(una, analysis)) == 3
    assert not CodingRevision.objects.visible_to(abe).exists()
    actions.close_round(round=row, by=SYSTEM, at=now)
    assert len(queries.memos_for(abe, analysis)) == Memo.objects.count() == 3
    assert CodingRevision.objects.visible_to(abe).get().end == 5


def test_closed_round_keeps_its_codings(
    analysis: Analysis, source: Source, una: Actor, cast: Cast, now: datetime
) -> None:
    row = opened(analysis, source, una, at=now)
    coding, taken = coded(source, una, now), coded(source, una, now, start=6)
    actions.remove_coding(coding=taken, by=una, at=now)
    actions.close_round(round=row, by=SYSTEM, at=now)
    attempts = (
        lambda: actions.move_coding(coding=coding, start=1, end=4, base_version=1, by=una, at=now),
        lambda: actions.remove_coding(coding=coding, by=una, at=now),
        lambda: actions.remove_coding(coding=coding, by=cast.rosa.actor, at=now),
        lambda: actions.restore_coding(coding=taken, by=una, at=now),
    )
    for attempt in attempts:
        with pytest.raises(Unready, match="is closed"):
            attempt()
    assert coded(source, una, now, start=9).round is None, "what is coded later belongs to no round"
    with pytest.raises(Unready, match="closed already"):
        actions.close_round(round=row, by=SYSTEM, at=now)


def test_open_round_is_announced_and_audited(
    analysis: Analysis, source: Source, una: Actor, now: datetime
) -> None:
    def number() -> int:
        return int(Source.objects.values_list("changes", flat=True).get(id=source.id))

    before = number()
    row = opened(analysis, source, una, at=now)
    during = number()
    assert feed_for(una, source.id, 0).at == 0  # who codes blindly is told of own changes alone
    actions.close_round(round=row, by=SYSTEM, at=now)
    assert before < during < number() == feed_for(una, source.id, 0).at
    assert [event.count for event in events("round_opened")] == [1]
    assert events("round_closed")[0].target_id == str(row.id)


@pytest.mark.parametrize("name", ["alice", "bob", "omar", "chen", "grace", "ada", "dana", "stranger"])
def test_round_is_led_by_who_may(
    analysis: Analysis, source: Source, una: Actor, cast: Cast, now: datetime, name: str
) -> None:
    by, drafts = cast.everybody()[name], [actions.AssignmentDraft(source, una.id)]
    with pytest.raises(NotAllowed):
        actions.open_round(analysis=analysis, name="Mine", assignments=drafts, by=by, at=now)
    with pytest.raises(NotAllowed):
        actions.close_round(round=opened(analysis, source, una, at=now), by=by, at=now)


def test_open_round_refuses_what_makes_no_round(
    analysis: Analysis, source: Source, una: Actor, cast: Cast, now: datetime
) -> None:
    drafts = [actions.AssignmentDraft(source, una.id)]
    by = cast.rosa.actor
    with pytest.raises(Invalid, match="at least one source"):
        actions.open_round(analysis=analysis, name="Empty", assignments=[], by=by, at=now)
    actions.open_round(analysis=analysis, name="One", assignments=drafts * 2, by=by, at=now)
    with pytest.raises(Invalid, match="still open"):
        actions.open_round(analysis=analysis, name="Two", assignments=drafts, by=by, at=now)
    with pytest.raises(Invalid, match="called One already"):
        actions.open_round(analysis=analysis, name="One", assignments=drafts, by=by, at=now)
    reflexive = actions.open_analysis(
        study=analysis.study, name="Read", question="?", approach=Approach.REFLEXIVE, by=SYSTEM, at=now
    )
    with pytest.raises(Unready, match="makes no use"):
        actions.open_round(analysis=reflexive, name="No", assignments=drafts, by=by, at=now)
    other = a_source(reflexive, a_source_draft("P01: Other words altogether."))
    stray = [actions.AssignmentDraft(other, una.id)]
    with pytest.raises(Invalid, match="its own analysis"):
        actions.open_round(analysis=analysis, name="Stray", assignments=stray, by=by, at=now)


def test_codes_and_themes_stay_as_they_are_while_anybody_codes_blindly(
    analysis: Analysis, source: Source, una: Actor, cast: Cast, now: datetime
) -> None:
    """Also for who does not code: what they write would tell coders how others read."""
    lead, reader = cast.rosa.actor, an_analyst(cast, "Noor").actor
    code = Code.objects.get(slug="a")
    other = actions.add_code(
        codebook=code.codebook, draft=actions.CodeDraft("b", "B", CodeOrigin.INDUCTIVE), by=SYSTEM, at=now
    )
    one, two = (
        actions.write_theme(analysis=analysis, draft=actions.ThemeDraft(name, "Pipes."), by=lead, at=now)
        for name in ("One", "Two")
    )

    def ways(by: Actor) -> list[Callable[[], object]]:
        said = {"by": by, "at": now}
        draft = actions.CodeDraft(f"c-{by.id}", f"C {by.id}", CodeOrigin.INDUCTIVE)
        return [
            lambda: actions.add_code(codebook=code.codebook, draft=draft, **said),
            lambda: actions.merge_codes(code=other, into=code, **said),
            lambda: actions.write_theme(
                analysis=analysis, draft=actions.ThemeDraft(f"Three {by.id}", "-"), **said
            ),
            lambda: actions.relate_themes(
                origin=one, target=two, kind=ThemeRelationKind.SUPPORTS, note="", **said
            ),
        ]

    row = opened(analysis, source, una, at=now)
    for by in (una, reader, lead, SYSTEM):
        for way in ways(by):
            with pytest.raises(Unready, match=r"coded blindly|coding blindly"):
                way()
    assert Code.objects.count() == 2 and analysis.themes.count() == 2
    actions.close_round(round=row, by=lead, at=now)
    for way in ways(lead):
        way()
    opened(analysis, source, una, at=now, is_blind=False)
    ways(reader)[0]()

"""Who reads which words: what is not de-identified, what an unknown person says, and what erasure leaves behind."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import (
    a_code,
    a_participant,
    a_source,
    a_source_draft,
    a_theme,
    an_analysis,
    an_analyst,
    events,
)
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.models import Coding, Memo, Source
from throughline.vocabulary.errors import NotAllowed, NotFound, Unready
from throughline.vocabulary.study import ConsentScope, SourceKind

pytestmark = pytest.mark.django_db
QUOTE = ConsentScope.QUOTE


@pytest.fixture
def raw(cast: Cast) -> Source:
    return a_source(an_analysis(cast), a_source_draft("P01: I am Mary of Mill Lane.", is_deidentified=False))


def test_source_that_still_names_people_is_for_the_lead_alone(cast: Cast, raw: Source, now: datetime) -> None:
    una, rosa = an_analyst(cast, "Una").actor, cast.rosa.actor
    coding = actions.apply_code(source=raw, code=a_code(raw.analysis), start=0, end=4, by=rosa, at=now)
    for about in (raw, coding):
        actions.write_memo(analysis=raw.analysis, text="Mary?", about=about, by=rosa, at=now)
    theme = a_theme(raw.analysis)
    a_participant(raw.analysis, "P01", QUOTE, source=raw)
    actions.choose_quote(theme=theme, source=raw, start=5, end=9, by=rosa, at=now)
    assert queries.text_of(rosa, raw, now).startswith("P01: I am Mary")
    for actor in (una, cast.chen.actor):
        with pytest.raises(NotFound):
            queries.source_for(actor, raw.id)
        with pytest.raises(NotAllowed):
            actions.read_source(source=raw, by=actor, at=now)
        assert not queries.sources_for(actor, raw.programme_id)
        assert not Coding.objects.visible_to(actor).exists()
        assert not queries.memos_for(actor, raw.analysis)
        quotes = queries.quotes_of(actor, theme, now)
        assert (quotes.shown, quotes.withheld) == ((), 1)
    actions.declare_deidentified(source=raw, by=rosa, at=now)
    for actor in (una, cast.chen.actor):
        assert queries.text_of(actor, queries.source_for(actor, raw.id), now)
        assert len(queries.memos_for(actor, raw.analysis)) == 2
        assert len(queries.quotes_of(actor, theme, now).shown) == 1
    assert events("source_deidentified")[0].target_id == str(raw.id)
    with pytest.raises(Unready, match="open to the team already"):
        actions.declare_deidentified(source=raw, by=rosa, at=now)


def test_source_is_declared_deidentified_by_who_holds_it(cast: Cast, raw: Source, now: datetime) -> None:
    una = an_analyst(cast, "Una").actor
    for by in (una, *(actor for name, actor in cast.everybody().items() if name != "rosa")):
        with pytest.raises(NotAllowed):
            actions.declare_deidentified(source=raw, by=by, at=now)
    actions.erase_source(source=raw, by=SYSTEM, at=now)
    raw.refresh_from_db()
    with pytest.raises(NotFound, match="erased"):
        actions.declare_deidentified(source=raw, by=cast.rosa.actor, at=now)


TALK = "P01: I came for pipes.\nP02: So did I.\nI: And then?\nP01: I stayed."


@pytest.mark.parametrize(
    ("passage", "is_known"),
    [
        ("I came for pipes.", True),
        ("for pipes.\nP02: So did", False),
        ("So did I.", False),
        ("And then?", False),
    ],
)
def test_passage_with_somebody_unknown_in_it_is_no_quote(
    cast: Cast, now: datetime, passage: str, is_known: bool
) -> None:
    analysis = an_analysis(cast)
    source = a_source(analysis, a_source_draft(TALK))
    a_participant(analysis, "P01", QUOTE, source=source)
    start = TALK.index(passage)
    place = {"theme": a_theme(analysis), "source": source, "start": start, "end": start + len(passage)}
    if is_known:
        actions.choose_quote(**place, by=cast.rosa.actor, at=now)
    else:
        with pytest.raises(NotAllowed, match="Nobody has said who speaks"):
            actions.choose_quote(**place, by=cast.rosa.actor, at=now)


def test_interviewer_once_named_as_such_stands_in_a_quote(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    source = a_source(analysis, a_source_draft(TALK))
    a_participant(analysis, "P01", QUOTE, source=source)
    actions.assign_speaker(source=source, speaker="I", participant=None, by=cast.rosa.actor, at=now)
    actions.choose_quote(
        theme=a_theme(analysis), source=source, start=TALK.index("And then?"), end=len(TALK),
        by=cast.rosa.actor, at=now,
    )  # fmt: skip


def test_speech_in_an_observation_takes_its_speakers_consent(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    draft = a_source_draft("Maria: I live at number nine.", kind=SourceKind.OBSERVATION)
    with pytest.raises(NotAllowed, match="Nobody has said who speaks"):
        actions.choose_quote(
            theme=a_theme(analysis), source=a_source(analysis, draft), start=0, end=12, by=SYSTEM, at=now
        )
    noted = a_source(analysis, a_source_draft("The door stood open.", kind=SourceKind.OBSERVATION))
    actions.choose_quote(theme=a_theme(analysis, "Doors"), source=noted, start=0, end=8, by=SYSTEM, at=now)


def test_erase_source_takes_the_memos_beside_it(cast: Cast, now: datetime) -> None:
    source = a_source(an_analysis(cast))
    other = a_source(source.analysis, a_source_draft("P01: Other words altogether."))
    coding = actions.apply_code(
        source=source, code=a_code(source.analysis), start=0, end=4, by=SYSTEM, at=now
    )
    for about in (source, coding, other, None):
        actions.write_memo(analysis=source.analysis, text="Mary of Mill Lane", about=about, by=SYSTEM, at=now)
    actions.erase_source(source=source, by=cast.grace.actor, at=now)
    assert {memo.source_id for memo in Memo.objects.all()} == {other.id, None}
    assert Memo.objects.count() == 2

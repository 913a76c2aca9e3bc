"""Themes in their places, what they rest on without a code, the framework matrix and the trail."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from tests.cast import SYSTEM, Cast, make_cast
from tests.records.made import TEXT, a_code, a_participant, a_source, a_theme, an_analysis, events
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions import PassageDraft, ThemeDraft, TookPart
from throughline.records.inquiry.models import (
    Analysis,
    FrameworkCell,
    Participant,
    Source,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
)
from throughline.records.inquiry.queries.framework import (
    cell_of,
    matrix_for,
    places_of_cell,
    revisions_of_cell,
)
from throughline.records.inquiry.queries.passages import Place, words_at
from throughline.records.inquiry.queries.theming import (
    decisions_for,
    places_of,
    places_said_by,
    relations_in,
    theme_revisions,
    themes_in_tree,
    turns_left_aside,
)
from throughline.vocabulary.errors import Invalid, NotFound, Unready
from throughline.vocabulary.study import Approach, ConsentScope, ThemeRelationKind, ThemeStatus

pytestmark = pytest.mark.django_db
AT = datetime.fromisoformat("2026-03-02T10:30:00+00:00")


@dataclass
class Room:
    cast: Cast
    analysis: Analysis
    source: Source
    theme: Theme
    participant: Participant

    def passage(self, words: str) -> dict[str, object]:
        start = TEXT.index(words)
        return {"source": self.source, "start": start, "end": start + len(words)}

    def another(self, name: str) -> Theme:
        draft = ThemeDraft(name, "Something else.")
        return actions.write_theme(analysis=self.analysis, draft=draft, by=SYSTEM, at=AT)


@pytest.fixture(scope="module")
def kept_room(kept_rows: None) -> Room:
    cast = make_cast()
    analysis = an_analysis(cast)
    source = a_source(analysis)
    person = a_participant(analysis, "P01", ConsentScope.TAKE_PART, ConsentScope.QUOTE, source=source)
    a_participant(analysis, "P02", ConsentScope.TAKE_PART, source=source)
    return Room(cast, analysis, source, a_theme(analysis), person)


@pytest.fixture
def room(kept_room: Room, db: None) -> Room:
    return deepcopy(kept_room)


def test_arrange_keeps_a_version_where_the_lane_or_the_parent_changes(room: Room) -> None:
    rosa = room.cast.rosa.actor
    above = room.another("Above")
    row = actions.arrange_theme(theme=room.theme, status=ThemeStatus.KEPT, parent=above, by=rosa, at=AT)
    assert (row.status, row.parent, row.version) == ("kept", above, 2)
    assert [one.was["status"] for one in theme_revisions(rosa, row)] == ["candidate"]
    again = actions.arrange_theme(theme=row, status=ThemeStatus.KEPT, parent=above, by=rosa, at=AT)
    assert again.version == 2
    assert [(theme.name, depth) for theme, depth in themes_in_tree(rosa, room.analysis)] == [
        ("Above", 0), ("Something to ask for", 1),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        actions.arrange_theme(theme=above, status=ThemeStatus.KEPT, parent=row, by=rosa, at=AT)


def test_arrange_puts_a_theme_before_another_in_its_lane(room: Room) -> None:
    rosa, lane = room.cast.rosa.actor, ThemeStatus.REVIEWED
    one, two, three = (room.another(name) for name in ("One", "Two", "Three"))
    for theme in (one, two, three):
        actions.arrange_theme(theme=theme, status=lane, parent=None, by=rosa, at=AT)
    actions.arrange_theme(theme=three, status=lane, parent=None, before=one, by=rosa, at=AT)
    found = Theme.objects.filter(status=lane.value).order_by("place").values_list("name", flat=True)
    assert list(found) == ["Three", "One", "Two"]


def test_passage_without_a_code_stands_for_a_theme_and_changes_sides(room: Room) -> None:
    rosa, given = room.cast.rosa.actor, room.passage("a reason to come in")
    placed = actions.place_passage(theme=room.theme, **given, by=rosa, at=AT)
    assert [one.is_contrary for one in places_of(rosa, room.theme)] == [False]
    with pytest.raises(Unready):
        actions.place_passage(theme=room.theme, **given, by=rosa, at=AT)
    turned = actions.place_passage(theme=room.theme, **given, is_contrary=True, by=rosa, at=AT)
    assert turned.id == placed.id and places_of(rosa, room.theme)[0].is_contrary
    actions.remove_passage(passage=turned, by=rosa, at=AT)
    assert not ThemePassage.objects.exists() and len(events("theme_passage_removed")) == 1
    with pytest.raises(Invalid):
        actions.place_passage(theme=room.theme, source=room.source, start=0, end=9999, by=rosa, at=AT)


def test_review_holds_a_themes_passages_against_all_that_it_leaves_aside(room: Room) -> None:
    rosa = room.cast.rosa.actor
    code = a_code(room.analysis)
    room.theme.codes.set([code])
    assert [turn.speaker for turn in turns_left_aside(rosa, room.theme)] == ["P01", "P02"]
    coding = actions.apply_code(**room.passage("a reason"), code=code, by=rosa, at=AT)
    assert [turn.speaker for turn in turns_left_aside(rosa, room.theme)] == ["P02"]
    (found,) = places_of(rosa, room.theme)
    assert found.codes == (code.name,) and found.passage is None and not found.is_contrary
    words = words_at(rosa, [found.place], reason="review", at=AT)[found.place]
    assert (words.text, words.speakers, words.turn) == ("a reason", ("P01",), 2)
    actions.remove_coding(coding=coding, by=rosa, at=AT)
    assert places_of(rosa, room.theme) == []


def test_review_of_a_blind_round_shows_own_codings_alone(room: Room) -> None:
    Analysis.objects.filter(id=room.analysis.id).update(approach=Approach.CODING_RELIABILITY.value)
    code = a_code(room.analysis)
    room.theme.codes.set([code])
    actions.apply_code(**room.passage("a reason"), code=code, by=SYSTEM, at=AT)
    assert places_of(room.cast.chen.actor, room.theme) == []
    assert turns_left_aside(room.cast.chen.actor, room.theme).count() == 2


def test_words_of_a_source_that_may_not_be_read_are_left_out(room: Room) -> None:
    Source.objects.filter(id=room.source.id).update(is_deidentified=False)
    place = Place(room.source.id, 0, 5)
    assert words_at(room.cast.chen.actor, [place], reason="review", at=AT) == {}
    assert set(words_at(room.cast.rosa.actor, [place], reason="review", at=AT)) == {place}


def test_quote_is_let_go(room: Room) -> None:
    rosa = room.cast.rosa.actor
    quote = actions.choose_quote(theme=room.theme, **room.passage("a reason to come in"), by=rosa, at=AT)
    actions.let_quote_go(quote=quote, by=rosa, at=AT)
    assert not ThemeQuote.objects.exists()
    assert [event.target_id for event in events("quote_removed")] == [str(quote.id)]


def test_relation_of_two_themes_is_said_once_and_taken_back(room: Room) -> None:
    rosa, other = room.cast.rosa.actor, room.another("Other")
    pair = {"origin": room.theme, "target": other, "by": rosa, "at": AT}
    actions.relate_themes(**pair, kind=ThemeRelationKind.SUPPORTS)
    actions.relate_themes(**pair, kind=ThemeRelationKind.CONTRADICTS, note="only at night")
    (found,) = relations_in(rosa, room.analysis)
    assert (found.kind, found.note) == ("contradicts", "only at night")
    with pytest.raises(NotFound):
        relations_in(room.cast.dana.actor, room.analysis)
    actions.unrelate_themes(relation=found, by=rosa, at=AT)
    assert not ThemeRelation.objects.exists()
    with pytest.raises(Invalid):
        actions.relate_themes(origin=other, target=other, kind=ThemeRelationKind.SUPPORTS, by=rosa, at=AT)


def test_decision_says_who_took_part_by_group_and_number(room: Room) -> None:
    rosa = room.cast.rosa.actor
    given = {"analysis": room.analysis, "theme": room.theme, "by": rosa, "at": AT}
    took_part = [TookPart("peer researchers", 2), TookPart("lead author", 1)]
    actions.record_decision(**given, text="Let it go.", decided_on=AT.date(), took_part=took_part)
    (found,) = decisions_for(rosa, room.analysis)
    assert found.took_part[0] == {"group": "peer researchers", "number": 2}
    for wrong in (
        {"text": " ", "decided_on": AT.date()},
        {"text": "x", "decided_on": AT.date() + timedelta(days=3)},
        {"text": "x", "decided_on": AT.date(), "took_part": [TookPart("peers", 0)]},
    ):
        with pytest.raises(Invalid):
            actions.record_decision(**given, **wrong)


def test_cell_is_written_with_passages_of_its_case_alone(room: Room) -> None:
    rosa, own = room.cast.rosa.actor, PassageDraft(**room.passage("a reason to come in"))
    about = {"participant": room.participant, "theme": room.theme, "by": rosa, "at": AT}
    cell = actions.write_cell(**about, summary="Comes for it.", passages=[own])
    assert places_of_cell(cell) == {Place(room.source.id, own.start, own.end)}
    with pytest.raises(Unready):
        actions.write_cell(**about, summary="Again.")
    with pytest.raises(Invalid):
        others = PassageDraft(**room.passage("Not for me"))
        actions.write_cell(**about, summary="Again.", passages=[others], base_version=1)
    again = actions.write_cell(**about, summary="Again.", base_version=1, reason="Read once more.")
    assert (again.summary, again.version, places_of_cell(again)) == ("Again.", 2, set())
    assert cell_of(room.cast.dana.actor, room.participant, room.theme) is None


def test_cell_written_anew_says_why_and_keeps_what_it_was(room: Room) -> None:
    rosa, chen = room.cast.rosa.actor, room.cast.chen.actor
    about = {"participant": room.participant, "theme": room.theme}
    own = PassageDraft(**room.passage("a reason to come in"))
    cell = actions.write_cell(**about, summary="Comes for it.", passages=[own], by=rosa, at=AT)
    assert revisions_of_cell(rosa, cell) == []
    with pytest.raises(Invalid, match="Say why"):
        actions.write_cell(**about, summary="Lost.", base_version=1, reason=" ", by=rosa, at=AT)
    with pytest.raises(Invalid, match="room for 400"):
        actions.write_cell(**about, summary="Lost.", base_version=1, reason="x" * 401, by=rosa, at=AT)
    later = AT + timedelta(hours=1)
    for version, words in enumerate(("Comes for company.", "Comes for both."), start=1):
        cell = actions.write_cell(
            **about, summary=words, base_version=version, reason=f"Reading {version}.", by=rosa, at=later
        )
    assert (cell.version, cell.summary, cell.reason) == (3, "Comes for both.", "Reading 2.")
    assert [
        (one.version, one.summary, one.reason, one.passages, one.written_at, one.written_by)
        for one in revisions_of_cell(chen, cell)
    ] == [
        (2, "Comes for company.", "Reading 1.", 0, later, rosa.id),
        (1, "Comes for it.", "", 1, AT, rosa.id),
    ]
    assert revisions_of_cell(room.cast.dana.actor, cell) == []


def test_matrix_leaves_out_who_withdrew_and_what_was_let_go(room: Room) -> None:
    rosa = room.cast.rosa.actor
    actions.write_cell(participant=room.participant, theme=room.theme, summary="x", by=rosa, at=AT)
    matrix = matrix_for(rosa, room.analysis)
    assert [row.participant.label for row in matrix.rows] == ["P01", "P02"]
    assert [cell.summary if cell else None for row in matrix.rows for cell in row.cells] == ["x", None]
    Participant.objects.filter(label="P01").update(withdrawn_at=AT, withdrawn_by=rosa.id)
    actions.arrange_theme(theme=room.theme, status=ThemeStatus.LET_GO, parent=None, by=rosa, at=AT)
    matrix = matrix_for(rosa, room.analysis)
    assert matrix.themes == () and [row.participant.label for row in matrix.rows] == ["P02"]
    room.participant.refresh_from_db()
    with pytest.raises(Unready):
        actions.write_cell(
            participant=room.participant, theme=room.theme, summary="y", base_version=1, by=rosa, at=AT
        )
    assert FrameworkCell.objects.get().summary == "x"


def test_case_finds_its_own_passages_of_a_theme(room: Room) -> None:
    rosa = room.cast.rosa.actor
    for words in ("a reason to come in", "Not for me"):
        actions.place_passage(theme=room.theme, **room.passage(words), by=rosa, at=AT)
    (found,) = places_said_by(rosa, room.participant, room.theme)
    assert found.place.start == TEXT.index("a reason")

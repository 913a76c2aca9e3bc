"""Themes, framework cells, shared journal entries and the trail leave as what the standard has, and come back as they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.exchange.project_load.projects import reading_of
from tests.exchange.project_load.themed import NOW, PRIVATE, WORDS, World, a_world, through_a_file, told
from tests.exchange.refi.schema import Schema
from tests.records.made import (
    TEXT,
    a_study,
    an_analysis,
)
from throughline.exchange.project.document import (
    ProjectLink,
    ProjectNote,
    ProjectSelection,
    ProjectSet,
)
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.load import Into, keep_reading
from throughline.exchange.project.marks import JOURNAL, TRAIL, Bearing, Part, bearing_on, below, part_of
from throughline.exchange.project.report import Kind
from throughline.exchange.refi.read import read_refi
from throughline.exchange.refi.write import write_qde
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions import ThemeDraft, TookPart
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Decision,
    Memo,
    Theme,
    ThemeQuote,
)
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import (
    MemoKind,
    Step,
    ThemeRelationKind,
    ThemeStatus,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept_world(kept_rows: None) -> World:
    return a_world()


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    return deepcopy(kept_world)


def test_all_of_it_comes_back_as_it_was(world: World) -> None:
    document = world.document()
    copy, done = through_a_file(document, world)
    before = told(world.analysis)
    before["journal"] = [one for one in before["journal"] if PRIVATE not in str(one)]
    assert told(copy) == before
    assert len(before["themes"]) == 3 and len(before["quotes"]) == 2 and len(before["rested"]) == 1
    assert document_of(analysis=copy, by=world.rosa, at=NOW).document == document
    assert {one.kind: one.rows for one in done.became}[Kind.SET] == 5
    assert any(
        "3 themes, 1 framework cells, 1 shared journal entries, 2 decisions" in str(n)
        for n in done.report.notes
    )
    assert not any("kept as sets" in str(note) for note in done.report.notes)


@pytest.mark.realdata
def test_it_is_valid_against_the_schema(world: World, shared_data: Path) -> None:
    schema = Schema(shared_data / "refi-qda" / "Project.xsd")
    assert schema.errors(write_qde(world.document())) == []


def test_a_stranger_reads_it_in_memos_sets_and_links(world: World) -> None:
    document = world.document()
    theme = next(one for one in document.sets if one.name == "Something to ask for")
    notes = {note.guid: note for note in document.notes}
    assert theme.description == "A thing to ask for." and theme.sources == (world.source.id,)
    held = {notes[one].name: notes[one].text for one in theme.notes}
    assert held["Something to ask for: where it stands"] == "kept"
    assert held["Something to ask for: steps that it bears on"] == "contact, crack use told"
    assert held["Something to ask for: other outcomes that it bears on"] == "housed, shared_a_pipe"
    assert held["Something to ask for: where it ends"] == "Not food."
    assert held["P01: Something to ask for"] == "Comes for it."
    assert {(link.name, link.direction and link.direction.value) for link in document.links} == {
        ("has the subtheme", "OneWay"),
        ("contradicts: at night: alone", "Associative"),
        ("what this case says", "OneWay"),
    }
    lain = [
        (notes[note].name, one.made.by, document.sources[0].selected(one))
        for one in document.sources[0].selections
        for note in one.notes
    ]
    rosa = UUID(world.rosa.id)
    assert ("Something to ask for: stands for it", rosa, WORDS) in lain
    assert ("Something to ask for: chosen to speak against it", rosa, "Zoë said") in lain


def test_what_another_program_kept_comes_back_whatever_it_calls_things(world: World) -> None:
    """GUIDs tell, not words: sets were renamed and a memo changed; a set made there stays one."""
    document = world.document()
    theirs = uuid4()
    stands = part_of(world.theme.id, Part.STANDS)
    note = ProjectNote(uuid4(), "Something to ask for: where it stands", "kept")
    changed = replace(
        document, origin="ATLAS.ti",
        sets=(*(replace(one, name=f"{one.name}!") for one in document.sets), ProjectSet(theirs, "Something to ask for", "A thing to ask for.", notes=(note.guid,))),
        notes=(*(replace(one, text="Let go") if one.guid == stands else one for one in document.notes), note),
        links=(*document.links, ProjectLink(uuid4(), theirs, world.theme.id, "has the subtheme")),
    )  # fmt: skip
    done = keep_reading(reading=reading_of(changed), into=Into(world.analysis.study), by=world.rosa, at=NOW)
    copy = Analysis.objects.get(id=done.analysis_id)
    names = dict(Theme.objects.filter(analysis=copy).values_list("name", "status"))
    assert names == {"Something to ask for!": "let_go", "Part of it!": "let_go", "Another!": "candidate"}
    assert Carried.objects.get(analysis=copy, kind="set").guid == theirs
    assert Decision.objects.filter(analysis=copy).count() == 2
    assert any("kept as sets, for nothing says that they were themes: 1" in str(n) for n in done.report.notes)
    assert theirs in {one.guid for one in document_of(analysis=copy, by=world.rosa, at=NOW).document.sets}


def test_where_every_guid_is_new_nothing_is_taken_for_a_theme(world: World) -> None:
    document = world.document()
    written = write_qde(document).decode()
    renamed = {
        one: str(uuid5(one, "another")) for one in map(UUID, set(re.findall(r"[0-9a-f-]{36}", written)))
    }
    for old, new in renamed.items():
        written = written.replace(str(old), new)
    beside = {f"{renamed[one.guid]}.txt": one.text.encode() for one in document.sources}
    reading = read_refi(written.encode(), "new.qde", beside)
    assert not reading.report.refusals
    done = keep_reading(reading=reading, into=Into(world.analysis.study), by=world.rosa, at=NOW)
    copy = Analysis.objects.get(id=done.analysis_id)
    assert not Theme.objects.filter(analysis=copy).exists()
    assert Carried.objects.filter(analysis=copy, kind="set").count() == len(document.sets) == 5
    assert Memo.objects.filter(analysis=copy).count() == len(document.notes)


def test_into_an_analysis_with_a_theme_of_the_name_it_gets_another_and_leaves_as_it_came(
    world: World,
) -> None:
    document = world.document()
    other = an_analysis(world.cast, a_study(world.cast, "Elsewhere"), name="Elsewhere")
    actions.write_theme(analysis=other, draft=ThemeDraft("Another", "x"), by=world.rosa, at=NOW)
    keep_reading(reading=reading_of(document), into=Into(other.study, other), by=world.rosa, at=NOW)
    assert Theme.objects.filter(analysis=other, name="Another 2").exists()
    given = document_of(analysis=other, by=world.rosa, at=NOW).document
    assert [one.name for one in given.sets].count("Another") == 2


def test_hostile_marks_are_read_as_far_as_they_make_sense(world: World) -> None:
    """A cycle of subthemes, a place twice, an empty one, a memo that is also on a coded passage, words that say nothing."""
    document = world.document()
    one, other = (
        next(x.guid for x in document.sets if x.name == name) for name in ("Something to ask for", "Another")
    )
    on = bearing_on(one, Bearing.QUOTE)
    [source] = document.sources
    start = source.selections[0].start
    more = (
        ProjectSelection(uuid4(), start, start + len(WORDS), notes=(on,)),
        ProjectSelection(uuid4(), 3, 3, notes=(on,)),
        ProjectSelection(uuid4(), 0, 4, notes=(on, next(n.guid for n in document.notes if n.text == "On the theme."))),
    )  # fmt: skip
    stray = ProjectNote(uuid4(), "yesterday", "We met.")
    trail = next(x for x in document.sets if x.guid == TRAIL)
    texts = {part_of(one, Part.STANDS): "perhaps", part_of(one, Part.BEARS_ON): "contact, tea"}
    changed = replace(
        document,
        sources=(replace(source, selections=(*source.selections, *more)),),
        notes=(*(replace(n, text=texts.get(n.guid, n.text)) for n in document.notes), stray),
        links=(*document.links, ProjectLink(below(one, other), one, other), ProjectLink(below(other, one), other, one)),
        sets=tuple(replace(x, notes=(*x.notes, stray.guid)) if x == trail else x for x in document.sets),
    )  # fmt: skip
    done = keep_reading(reading=reading_of(changed), into=Into(world.analysis.study), by=world.rosa, at=NOW)
    copy = Analysis.objects.get(id=done.analysis_id)
    themes = {theme.name: theme for theme in Theme.objects.filter(analysis=copy).select_related("parent")}
    assert (
        themes["Another"].parent == themes["Something to ask for"]
        and themes["Something to ask for"].parent is None
    )
    read = themes["Something to ask for"]
    assert (read.status, read.steps) == ("candidate", ["contact"])
    assert any("could not be read where they stand" in str(note) for note in done.report.notes)
    quoted = ThemeQuote.objects.filter(theme=read, is_contrary=False).values_list("start", "end")
    assert sorted(quoted) == sorted([(0, 4), (start, start + len(WORDS))])
    assert Memo.objects.get(analysis=copy, text="We met.").theme is None
    again = document_of(analysis=copy, by=world.rosa, at=NOW).document
    assert {x.guid for x in more} <= {x.guid for x in again.sources[0].selections}


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_themes_leave_and_come_back(data: st.DataObject, world: World) -> None:
    with transaction.atomic():
        _written_at_random(world, data.draw)
        document = world.document()
        copy, _ = through_a_file(document, world)
        before = told(world.analysis)
        before["journal"] = [one for one in before["journal"] if "('shared_at', 'None')" not in str(one)]
        assert told(copy) == before
        assert document_of(analysis=copy, by=world.rosa, at=NOW).document == document
        transaction.set_rollback(True)


def _written_at_random(world: World, draw: Callable[[Any], Any]) -> None:
    words = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=8).map(
        lambda text: f"x{' '.join(text.split())}"
    )  # fmt: skip
    said = {
        "by": draw(st.sampled_from([world.rosa, world.cast.chen.actor])),
        "at": NOW + timedelta(hours=draw(st.integers(0, 99))),
    }
    themes = [world.theme]
    for name in draw(st.lists(words, max_size=4, unique=True)):
        draft = ThemeDraft(
            name,
            draw(words),
            draw(words | st.just("")),
            draw(words | st.just("")),
            steps=tuple(draw(st.sets(st.sampled_from(Step), max_size=3))),
        )
        theme = actions.write_theme(analysis=world.analysis, draft=draft, **said)
        themes.append(
            actions.arrange_theme(
                theme=theme,
                status=draw(st.sampled_from(ThemeStatus)),
                parent=draw(st.sampled_from([None, *themes])),
                **said,
            )
        )
    for theme in themes[1:]:
        start = draw(st.integers(0, len(TEXT) - 1))
        at = {"source": world.source, "start": start, "end": draw(st.integers(start + 1, len(TEXT)))}
        actions.place_passage(theme=theme, **at, is_contrary=draw(st.booleans()), **said)
        if draw(st.booleans()):
            actions.write_cell(participant=world.participant, theme=theme, summary=draw(words), **said)
        kind = draw(st.sampled_from(ThemeRelationKind))
        actions.relate_themes(
            origin=theme, target=world.theme, kind=kind, note=draw(words | st.just("")), **said
        )
        groups = [TookPart(draw(words), draw(st.integers(1, 9)))]
        actions.record_decision(
            analysis=world.analysis,
            text=draw(words),
            decided_on=NOW.date(),
            took_part=groups,
            theme=theme,
            **said,
        )
        entry = actions.write_journal(analysis=world.analysis, text=draw(words), **said)
        actions.share_journal(entry=entry, **said)


def test_memos_come_back_on_their_passages_and_of_their_kinds(world: World) -> None:
    said = {"by": world.rosa, "at": NOW}
    at = world.passage(WORDS)
    place = {"start": at["start"], "end": at["end"]}
    code = world.theme.codes.get()
    coding = actions.apply_code(source=world.source, code=code, start=0, end=11, **said)
    write = {"analysis": world.analysis, **said}
    actions.write_memo(**write, text="Here.", about=world.source, kind=MemoKind.NOTE, **place)
    actions.write_memo(**write, text="Of all of it.", about=world.source, kind=MemoKind.NOTE)
    actions.write_memo(**write, text="A memo here.", about=world.source, **place)
    actions.write_memo(**write, text="I read it otherwise.", about=coding, kind=MemoKind.ANOTHER_READING)

    def memos(analysis: Analysis) -> list[Any]:
        rows = Memo.objects.filter(analysis=analysis).order_by("text")
        return list(
            rows.values_list("text", "kind", "source__name", "start", "end", "coding__start", "theme__name")
        )

    document = world.document()
    copy, _ = through_a_file(document, world)
    assert memos(copy) == memos(world.analysis) and len(memos(copy)) == 5
    assert document_of(analysis=copy, by=world.rosa, at=NOW).document == document


def test_what_was_begun_here_is_not_imported_into_itself(world: World) -> None:
    with pytest.raises(Invalid, match="an earlier copy of it"):
        keep_reading(
            reading=reading_of(world.document()),
            into=Into(world.analysis.study, world.analysis),
            by=world.rosa,
            at=NOW,
        )


def test_marks_never_change() -> None:
    """Files that were written once are read by them for ever."""
    theme = UUID(int=1)
    made = (JOURNAL, TRAIL, part_of(theme, Part.STANDS), bearing_on(theme, Bearing.QUOTE))
    assert [str(one) for one in made] == [
        "83642c92-86d3-54f3-9bcb-5eea4c5380f9",
        "45a9b52e-048f-5f62-a211-94bbe566c7fc",
        "f45262d0-4bc8-53b7-b6cd-f5578f3c9860",
        "23c0a9ce-dba7-523c-894d-6bc3f6292850",
    ]

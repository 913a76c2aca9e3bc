"""Themes, framework cells, shared journal entries and the trail leave as what the standard has, and come back as they were."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.cast import SYSTEM, Cast, make_cast
from tests.exchange.project_load.projects import reading_of
from tests.exchange.refi.schema import Schema
from tests.records.made import (
    TEXT,
    a_code,
    a_consent,
    a_participant,
    a_source,
    a_study,
    an_analysis,
    an_analyst,
    events,
)
from throughline.exchange.codebook.document import CodebookFormat
from throughline.exchange.codebook.dump import export_codebook
from throughline.exchange.project.document import (
    ProjectDocument,
    ProjectLink,
    ProjectNote,
    ProjectSelection,
    ProjectSet,
)
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.leave import ProjectFormat, export_project
from throughline.exchange.project.load import Into, ProjectImport, keep_reading
from throughline.exchange.project.marks import JOURNAL, TRAIL, Bearing, Part, bearing_on, below, part_of
from throughline.exchange.project.report import Kind
from throughline.exchange.refi.read import read_refi
from throughline.exchange.refi.write import write_qde, write_qdpx
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions import PassageDraft, ThemeDraft, TookPart
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Code,
    Coding,
    Decision,
    FrameworkCell,
    FrameworkPassage,
    JournalEntry,
    Memo,
    Participant,
    Source,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
)
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import Release
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Unready
from throughline.vocabulary.study import (
    AliasKind,
    Approach,
    ConsentScope,
    MemoKind,
    Step,
    ThemeRelationKind,
    ThemeStatus,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
WORDS = "a reason to come in"
PRIVATE = "Nobody reads this but me."


@dataclass
class World:
    cast: Cast
    analysis: Analysis
    source: Source
    theme: Theme
    participant: Participant

    @property
    def rosa(self) -> Actor:
        return self.cast.rosa.actor

    def document(self, by: Actor | None = None) -> ProjectDocument:
        return document_of(analysis=self.analysis, by=by or self.rosa, at=NOW).document

    def passage(self, words: str) -> dict[str, Any]:
        start = TEXT.index(words)
        return {"source": self.source, "start": start, "end": start + len(words)}


@pytest.fixture(scope="module")
def kept_world(kept_rows: None) -> World:
    """Two themes in lanes, a subtheme, all kinds of passages, a cell written twice, journals, decisions."""
    cast = make_cast()
    rosa, analysis = cast.rosa.actor, an_analysis(cast)
    source = a_source(analysis)
    person = a_participant(analysis, "P01", ConsentScope.QUOTE, source=source)
    said = {"by": rosa, "at": NOW}
    draft = ThemeDraft(
        "Something to ask for", "A thing to ask for.", "Not food.", "Some come for nobody.", ThemeStatus.KEPT,
        (Step.CONTACT, Step.CRACK_USE_TOLD), (a_code(analysis),),
    )  # fmt: skip
    theme = actions.write_theme(analysis=analysis, draft=draft, **said)
    below_it, beside = (
        actions.write_theme(analysis=analysis, draft=ThemeDraft(name, f"{name}."), **said)
        for name in ("Part of it", "Another")
    )
    actions.arrange_theme(theme=below_it, status=ThemeStatus.LET_GO, parent=theme, **said)
    relate = {"origin": theme, "target": beside, **said}
    actions.relate_themes(**relate, kind=ThemeRelationKind.CONTRADICTS, note="at night: alone")
    world = World(cast, analysis, source, theme, person)
    actions.choose_quote(theme=theme, **world.passage(WORDS), **said)
    actions.choose_quote(theme=theme, **world.passage("Zoë said"), is_contrary=True, **said)
    actions.place_passage(theme=theme, **world.passage(WORDS), **said)
    actions.place_passage(theme=beside, **world.passage("Not for me"), is_contrary=True, **said)
    cell = {"participant": person, "theme": theme, **said}
    actions.write_cell(**cell, summary="Comes.", passages=[])
    rested = [PassageDraft(**world.passage(WORDS))]
    actions.write_cell(**cell, summary="Comes for it.", passages=rested, base_version=1, reason="Read again.")
    shared = actions.write_journal(analysis=analysis, text="I wanted this theme.", by=rosa, at=NOW)
    actions.share_journal(entry=shared, by=rosa, at=NOW + timedelta(days=1))
    for who in (rosa, cast.chen.actor):
        actions.write_journal(analysis=analysis, text=PRIVATE, by=who, at=NOW)
    for about, groups in ((theme, [TookPart("peer researchers: two sites", 2)]), (None, [])):
        actions.record_decision(
            analysis=analysis, text="Kept.\nFor now.", decided_on=date(2026, 2, 28), took_part=groups, theme=about, **said
        )  # fmt: skip
    actions.write_memo(analysis=analysis, text="On the theme.", about=theme, **said)
    return world


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    return deepcopy(kept_world)


def through_a_file(document: ProjectDocument, world: World) -> tuple[Analysis, ProjectImport]:
    """Written, read and kept as a new analysis."""
    reading = read_refi(write_qdpx(document), "begun.qdpx")
    assert reading.document == document and not reading.report.refusals
    done = keep_reading(reading=reading, into=Into(world.analysis.study), by=world.rosa, at=NOW)
    return Analysis.objects.get(id=done.analysis_id), done


def told(analysis: Analysis) -> dict[str, Any]:
    """All that is kept of it, without ids: people by whether they are the same."""
    who = {"written_by", "chosen_by", "placed_by", "related_by", "recorded_by", "analyst"}

    def rows(model: Any, path: str, *fields: str) -> list[Any]:
        held = model.objects.filter(**{path: analysis}).values(
            *fields, *(who & {f.name for f in model._meta.fields})
        )
        return sorted(
            tuple((k, str(v).removeprefix("coder:") if k in who else str(v)) for k, v in sorted(one.items()))
            for one in held
        )  # fmt: skip

    place = ("theme__name", "source__name", "start", "end", "is_contrary")
    return {
        "themes": rows(Theme, "analysis", "name", "central_concept", "boundaries", "contrary", "status", "steps", "parent__name", "codes__name", "written_at"),
        "quotes": rows(ThemeQuote, "theme__analysis", *place, "chosen_at"),
        "passages": rows(ThemePassage, "theme__analysis", *place, "placed_at"),
        "relations": rows(ThemeRelation, "origin__analysis", "origin__name", "target__name", "kind", "note"),
        "cells": rows(FrameworkCell, "analysis", "participant__label", "theme__name", "summary", "reason", "written_at"),
        "rested": rows(FrameworkPassage, "cell__analysis", "cell__theme__name", "source__name", "start", "end"),
        "journal": rows(JournalEntry, "analysis", "text", "written_at", "shared_at"),
        "decisions": rows(Decision, "analysis", "text", "took_part", "decided_on", "theme__name", "recorded_at"),
        "memos": rows(Memo, "analysis", "text", "theme__name"),
    }  # fmt: skip


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


def test_no_private_entry_of_a_journal_leaves_not_even_ones_own(world: World) -> None:
    for actor in (world.rosa, world.cast.chen.actor, SYSTEM):
        assert PRIVATE not in repr(world.document(actor))


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


def test_a_blind_coder_takes_out_nothing_that_others_chose(world: World) -> None:
    Analysis.objects.filter(id=world.analysis.id).update(approach=Approach.CODING_RELIABILITY.value)
    Source.objects.filter(analysis=world.analysis).update(is_deidentified=True)
    world.analysis.refresh_from_db()
    yusuf = an_analyst(world.cast).actor
    own = actions.place_passage(theme=world.theme, **world.passage("so."), by=yusuf, at=NOW)
    document = world.document(yusuf)
    assert [one.guid for one in document.sources[0].selections] == [own.id]
    assert len(world.document().sources[0].selections) == 6


def test_who_withdrew_is_in_no_cell_and_no_passage(world: World) -> None:
    cells = [note for note in world.document().notes if note.text == "Comes for it."]
    assert len(cells) == 1
    consent = world.participant.consent or a_consent(world.analysis.study)
    withdraw_research_consent(consent=consent, by=world.rosa, at=NOW)
    document = world.document()
    assert (
        document.sources == ()
        and "Comes for it." not in repr(document)
        and "what this case says" not in repr(document)
    )


def test_what_a_person_may_not_read_is_in_no_passage(world: World) -> None:
    chen = world.cast.chen.actor
    Source.objects.filter(analysis=world.analysis).update(is_deidentified=False)
    document = world.document(chen)
    assert document.sources == () and len(document.sets) == 5
    assert all(one.sources == () for one in document.sets)


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


def test_export_says_what_stays_and_names_an_agreed_version(world: World) -> None:
    said = {"by": world.rosa, "at": NOW}
    Analysis.objects.filter(id=world.analysis.id).update(approach=Approach.CODING_RELIABILITY.value)
    world.analysis.refresh_from_db()
    actions.write_position(analysis=world.analysis, text="I coded alone.", **said)
    given = [actions.AssignmentDraft(world.source, world.rosa.id)]
    round_ = actions.open_round(analysis=world.analysis, name="First", assignments=given, **said)
    actions.close_round(round=round_, **said)
    code = world.theme.codes.get()
    Coding.objects.create(
        programme_id=world.analysis.programme_id, source=world.source, code=code, analyst=f"{AGREED}{round_.id}", start=0,
        end=11, applied_at=NOW,
    )  # fmt: skip
    left = export_project(
        analysis=world.analysis, form=ProjectFormat.QDPX, recipient="x", is_untouched=True, **said
    )
    assert (left.themes, left.cells, left.entries, left.decisions) == (3, 1, 1, 2)
    told_of = " ".join(map(str, left.stays))
    for words in (
        "Rounds stay here: 1",
        "Earlier versions of themes stay here: 1",
        "where they stand stays here: 1",
        "not shared",
    ):
        assert words in told_of
    users = read_refi(left.data, "x.qdpx").document.users
    assert "Agreed version: First" in {user.name for user in users}


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


def test_names_that_were_taken_out_of_texts_do_not_leave_in_what_was_written_beside(world: World) -> None:
    said = {"by": world.rosa, "at": NOW}
    Source.objects.filter(analysis=world.analysis).update(is_deidentified=True)
    leaving = {"analysis": world.analysis, "form": ProjectFormat.QDPX, "recipient": "x"}
    assert export_project(**leaving, **said).themes == 3
    actions.add_alias(
        analysis=world.analysis, kind=AliasKind.PERSON, label="person 1", terms=["Kayleigh Brown"], **said
    )
    assert export_project(**leaving, **said).themes == 3
    code = world.theme.codes.get()
    Code.objects.filter(id=code.id).update(example="KAYLEIGH  BROWN'S door")
    Theme.objects.filter(id=world.theme.id).update(boundaries="Not of Kayleigh Brown.")
    FrameworkCell.objects.filter(analysis=world.analysis).update(summary="Kayleigh Brown asked.")
    JournalEntry.objects.filter(analysis=world.analysis, shared_at=None).update(text="Kayleigh Brown")
    Decision.objects.filter(analysis=world.analysis, theme=None).update(text="Kayleigh Brown decided.")
    actions.write_memo(analysis=world.analysis, text="So says kayleigh brown.", **said)
    Participant.objects.filter(id=world.participant.id).update(attributes={"worker": "Kayleigh Brown"})
    before = Release.objects.count()
    for actor in (world.rosa, world.cast.chen.actor):
        with pytest.raises(Unready) as refused:
            export_project(**leaving, by=actor, at=NOW)
        told_of = str(refused.value.sentence)
        assert (
            "0 texts, 1 memos, 1 codes, 1 themes, 1 framework cells, 0 journal entries, 1 decisions and 1 other things"
            in told_of
        )
        assert "Kayleigh" not in told_of
    with pytest.raises(Unready, match="0 memos, 1 codes, 0 themes"):
        export_project(**leaving | {"form": ProjectFormat.QDC}, **said)
    with pytest.raises(Unready, match="stand in 1 codes"):
        export_codebook(
            codebook=code.codebook, kind=CodebookFormat.CSV, has_examples=True, recipient="x", **said
        )
    assert export_codebook(codebook=code.codebook, kind=CodebookFormat.CSV, **said)
    assert Release.objects.count() == before
    assert {(event.reason, event.count) for event in events("aliases_read")} >= {
        ("compared", 6),
        ("compared", 0),
    }
    left = export_project(**leaving, is_untouched=True, **said)
    assert Release.objects.filter(profile="untouched_texts").count() == 1 and left.themes == 3


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

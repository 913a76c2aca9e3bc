"""What an export holds after people have worked on an imported project: all that stands, and nothing that is not to be seen."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.cast import SYSTEM, Cast, make_cast
from tests.exchange.project_load.projects import (
    AGE,
    CASE,
    EMPTY,
    FIRST,
    NOTE,
    REASON,
    REASONS,
    SECOND,
    STIGMA,
    TEXT,
    UNCODED,
    a_project,
    guid,
    reading_of,
)
from tests.records.made import a_code, a_consent, a_participant, a_source, a_study, an_analysis, an_analyst
from throughline.exchange.project.document import (
    ProjectCoding,
    ProjectDocument,
    ProjectSelection,
    ProjectSource,
)
from throughline.exchange.project.dump import document_of
from throughline.exchange.project.leave import ProjectFormat, export_project
from throughline.exchange.project.load import Into, keep_reading
from throughline.exchange.project.naming import row_id
from throughline.exchange.refi.read import read_refi
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import (
    Analysis,
    Carried,
    Code,
    Coding,
    Memo,
    Participant,
    Source,
    Turn,
)
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import Release
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, NotFound, Unready
from throughline.vocabulary.study import Approach, CodeOrigin, ConsentScope, SourceKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


@dataclass
class World:
    cast: Cast
    analysis: Analysis

    @property
    def rosa(self) -> Actor:
        return self.cast.rosa.actor

    def row(self, thing: UUID) -> UUID:
        return row_id(self.analysis.id, thing)

    def coding(self, number: int) -> Coding:
        row: Coding = Coding.objects.get(id=self.row(guid(10, number)))
        return row

    def source(self, thing: UUID = FIRST) -> Source:
        row: Source = Source.objects.get(id=self.row(thing))
        return row

    def document(self, by: Actor | None = None) -> ProjectDocument:
        return document_of(analysis=self.analysis, by=by or self.rosa, at=NOW).document


@pytest.fixture(scope="module")
def kept_world(kept_rows: None) -> World:
    cast = make_cast()
    into = Into(a_study(cast), approach=Approach.CODING_RELIABILITY)
    done = keep_reading(reading=reading_of(a_project()), into=into, by=cast.rosa.actor, at=NOW)
    return World(cast, Analysis.objects.get(id=done.analysis_id))


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    return deepcopy(kept_world)


def selections(document: ProjectDocument, source: UUID = FIRST) -> dict[UUID, ProjectSelection]:
    held = next(one for one in document.sources if one.guid == source)
    return {one.guid: one for one in held.selections}


def laid(
    document: ProjectDocument,
) -> dict[UUID, tuple[ProjectSource, ProjectSelection | None, ProjectCoding]]:
    return {coding.guid: (source, selection, coding) for source, selection, coding in document.codings()}


def test_export_untouched_is_the_same_project(world: World) -> None:
    assert world.document() == replace(a_project(), origin="Throughline")


def test_export_leaves_out_what_was_taken_off_with_what_stood_beside_it(world: World) -> None:
    """The same code by the same analyst in the same place is one to who looks at it: both go."""
    actions.remove_coding(coding=world.coding(1), by=world.rosa, at=NOW)
    found = laid(world.document())
    assert set(found) == {guid(10, number) for number in (2, 4, 5, 6)}
    assert REASON in selections(world.document())


def test_export_takes_what_was_put_there_since_with_who_and_when(world: World) -> None:
    code = Code.objects.get(id=world.row(REASONS))
    row = actions.apply_code(source=world.source(), code=code, start=0, end=11, by=world.rosa, at=NOW)
    document = world.document()
    source, selection, coding = laid(document)[row.id]
    assert selection is not None
    assert (source.guid, source.selected(selection)) == (FIRST, "Interviewer")
    assert (coding.code, coding.by, coding.at) == (REASONS, UUID(world.rosa.id), NOW)
    assert ("Rosa", UUID(world.rosa.id)) in {(user.name, user.guid) for user in document.users}
    again = world.document()
    assert again == document, "identifiers must be stable"


def test_export_gives_codes_as_they_are_called_and_ordered_now(world: World) -> None:
    Code.objects.filter(id=world.row(STIGMA)).update(name="Stigma", colour=4, include="Looks.")
    code = {one.guid: one for one in world.document().codes}[STIGMA]
    assert (code.name, code.colour, code.description) == ("Stigma", "#7548b0", "Includes: Looks.")
    assert {one.guid: one for one in world.document().codes}[guid(2, 3)].colour == "#ff0000"


def test_export_after_a_merge_has_every_coding_under_the_code_that_stays(world: World) -> None:
    one, other = Code.objects.get(id=world.row(STIGMA)), Code.objects.get(id=world.row(REASONS))
    actions.merge_codes(code=one, into=other, by=world.rosa, at=NOW)
    document = world.document()
    assert STIGMA not in {code.guid for code in document.codes}
    assert {coding.code for _, _, coding in document.codings()} == {REASONS}
    assert set(laid(document)) == {guid(10, number) for number in range(1, 7)}
    assert document.sets[0].codes == ()
    assert document.links == ()


def test_export_after_a_correction_has_all_of_it_where_its_words_are(world: World) -> None:
    corrected = TEXT.replace("Interviewer: ", "Interviewer, slowly: ")
    actions.correct_text(source=world.source(), text=corrected, base_version=1, by=world.rosa, at=NOW)
    document = world.document()
    held = next(one for one in document.sources if one.guid == FIRST)
    found = selections(document)
    assert held.text == corrected
    assert held.selected(found[REASON]) == "a reason to come in"
    assert held.selected(found[UNCODED]) == "Zoë said 🙂 so"
    assert found[EMPTY].start == found[EMPTY].end == 48
    assert set(laid(document)) == {guid(10, number) for number in range(1, 7)}


def test_export_takes_memos_as_they_were_rewritten_and_new_ones(world: World) -> None:
    memo = Memo.objects.get(id=world.row(NOTE))
    Memo.objects.filter(id=memo.id).update(text="They come for company.", version=2)
    new = actions.write_memo(
        analysis=world.analysis, text="New.", about=world.coding(5), by=world.rosa, at=NOW
    )
    document = world.document()
    assert {note.guid: note.text for note in document.notes}[NOTE] == "They come for company."
    assert laid(document)[guid(10, 5)][2].notes == (new.id,)


def test_export_takes_attributes_as_they_are_now(world: World) -> None:
    Participant.objects.filter(id=world.row(CASE)).update(
        attributes={"Age": "42", "Town": "Harrowmere"}, group="crack"
    )
    document = world.document()
    names = {variable.guid: variable.name for variable in document.variables}
    values = {names[value.variable]: value.value for value in document.cases[0].values}
    assert values == {"Age": "42", "Town": "Harrowmere", "group": "crack"}
    assert [value.value for value in document.sources[0].values] == [41]
    assert AGE in names


def test_export_of_who_withdrew_has_neither_case_nor_text(world: World) -> None:
    consent = a_consent(world.analysis.study, ConsentScope.TAKE_PART)
    person = Participant.objects.get(id=world.row(CASE))
    Participant.objects.filter(id=person.id).update(consent=consent)
    actions.assign_speaker(source=world.source(), speaker="P01", participant=person, by=world.rosa, at=NOW)
    withdraw_research_consent(consent=consent, by=world.rosa, at=NOW)
    document = world.document()
    assert [source.guid for source in document.sources] == [SECOND]
    Participant.objects.filter(id=person.id).update(withdrawn_at=NOW, withdrawn_by=world.rosa.id)
    assert world.document().cases == ()


def test_export_after_somebody_withdrew_has_the_rest_where_it_was(world: World) -> None:
    """Their words are gone from the text and from what the file said of passages; all else keeps its identifiers."""
    into = Into(a_study(world.cast, "Left by one"), kind=SourceKind.FOCUS_GROUP)
    done = keep_reading(reading=reading_of(a_project()), into=into, by=world.rosa, at=NOW)
    world = World(world.cast, Analysis.objects.get(id=done.analysis_id))
    person = Participant.objects.get(id=world.row(CASE))
    row = Turn.objects.get(source=world.source(), number=2)
    Turn.objects.filter(id=row.id).update(participant=person)
    actions.withdraw_participant(participant=person, by=world.rosa, at=NOW)
    document = world.document()
    assert document.cases == ()
    first = next(one for one in document.sources if one.guid == FIRST)
    found = {one.guid: one for one in first.selections}
    assert "[withdrawn]" in first.text and "reason to come in" not in repr(document)
    assert set(laid(document)) == {guid(10, number) for number in (4, 5, 6)}
    assert first.codings[0].guid == guid(10, 6)
    assert (found[UNCODED].name, REASON in found) == ("", False)


def test_export_of_an_erased_source_has_nothing_of_it(world: World) -> None:
    """On a copy of its own: a destroyed key does not come back for the tests after this one."""
    into = Into(a_study(world.cast, "Erased from"))
    done = keep_reading(reading=reading_of(a_project()), into=into, by=world.rosa, at=NOW)
    world = World(world.cast, Analysis.objects.get(id=done.analysis_id))
    actions.erase_source(source=world.source(), by=world.rosa, at=NOW)
    assert not Carried.objects.filter(source=world.source()).exists()
    document = world.document()
    assert [source.guid for source in document.sources] == [SECOND]
    assert document.sets[0].sources == ()
    assert document.cases[0].sources == document.cases[0].selections == ()
    data = export_project(
        analysis=world.analysis,
        form=ProjectFormat.QDPX,
        recipient="x",
        is_untouched=True,
        by=world.rosa,
        at=NOW,
    ).data
    assert not read_refi(data, "x.qdpx").report.refusals


def test_export_by_who_may_not_read_raw_words_has_deidentified_sources_alone(world: World) -> None:
    chen = world.cast.chen.actor
    assert world.document(chen).sources == ()
    Source.objects.filter(analysis=world.analysis).update(is_deidentified=True)
    # The approach compares coders: who leads no rounds sees own codings alone, and of others' nothing at all.
    document = world.document(chen)
    assert [source.text for source in document.sources] == [source.text for source in a_project().sources]
    assert laid(document) == {}
    assert [len(source.selections) for source in document.sources] == [0, 0]
    Analysis.objects.filter(id=world.analysis.id).update(approach=Approach.CODEBOOK_TEMPLATE.value)
    world.analysis.refresh_from_db()
    assert set(laid(world.document(chen))) == {guid(10, number) for number in range(1, 7)}


def test_export_in_a_blind_round_holds_own_codings_alone(world: World) -> None:
    yusuf = an_analyst(world.cast).actor
    Source.objects.filter(analysis=world.analysis).update(is_deidentified=True)
    code = Code.objects.get(id=world.row(REASONS))
    own = actions.apply_code(source=world.source(), code=code, start=0, end=11, by=yusuf, at=NOW)
    document = world.document(yusuf)
    assert set(laid(document)) == {own.id}
    everything = repr(document.sources) + repr(document.notes)
    assert "why" not in everything and str(guid(10, 2)) not in everything
    rosas = laid(world.document())
    assert {own.id, guid(10, 2)} <= set(rosas)


def test_export_leaves_by_the_door_for_words_and_by_nobody_else(world: World) -> None:
    before = Release.objects.count()
    for name, actor in world.cast.everybody().items():
        if name not in ("rosa", "chen"):
            with pytest.raises((NotAllowed, NotFound)):
                export_project(
                    analysis=world.analysis, form=ProjectFormat.QDPX, recipient="x", by=actor, at=NOW
                )
    with pytest.raises(Unready, match="2 sources still hold words that may name somebody"):
        export_project(
            analysis=world.analysis,
            form=ProjectFormat.QDE,
            recipient="Hill University",
            by=world.rosa,
            at=NOW,
        )
    assert Release.objects.count() == before
    left = export_project(
        analysis=world.analysis, form=ProjectFormat.QDE, recipient="Hill University", is_untouched=True,
        by=world.rosa, at=NOW,
    )  # fmt: skip
    line = Release.objects.get(recipient="Hill University")
    assert (line.what, line.profile, line.released_by) == ("project: Pipes", "untouched_texts", world.rosa.id)
    assert (left.codings, left.sources, left.cases) == (6, 2, 1)


def test_export_of_work_done_here_comes_back_as_the_same_project(world: World) -> None:
    """Nothing was ever imported: identifiers are those of the rows."""
    cast = world.cast
    analysis = an_analysis(cast, a_study(cast, "Ours"), name="Begun here")
    source, code = a_source(analysis), a_code(analysis)
    below = actions.add_code(
        codebook=code.codebook,
        draft=actions.CodeDraft("below", "Below", CodeOrigin.INDUCTIVE, parent=code.slug, definition="d", example="e"),
        by=SYSTEM, at=NOW,
    )  # fmt: skip
    a_participant(analysis, "P01", source=source)
    for one, start, end in ((code, 0, 11), (below, 0, 11), (below, 5, 30)):
        actions.apply_code(source=source, code=one, start=start, end=end, by=cast.rosa.actor, at=NOW)
    actions.write_memo(analysis=analysis, text="On the code.", about=code, by=cast.rosa.actor, at=NOW)
    actions.write_memo(analysis=analysis, text="On all of it.", by=cast.rosa.actor, at=NOW)
    draft = actions.ThemeDraft("Something to ask for", "A thing to ask for.", codes=(code, below))
    theme = actions.write_theme(analysis=analysis, draft=draft, by=cast.rosa.actor, at=NOW)
    actions.write_memo(analysis=analysis, text="On the theme.", about=theme, by=cast.rosa.actor, at=NOW)
    document = document_of(analysis=analysis, by=cast.rosa.actor, at=NOW).document
    assert len(laid(document)) == 3
    assert document.cases[0].sources == (source.id,)
    assert (document.sets[0].name, len(document.sets[0].codes), len(document.sets[0].notes)) == (
        theme.name,
        2,
        2,  # the memo on it, and where it stands
    )
    assert [len(document.about), len(document.codes[0].notes)] == [1, 1]
    data = export_project(
        analysis=analysis,
        form=ProjectFormat.QDPX,
        recipient="x",
        is_untouched=True,
        by=cast.rosa.actor,
        at=NOW,
    ).data
    reading = read_refi(data, "begun-here.qdpx")
    assert reading.document == document
    again = keep_reading(reading=reading, into=Into(analysis.study), by=cast.rosa.actor, at=NOW)
    copy = Analysis.objects.get(id=again.analysis_id)
    assert (copy.name, copy.question) == ("Begun here 2", analysis.question)
    assert document_of(analysis=copy, by=cast.rosa.actor, at=NOW).document == document

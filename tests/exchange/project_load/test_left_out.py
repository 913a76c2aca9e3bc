"""What a project does not take along: what is private, unseen, withdrawn or names somebody; and what has no place in it."""

from __future__ import annotations

from copy import deepcopy

import pytest

from tests.cast import SYSTEM
from tests.exchange.project_load.themed import NOW, PRIVATE, World, a_world
from tests.records.made import (
    a_consent,
    an_analyst,
    events,
)
from throughline.exchange.codebook.document import CodebookFormat
from throughline.exchange.codebook.dump import export_codebook
from throughline.exchange.project.leave import ProjectFormat, export_project
from throughline.exchange.refi.read import read_refi
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import (
    Analysis,
    Code,
    Coding,
    Decision,
    FrameworkCell,
    JournalEntry,
    Participant,
    Source,
    Theme,
)
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import Release
from throughline.vocabulary.errors import Unready
from throughline.vocabulary.study import (
    AliasKind,
    Approach,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept_world(kept_rows: None) -> World:
    return a_world()


@pytest.fixture
def world(kept_world: World, db: None) -> World:
    return deepcopy(kept_world)


def test_no_private_entry_of_a_journal_leaves_not_even_ones_own(world: World) -> None:
    for actor in (world.rosa, world.cast.chen.actor, SYSTEM):
        assert PRIVATE not in repr(world.document(actor))


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
            "0 texts, 1 memo, 1 code, 1 theme, 1 framework cell, 0 journal entries, 1 decision and 1 other thing"
            in told_of
        )
        assert "Kayleigh" not in told_of
    with pytest.raises(Unready, match="0 memos, 1 code, 0 themes"):
        export_project(**leaving | {"form": ProjectFormat.QDC}, **said)
    with pytest.raises(Unready, match="stand in 1 code"):
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

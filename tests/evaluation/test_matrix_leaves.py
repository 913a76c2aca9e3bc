"""The framework matrix, and words in context, through the door for words."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.records.inquiry.asked import TEXTS, Asked, make_asked
from throughline.evaluation.concordance import Wanted, hits_of, with_words_around
from throughline.evaluation.matrix_leaving import KEPT_BACK, NOT_WRITTEN, release_matrix
from throughline.evaluation.passages import PassagesLeft
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions import PassageDraft, ThemeDraft
from throughline.records.inquiry.models import FrameworkCell, Source, Theme, Turn
from throughline.records.inquiry.queries.material import material_for
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import Release
from throughline.reporting.table_files import FileTable, matrix_table, table_file
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import AliasKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast, now: datetime) -> Asked:
    made = make_asked(cast)
    for name in ("Coming", "Talking"):
        draft = ThemeDraft(name=name, central_concept="It is said.")
        actions.write_theme(analysis=made.analysis, draft=draft, by=cast.rosa.actor, at=now)
    return made


def write(
    asked: Asked, person: int, theme: str, summary: str, now: datetime, *words: tuple[int, str]
) -> None:
    passages = [
        PassageDraft(asked.sources[of], TEXTS[of].index(said), TEXTS[of].index(said) + len(said))
        for of, said in words
    ]
    actions.write_cell(
        participant=asked.people[person], theme=Theme.objects.get(name=theme), summary=summary, passages=passages,
        base_version=None, reason="", by=asked.cast.rosa.actor, at=now,
    )  # fmt: skip


def left(asked: Asked, now: datetime) -> PassagesLeft:
    return release_matrix(
        analysis=asked.analysis, recipient="A reader", by=asked.cast.rosa.actor, at=now,
        write=lambda matrix: table_file("csv", matrix_table("Matrix", matrix)),
    )  # fmt: skip


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_cells_leave_as_quotes_do(asked: Asked, now: datetime) -> None:
    write(asked, 0, "Coming", "A reason.", now, (0, "a reason to come in"))
    write(asked, 3, "Talking", "All of them talk.", now)
    write(asked, 1, "Talking", "Rent before all.", now, (0, "Rent first, for me."))
    write(asked, 2, "Talking", "The van.", now)
    withdraw_research_consent(consent=asked.people[1].consent, by=asked.cast.rosa.actor, at=now)
    Source.objects.filter(id=asked.sources[1].id).update(is_deidentified=False)
    done = left(asked, now)
    told = rows(done.content)
    assert [(row["Coming"], row["Talking"]) for row in told] == [
        (NOT_WRITTEN, "All of them talk."),
        ("A reason.", NOT_WRITTEN),
    ], "in the order of their words, not of labels"
    assert (done.shown, done.withheld) == (2, 2)
    words = done.content.decode()
    assert "P01" not in words and "Interview" not in words and "Harrowmere" in words
    line = Release.objects.get()
    assert (line.door, line.what, line.recipient) == (
        "words",
        "framework matrix: What is said",
        "A reader",
    )


def test_cell_with_a_name_or_another_s_words_without_consent_is_kept_back(
    asked: Asked, now: datetime
) -> None:
    rosa = asked.cast.rosa.actor
    write(asked, 0, "Coming", "Comes to Kay.", now)
    write(asked, 0, "Talking", "Talks.", now)
    term = {"analysis": asked.analysis, "kind": AliasKind.OTHER, "by": rosa, "at": now}
    actions.add_alias(label="worker 1", terms=["Kay"], **term)
    (row,) = rows(left(asked, now).content)
    assert (row["Coming"], row["Talking"]) == (KEPT_BACK, "Talks.")
    actions.add_alias(label="worker 2", terms=["Talking"], **term)
    with pytest.raises(Unready, match="names of themes"):
        left(asked, now)


def test_cell_waits_whose_words_a_correction_took_until_it_is_written_anew(
    asked: Asked, now: datetime
) -> None:
    """What the lost words were can no longer be asked: another may have said them."""
    rosa, later = asked.cast.rosa.actor, now + timedelta(hours=1)
    write(asked, 3, "Talking", "All of them talk.", now, (2, "We all talk."))
    write(asked, 1, "Talking", "Rent before all.", now, (0, "Rent first, for me."))
    actions.correct_text(
        source=asked.sources[2], text="[Eleven minutes of music from the yard.]", turn=2, base_version=1, by=rosa, at=later
    )  # fmt: skip
    assert [row["Talking"] for row in rows(left(asked, later).content)] == ["Rent before all."]
    FrameworkCell.objects.filter(participant=asked.people[3]).update(written_at=later + timedelta(hours=1))
    assert len(rows(left(asked, later).content)) == 2


def test_cell_that_rests_on_all_waits_for_texts_that_its_reader_does_not_see(
    asked: Asked, now: datetime
) -> None:
    write(asked, 0, "Coming", "A reason.", now)
    write(asked, 3, "Coming", "To talk.", now)
    Turn.objects.filter(source=asked.sources[1], participant=asked.people[2]).update(
        participant=asked.people[0]
    )
    Source.objects.filter(id=asked.sources[1].id).update(is_deidentified=False)
    for who in (asked.cast.rosa, asked.cast.chen):
        (row,) = rows(left(replace(asked, cast=replace(asked.cast, rosa=who)), now).content)
        assert row["Coming"] == "To talk."


def test_cell_of_before_somebody_beside_withdrew_waits_until_it_is_written_anew(
    asked: Asked, now: datetime
) -> None:
    write(
        asked, 0, "Coming", "Both want rent.", now, (0, "Then we talk about rent.\nP02: Rent first, for me.")
    )
    write(asked, 3, "Coming", "To talk.", now)
    rosa = asked.cast.rosa.actor
    actions.withdraw_participant(participant=asked.people[1], by=rosa, at=now)
    assert [row["Coming"] for row in rows(left(asked, now).content)] == ["To talk."]
    cell = FrameworkCell.objects.get(participant=asked.people[0])
    assert not cell.passages.exists()
    actions.write_cell(
        participant=asked.people[0], theme=Theme.objects.get(name="Coming"), summary="A reason.", passages=[],
        base_version=cell.version, reason="One withdrew.", by=rosa, at=now + timedelta(minutes=1),
    )  # fmt: skip
    assert [row["Coming"] for row in rows(left(asked, now).content)] == ["A reason.", "To talk."]


def test_no_cell_that_may_leave_is_a_refusal_of_the_ledger(asked: Asked, now: datetime) -> None:
    write(asked, 0, "Coming", "A reason.", now)
    with pytest.raises(NotAllowed):
        left(replace(asked, cast=replace(asked.cast, rosa=asked.una)), now)
    assert not Release.objects.exists()
    withdraw_research_consent(consent=asked.people[0].consent, by=asked.cast.rosa.actor, at=now)
    with pytest.raises(Unready, match="No cell of the matrix"):
        left(asked, now)
    assert Release.objects.get().is_refused


def test_hits_keep_to_their_own_turn(asked: Asked, now: datetime) -> None:
    material = material_for(asked.cast.rosa.actor, asked.analysis)
    found = hits_of(material, Wanted("rent"), at=now)
    told = with_words_around(material, found)
    assert [(name, [TEXTS[s][a:b].strip() for s, a, b in spans.rows()]) for name, spans in told] == [
        (
            "rent",
            [
                "It is a reason to come in. Then we talk about rent.",
                "Rent first, for me.",
                "The van comes, so I come in. Nobody asks about rent.",
            ],
        )
    ]


def test_tables_are_files_of_three_kinds() -> None:
    table = FileTable("=Title", ("A note.",), ("=head", "n"), (("=1+1", 3), ("Zoë 🙂\x0b", 0.5)))
    assert table_file("csv", table).decode("utf-8-sig").splitlines()[:2] == ["'=head,n", "'=1+1,3"]
    sheet = zipfile.ZipFile(io.BytesIO(table_file("xlsx", table))).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet and b"<v>0.5</v>" in sheet
    word = table_file("docx", table, table)
    assert "=1+1" in zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
    assert word == table_file("docx", table, table)
    with pytest.raises(Invalid, match="csv, xlsx, docx"):
        table_file("pdf", table)

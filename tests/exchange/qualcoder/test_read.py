"""QualCoder projects: words on their places, everything else in its place, refusals in the list."""

from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tests.exchange.project.measured import within_limits
from tests.exchange.qualcoder.files import QualCoder
from throughline.exchange.project.document import ProjectDocument, VariableKind
from throughline.exchange.project.offsets import OffsetMode
from throughline.exchange.project.report import Counted, Kind, Reading
from throughline.exchange.qualcoder.read import read_qualcoder
from throughline.exchange.taguette.read import read_taguette
from throughline.vocabulary.errors import Invalid


def words(document: ProjectDocument) -> list[str]:
    return [source.selected(one) for source, one in document.selections()]


def test_codings_lie_on_their_words_with_coder_date_and_memo() -> None:
    project = QualCoder()
    project.code(1, 0, 9, "They look", memo="look again")
    project.code(2, 5, 9, "look", code=2, who="bo")
    reading = read_qualcoder(project.bytes(), "data.qda")
    document = reading.document
    assert words(document) == ["They look", "look"]
    names = {user.guid: user.name for user in document.users}
    laid = [coding for _, _, coding in document.codings()]
    assert [names[coding.by] for coding in laid if coding.by] == ["ann", "bo"]
    assert all(coding.at for coding in laid)
    assert [note.text for note in document.notes if note.guid in laid[0].notes] == ["look again"]
    assert (document.description, document.sources[0].description) == ("About the vans", "loud room")
    assert not reading.report.refusals


def test_categories_are_headings_over_their_codes() -> None:
    document = read_qualcoder(QualCoder().bytes(), "data.qda").document
    names = {code.guid: code.name for code in document.codes} | {None: ""}
    assert [(code.name, names[code.parent], code.is_codable, code.colour) for code in document.codes] == [
        ("Barriers", "", False, ""),
        ("Looks", "Barriers", False, ""),
        ("stigma", "Looks", True, "#ffa060"),
        ("other", "", True, ""),
    ]


def test_codes_within_codes_stay_within_them() -> None:
    project = QualCoder()
    project.run("ALTER TABLE code_name ADD supercid integer")
    project.run("UPDATE code_name SET supercid = 1 WHERE cid = 2")
    project.run(
        "INSERT INTO code_name VALUES (3, 'round', '', NULL, 'bo', '', '', 3), (4, 'lost', '', 1, 'bo', '', '', 9)"
    )
    reading = read_qualcoder(project.bytes(), "data.qda")
    names = {code.guid: code.name for code in reading.document.codes} | {None: ""}
    assert {code.name: names[code.parent] for code in reading.document.codes} == {
        "Barriers": "", "Looks": "Barriers", "stigma": "Looks", "other": "stigma", "round": "", "lost": "Barriers",
    }  # fmt: skip
    notes = " ".join(str(note) for note in reading.report.notes)
    assert "cut loose and put at the top: 1" in notes


def test_categories_in_a_circle_are_cut_loose_and_told() -> None:
    project = QualCoder()
    project.run("UPDATE code_cat SET supercatid = 2 WHERE catid = 1")
    project.run("INSERT INTO code_cat VALUES (3, 'alone', 'ann', '', '', 3), (4, 'lost', 'ann', '', '', 77)")
    reading = read_qualcoder(project.bytes(), "data.qda")
    assert reading.report.count(Kind.CODE) == Counted(Kind.CODE, 6, 6)
    notes = " ".join(str(note) for note in reading.report.notes)
    assert "stood inside themselves, cut loose and put at the top: 2" in notes
    assert "now stand at the top: 1" in notes


def test_offsets_of_the_editor_are_told_from_code_points_by_their_words() -> None:
    project = QualCoder()
    project.code(1, 18, 22, "When", who="ann")
    project.code(2, 19, 23, "When", who="bo")
    project.code(3, 23, 25, "we", who="ann")
    reading = read_qualcoder(project.bytes(), "data.qda")
    assert words(reading.document) == ["When", "When", "we"]
    used = reading.report.offsets
    assert used is not None
    assert (used.mode, used.exceptions, used.quoted) == (OffsetMode.CODE_POINTS, 1, 3)


@pytest.mark.parametrize(
    ("start", "end", "quote", "says"),
    [
        (0, 4, "look", "not those"),
        (0, 999, "They", "past the end"),
        (9, 5, "look", "before"),
        (None, 4, "x", "no offsets"),
    ],
)
def test_coding_that_is_no_place_is_listed(start: object, end: object, quote: str, says: str) -> None:
    project = QualCoder()
    project.code(1, 5, 9, "look")
    project.code(2, start, end, quote, memo="why")
    report = read_qualcoder(project.bytes(), "data.qda").report
    assert report.count(Kind.CODING) == Counted(Kind.CODING, 2, 1)
    assert report.count(Kind.NOTE) == Counted(Kind.NOTE, 1, 0)
    assert {says in str(refusal.reason) for refusal in report.refusals} == {True}


def test_cases_attributes_annotations_and_journal_are_read() -> None:
    project = QualCoder()
    project.run("INSERT INTO cases VALUES (1, 'P1', 'tired', 'ann', ''), (2, 'P2', '', 'ann', '')")
    project.run(
        "INSERT INTO case_text VALUES (1, 1, 1, 0, 34, 'ann', '', ''), (2, 2, 1, 0, 4, 'ann', '', '')"
    )
    project.run(
        "INSERT INTO case_text VALUES (3, 9, 1, 5, 9, 'ann', '', ''), (4, 1, 55, 0, 4, 'ann', '', '')"
    )
    project.run(
        "INSERT INTO attribute_type VALUES ('Age', '', '', '', 'case', 'numeric'), ('Place', '', '', '', 'file', 'character')"
    )
    project.run(
        "INSERT INTO attribute (name, attr_type, value, id) VALUES ('Age', 'case', '34', 1), ('Age', 'case', 'old', 2),"
        " ('Place', 'file', 'van', 1), ('Place', 'file', '', 77), ('Gone', 'case', 'x', 1)"
    )
    project.run("INSERT INTO annotation VALUES (1, 1, 5, 9, 'who looks?', 'bo', '2025-03-02')")
    project.run("INSERT INTO journal VALUES (1, 'Day 1', 'It rained.', '2025-03-02', 'ann')")
    project.run("INSERT INTO graph VALUES (1, 'map', '')")
    project.run("INSERT INTO stored_sql VALUES ('mine', '', '', 'SELECT 1')")
    reading = read_qualcoder(project.bytes(), "data.qda")
    document, report = reading.document, reading.report
    [source] = document.sources
    one, two = document.cases
    assert (one.sources, two.sources) == ((source.guid,), ())
    assert [source.selected(place) for place in source.selections if place.guid in two.selections] == ["They"]
    assert [value.value for case in (one, two) for value in case.values] == [Decimal(34), "old"]
    assert [value.value for value in source.values] == ["van"]
    assert {variable.kind for variable in document.variables} == {VariableKind.FLOAT, VariableKind.TEXT}
    assert sorted(note.text for note in document.notes) == ["It rained.", "who looks?"]
    assert report.count(Kind.VALUE) == Counted(Kind.VALUE, 5, 3)
    assert report.count(Kind.REFERENCE) == Counted(Kind.REFERENCE, 4, 2)
    assert report.count(Kind.GRAPH) == Counted(Kind.GRAPH, 1, 0)
    assert report.count(Kind.OTHER) == Counted(Kind.OTHER, 1, 0)


def test_pictures_and_recordings_are_counted_and_their_codings_listed() -> None:
    project = QualCoder()
    project.run(
        "INSERT INTO source (id, name, mediapath) VALUES (2, 'board.png', '/images/board.png'), (3, 'a.mp3', 'audio:/x/a.mp3')"
    )
    project.run(
        "INSERT INTO source (id, name, mediapath) VALUES (4, 'b.mp4', '/video/b.mp4'), (5, 'c.pdf', '/docs/c.pdf')"
    )
    project.run("INSERT INTO code_image (id, cid, memo) VALUES (2, 1, 'red')")
    project.run("INSERT INTO code_av (id, cid) VALUES (3, 1), (4, 1)")
    report = read_qualcoder(project.bytes(), "data.qda").report
    for kind in (Kind.PICTURE, Kind.AUDIO, Kind.VIDEO, Kind.PDF):
        assert report.count(kind) == Counted(kind, 1, 0)
    assert report.count(Kind.CODING) == Counted(Kind.CODING, 3, 0)
    assert report.count(Kind.NOTE) == Counted(Kind.NOTE, 1, 0)


def test_older_versions_without_some_tables_and_columns_are_read() -> None:
    project = QualCoder()
    project.code(1, 5, 9, "look")
    for table in ("code_av", "code_image", "stored_sql", "graph", "attribute", "attribute_type", "code_cat"):
        project.run(f"DROP TABLE {table}")
    for column in ("memo", "important", "avid"):
        project.run(f"ALTER TABLE code_text DROP COLUMN {column}")
    assert words(read_qualcoder(project.bytes(), "data.qda").document) == ["look"]


@pytest.mark.parametrize("read", [read_qualcoder, read_taguette])
def test_file_that_is_no_project_is_refused_with_a_sentence(read: Callable[[bytes, str], Reading]) -> None:
    whole = QualCoder().bytes()
    other = QualCoder()
    for table in ("project", "source"):
        other.run(f"DROP TABLE {table}")
    for data, says in [
        (b"", "is empty"),
        (b"words", "is not a project of"),
        (other.bytes(), "is not a project of"),
        (b"SQLite format 3\x00", "damaged or cut off"),
        (whole[:5_000], "damaged or cut off"),
        (b"SQLite format 3\x00" + random.Random(1).randbytes(20_000), "damaged or cut off"),
    ]:
        with pytest.raises(Invalid, match=says) as told:
            read(data, "data.qda")
        assert "data.qda" in str(told.value)


def test_flipped_bytes_are_read_or_refused() -> None:
    project = QualCoder()
    project.code(1, 5, 9, "look", memo="why")
    whole = project.bytes()
    chance = random.Random(5)
    for _ in range(25):
        data = bytearray(whole)
        for _ in range(20):
            data[chance.randrange(100, len(data))] ^= 1 << chance.randrange(8)
        try:
            read_qualcoder(bytes(data), "data.qda")
        except Invalid as told:
            assert "data.qda" in str(told)


def test_file_in_use_is_read_and_told() -> None:
    project = QualCoder()
    project.code(1, 5, 9, "look")
    data = bytearray(project.bytes())
    data[18:20] = b"\x02\x02"
    reading = read_qualcoder(bytes(data), "data.qda")
    assert words(reading.document) == ["look"]
    assert any("latest changes may be missing" in str(note) for note in reading.report.notes)


def test_view_that_never_ends_is_no_table() -> None:
    project = QualCoder()
    project.run("DROP TABLE journal")
    project.run(
        "CREATE VIEW journal AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS jid FROM n"
    )
    assert read_qualcoder(project.bytes(), "data.qda").report.count(Kind.NOTE).found == 0


@pytest.mark.slow
def test_text_longer_than_a_source_may_be_costs_that_source_alone(tmp_path: Path) -> None:
    project = QualCoder()
    project.code(1, 5, 9, "look")
    project.run("INSERT INTO source (id, name, fulltext) VALUES (2, 'long', ?)", "words " * 3_000_000)
    project.run("INSERT INTO code_text (ctid, cid, fid, seltext, pos0, pos1) VALUES (2, 1, 2, 'words', 0, 5)")
    (tmp_path / "data.qda").write_bytes(project.bytes())
    answer = within_limits(tmp_path / "data.qda", "qualcoder")
    assert (answer["counts"]["texts"], answer["counts"]["codings"]) == ([2, 1], [2, 1])


@pytest.mark.slow
def test_hundred_megabytes_of_text_are_refused_in_time(tmp_path: Path) -> None:
    project = QualCoder()
    project.run("INSERT INTO source (id, name, fulltext) VALUES (2, 'long', ?)", "words " * 16_700_000)
    (tmp_path / "data.qda").write_bytes(project.bytes())
    assert "takes more room or time" in within_limits(tmp_path / "data.qda", "qualcoder")["refused"]

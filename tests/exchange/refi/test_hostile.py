"""Whatever the bytes: a document and a report that balance, or one sentence; never anything else, and in time."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from tests.exchange.project.measured import within_limits
from tests.exchange.refi.files import (
    CODE,
    CODEBOOK,
    CODING,
    SOURCE,
    archive,
    coding,
    one_source,
    project,
    selection,
    source,
)
from throughline.exchange.project.report import Kind, Reading
from throughline.exchange.refi.read import read_refi
from throughline.vocabulary.errors import Invalid

TEXT = b"They look away when we come in."
TEXTS = {"sources/one.txt": TEXT}


def refused(data: bytes, name: str = "study.qdpx") -> str:
    with pytest.raises(Invalid) as told:
        read_refi(data, name)
    return str(told.value)


def read(xml: bytes) -> Reading:
    return read_refi(archive(xml, TEXTS), "study.qdpx")


def reason(reading: Reading, kind: Kind) -> str:
    [refusal] = [one for one in reading.report.refusals if one.kind is kind]
    return str(refusal.reason)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"just words", "neither an archive nor XML"),
        (b"SQLite format 3\x00" + bytes(100), "neither an archive nor XML"),
        (b"<html><body/></html>", "begins with the element html"),
        (b"<Project><Sources>", "cut off"),
        (b"<Project><Sources></Project>", "no well-formed XML from line 1"),
        (b"<Project name='a' name='b'/>", "no well-formed XML"),
        (b"<?xml version='1.0' encoding='klingon'?><Project/>", "no well-formed XML"),
        (b"<Project>" + b"<Sources>" * 200, "too deep"),
        (b"<Code>" * 100_000, "begins with the element Code"),
        (b"PK\x03\x04 not really", "container cannot be opened"),
        (archive(b"<Project/>", {}, "project.xml"), "without a project file"),
        (archive(b"<Project>", {}), "cut off"),
        (
            b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><Project name='&a;'/>",
            "entities of its own",
        ),
        (
            b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><Project name='&b;'/>",
            "entities of its own",
        ),
        ("<!DOCTYPE x []><Project/>".encode("utf-16"), "entities of its own"),
    ],
)
def test_file_that_is_no_project_is_refused_with_a_sentence(data: bytes, says: str) -> None:
    sentence = refused(data)
    assert says in sentence
    assert "study.qdpx" in sentence
    assert sentence.endswith(".")


def test_archive_that_is_cut_off_is_refused_wherever_it_ends() -> None:
    whole = archive(one_source(selection(5, 9)), TEXTS)
    for share in (0.02, 0.2, 0.5, 0.8, 0.99):
        assert "Export the project again" in refused(whole[: int(len(whole) * share)])


def test_flipped_bytes_are_read_or_refused() -> None:
    whole = archive(one_source(selection(5, 9)), TEXTS)
    chance = random.Random(3)
    for _ in range(25):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        try:
            report = read_refi(bytes(data), "study.qdpx").report
        except Invalid as told:
            assert "study.qdpx" in str(told)
        else:
            assert report.count(Kind.CODING).found <= 1


def test_locked_archive_is_refused() -> None:
    data = bytearray(archive(b"<Project/>", {}))
    for start in (data.find(b"PK\x03\x04") + 6, data.find(b"PK\x01\x02") + 8):
        data[start] |= 1
    assert "protected by a password" in refused(bytes(data))


@pytest.mark.slow
def test_zip_bomb_is_refused_in_time(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out,
        out.open("project.qde", "w", force_zip64=True) as part,
    ):
        part.write(b"<Project>")
        for _ in range(400):
            part.write(b" " * 1_000_000)
    (tmp_path / "bomb.qdpx").write_bytes(packed.getvalue())
    assert "takes more room or time" in within_limits(tmp_path / "bomb.qdpx", "refi")["refused"]


@pytest.mark.slow
def test_bomb_in_a_text_costs_that_source_alone(tmp_path: Path) -> None:
    two = source(selection(0, 4)) + source(selection(5, 9, 2), "internal://two.txt", 2)
    data = archive(
        project(f"{CODEBOOK}<Sources>{two}</Sources>"), {**TEXTS, "sources/two.txt": b"a" * 200_000_000}
    )
    (tmp_path / "bomb.qdpx").write_bytes(data)
    answer = within_limits(tmp_path / "bomb.qdpx", "refi")
    assert answer["counts"]["texts"] == [2, 1]
    assert answer["counts"]["codings"] == [2, 1]
    assert answer["reasons"] == {
        "texts: its text is longer than a source may be": 1,
        "selections: the text that it lies on was not imported": 1,
        "codings: the text that it lies on was not imported": 1,
    }


@pytest.mark.slow
def test_hundred_megabytes_of_text_in_the_project_file_cost_that_source_alone(tmp_path: Path) -> None:
    head = f'<TextSource guid="{SOURCE}1" name="long"><PlainTextContent>'
    xml = project(
        f"{CODEBOOK}<Sources>{head}{'words ' * 16_700_000}</PlainTextContent>{selection(0, 5)}</TextSource></Sources>"
    )
    (tmp_path / "long.qde").write_bytes(xml)
    answer = within_limits(tmp_path / "long.qde", "refi")
    assert answer["counts"]["texts"] == [1, 0]
    assert answer["counts"]["codings"] == [1, 0]


@pytest.mark.slow
def test_large_honest_project_is_read_in_time(tmp_path: Path) -> None:
    """30,000 codings on two million characters in ten sources, offsets to be found out."""
    text = ("They look away when we come in. 🙂\r\n" * 6_000).encode()
    sources = (
        "".join(
            source(
                "".join(selection(at, at + 4, f"{number:02d}{at:06d}") for at in range(3_000)),
                f"internal://{number}.txt",
                number,
            )
            for number in range(10)
        )
        .replace("50000000-0000-0000-0000-00000000000", "50000000-0000-0000-0000-0000")
        .replace(CODING, CODING[:-7])
    )
    texts = {f"sources/{number}.txt": text for number in range(10)}
    (tmp_path / "large.qdpx").write_bytes(archive(project(f"{CODEBOOK}<Sources>{sources}</Sources>"), texts))
    answer = within_limits(tmp_path / "large.qdpx", "refi")
    assert answer["counts"]["codings"] == [30_000, 30_000]


@pytest.mark.parametrize(
    ("start", "end", "says"),
    [
        (5, 999, "past the end"),
        (-1, 4, "past the end"),
        (9, 5, "end comes before its beginning"),
        ("", 4, "no offsets"),
        ("1e3", 4, "no offsets"),
        ("--1", 4, "no offsets"),
        (0, "9" * 500, "past the end"),
        (0, " +3 ", None),
    ],
)
def test_selection_that_is_no_place_is_listed_with_its_coding(
    start: object, end: object, says: str | None
) -> None:
    reading = read(one_source(selection(start, end) + selection(5, 9, 2)))
    understood = [reading.report.count(kind).understood for kind in (Kind.SELECTION, Kind.CODING)]
    if says is None:
        assert understood == [2, 2]
        return
    assert understood == [1, 1]
    assert says in reason(reading, Kind.SELECTION)
    assert says in reason(reading, Kind.CODING)


def test_missing_text_costs_that_source_and_names_the_file() -> None:
    two = source(selection(0, 4)) + source(selection(5, 9, 2), "internal://gone.txt", 2)
    reading = read(project(f"{CODEBOOK}<Sources>{two}</Sources>"))
    assert [place.name for place in reading.document.sources] == ["Interview 1"]
    assert "internal://gone.txt, is not there; put it beside" in reason(reading, Kind.TEXT)
    assert reading.report.count(Kind.CODING).understood == 1


def test_code_inside_itself_is_taken_once() -> None:
    inner = f'<Code guid="{CODE}2" name="below"><Code guid="{CODE}1" name="a"><Code guid="{CODE}3" name="deep"/></Code></Code>'
    reading = read(
        project(f'<CodeBook><Codes><Code guid="{CODE}1" name="a">{inner}</Code></Codes></CodeBook>')
    )
    assert [code.name for code in reading.document.codes] == ["a", "below", "deep"]
    assert "stands in the file before" in reason(reading, Kind.CODE)


def test_things_with_one_guid_all_stay() -> None:
    """Two codes, a source, two selections and two codings under a single GUID."""
    xml = one_source(selection(5, 9) + selection(0, 4, 2)).decode()
    xml = xml.replace("<Codes>", f'<Codes><Code guid="{CODE}7" name="other"/>')
    for written in (
        f"{CODE}7",
        f"{SOURCE}1",
        *(f"{stem}{end}" for stem in (CODING, CODING.replace("6", "5", 1)) for end in "12"),
    ):
        xml = xml.replace(written, f"{CODE}1")
    reading = read(xml.encode())
    assert [code.name for code in reading.document.codes] == ["other", "stigma"]
    assert reading.report.count(Kind.CODING).understood == 2
    assert not reading.report.refusals
    assert any("GUID of another" in str(note) for note in reading.report.notes)
    assert read(xml.encode()).document == reading.document


def test_things_without_a_guid_have_one_that_is_the_same_each_time() -> None:
    xml = one_source(selection(5, 9).replace(' guid="60000000-0000-0000-0000-000000000001"', ""))
    assert read(xml).document == read(xml).document
    assert read(xml).report.count(Kind.CODING).understood == 1


def test_coding_with_an_unknown_code_is_listed() -> None:
    reading = read(one_source(selection(5, 9, inside=coding(1) + coding(2, code=f"{CODE}9") + "<Coding/>")))
    assert reading.report.count(Kind.CODING).found == 3
    assert reading.report.reasons()[Kind.CODING, "its code is not in the codebook"] == 2
    assert reading.report.count(Kind.SELECTION).understood == 1


@pytest.mark.parametrize(
    ("value", "is_read"),
    [
        ("<IntegerValue>34</IntegerValue>", True),
        ("<IntegerValue>old</IntegerValue>", False),
        (f"<IntegerValue>{'9' * 5_000}</IntegerValue>", False),
        ("<FloatValue>1e999999</FloatValue>", False),
        ("<FloatValue>NaN</FloatValue>", False),
        ("<BooleanValue>maybe</BooleanValue>", False),
        ("<DateValue>2024-02-30</DateValue>", False),
        ("<DateTimeValue>soon</DateTimeValue>", False),
        ("", True),
    ],
)
def test_value_that_is_none_of_its_type_is_listed(value: str, is_read: bool) -> None:
    variable = f'<Variables><Variable guid="{CODE}8" name="Age" typeOfVariable="Integer"/></Variables>'
    held = f'<VariableValue><VariableRef targetGUID="{CODE}8"/>{value}</VariableValue>'
    report = read(project(f'{variable}<Cases><Case guid="{CODE}9" name="P1">{held}</Case></Cases>')).report
    assert (report.count(Kind.VALUE).found, report.count(Kind.VALUE).understood) == (1, int(is_read))


def test_elements_that_nobody_knows_are_listed() -> None:
    reading = read(
        project(
            f"<Wonder/>{CODEBOOK.replace('/></Codes>', '><Marvel/></Code></Codes>')}<Sources><SmellSource/></Sources>"
        )
    )
    assert [one.what for one in reading.report.refusals if one.kind is Kind.OTHER] == [
        "Wonder",
        "Marvel",
        "SmellSource",
    ]


def test_codings_on_memos_and_pictures_are_listed() -> None:
    note = f'<Notes><Note guid="{CODE}8" name="memo"><PlainTextContent>words</PlainTextContent>{selection(0, 2)}{coding(2)}</Note></Notes>'
    picture = f'<PictureSource guid="{SOURCE}1" name="board.png"><PictureSelection guid="{CODE}7">{coding(3)}</PictureSelection>{coding(4)}</PictureSource>'
    report = read(project(f"{CODEBOOK}<Sources>{picture}</Sources>{note}")).report
    assert (report.count(Kind.CODING).found, report.count(Kind.CODING).understood) == (4, 0)
    assert (report.count(Kind.SELECTION).found, report.count(Kind.SELECTION).understood) == (2, 0)
    assert report.count(Kind.NOTE).understood == 1


@pytest.mark.realdata
def test_hostile_files_are_refused_with_a_sentence(shared_data: Path) -> None:
    for path in sorted((shared_data / "hostile").iterdir()):
        assert path.name in refused(path.read_bytes(), path.name)

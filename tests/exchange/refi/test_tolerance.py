"""What real programs write beside the standard, and what each such thing gives."""

from __future__ import annotations

import pytest

from tests.exchange.refi.files import (
    CODE,
    CODEBOOK,
    SOURCE,
    archive,
    coding,
    one_source,
    project,
    selection,
    source,
)
from throughline.exchange.project.offsets import OffsetMode
from throughline.exchange.project.report import NAMES, Kind, Reading
from throughline.exchange.refi.read import read_refi

TEXT = b"They look away when we come in."


def read(xml: bytes, texts: dict[str, bytes] | None = None, name: str = "project.qde") -> Reading:
    return read_refi(archive(xml, {"sources/one.txt": TEXT} if texts is None else texts, name), "study.qdpx")


def words(reading: Reading) -> list[str]:
    return [place.selected(one) for place, one in reading.document.selections()]


@pytest.mark.parametrize("name", ["project.qde", "Project.qde", "My study.QDE", "folder/project.qde"])
@pytest.mark.parametrize("folder", ["sources/", "Sources/", "", "folder/sources/", "sources\\"])
def test_project_and_sources_are_found_under_other_names(name: str, folder: str) -> None:
    assert words(read(one_source(selection(5, 9)), {f"{folder}one.txt": TEXT}, name)) == ["look"]


@pytest.mark.parametrize(
    "path", ["internal://one.txt", "one.txt", "internal://ONE.TXT", "relative:///Texts/one.txt"]
)
def test_text_is_found_by_every_way_of_writing_its_path(path: str) -> None:
    xml = project(f"{CODEBOOK}<Sources>{source(selection(5, 9), path)}</Sources>")
    assert words(read(xml)) == ["look"]


@pytest.mark.parametrize("path", ["internal://my%20talk.txt", "internal://my talk.txt"])
def test_text_is_found_under_a_path_that_is_written_as_an_address(path: str) -> None:
    xml = project(f"{CODEBOOK}<Sources>{source(selection(5, 9), path)}</Sources>")
    assert words(read(xml, {"sources/my talk.txt": TEXT})) == ["look"]


@pytest.mark.parametrize("folder", ["", "folder/"])
def test_texts_of_one_name_in_two_folders_are_not_taken_for_each_other(folder: str) -> None:
    xml = project(f"{CODEBOOK}<Sources>{source(selection(5, 9), 'internal://Sources/1.txt')}</Sources>")
    texts = {f"{folder}Notes/1.txt": b"A memo on them.", f"{folder}Sources/1.txt": TEXT}
    assert words(read(xml, texts, f"{folder}project.qde")) == ["look"]
    elsewhere = project(f"{CODEBOOK}<Sources>{source(selection(5, 9), 'relative:///else/1.txt')}</Sources>")
    assert read(elsewhere, texts).document.sources == ()


def test_what_a_desktop_adds_to_an_archive_is_passed_over() -> None:
    texts = {"study/project.qde": one_source(selection(5, 9)), "study/sources/one.txt": TEXT}
    assert words(read(b"\x00\x05\x16\x07", texts, "__MACOSX/._project.qde")) == ["look"]


@pytest.mark.parametrize(
    "name", ["look\x0c away", "look&#x0C; away", "look&#31; away", "look\x00 away", "look&#xD83D; away"]
)
def test_characters_that_xml_cannot_hold_are_replaced_and_told(name: str) -> None:
    filler = f"<Description>{'&amp;' * 20_000}</Description>"  # more than is read at once
    reading = read(one_source(filler + selection(5, 14, name=name)))
    assert [one.name for _, one in reading.document.selections()] == ["look\ufffd away"]
    assert (
        str(reading.report.notes[0])
        == "Characters that no text can hold and that were replaced by \ufffd: 1."
    )


@pytest.mark.parametrize("around", [selection(5, 9, inside="{}"), "{}"])
def test_code_without_a_coding_around_it_is_a_coding(around: str) -> None:
    reading = read(one_source(around.format(f'<CodeRef targetGUID="{CODE}1"/>')))
    assert [str(one[-1].code) for one in reading.document.codings()] == [f"{CODE}1"]


def test_text_in_another_encoding_is_told() -> None:
    reading = read(
        one_source(selection(5, 9)), {"sources/one.txt": "Elle était là, à l’hôtel.".encode("cp1252")}
    )
    assert words(reading) == ["étai"]
    assert "read as cp1252" in str(reading.report.notes[0])


@pytest.mark.parametrize(
    "space", ["urn:QDA-XML:project:0:10", "urn:QDA-XML:project:1.0", "http://else.where"]
)
def test_older_namespaces_are_read_by_local_names(space: str) -> None:
    assert words(read(one_source(selection(5, 9), space=space))) == ["look"]


def test_codebook_of_an_older_version_is_read() -> None:
    data = f'<CodeBook xmlns="urn:QDA-XML:codebook:0:4"><Codes><Code guid="{CODE}1" name="a"/></Codes></CodeBook>'
    assert [code.name for code in read_refi(data.encode(), "x.qdc").document.codes] == ["a"]


def lined(mode: OffsetMode) -> tuple[bytes, str]:
    """A text with CR LF and astral characters, and selections on each "van came late", counted in one way."""
    raw = "\r\n".join(f"Line {number} says 🙂 that the van came late." for number in range(9))
    marks, at = [], raw.find("van")
    while at >= 0:
        before = raw[:at].replace("\r\n", "\n") if mode.is_crlf_one else raw[:at]
        start = len(before.encode("utf-16-le")) // 2 if "UTF-16" in mode else len(before)
        marks.append(selection(start, start + 13, len(marks)))
        at = raw.find("van", at + 1)
    return raw.encode(), "".join(marks)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("origin", ["NVivo 12 Windows", "ATLAS.ti 26", "MAXQDA 24", "NVivo for Mac 15", ""])
@pytest.mark.parametrize(
    "mode", [OffsetMode.CODE_POINTS, OffsetMode.CODE_POINTS_LF, OffsetMode.UTF16, OffsetMode.UTF16_LF]
)
def test_offsets_are_found_out_from_the_file(mode: OffsetMode, origin: str, mark: bytes) -> None:
    raw, marks = lined(mode)
    reading = read(one_source(marks, origin=origin), {"sources/one.txt": mark + raw})
    assert words(reading) == ["van came late"] * 9
    assert reading.report.offsets is not None
    assert (reading.report.offsets.mode, reading.report.offsets.is_decided) == (mode, True)
    assert "\r" not in reading.document.sources[0].text
    assert reading.document.sources[0].raw == mark + raw


def test_names_that_quote_are_compared_and_the_odd_one_is_told() -> None:
    marks = (
        selection(0, 9, 1, name="They look")
        + selection(5, 14, 2, name="look away")
        + selection(10, 14, 3, name="another")
    )
    reading = read(one_source(marks))
    assert reading.report.offsets is not None
    assert (reading.report.offsets.quoted, reading.report.offsets.quoted_equal) == (3, 2)
    assert any("do not begin with their name" in str(note) for note in reading.report.notes)
    assert reading.report.count(Kind.CODING).understood == 3


def test_selection_without_length_is_kept() -> None:
    assert words(read(one_source(selection(5, 5)))) == [""]


def test_description_is_kept_as_the_comment_of_a_selection() -> None:
    inside = f"<Description>Who looks?\n</Description>{coding()}"
    [(_, one)] = read(one_source(selection(5, 9, inside=inside))).document.selections()
    assert one.description == "Who looks?\n"


def test_sources_of_the_same_name_stay_two() -> None:
    same = source(selection(5, 9)) + source(selection(0, 4, 2), number=2).replace(
        "Interview 2", "Interview 1"
    )
    reading = read(project(f"{CODEBOOK}<Sources>{same}</Sources>"))
    assert [place.name for place in reading.document.sources] == ["Interview 1"] * 2
    assert words(reading) == ["look", "They"]


def test_sound_that_is_stored_as_a_video_is_counted_as_sound() -> None:
    xml = project(
        f'<Sources><VideoSource guid="{SOURCE}1" name="talk" path="internal://talk.M4A"/></Sources>'
    )
    report = read(xml).report
    assert (report.count(Kind.AUDIO).found, report.count(Kind.VIDEO).found) == (1, 0)


def test_cases_after_sources_and_before_them_are_read_alike() -> None:
    case = f'<Cases><Case guid="{CODE}9" name="P1"><SourceRef targetGUID="{SOURCE}1"/></Case></Cases>'
    texts = f"<Sources>{source(selection(5, 9))}</Sources>"
    for inside in (case + texts, texts + case):
        assert read(project(CODEBOOK + inside)).document.cases[0].sources


def test_text_of_a_pdf_and_a_recording_is_taken_under_their_own_guid() -> None:
    pdf = (
        f'<PDFSource guid="{SOURCE}1" name="guide.pdf"><PDFSelection guid="{CODE}8" page="0" firstX="1" firstY="1" secondX="2"'
        f' secondY="2">{coding(8)}</PDFSelection><Representation guid="{SOURCE}2" plainTextPath="internal://one.txt">'
        f"{selection(5, 9)}</Representation>{coding(3)}</PDFSource>"
    )
    sound = (
        f'<AudioSource guid="{SOURCE}3" name="talk"><Transcript guid="{SOURCE}4" plainTextPath="internal://one.txt">'
        f'<SyncPoint guid="{CODE}5" timeStamp="0" position="0"/><SyncPoint guid="{CODE}6" timeStamp="9" position="4"/>'
        f'<TranscriptSelection guid="{CODE}7" fromSyncPoint="{CODE}5" toSyncPoint="{CODE}6">{coding(7)}</TranscriptSelection>'
        "</Transcript></AudioSource>"
    )
    members = f'<Sets><Set guid="{CODE}4" name="all"><MemberSource targetGUID="{SOURCE}1"/><MemberSource guid="{SOURCE}4"/></Set></Sets>'
    reading = read(project(f"{CODEBOOK}<Sources>{pdf}{sound}</Sources>{members}"))
    assert [str(place.guid) for place in reading.document.sources] == [f"{SOURCE}1", f"{SOURCE}3"]
    assert words(reading) == ["look", "They"]
    assert reading.document.sets[0].sources == tuple(place.guid for place in reading.document.sources)
    assert (reading.report.count(Kind.CODING).found, reading.report.count(Kind.CODING).understood) == (4, 3)
    assert len(reading.document.sources[0].codings) == 1


def test_coder_known_by_guid_alone_is_kept_apart() -> None:
    inside = coding().replace("<Coding ", f'<Coding creatingUser="{CODE}5" creationDateTime="2024-01-01" ')
    reading = read(one_source(selection(5, 9, inside=inside)))
    [(_, _, laid)] = reading.document.codings()
    assert [(user.guid, user.name) for user in reading.document.users] == [(laid.by, "")]
    assert laid.at is not None
    assert any("GUID alone" in str(note) for note in reading.report.notes)


def test_colours_are_read_in_both_lengths_and_nonsense_is_left_out() -> None:
    codes = "".join(
        f'<Code guid="{CODE}{number}" name="{number}" isCodable="0" color="{colour}"/>'
        for number, colour in enumerate(["#FFF", "#a1B2c3", "red"])
    )
    document = read(project(f"<CodeBook><Codes>{codes}</Codes></CodeBook>")).document
    assert [code.colour for code in document.codes] == ["#ffffff", "#a1b2c3", ""]
    assert not any(code.is_codable for code in document.codes)


def test_what_refers_to_nothing_is_told_in_words_that_can_be_translated() -> None:
    reading = read(
        project(f'<Sets><Set guid="{SOURCE}" name="s"><MemberCode targetGUID="{CODE}"/></Set></Sets>')
    )
    (reason,) = [one.reason for one in reading.report.refusals if one.kind is Kind.REFERENCE]
    assert str(reason) == "it refers to one of the codes that was not imported"
    assert reason.params["kind"] is NAMES[Kind.CODE]
    assert set(NAMES) == set(Kind)

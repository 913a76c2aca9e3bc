"""Every real REFI-QDA file: counts against a plain reading of its XML, words against what the file says of them."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from throughline.exchange.project.report import SOURCE_KINDS, Kind, Reading
from throughline.exchange.refi.read import read_refi
from throughline.exchange.refi.write import write_qdpx

pytestmark = pytest.mark.realdata

# name: (users, codes, texts among the sources, selections, codings, memos, cases, sets, links) understood
UNDERSTOOD = {
    "refi-qda/A1_codebook.qdc": (0, 6, 0, 0, 0, 0, 0, 0, 0),
    "refi-qda/A2_atlasti84_project.qde": (3, 14, 0, 0, 0, 2, 0, 16, 0),
    "refi-qda/A3_transana322_project.qde": (63, 19, 0, 0, 0, 0, 0, 6, 0),
    "refi-qda/hand_authored_project.qde": (1, 4, 1, 0, 0, 1, 1, 1, 0),
    "refi-qda/qdapy_sample.qdpx": (2, 4, 2, 4, 6, 1, 1, 0, 0),
    "coded/nvivo15mac_project.qdpx": (2, 262, 2, 0, 0, 0, 0, 0, 0),
    "coded/qc132_demo.qdpx": (1, 262, 2, 158, 205, 0, 0, 0, 0),
}


def xml_of(data: bytes) -> ET.Element:
    """The project's own XML, read plainly."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return ET.fromstring(archive.read(next(n for n in archive.namelist() if n.endswith(".qde"))))
    return ET.fromstring(data)


def tags_of(root: ET.Element) -> Counter[str]:
    return Counter(element.tag.rpartition("}")[2] for element in root.iter())


def read(folder: Path, name: str) -> Reading:
    return read_refi((folder / name).read_bytes(), name)


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_real_file_is_counted_in_full(name: str, shared_data: Path) -> None:
    report = read(shared_data, name).report
    tags = tags_of(xml_of((shared_data / name).read_bytes()))
    found = {
        Kind.USER: tags["User"],
        Kind.CODE: tags["Code"],
        Kind.SELECTION: sum(count for tag, count in tags.items() if tag.endswith("Selection")),
        Kind.CODING: tags["Coding"],
        Kind.NOTE: tags["Note"],
        Kind.CASE: tags["Case"],
        Kind.SET: tags["Set"],
        Kind.LINK: tags["Link"],
        Kind.GRAPH: tags["Graph"],
        Kind.VARIABLE: tags["Variable"],
        Kind.VALUE: tags["VariableValue"],
        Kind.SYNC_POINT: tags["SyncPoint"],
        Kind.TEXT: tags["TextSource"],
        Kind.PDF: tags["PDFSource"],
        Kind.PICTURE: tags["PictureSource"],
        Kind.OTHER: 0,
    }
    assert {kind: report.count(kind).found for kind in found} == found
    recordings = report.count(Kind.AUDIO).found + report.count(Kind.VIDEO).found
    assert recordings == tags["AudioSource"] + tags["VideoSource"]
    references = sum(
        tags[tag]
        for tag in ("NoteRef", "SourceRef", "SelectionRef", "MemberCode", "MemberSource", "MemberNote")
    )
    assert report.count(Kind.REFERENCE).found == references + tags["CodeRef"] - tags["Coding"]


@pytest.mark.parametrize(("name", "counts"), UNDERSTOOD.items())
def test_real_file_is_understood(name: str, counts: tuple[int, ...], shared_data: Path) -> None:
    report = read(shared_data, name).report
    kinds = (Kind.USER, Kind.CODE, Kind.SELECTION, Kind.CODING, Kind.NOTE, Kind.CASE, Kind.SET, Kind.LINK)
    understood = [report.count(kind).understood for kind in kinds]
    understood.insert(2, sum(report.count(kind).understood for kind in SOURCE_KINDS))
    assert tuple(understood) == counts


@pytest.mark.parametrize("name", UNDERSTOOD)
def test_real_file_written_and_read_again_is_the_same(name: str, shared_data: Path) -> None:
    document = read(shared_data, name).document
    again = read_refi(write_qdpx(document), name)
    assert again.document == replace(document, origin="Throughline")
    assert not again.report.refusals


def test_real_text_source_is_read_with_files_from_beside_it(shared_data: Path) -> None:
    """With its text, a project file alone gives every coding in a text and every time in a transcript that has a place."""
    text = b"Diet and health are closely linked, they say."
    data = (shared_data / "refi-qda/hand_authored_project.qde").read_bytes()
    reading = read_refi(data, "x.qde", {"11111111-1111-1111-1111-111111111111.txt": text})
    document = reading.document
    selected = [source.selected(selection) for source, selection in document.selections()]
    assert selected == [text[0:15].decode(), text[9:23].decode(), text[0:20].decode()]
    assert reading.report.count(Kind.CODING).understood == 3
    assert reading.report.count(Kind.LINK).understood == 1
    assert [source.name for source in document.sources] == ["Interview 1.txt", "doc.pdf", "interview.m4a"]
    assert document.cases[0].sources == (document.sources[0].guid,)
    assert document.cases[0].selections == (document.sources[0].selections[0].guid,)


def test_real_qc_lines_are_the_lines_that_their_names_say(shared_data: Path) -> None:
    """qc codes whole lines and names each selection "line:N": an independent statement of its place."""
    [source, _] = read(shared_data, "coded/qc132_demo.qdpx").document.sources
    lines = source.text.split("\n")
    assert len(source.selections) == 158
    for selection in source.selections:
        number = int(selection.name.removeprefix("line:"))
        assert source.selected(selection).rstrip("\n") == lines[number]


def test_real_atlas_names_are_the_words_they_were_made_on(shared_data: Path) -> None:
    """The appendix has no texts; built from its names at its offsets, every selection lands on what it is called."""
    data = (shared_data / "refi-qda/A2_atlasti84_project.qde").read_bytes()
    beside, expected = {}, []
    space = {"q": "urn:QDA-XML:project:1.0"}
    for source in ET.fromstring(data).findall(".//q:TextSource", space):
        text = [" "] * 1200
        for selection in source.findall("q:PlainTextSelection", space):
            start, end = (int(selection.get(key, "")) for key in ("startPosition", "endPosition"))
            words = selection.get("name", "")[: end - start]
            text[start : start + len(words)] = words
            expected.append((selection.get("name", ""), start, end))
        beside[source.get("plainTextPath", "").rpartition("/")[2]] = "".join(text).encode()
    reading = read_refi(data, "x.qde", beside)
    placed = [(one.name, one.start, one.end) for _, one in reading.document.selections()]
    assert sorted(placed) == sorted(expected)
    codings = ET.fromstring(data).findall(".//q:TextSource/q:PlainTextSelection/q:Coding", space)
    assert reading.report.count(Kind.CODING).understood == len(codings) == 7

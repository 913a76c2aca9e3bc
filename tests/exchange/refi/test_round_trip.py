"""What is written is read again as the same document, and is valid against the standard's schemas."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.exchange.refi.documents import documents
from tests.exchange.refi.schema import Schema
from throughline.exchange.project.document import ProjectCode, ProjectDocument
from throughline.exchange.project.report import Kind
from throughline.exchange.refi.read import read_refi
from throughline.exchange.refi.write import write_qdc, write_qde, write_qdpx
from throughline.vocabulary.errors import Invalid

# Each example starts a process; there are few of them, and each holds every kind of thing.
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@FEW
@given(documents())
def test_write_then_read_gives_the_same_document(document: ProjectDocument) -> None:
    reading = read_refi(write_qdpx(document), "study.qdpx")
    assert reading.document == replace(document, origin="Throughline")
    assert not reading.report.refusals
    assert reading.report.count(Kind.CODING).understood == len(list(document.codings()))
    assert write_qdpx(reading.document) == write_qdpx(document)


@FEW
@given(documents())
def test_write_codebook_then_read_gives_the_same_codes_and_sets(document: ProjectDocument) -> None:
    if not document.codes:
        with pytest.raises(Invalid, match="no codes to export"):
            write_qdc(document)
        return
    read = read_refi(write_qdc(document), "study.qdc").document
    assert read.codes == tuple(replace(code, notes=()) for code in document.codes)
    kept = [replace(group, sources=(), notes=()) for group in document.sets if group.codes]
    assert list(read.sets) == kept


@pytest.mark.realdata
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(document=documents())
def test_written_files_are_valid(document: ProjectDocument, shared_data: Path) -> None:
    project, codebook = (Schema(shared_data / "refi-qda" / f"{name}.xsd") for name in ("Project", "Codebook"))
    assert project.errors(write_qde(document)) == []
    if document.codes:
        assert codebook.errors(write_qdc(document)) == []


@pytest.mark.realdata
def test_schema_check_finds_what_is_wrong(shared_data: Path) -> None:
    """The check itself: it takes the standard's own examples and refuses the two files that are known to be wrong."""
    folder = shared_data / "refi-qda"
    project, codebook = (Schema(folder / f"{name}.xsd") for name in ("Project", "Codebook"))
    assert codebook.errors((folder / "A1_codebook.qdc").read_bytes()) == []
    assert project.errors((folder / "A2_atlasti84_project.qde").read_bytes()) == []
    assert project.errors((folder / "hand_authored_project.qde").read_bytes()) == []
    transana = (folder / "A3_transana322_project.qde").read_bytes()
    assert project.errors(transana)
    assert any("guid" in error for error in project.errors(transana.replace(b"0:10", b"1.0")))
    with zipfile.ZipFile(folder / "qdapy_sample.qdpx") as archive:
        assert any("wrong order" in error for error in project.errors(archive.read("project.qde")))


def test_archive_holds_one_project_and_a_text_per_source_in_utf8_with_line_feeds() -> None:
    reading = read_refi(
        '<Project xmlns="urn:QDA-XML:project:1.0" name="x"><Sources><TextSource name="a"'
        ' guid="40000000-0000-0000-0000-000000000001"><PlainTextContent>é&#13;\nb</PlainTextContent>'
        "</TextSource></Sources></Project>".encode(),
        "x.qde",
    )
    with zipfile.ZipFile(io.BytesIO(write_qdpx(reading.document))) as archive:
        assert archive.namelist() == ["project.qde", "sources/40000000-0000-0000-0000-000000000001.txt"]
        assert archive.read(archive.namelist()[1]) == "é\nb".encode()


def test_write_replaces_what_xml_cannot_hold() -> None:
    document = ProjectDocument("x", codes=(ProjectCode(UUID(int=1), "a\x00b\ud800c"),))
    [code] = read_refi(write_qdc(document), "x.qdc").document.codes
    assert code.name == "a\ufffdb\ufffdc"

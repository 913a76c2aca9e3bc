"""QualCoder's tables with real texts and codings: every coding on exactly its words, every row counted."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from throughline.exchange.project.offsets import OffsetMode
from throughline.exchange.project.report import Counted, Kind
from throughline.exchange.qualcoder.read import read_qualcoder
from throughline.exchange.refi.read import read_refi
from throughline.exchange.refi.write import write_qdpx

pytestmark = pytest.mark.realdata


@pytest.fixture
def path(shared_data: Path) -> Path:
    return shared_data / "coded/serdif_qualcoder_v8_data.qda"


def test_every_coding_lies_on_exactly_its_words(path: Path) -> None:
    document = read_qualcoder(path.read_bytes(), path.name).document
    names = {thing.guid: thing.name for thing in (*document.codes, *document.users)}
    selected = Counter(
        (names[coding.code], names[coding.by] if coding.by else "", source.name, source.selected(one))
        for source, one, coding in document.codings()
        if one
    )
    base = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    rows = base.execute(
        "SELECT n.name, t.owner, s.name, seltext FROM code_text t JOIN code_name n USING (cid) JOIN source s ON s.id = fid"
    )
    assert selected == Counter(rows)
    assert selected.total() == 881


def test_every_row_is_counted_and_understood(path: Path) -> None:
    report = read_qualcoder(path.read_bytes(), path.name).report
    base = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    tables = {
        Kind.TEXT: "source",
        Kind.CODE: "code_name",
        Kind.CODING: "code_text",
        Kind.CASE: "cases",
        Kind.REFERENCE: "case_text",
    }
    for kind, table in tables.items():
        [rows] = base.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert report.count(kind) == Counted(kind, rows, rows)
    assert not report.refusals
    assert report.offsets is not None
    assert (report.offsets.mode, report.offsets.quoted_equal) == (OffsetMode.CODE_POINTS, 881)


def test_it_leaves_as_refi_and_returns_the_same(path: Path) -> None:
    document = read_qualcoder(path.read_bytes(), path.name).document
    again = read_refi(write_qdpx(document), "again.qdpx")
    assert again.document == replace(document, origin="Throughline")
    assert again.report.count(Kind.CODING) == Counted(Kind.CODING, 881, 881)

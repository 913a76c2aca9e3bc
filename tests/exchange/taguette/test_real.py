"""A real Taguette project: all 1,794 highlights on exactly the words that they had, reckoned here in bytes once more."""

from __future__ import annotations

import html
import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from throughline.exchange.project.offsets import OffsetMode
from throughline.exchange.project.report import Counted, Kind
from throughline.exchange.refi.read import read_refi
from throughline.exchange.refi.write import write_qdpx
from throughline.exchange.taguette.read import read_taguette

pytestmark = pytest.mark.realdata


def bare(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?immutable=1", uri=True)


def test_every_highlight_lies_on_exactly_its_words(shared_data: Path) -> None:
    path = shared_data / "coded/serdif_taguette.sqlite3"
    document = read_taguette(path.read_bytes(), path.name).document
    base = opened(path)
    selected = {
        source.name: [source.selected(one) for one in source.selections] for source in document.sources
    }
    expected: dict[str, list[str]] = {}
    for name, contents, start, end, snippet in base.execute(
        "SELECT d.name, contents, start_offset, end_offset, snippet FROM highlights h JOIN documents d ON d.id = document_id"
        " ORDER BY h.id"
    ):
        words = bare(contents).encode()[start:end].decode()
        assert words.split() == bare(snippet).split()
        expected.setdefault(name, []).append(words)
    assert {name: sorted(words) for name, words in selected.items()} == {
        name: sorted(words) for name, words in expected.items()
    }
    assert sum(len(words) for words in selected.values()) == 1_794


def test_every_row_is_counted_and_understood(shared_data: Path) -> None:
    path = shared_data / "coded/serdif_taguette.sqlite3"
    reading = read_taguette(path.read_bytes(), path.name)
    base = opened(path)
    tables = {
        Kind.TEXT: "documents",
        Kind.CODE: "tags",
        Kind.SELECTION: "highlights",
        Kind.CODING: "highlight_tags",
        Kind.USER: "users",
    }
    for kind, table in tables.items():
        [rows] = base.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert reading.report.count(kind) == Counted(kind, rows, rows)
    assert not reading.report.refusals
    used = reading.report.offsets
    assert used is not None
    assert (used.mode, used.quoted, used.quoted_equal, used.exceptions) == (OffsetMode.UTF8, 1_794, 1_794, 0)
    links = {
        (code.name, source.name, source.selected(one))
        for source, one, coding in reading.document.codings()
        for code in reading.document.codes
        if one and coding.code == code.guid
    }
    rows = base.execute(
        "SELECT path, d.name, contents, start_offset, end_offset FROM highlight_tags JOIN tags t ON t.id = tag_id"
        " JOIN highlights h ON h.id = highlight_id JOIN documents d ON d.id = document_id"
    )
    assert links == {
        (path, name, bare(text).encode()[start:end].decode()) for path, name, text, start, end in rows
    }


def test_every_coding_has_its_coder(shared_data: Path) -> None:
    path = shared_data / "coded/serdif_taguette.sqlite3"
    document = read_taguette(path.read_bytes(), path.name).document
    [user] = document.users
    assert {coding.by for _, _, coding in document.codings()} == {user.guid}
    assert all(coding.at is not None for _, _, coding in document.codings())


def test_it_leaves_as_refi_and_returns_the_same(shared_data: Path) -> None:
    path = shared_data / "coded/serdif_taguette.sqlite3"
    document = read_taguette(path.read_bytes(), path.name).document
    again = read_refi(write_qdpx(document), "again.qdpx")
    assert again.document == replace(document, origin="Throughline")
    assert again.report.count(Kind.CODING) == Counted(Kind.CODING, 1_930, 1_930)

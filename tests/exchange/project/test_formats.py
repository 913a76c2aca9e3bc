"""A file is read for what it is, whatever it is called."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.exchange.qualcoder.files import QualCoder
from tests.exchange.refi.files import archive, one_source, selection
from tests.exchange.taguette.files import Taguette
from throughline.exchange.project.formats import read_project
from throughline.vocabulary.errors import Invalid


def test_project_is_read_for_what_it_is() -> None:
    refi = one_source(selection(0, 4))
    files = {
        "REFI-QDA project": archive(refi, {"sources/one.txt": b"They look."}),
        "Taguette": Taguette().bytes(),
        "QualCoder": archive(
            QualCoder().bytes(), {"__MACOSX/vans.qda/._data.qda": b"x"}, "vans.qda/data.qda"
        ),
        "REFI-QDA codebook": b"<CodeBook/>",
    }
    assert read_project(QualCoder().bytes(), "data.qda").report.format == "QualCoder"
    for form, data in files.items():
        assert read_project(data, "anything.bin").report.format == form


def test_text_beside_a_project_file_is_used() -> None:
    reading = read_project(
        one_source(selection(0, 4)), "study.qde", beside={"Sources/ONE.txt": b"They look."}
    )
    assert [source.selected(one) for source, one in reading.document.selections()] == ["They"]


def test_database_of_another_program_is_refused_with_a_sentence(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "other.db")
    base.execute("CREATE TABLE notes (id)")
    base.commit()
    with pytest.raises(Invalid, match=r"other\.db is a database, but neither of Taguette nor of QualCoder"):
        read_project((tmp_path / "other.db").read_bytes(), "other.db")

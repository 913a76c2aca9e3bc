"""Which themes of the records a freeze's themes are, when two have one name and when one was renamed since."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from throughline.evaluation import told
from throughline.evaluation.extract import member_of
from throughline.evaluation.frames import FRAMES
from throughline.evaluation.theme_records import themes_found
from throughline.records.inquiry.models import Theme

KEY = b"k" * 32
FREEZE: Any = SimpleNamespace(programme_id=UUID(int=9), study_id=UUID(int=8), frozen_at=None)
FIRST, SECOND, RENAMED = (Theme(id=UUID(int=number), name="Waiting") for number in (1, 2, 3))
RENAMED.name = "Held up"
TOLD = [
    {"theme_no": number, "name": "Waiting", "uncounted": None, "by": {}, "analysis_no": 1}
    for number in (1, 2, 3)
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("theme_records", "told"):
        monkeypatch.setattr(f"throughline.evaluation.{name}.folder_of", lambda _freeze: tmp_path)
    monkeypatch.setattr("throughline.evaluation.theme_records.ledger_key", lambda _programme: KEY)
    return tmp_path


def _keep(folder: Path) -> None:
    rows = [
        {"theme_no": number, "member": member_of(one.id.hex, KEY)}
        for number, one in enumerate((FIRST, SECOND, RENAMED), start=1)
    ]
    table = pa.Table.from_pylist(rows, schema=FRAMES["theme_records"].schema)
    pq.write_table(table, folder / "theme_records.parquet")


def test_themes_of_one_name_and_a_renamed_one_are_themselves(folder: Path) -> None:
    _keep(folder)
    assert themes_found(FREEZE, TOLD, [SECOND, RENAMED, FIRST]) == {1: FIRST, 2: SECOND, 3: RENAMED}
    # one that may not be seen, or is gone, is no other of its name
    assert themes_found(FREEZE, TOLD, [SECOND]) == {2: SECOND}


def test_an_older_freeze_knows_names_alone_and_guesses_nothing(folder: Path) -> None:
    assert themes_found(FREEZE, TOLD, [FIRST, SECOND]) == {}
    assert themes_found(FREEZE, TOLD[:1], [FIRST, SECOND]) == {}
    assert themes_found(FREEZE, TOLD[:1], [FIRST, RENAMED]) == {1: FIRST}


def test_a_name_that_was_taken_out_of_one_theme_is_not_told_for_another_has_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {FIRST.id: {"Waiting"}, SECOND.id: {"[withdrawn]"}, RENAMED.id: {"Held up", "Waiting"}}
    monkeypatch.setattr(told, "theme_names_known", lambda _study: known)
    monkeypatch.setattr(told, "groups_known", lambda *_: None)
    monkeypatch.setattr(told, "read_result", lambda *_: {"themes": [dict(one) for one in TOLD]})
    _keep(folder)
    names = [one["name"] for one in told.result_told(FREEZE, "coverage")["themes"]]
    assert names == ["Waiting", f"{told.GONE} 2", "Waiting"]


def test_a_row_of_an_older_result_tells_the_one_contrast_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"step": "contact", "contrast": None, "themes": []},
        {"step": "entered", "contrast": {"outcome": "o"}, "themes": []},
    ]
    monkeypatch.setattr(told, "read_result", lambda *_: {"rows": rows})
    monkeypatch.setattr(told, "folder_of", lambda _freeze: Path())
    assert [one["contrasts"] for one in told.result_told(FREEZE, "joint")["rows"]] == [[], [{"outcome": "o"}]]

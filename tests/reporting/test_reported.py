"""Months reported in part or not at all: marked in their cell, listed under the table, told beside totals."""

from __future__ import annotations

from tests.reporting.made import material
from throughline.reporting import beside, line
from throughline.reporting.document import Paragraph, TableBlock


def _table(name: str) -> TableBlock:
    return next(
        block
        for block in beside.exposures(material()).blocks
        if isinstance(block, TableBlock) and block.name == name
    )


def _cell(table: TableBlock, month: str, site: str) -> str:
    place = [str(column) for column in table.columns].index(site)
    return str(next(row for row in table.rows if row[0].text == month)[place].text)


def test_a_month_reported_in_part_is_marked_and_all_are_listed() -> None:
    table = _table("reported-table")
    assert _cell(table, "2025-04", "Dunmere") == "94 (partly reported)"
    assert _cell(table, "2025-03", "Dunmere") == "93"
    assert [str(note) for note in table.notes] == [
        "Not reported: Brook 2025-03. Partly reported: Dunmere 2025-04, Farrow 2025-05."
    ]


def test_who_was_trained_is_known_whatever_was_reported() -> None:
    table = _table("trained-table")
    assert "partly" not in _cell(table, "2025-04", "Dunmere") and table.notes == ()


def test_totals_by_arm_and_phase_say_what_they_lack() -> None:
    told = [
        str(one.sentence)
        for one in line.contacts(material()).blocks
        if isinstance(one, Paragraph) and one.is_note
    ]
    assert told == [
        "Site-months of the intervention arm that were not reported: 1; partly reported: 0. Its counts lack what was done then.",
        "Site-months of the comparison arm that were not reported: 0; partly reported: 2. Its counts lack what was done then.",
    ]  # fmt: skip

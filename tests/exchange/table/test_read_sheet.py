"""Spreadsheets: read correctly or refused with a sentence, by a process that cannot hang or take the server down."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from tests.exchange.table.measured import within_limits
from tests.exchange.table.workbooks import sheet_xml, workbook
from throughline.exchange.table.document import RowFault, TableFormat, TableShape
from throughline.exchange.table.read import read_table, read_tables
from throughline.exchange.table.sheet_worker import Refused, check_container
from throughline.vocabulary.errors import Invalid

LOG = sheet_xml([["Site", "Day", "n"], ["Saltby", 45_292.0, 2], ["Harrowmere", 45_292.5, None]])


def test_read_table_of_a_spreadsheet() -> None:
    document = read_table(workbook({"Log": LOG}), "log.xlsx")
    assert (document.format, document.header, document.row_count) == (
        TableFormat.SPREADSHEET, ("Site", "Day", "n"), 2,
    )  # fmt: skip
    assert [(row.line, row.cells) for row in document.rows()] == [
        (2, ("Saltby", "2024-01-01", "2")),
        (3, ("Harrowmere", "2024-01-01T12:00:00", "")),
    ]


def test_read_table_of_a_sheet_that_begins_lower_keeps_its_row_numbers() -> None:
    rows = read_table(workbook({"Log": sheet_xml([["a"], ["1"], [""], ["2"]], first=4)}), "log.xlsx").rows()
    assert [(row.line, row.cells) for row in rows] == [(5, ("1",)), (7, ("2",))]


def test_read_table_of_the_sheet_that_the_mapping_names() -> None:
    book = workbook({"Cover": sheet_xml([["Read me"]]), "Log": LOG})
    assert read_table(book, "log.xlsx").header == ("Read me",)
    assert read_table(book, "log.xlsx", TableShape(sheet="Log")).header == ("Site", "Day", "n")
    with pytest.raises(Invalid, match="There are: Cover, Log"):
        read_table(book, "log.xlsx", TableShape(sheet="Lag"))


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "n" * 200_000])
def test_sheet_of_a_name_that_no_sheet_has_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="There are: Log"):
        read_table(workbook({"Log": LOG}), "log.xlsx", TableShape(sheet=name))


def test_read_tables_takes_the_sheets_that_have_a_word_in_their_header() -> None:
    book = workbook(
        {
            "Visits": sheet_xml([["", ""], ["days", " _Parent  Index"], ["2", "1"]]),
            "Log": LOG,
            "Cover": sheet_xml([["a"], ["_parent index"]]),
            "Empty": sheet_xml([]),
            "Met": sheet_xml([["who", "_parent index"], ["Ann", "1"]]),
        }
    )
    tables = read_tables(book, "log.xlsx", TableShape(sheet="Log"), beside=["_parent index"])
    assert [(one.sheet, one.header_line, one.row_count) for one in tables] == [
        ("Log", 1, 2), ("Visits", 2, 1), ("Met", 1, 1),
    ]  # fmt: skip
    assert [row.cells for row in tables[2].rows()] == [("Ann", "1")]
    assert len(read_tables(book, "log.xlsx", TableShape(sheet="Log"))) == 1


STRAY = LOG.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def test_hostile_and_large_spreadsheets_keep_to_the_time_and_memory_that_are_promised(tmp_path: Path) -> None:
    """In a process of their own: what a reader takes in the test runner's says nothing."""
    lines: list[list[str | int | float | None]] = [
        [f"{n} words of a cell", n, 45_000.5] * 4 for n in range(3_000)
    ]
    wide = sheet_xml([["n"] * 12, *lines])
    areas = "".join(f'<mergeCell ref="A{n}:A{n + 8}"/>' for n in range(2, 2_990, 9))
    books: dict[str, dict[str, str | bytes]] = {
        "bomb": {"xl/media/image1.bin": b"\0" * 30_000_000},
        "entities": {"xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "b">]>' + LOG},
        "large": {
            "xl/worksheets/sheet1.xml": wide.replace(
                "</sheetData>", f"</sheetData><mergeCells>{areas}</mergeCells>"
            )
        },
        "parts": {f"p{at}.xml": "" for at in range(5_001)},
        "stray": {"xl/worksheets/sheet1.xml": STRAY},
        "text": {"xl/worksheets/sheet1.xml": sheet_xml([["n"], ["x" * 20_000_000]])},
    }
    for name, extra in books.items():
        (tmp_path / f"{name}.xlsx").write_bytes(workbook({"Log": LOG}, extra=extra))
    told = within_limits(tmp_path)
    assert told.pop("large.xlsx") == "3000"
    assert len(told) == 5 and not [one for one in told.values() if one.isdigit()]


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ({"xl/media/image1.bin": b"\0" * 30_000_000}, "unfolds"),
        ({"xl/worksheets/sheet1.xml": '<!DOCTYPE x [<!ENTITY a "b">]>' + LOG}, "declares entities"),
        ({"xl/sharedStrings.xml": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'.encode("utf-16")}, "declares"),
        ({"xl/worksheets/sheet1.xml": LOG[:-40]}, "damaged"),
        ({"xl/worksheets/sheet1.xml": sheet_xml([])}, "no sheet with anything in it"),
        ({"xl/worksheets/sheet1.xml": STRAY}, "stray cell"),
        ({f"p{at}.xml": "" for at in range(5_001)}, "unfolds"),
    ],
)  # fmt: skip
def test_read_table_refuses_a_hostile_spreadsheet(extra: dict[str, str | bytes], told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        read_table(workbook({"Log": LOG}, extra=extra), "log.xlsx")
    assert "log.xlsx" in str(refused.value)


def test_read_table_refuses_a_part_that_is_larger_than_it_says() -> None:
    packed = bytearray(workbook({"Log": LOG}, extra={"xl/big.bin": b"\0" * 20_000_000}))
    real, lie = struct.pack("<I", 20_000_000), struct.pack("<I", 10)
    assert packed.count(real) == 2
    with pytest.raises(Invalid, match=r"damaged|unfolds"):
        read_table(bytes(packed).replace(real, lie), "log.xlsx")


def test_read_table_refuses_locked_files() -> None:
    ole = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 600
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 900
    )
    with pytest.raises(Invalid, match="protected by a password"):
        read_table(ole, "log.xlsx")
    locked = bytearray(workbook({"Log": LOG}))
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(Invalid, match="protected by a password"):
        read_table(bytes(locked), "log.xlsx")


@pytest.mark.parametrize("keep", [4, 30, 200, 700])
def test_read_table_refuses_a_cut_off_spreadsheet(keep: int) -> None:
    with pytest.raises(Invalid, match="damaged"):
        read_table(workbook({"Log": LOG})[:keep], "log.xlsx")


def test_read_table_refuses_old_office_files_without_a_workbook() -> None:
    with pytest.raises(Invalid, match="damaged"):
        read_table(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + zlib.compress(b"x" * 4_000), "log.xls")


@pytest.mark.realdata
def test_read_table_of_every_hostile_spreadsheet_refuses_it(shared_data: Path) -> None:
    told = {}
    for path in sorted((shared_data / "hostile").glob("*.xlsx")):
        with pytest.raises(Invalid) as refused:
            read_table(path.read_bytes(), path.name)
        told[path.name] = str(refused.value)
        # the file, what is wrong with it, how to mend it
        assert re.fullmatch(rf"{re.escape(path.name)} \S.+[.] (?:Open|Save) .+[.]", told[path.name])
    assert len(told) == 6
    assert "entities" in told["poi_poc-xmlbomb.xlsx"]
    assert "password" in told["poi_protected_sha512.xlsx"]
    assert within_limits(shared_data / "hostile").keys() >= told.keys()
    # its package relations are overwritten; lenient readers open it all the same
    assert "damaged" in told["poi_xlsx-corrupted.xlsx"]


@pytest.mark.realdata
def test_read_table_of_real_spreadsheets(shared_data: Path) -> None:
    forms = shared_data / "xlsform"
    counts = {p.name: read_table(p.read_bytes(), p.name).row_count for p in forms.glob("*.xls*")}
    assert counts["pyxform_widgets.xls"] == 40
    assert counts["kirby_site_languages.xlsx"] == 8
    assert all(counts.values())


def _ods(rows: str) -> bytes:
    """An OpenDocument sheet of rows as XML."""
    names = ["office:1.0", "table:1.0", "text:1.0"]
    spaces = " ".join(f'xmlns:{n.split(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{n}"' for n in names)
    content = f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Log">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='urn:x'/>")
        archive.writestr("content.xml", content)
    return out.getvalue()


def _cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


TWO_ROWS = ' table:number-rows-spanned="2"'
COVERED = "<table:covered-table-cell/>"
ODS = _ods(
    f"<table:table-row>{_cell('a')}{_cell('b')}</table:table-row>"
    f"<table:table-row>{_cell('x', TWO_ROWS)}{_cell('1')}</table:table-row>"
    f"<table:table-row>{COVERED}{_cell('2')}</table:table-row>"
    f"<table:table-row>{_cell('y')}{_cell('3')}</table:table-row>"
)
MERGED = sheet_xml([["a", "b"], ["x", 1], [None, 2], ["y", 3]]).replace(
    "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
)


@pytest.mark.parametrize("data", [workbook({"Log": MERGED}), ODS], ids=["xlsx", "ods"])
def test_read_table_fills_merged_cells_or_marks_the_rows_that_they_reach_into(data: bytes) -> None:
    document = read_table(data, "log")
    assert document.merged == ("A2:A3",) and document.sheet == "Log"
    faults = [(row.line, row.fault) for row in document.rows()]
    assert faults == [(2, RowFault.MERGED), (3, RowFault.MERGED), (4, None)]
    filled = read_table(data, "log", TableShape(is_filled=True))
    assert [(row.cells, row.fault) for row in filled.rows()] == [
        (("x", "1"), None), (("x", "2"), None), (("y", "3"), None),
    ]  # fmt: skip


@pytest.mark.parametrize("is_workbook", [False, True])
def test_macros_of_an_opendocument_sheet_do_not_keep_it_out(is_workbook: bool) -> None:
    macro = '<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd"><a/>'
    more = {"[Content_Types].xml": "<Types/>"} if is_workbook else {}
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, part in ({"content.xml": "<a/>", "Basic/Module1.xml": macro} | more).items():
            archive.writestr(name, part)
    if not is_workbook:
        assert check_container(held.getvalue()) == 0
        return
    with pytest.raises(Refused) as refused:
        check_container(held.getvalue())
    assert refused.value.answer["error"] == "entities"

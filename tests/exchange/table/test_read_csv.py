"""CSV as services write it: encodings, separators, line ends, quotes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.exchange.table.document import RowFault, TableShape
from throughline.exchange.table.read import read_table
from throughline.vocabulary.errors import Invalid

TEXT = "Site;Name\nHarrowmere;Zoë\nSaltby;Øyvind\n"


def rows_of(data: bytes, shape: TableShape | None = None) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.line, row.cells) for row in read_table(data, "log.csv", shape).rows()]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"), ("cp1252", "cp1252"), ("utf-32", "utf-32"),
    ],
)  # fmt: skip
def test_read_table_in_any_usual_encoding(encoding: str, said: str) -> None:
    data = TEXT.encode(encoding)
    document = read_table(data, "log.csv")
    assert document.header == ("Site", "Name")
    assert [row.cells for row in document.rows()] == [("Harrowmere", "Zoë"), ("Saltby", "Øyvind")]
    assert (document.encoding, document.delimiter, document.row_count) == (said, ";", 2)
    assert document.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        ("Site,Name\nHarrowmere,Zoë Müller\n", "cp1252", ""),
        ("Site,Name\nŁódź,Świętosława Żak\n", "cp1250", "look like cp1250"),
        ("Site,Name\nİzmir,Ayşe Güneş\n", "cp1254", "look like cp1254"),
    ],
)
def test_letters_of_no_western_language_are_told_and_nothing_else_is_guessed(
    text: str, encoding: str, told: str
) -> None:
    document = read_table(text.encode(encoding), "log.csv")
    assert (
        document.encoding == "cp1252"
        and told in " ".join(map(str, document.notes))
        and bool(document.notes) == bool(told)
    )
    assert read_table(text.encode(encoding), "log.csv", TableShape(encoding=encoding)).notes == ()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_read_table_with_any_separator_and_line_end(end: str, delimiter: str) -> None:
    lines = [["Site", "n"], ["Harrowmere, north", "1"], ["Saltby", "2"]]
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines)
    document = read_table(text.encode(), "log.csv")
    assert document.delimiter == delimiter
    assert [(row.line, row.cells) for row in document.rows()] == [
        (2, ("Harrowmere, north", "1")),
        (3, ("Saltby", "2")),
    ]


def test_read_table_with_lines_inside_quotes_counts_lines_of_the_file() -> None:
    data = b'id,note\n1,"one\r\ntwo\nthree"\n2,"a ""quoted"" word"\n\n,\n3,x\n'
    assert rows_of(data) == [(2, ("1", "one\r\ntwo\nthree")), (5, ("2", 'a "quoted" word')), (8, ("3", "x"))]


def test_read_table_with_ragged_rows_keeps_them_as_faults() -> None:
    document = read_table(b'a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n1,"x"y,3\n1,2,3\n', "log.csv")
    assert [(row.line, row.fault) for row in document.rows()] == [
        (2, RowFault.TOO_FEW), (3, RowFault.TOO_MANY), (4, None), (5, RowFault.QUOTES), (6, None),
    ]  # fmt: skip
    assert document.row_count == 5


def test_read_table_with_one_huge_line() -> None:
    data = b"a,b\n1," + b"x" * 500_000 + b"\n"
    assert [len(cells[1]) for _, cells in rows_of(data)] == [500_000]


def test_read_table_with_the_separator_that_excel_declares() -> None:
    assert rows_of(b"sep=;\na;b,c\n1;2,5\n") == [(3, ("1", "2,5"))]


def test_read_table_with_a_header_below_a_title() -> None:
    data = b"Contact log 2025,,\nprinted 3 March,,\nSite,n,m\nSaltby,1,2\n"
    assert read_table(data, "log.csv", TableShape(header_line=3)).header == ("Site", "n", "m")
    assert rows_of(data, TableShape(header_line=3)) == [(4, ("Saltby", "1", "2"))]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"), (b" \r\n\xef\xbb\xbf", "is empty"), (b"%PDF-1.7 ...", "is a PDF"),
        (b"\x1f\x8b\x08abc", "packed archive"), (b"a,b\n1,\x00\n", "NUL byte in line 2"),
        (b'a,b\n1,"open\n2,3\n', "opens in line 2"), (b"a,b\n1," + b"x" * 1_000_001, "line 2 has over"),
        (b"\x81\x8d\x8f\xff\xfe\x90,b\n", "neither UTF-8"), (b",,\n", "no header"),
        (b",".join([b"c"] * 2_001), "2,001 columns"), (b'"a"b,c\n1,2\n', "stray quotation marks"),
    ],
)  # fmt: skip
def test_read_table_refuses_with_file_and_what_is_wrong(data: bytes, told: str) -> None:
    with pytest.raises(Invalid, match=told) as refused:
        read_table(data, "log.csv")
    assert "log.csv" in str(refused.value)


def test_read_table_over_the_upload_limit_says_how_large_and_what_to_do() -> None:
    with pytest.raises(Invalid, match=r"2 MB; the most is 1 MB.*Split it"):
        read_table(b"a,b\n" + b"1,2\n" * 300_000, "log.csv", max_bytes=1_048_576)


@pytest.mark.parametrize(
    ("shape", "told"),
    [
        (TableShape(encoding="latin-99"), "does not exist"), (TableShape(encoding="hex"), "does not exist"),
        (TableShape(encoding="ascii"), "not in the encoding"), (TableShape(delimiter="ab"), "must be one sign"),
        (TableShape(delimiter='"'), "must be one sign"), (TableShape(header_line=9), "below line 9"),
    ],
)  # fmt: skip
def test_read_table_refuses_a_shape_that_does_not_fit(shape: TableShape, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        read_table(TEXT.encode(), "log.csv", shape)


def test_read_table_shows_no_cell_in_its_repr() -> None:
    document = read_table(b"name,code\nAnn,AB01021980X\n", "log.csv")
    assert "AB01021980X" not in repr(document) + repr(next(document.rows()))


@given(st.binary(max_size=400))
def test_read_table_of_arbitrary_bytes_reads_or_refuses(data: bytes) -> None:
    if data.startswith((b"PK", b"\xd0\xcf")):
        return  # spreadsheets: a process each, tested beside
    try:
        document = read_table(data, "x.csv")
    except Invalid as refused:
        assert "x.csv" in str(refused)
    else:
        rows = list(document.rows())
        assert len(rows) == document.row_count
        assert all(len(row.cells) == len(document.header) or row.fault for row in rows)


@given(
    st.lists(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8), min_size=2, max_size=2), max_size=8)
)  # fmt: skip
def test_read_table_gives_back_what_was_written(cells: list[list[str]]) -> None:
    quoted = ['"{}","{}"'.format(*(cell.replace('"', '""') for cell in row)) for row in cells]
    data = ("a,b\r\n" + "\r\n".join(quoted)).encode()
    expected = [tuple(cell.strip() for cell in row) for row in cells]
    assert [row.cells for row in read_table(data, "x.csv").rows()] == [row for row in expected if any(row)]

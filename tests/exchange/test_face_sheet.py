"""Face sheets: read, matched by a column, kept whole."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.exchange.table.workbooks import sheet_xml, workbook
from tests.records.made import a_participant, a_source, a_source_draft, an_analysis
from throughline.exchange.face_sheet.load import keep_face_sheet, match_face_sheet, names_in
from throughline.exchange.face_sheet.read import read_face_sheet
from throughline.records.inquiry.actions import describe_participant
from throughline.vocabulary.errors import Invalid, NotAllowed

SHEET = "Label;Group;Age\nP01;peers;40s\n;x;y\np02;;\nP01;again;50s\nP03;x\n"


def test_face_sheet_is_read_with_what_cannot_be_used_named_by_line() -> None:
    sheet = read_face_sheet(SHEET.encode(), "people.csv", match="label")
    assert (sheet.match, sheet.columns) == ("Label", ("Group", "Age"))
    assert [(row.line, row.key, dict(row.values)) for row in sheet.rows] == [
        (2, "P01", {"Group": "peers", "Age": "40s"}), (4, "p02", {}),
    ]  # fmt: skip
    assert [(one.line, str(one.sentence)) for one in sheet.refused] == [
        (3, "It names nobody: its cell under Label is empty."),
        (5, "It names the same as line 2."),
        (6, "It has fewer cells than the header."),
    ]


def test_title_above_and_total_below_are_no_part_of_a_face_sheet() -> None:
    sheet = read_face_sheet(b"People of study 2,,\n,,\nLabel,Age,Kits\nP01,34,1\nTotal,,1\n", "people.csv")
    assert (sheet.match, [row.key for row in sheet.rows], [one.line for one in sheet.refused]) == (
        "Label",
        ["P01"],
        [5],
    )


def test_face_sheet_names_rows_of_merged_cells_and_a_header_written_again() -> None:
    rows = [["Label", "Age"], ["P01", "40s"], [None, "50s"], ["Label", "Age"], ["P02", "30s"]]
    merged = sheet_xml(rows).replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    )
    sheet = read_face_sheet(workbook({"People": merged}), "people.xlsx", match="Label")
    assert [row.key for row in sheet.rows] == ["P02"]
    said = {one.line: str(one.sentence) for one in sheet.refused}
    assert said[2] == said[3] and "Unmerge it." in said[2] and said[4] == "It is the header once more."


def test_face_sheet_finds_the_column_that_names() -> None:
    data = b"no,who,site\n1,P01,x\n2,P02,x\n"
    assert read_face_sheet(data, "a.csv", names=["p01", "P02"]).match == "who"
    assert read_face_sheet(data, "a.csv", names=["nobody"]).match == "no"


def test_face_sheet_of_a_spreadsheet_reads_days_as_days() -> None:
    data = workbook({"People": sheet_xml([["Source", "Date"], ["Talk 1", 45720.0]])})
    (row,) = read_face_sheet(data, "s.xlsx", match="source").rows
    assert row.values["Date"].startswith("2025-03-04")


@pytest.mark.parametrize(
    ("data", "match", "sentence"),
    [
        (b"", "", "is empty"), (b"a,b\n", "a", "no row"), (b"a,A\n1,2\n", "a", "two columns"), (b"a,b\n1,2\n", "c", "It has: a, b"),
        (b"%PDF-1.4", "", "not a table"), ((",".join(f"c{n}" for n in range(61)) + "\n1\n").encode(), "", "61 columns"),
        (b"a\n" + b"x\n" * 5_001, "", "5,001 rows"),
    ],
)  # fmt: skip
def test_face_sheet_refuses_what_cannot_be_one(data: bytes, match: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_face_sheet(data, "people.csv", match=match)


@given(st.binary(max_size=300))
def test_face_sheet_of_any_bytes_is_read_or_refused(data: bytes) -> None:
    try:
        sheet = read_face_sheet(data, "any")
    except Invalid:
        return
    assert sheet.rows or sheet.refused


@pytest.mark.django_db
def test_face_sheet_is_kept_for_those_it_names_and_says_who_is_missing(cast: Cast, now: datetime) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    first, second = a_participant(analysis, "P01"), a_participant(analysis, "P02")
    a_participant(analysis, "P04")
    describe_participant(
        participant=second, group="crack", attributes={"Age": "20s", "Role": "peer"}, by=rosa, at=now
    )
    text = "Label,Group,Age,phase\nP01,,30s,before\np02,peers,40s,\nP09,x,y,z\n"
    sheet = read_face_sheet(text.encode(), "p.csv", match="Label")
    found = match_face_sheet(sheet=sheet, analysis=analysis, by=rosa)
    assert [one.participant.label for one in found.people] == ["P01", "P02"]
    assert ([row.key for row in found.unmatched], found.unsaid, found.derived) == (
        ["P09"],
        ("P04",),
        ("phase",),
    )
    assert keep_face_sheet(match=found, by=rosa, at=now) == 2
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.group, first.attributes) == ("crack", {"Age": "30s"})
    assert (second.group, second.attributes) == ("peers", {"Age": "40s", "Role": "peer"})
    left = match_face_sheet(sheet=sheet, analysis=analysis, leave_out=["age"], by=rosa)
    assert left.people[0].attributes == {"Age": "30s"}, "what is left out stays as it was"
    for action in (match_face_sheet, names_in):
        given_of = {"sheet": sheet} if action is match_face_sheet else {}
        with pytest.raises(NotAllowed):
            action(analysis=analysis, by=cast.chen.actor, **given_of)


@pytest.mark.django_db
def test_face_sheet_of_sources_takes_facts_and_refuses_what_it_does_not_know(
    cast: Cast, now: datetime
) -> None:
    analysis, rosa = an_analysis(cast), cast.rosa.actor
    talk = a_source(analysis, a_source_draft("P01: Yes.", name="Talk 1"))
    for number in (2, 3, 4):
        a_source(analysis, a_source_draft(f"P01: Yes, {number}.", name=f"Talk {number}"))
    text = (
        "file,site,date,kind,language,guide,wave\n"
        f"talk 1.docx,{cast.site.name.upper()},2025-05-06,Focus group,fr,2.1,first\n"
        "Talk 2,Nowhere,,,,,\nTalk 3,,6 May,,,,\nTalk 4,,,chat,,,\n"
    )
    sheet = read_face_sheet(text.encode(), "s.csv", match="file")
    found = match_face_sheet(sheet=sheet, analysis=analysis, by=rosa)
    assert [(one.line, str(one.sentence)) for one in found.refused] == [
        (3, "There is no site called Nowhere."),
        (4, "6 May is no day: write it as 2025-03-31."),
        (5, "chat is no kind of source. There are: interview, focus group, observation, document."),
    ]
    keep_face_sheet(match=found, by=rosa, at=now)
    talk.refresh_from_db()
    assert (talk.name, talk.site, talk.collected_on, talk.kind) == (
        "Talk 1",
        cast.site,
        date(2025, 5, 6),
        "focus_group",
    )
    assert (talk.language, talk.guide_version, talk.attributes) == ("fr", "2.1", {"wave": "first"})

"""Codebooks as files: what is written is read again the same, in every format; what is wrong is said with its line."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import SYSTEM, Cast
from tests.records.made import a_code, an_analysis
from throughline.exchange.codebook.document import CodebookCode, CodebookDocument, CodebookFormat
from throughline.exchange.codebook.dump import dump_codebook, export_codebook
from throughline.exchange.codebook.load import load_codebook
from throughline.exchange.codebook.read import read_codebook
from throughline.exchange.codebook.write import write_codebook
from throughline.records.inquiry.actions import add_codebook
from throughline.records.inquiry.models import Code, Codebook
from throughline.records.study.models import Release
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound
from throughline.vocabulary.study import CodeOrigin

IN, DE = CodeOrigin.INDUCTIVE, CodeOrigin.DEDUCTIVE
BOOK = CodebookDocument(
    "Doors",
    (
        CodebookCode(
            "reach", "Reach", None, "How people come.", "any way in", "leaving", "“I came for a pipe”", DE, 3
        ),
        CodebookCode("reason", "A reason, to “come”", "reach", "=not a formula\nSecond line.", origin=IN),
        CodebookCode("shelf", "Shelf", "reason", origin=IN, colour=8),
        CodebookCode("need", "Need — été 🙂", None, "+1", "@home", origin=IN, is_retired=True),
    ),
)


@pytest.mark.parametrize("kind", [CodebookFormat.CSV, CodebookFormat.XLSX])
def test_table_comes_back_as_it_was(kind: CodebookFormat) -> None:
    read = read_codebook(write_codebook(BOOK, kind), f"Doors.{kind.value}")
    assert read == BOOK


def test_word_document_comes_back_with_the_codes_in_use() -> None:
    read = read_codebook(write_codebook(BOOK, CodebookFormat.DOCX), "Doors.docx")
    assert read.codes == tuple(replace(code, colour=0) for code in BOOK.codes if not code.is_retired)


def test_refi_codebook_comes_back_with_the_codes_in_use() -> None:
    read = read_codebook(write_codebook(BOOK, CodebookFormat.QDC), "Doors.qdc")
    found = [replace(code, guid=None, slug="", parent=None) for code in read.codes]
    wanted = [replace(code, origin=None, slug="", parent=None) for code in BOOK.codes if not code.is_retired]
    assert found == wanted
    assert [code.parent for code in read.codes] == [None, read.codes[0].slug, read.codes[1].slug]


@pytest.mark.parametrize("kind", list(CodebookFormat))
def test_codebook_without_examples_holds_none(kind: CodebookFormat) -> None:
    plain = CodebookDocument(
        BOOK.name, tuple(replace(code, example="") for code in BOOK.codes), has_examples=False
    )
    content = write_codebook(plain, kind)
    assert b"Example" not in content
    assert all(code.example == "" for code in read_codebook(content, f"b.{kind.value}").codes)


@pytest.mark.parametrize("kind", list(CodebookFormat))
def test_empty_codebook_is_not_written(kind: CodebookFormat) -> None:
    with pytest.raises(Invalid):
        write_codebook(CodebookDocument("Empty", ()), kind)


WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=30).map(
    lambda words: " ".join(words.split())
)


@given(
    codes=st.lists(
        st.tuples(WORDS.filter(bool), WORDS, WORDS, st.integers(0, 20), st.integers(0, 8), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
@settings(max_examples=40, deadline=None)
def test_any_codebook_survives_csv(codes: list[tuple[str, str, str, int, int, bool]]) -> None:
    """A parent is any code before; tree order is restored on reading."""
    made: list[CodebookCode] = []
    for number, (name, definition, include, above, colour, is_retired) in enumerate(codes):
        parent = made[above % number].slug if number and above % 3 else None
        words = [one.lstrip("'") for one in (name, definition, include)]
        made.append(
            CodebookCode(
                f"c{number}", words[0] or "x", parent, words[1], words[2], "", "", IN, colour, is_retired
            )
        )
    read = read_codebook(write_codebook(CodebookDocument("b", tuple(made)), CodebookFormat.CSV), "b.csv")
    assert sorted(read.codes, key=str) == sorted(made, key=str)


def _csv(*rows: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Colour", "Remark"), ("1", "x")], "no column names the codes"),
        ([("Name", "Title"), ("a", "b")], "mean the same"),
        ([("Name",), ("",)], "no code below"),
        ([("Name", "Under"), ("a", ""), ("b", "c")], "line 3: it stands under “c”, which is in no row"),
        ([("Name", "Under"), ("a", "b"), ("b", "a")], "stands under itself"),
        ([("Name", "Under"), ("a", ""), ("a", ""), ("b", "a")], "name of several codes"),
        ([("Code", "Name"), ("a", "A"), ("a", "B")], "line 3: the code a stands in the file before"),
        ([("Name", "Origin"), ("a", "both")], "line 2: the origin is “both”"),
        ([("Name", "Colour"), ("a", "reddish")], "line 2: the colour is “reddish”"),
        ([("Name", "Definition"), ("", "x")], "line 2: this code has no name"),
        ([("Name",), ("x" * 161,)], "161 letters"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(rows: list[tuple[str, ...]], said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_codebook(_csv(*rows), "book.csv")
    assert said in str(refused.value.sentence)


def test_columns_are_known_by_what_others_write_over_them() -> None:
    rows = [
        ("Code", "Description", "When to use", "Parent"),
        ("Door", "a way in", "any", ""),
        ("Key", "", "", "door"),
    ]
    read = read_codebook(_csv(*rows), "theirs.csv")
    assert [(code.slug, code.name, code.parent) for code in read.codes] == [
        ("door", "Door", None), ("key", "Key", "door"),
    ]  # fmt: skip
    assert read.codes[0].include == "any"


@pytest.mark.parametrize(
    ("header", "row", "read"),
    [
        ("tag,description,number of highlights", "Fear,Of police,3", ("fear", "Fear", "Of police", 0)),
        ("code_id,code,code.description", "7,Fear,Of police", ("7", "Fear", "Of police", 0)),
        ("Color,Parent code,Code,Cod. Seg.,Memo", "●,,Fear,3,Of police", ("fear", "Fear", "Of police", 0)),
        (
            "Code,Grounded,Density,Comment,Colour",
            "Fear,3,0,Of police,#2F62B5",
            ("fear", "Fear", "Of police", 1),
        ),
        ("Id,Parent Id,Depth,Title,Description", "7,,0,Fear,Of police", ("7", "Fear", "Of police", 0)),
        ("ID,Description", "Fear,Of police", ("fear", "Fear", "Of police", 0)),
    ],
    ids=["Taguette", "qcoder", "MAXQDA", "ATLAS.ti", "Dedoose", "ids alone"],
)
def test_codebooks_of_other_programs_are_read(header: str, row: str, read: tuple[str, str, str, int]) -> None:
    (code,) = read_codebook(f"{header}\n{row}\n".encode(), "b.csv").codes
    assert (code.slug, code.name, code.definition, code.colour) == read


def test_codes_hang_under_the_ids_of_their_parents() -> None:
    table = b"Id,Parent Id,Title\n7,,Fear\n8,7,Of police\n"
    assert [code.parent for code in read_codebook(table, "b.csv").codes] == [None, "7"]


@pytest.mark.parametrize(
    ("rows", "tree"),
    [
        (
            [("Parent code", "Code"), ("", "Fear"), ("Fear", "Police"), ("", "Hope"), ("Hope", "Police"), ("Hope\\Police", "Old")],
            [("fear", None), ("police", "fear"), ("hope", None), ("police-2", "hope"), ("old", "police-2")],
        ),
        ([("Under", "Name"), ("", "Fear"), ("Fear", "Police"), ("Fear > Police", "Old")], [("fear", None), ("police", "fear"), ("old", "police")]),
        ([("Theme", "Code"), ("Fear", "Police"), ("fear", "Court"), ("", "Hope")], [("fear", None), ("police", "fear"), ("court", "fear"), ("hope", None)]),
        ([("ID", "Category", "Name"), ("7", "Fear", "Police")], [("fear", None), ("7", "fear")]),
    ],
)  # fmt: skip
def test_codes_hang_under_paths_and_groups(
    rows: list[tuple[str, ...]], tree: list[tuple[str, str | None]]
) -> None:
    assert [(code.slug, code.parent) for code in read_codebook(_csv(*rows), "b.csv").codes] == tree


def test_columns_that_mean_nothing_are_told() -> None:
    table = b"Name,Weight,Definition,\nFear,3,Of police,\n"
    assert read_codebook(table, "b.csv").unread == ("Weight",)


def test_rule_below_the_header_of_a_markdown_table_is_no_code() -> None:
    table = b"| Name | Definition |\n|---|:---|\n| Fear | Of police |\n"
    assert [code.name for code in read_codebook(table, "b.md").codes] == ["Fear"]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04 not a zip", b"<?xml version='1.0'?><a/>"])
@pytest.mark.parametrize("name", ["b.csv", "b.xlsx", "b.docx", "b.qdc"])
def test_bytes_that_are_no_codebook_are_refused(content: bytes, name: str) -> None:
    with pytest.raises(Invalid):
        read_codebook(content, name)


@pytest.mark.django_db
def test_codes_arrive_in_their_places_and_again_add_nothing(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    done = load_codebook(document=BOOK, analysis=analysis, by=cast.rosa.actor, at=now)
    assert len(done.added) == 4
    book = Codebook.objects.get(analysis=analysis)
    there = dump_codebook(codebook=book, has_examples=True, by=cast.rosa.actor)
    assert there.name == "Doors"
    assert [replace(code, guid=None) for code in there.codes] == list(BOOK.codes)
    again = load_codebook(document=BOOK, analysis=analysis, by=cast.rosa.actor, at=now)
    assert (again.added, again.changed, again.differing, len(again.same)) == ((), (), (), 4)


@pytest.mark.django_db
def test_codes_that_are_there_keep_their_words_unless_asked(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    load_codebook(document=BOOK, analysis=analysis, by=SYSTEM, at=now)
    other = replace(BOOK, codes=(replace(BOOK.codes[0], definition="Otherwise."), *BOOK.codes[1:]))
    kept = load_codebook(document=other, analysis=analysis, by=SYSTEM, at=now)
    assert kept.differing == ("Reach",) and Code.objects.get(slug="reach").definition == "How people come."
    dry = load_codebook(
        document=other, analysis=analysis, takes_words=True, is_dry_run=True, by=SYSTEM, at=now
    )
    assert dry.changed == ("Reach",) and Code.objects.get(slug="reach").version == 1
    load_codebook(document=other, analysis=analysis, takes_words=True, by=SYSTEM, at=now)
    assert Code.objects.get(slug="reach").definition == "Otherwise."


@pytest.mark.django_db
def test_refi_codebook_finds_its_codes_again_by_guid(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    load_codebook(document=BOOK, analysis=analysis, by=SYSTEM, at=now)
    book = Codebook.objects.get(analysis=analysis)
    content = export_codebook(codebook=book, kind=CodebookFormat.QDC, by=SYSTEM, at=now)
    Code.objects.filter(slug="reach").update(name="Renamed since")
    read = read_codebook(content, "b.qdc")
    assert read.codes[0].guid == Code.objects.get(slug="reach").id
    done = load_codebook(document=read, analysis=analysis, takes_words=True, by=SYSTEM, at=now)
    assert done.added == () and Code.objects.get(slug="reach").name == "Reach"


@pytest.mark.django_db
def test_nothing_is_half_imported(cast: Cast, now: datetime) -> None:
    analysis = an_analysis(cast)
    book = add_codebook(analysis=analysis, name="Other", by=SYSTEM, at=now)
    broken = replace(BOOK, codes=(*BOOK.codes, replace(BOOK.codes[0], slug="new", parent="nowhere", name="")))
    assert load_codebook(
        document=broken, analysis=analysis, codebook=book, is_dry_run=True, by=SYSTEM, at=now
    ).added
    assert not Code.objects.exists()
    with pytest.raises(NotAllowed):
        load_codebook(document=BOOK, analysis=analysis, by=cast.chen.actor, at=now)


@pytest.mark.django_db
def test_examples_leave_through_the_door_for_words_alone(cast: Cast, now: datetime) -> None:
    code = a_code(an_analysis(cast))
    Code.objects.filter(id=code.id).update(example="what somebody said")
    out = {"codebook": code.codebook, "kind": CodebookFormat.CSV, "at": now}
    assert b"somebody said" not in export_codebook(**out, by=cast.chen.actor)
    assert not Release.objects.exists()
    with pytest.raises(Invalid):
        export_codebook(**out, has_examples=True, by=cast.rosa.actor)
    told = export_codebook(**out, has_examples=True, recipient="The journal", by=cast.rosa.actor)
    assert b"somebody said" in told
    line = Release.objects.get()
    assert (line.door, line.recipient, line.profile) == ("words", "The journal", "as_written")
    for stranger, refusal in ((cast.dana.actor, NotAllowed), (cast.stranger, NotAllowed)):
        with pytest.raises((refusal, NotFound)):
            export_codebook(**out, by=stranger)
    with pytest.raises(NotAllowed):
        export_codebook(**out, has_examples=True, recipient="x", by=cast.alice.actor)


def test_guid_of_a_file_is_kept() -> None:
    guid = UUID(int=7)
    one = CodebookDocument("b", (replace(BOOK.codes[0], guid=guid),))
    assert read_codebook(write_codebook(one, CodebookFormat.QDC), "b.qdc").codes[0].guid == guid


def test_colours_by_name_and_types_of_other_programs_are_no_reason_to_refuse() -> None:
    rows = [("Name", "Type", "Color"), ("a", "Node", "Red"), ("b", "Inductive", "None")]
    first, second = read_codebook(_csv(*rows), "book.csv").codes
    assert (first.origin, second.origin, second.colour) == (
        None,
        CodeOrigin.INDUCTIVE,
        0,
    ) and first.colour > 0


def test_theme_beside_the_first_of_its_codes_is_that_of_those_below_it() -> None:
    merged = [
        ("Theme", "Sub-theme", "Code"),
        ("Barriers", "Social", "Stigma"),
        ("", "", "Shame"),
        ("Money", "", "Fees"),
    ]
    codes = read_codebook(_csv(*merged), "book.csv").codes
    names = {code.slug: code.name for code in codes} | {None: ""}
    assert {code.name: names[code.parent] for code in codes} == {
        "Barriers": "", "Social": "Barriers", "Stigma": "Social", "Shame": "Social", "Money": "", "Fees": "Money",
    }  # fmt: skip
    each = [("Theme", "Code"), ("Barriers", "Stigma"), ("", "Shame"), ("Barriers", "Fees")]
    assert {code.name: code.parent for code in read_codebook(_csv(*each), "book.csv").codes}["Shame"] is None

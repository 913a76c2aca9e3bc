"""A document that holds together, and books that balance."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from throughline.exchange.project.document import (
    ProjectCode,
    ProjectCoding,
    ProjectDocument,
    ProjectSelection,
    ProjectSource,
    tree_order,
)
from throughline.exchange.project.guids import Guids, derived, guid_of
from throughline.exchange.project.report import Counted, ImportReport, Kind, Ledger
from throughline.exchange.project.stamps import instant_of
from throughline.vocabulary.errors import Sentence


def guid(number: int) -> UUID:
    return UUID(int=number)


CODE = ProjectCode(guid(1), "stigma")
SOURCE = ProjectSource(
    guid(2),
    "Interview",
    "They look away.",
    (ProjectSelection(guid(3), 0, 4, (ProjectCoding(guid(4), guid(1)),)),),
)
WHOLE = ProjectDocument("Study", codes=(CODE,), sources=(SOURCE,))


def test_document_gives_selected_words_and_codings() -> None:
    [(source, selection, coding)] = WHOLE.codings()
    assert selection is not None
    assert (source.selected(selection), coding.code) == ("They", CODE.guid)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"codes": (CODE, replace(CODE, name="again"))}, "two things"),
        ({"codes": ()}, "stands for nothing"),
        ({"codes": (replace(CODE, parent=guid(1)),)}, "tree order"),
        ({"codes": (replace(CODE, parent=guid(9)),)}, "tree order"),
        ({"about": (guid(77),)}, "stands for nothing"),
    ],
)
def test_document_that_does_not_hold_together_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        replace(WHOLE, **changes)


@pytest.mark.parametrize("text", ["\ufefftext", "a\r\nb", "a\x00b", "a\ud800b"])
def test_source_with_a_text_that_changes_when_kept_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no text can hold"):
        ProjectSource(guid(1), "x", text)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2), (0, 16)])
def test_source_with_a_selection_outside_its_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        replace(SOURCE, selections=(ProjectSelection(guid(3), start, end),))


def test_tree_order_puts_each_code_before_all_below_it() -> None:
    a, b = ProjectCode(guid(1), "a"), ProjectCode(guid(2), "b")
    under_a = ProjectCode(guid(3), "under a", guid(1))
    deeper = ProjectCode(guid(4), "deeper", guid(3))
    assert tree_order((deeper, a, b, under_a)) == (a, under_a, deeper, b)


def test_ledger_breaks_where_a_coding_went_missing() -> None:
    ledger = Ledger()
    for kind in (Kind.CODE, Kind.TEXT, Kind.SELECTION):
        ledger.found(kind)
    ledger.found(Kind.CODING, 2)
    with pytest.raises(ArithmeticError, match="codings: 2 were understood, the document holds 1"):
        ledger.report(WHOLE, "x.qdpx", "test", None)
    ledger.refuse(Kind.CODING, "the other", Sentence("its code is not in the codebook"))
    report = ledger.report(WHOLE, "x.qdpx", "test", None)
    assert report.count(Kind.CODING) == Counted(Kind.CODING, 2, 1)
    assert report.reasons() == {(Kind.CODING, "its code is not in the codebook"): 1}


def test_report_that_lists_less_than_it_counts_is_refused() -> None:
    with pytest.raises(ValueError, match="codings: 1 refused, 0 listed"):
        ImportReport("x", "test", "", (Counted(Kind.CODING, 2, 1),))


def test_guids_are_read_in_every_way_they_are_written() -> None:
    plain = "5215cc69-b628-4e02-afb9-9beeaee55808"
    assert guid_of(plain) == guid_of("{" + plain.upper() + "}") == guid_of(f" {plain} ") == UUID(plain)
    assert guid_of("code-1") == guid_of("code-1") != guid_of("code-2")


def test_guids_of_a_second_thing_are_its_own_and_come_out_the_same_again() -> None:
    def taken() -> list[UUID]:
        guids = Guids(Ledger())
        return [guids.take("code-1"), guids.take("code-1"), guids.take("code-1"), guids.take("", "place")]

    assert taken() == taken()
    assert len(set(taken())) == 4
    assert taken()[0] == guid_of("code-1")
    assert derived("a", "b") != derived("ab")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2019-03-04T10:00:00Z", datetime(2019, 3, 4, 10, tzinfo=UTC)),
        ("2019-03-04T10:00:00+02:00", datetime(2019, 3, 4, 8, tzinfo=UTC)),
        ("2019-03-04T10:00:00.1234567", datetime(2019, 3, 4, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2022-02-16 14:19:40.661560", datetime(2022, 2, 16, 14, 19, 40, 661560, tzinfo=UTC)),
        ("2019-03-04", datetime(2019, 3, 4, tzinfo=UTC)),
        ("2019-13-04T10:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_instants_are_read_as_programs_write_them(written: str, moment: datetime | None) -> None:
    assert instant_of(written) == moment

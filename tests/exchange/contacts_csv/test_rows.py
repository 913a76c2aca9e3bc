"""Rows of a contact log -> drafts and rejects, without a database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.contacts_csv.conftest import NEW_PACK, OLD_PACK, PIPE, SITE
from throughline.exchange.contacts_csv.context import ContactContext, misfits
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.contacts_csv.rows import map_rows
from throughline.exchange.table.cells import Reject, ValueKind
from throughline.exchange.table.mapping import read_mapping
from throughline.exchange.table.origins import Origins
from throughline.exchange.table.read import read_table
from throughline.vocabulary.chain import ActionKind, Answer, BarrierLevel, Newness, RaisedBy, Route, Urgency
from throughline.vocabulary.contact import (
    BarrierDraft,
    ContactDraft,
    DisclosureDraft,
    KitLineDraft,
    NeedDraft,
)
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing

NOW = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
KEY = bytes(range(32))


def mapped(data: bytes, mapping: ContactMapping, context: ContactContext) -> list[ContactDraft | Reject]:
    document = read_table(data, "log.csv", mapping.file.shape())
    return list(map_rows(document, mapping, context, Origins(KEY, mapping), NOW))


def test_map_rows_of_the_golden_log(
    log_bytes: bytes, mapping: ContactMapping, context: ContactContext
) -> None:
    first, anonymous, third, *_ = (
        row for row in mapped(log_bytes, mapping, context) if isinstance(row, ContactDraft)
    )
    assert (first.site_id, first.route, first.place) == (SITE, Route.SERVICE, "counter")
    assert first.device_time == datetime(2025, 2, 3, 9, 30, tzinfo=UTC)
    assert first.client_code == "ZB02011980F"
    assert (first.newness, first.on_behalf_of, first.is_after_the_fact) == (Newness.RETURNING, 2, True)
    assert first.kit_lines == (
        KitLineDraft(item_id=PIPE, quantity=3, returned=1),
        KitLineDraft(kit_version_id=OLD_PACK, quantity=1),
    )
    assert first.disclosures == (
        DisclosureDraft("crack_use", Answer.TOLD, RaisedBy.PERSON),
        DisclosureDraft("housing", Answer.DECLINED),
    )
    barriers = (BarrierDraft("opening_hours", BarrierLevel.ORGANISATIONAL),)
    assert first.needs == (
        NeedDraft("housing", Urgency.TODAY, (ActionKind.REFERRED,), barriers),
        NeedDraft("wound_care", Urgency.TODAY, (ActionKind.REFERRED,), barriers),
    )
    # a date without a time is midday in London; silence of a topic is no line; "-" is not asked
    assert anonymous.device_time == datetime(2025, 2, 4, 12, 0, tzinfo=UTC)
    assert (anonymous.client_code, anonymous.on_behalf_of) == (None, Nothing.NOT_RECORDED)
    assert anonymous.disclosures == (DisclosureDraft("crack_use", Answer.NOT_ASKED, RaisedBy.PERSON),)
    # used pipes brought back without new ones given
    assert third.kit_lines == (KitLineDraft(item_id=PIPE, quantity=0, returned=4),)
    assert third.needs == ()


def test_map_rows_says_line_column_kind_and_reason_of_each_reject(
    log_bytes: bytes, mapping: ContactMapping, context: ContactContext
) -> None:
    rejects = [row for row in mapped(log_bytes, mapping, context) if isinstance(row, Reject)]
    assert [(r.line, r.column, r.kind) for r in rejects] == [
        (6, "Where", ValueKind.TEXT), (7, "Date", ValueKind.DATE), (8, "Date", ValueKind.DATE_OUT_OF_RANGE),
        (9, "Route", ValueKind.TEXT), (10, "Sex", ValueKind.TEXT), (11, "Pipes", ValueKind.TEXT),
        (12, "Line", ValueKind.EMPTY), (13, "Line", ValueKind.NUMBER), (14, "", ValueKind.ROW),
        (15, "First", ValueKind.TEXT),
    ]  # fmt: skip
    told = " ".join(str(reject.reason) for reject in rejects)
    assert (
        "no translation" in told and "DD/MM/YYYY or D Mon YYYY" in told and "line 2 has the same id" in told
    )
    assert not {"2025.02.06", "many", "money", "another site", "B302011980M"} & set(told.split())


def test_map_rows_takes_the_kit_version_of_the_day(context: ContactContext) -> None:
    mapping = read_mapping(
        "name: a\nsite: Harrowmere\nroute: service\nwhen: {date: {column: d}}\nkit: [{column: k, kit: Foil pack}]", "m",
        ContactMapping,
    )  # fmt: skip
    rows = mapped(b"d,k\n2023-05-31,1\n2025-05-31,1\n2025-06-01,1\n", mapping, context)
    assert [row.kit_lines[0].kit_version_id for row in rows if isinstance(row, ContactDraft)] == [
        OLD_PACK, OLD_PACK, NEW_PACK,
    ]  # fmt: skip


def test_map_rows_of_a_tally(context: ContactContext) -> None:
    mapping = read_mapping(
        "name: a\nsite: Harrowmere\nroute: peer\nwhen: {at: {column: t}}\ntally: n", "m", ContactMapping
    )
    rows = mapped(b"t,n\n2025-06-01T09:00:00+02:00,12\n2025-06-01 09:00,0\n2025-06-01,\n", mapping, context)
    assert isinstance(rows[0], ContactDraft)
    assert (rows[0].kind.value, rows[0].tally) == ("tally", 12)
    assert rows[0].device_time == datetime(2025, 6, 1, 7, 0, tzinfo=UTC)
    assert [row.column for row in rows[1:] if isinstance(row, Reject)] == ["n", "n"]


def test_map_rows_at_clock_changes(context: ContactContext) -> None:
    mapping = read_mapping(
        "name: a\nsite: Harrowmere\nroute: peer\nwhen: {at: {column: t, format: DD.MM.YYYY HH:mm}}",
        "m",
        ContactMapping,
    )
    rows = mapped(b"t\n26.10.2025 01:30\n30.03.2025 01:30\n", mapping, context)
    assert [row.device_time for row in rows if isinstance(row, ContactDraft)] == [
        datetime(2025, 10, 26, 0, 30, tzinfo=UTC),  # shown twice: the first
        datetime(2025, 3, 30, 1, 30, tzinfo=UTC),  # skipped: 02:30 summer time
    ]


def test_map_rows_gives_equal_rows_without_an_id_different_keys_that_stay(context: ContactContext) -> None:
    mapping = read_mapping(
        "name: a\nsite: Harrowmere\nroute: peer\nwhen: {at: {column: t}}", "m", ContactMapping
    )
    data = b"t,x\n2025-06-01,1\n2025-06-01,1\n2025-06-01,2\n"
    keys = [row.origin_key for row in mapped(data, mapping, context) if isinstance(row, ContactDraft)]
    assert len(set(keys)) == 3
    longer = mapped(data + b"2025-06-02,1\n2025-06-01,1\n", mapping, context)
    assert [row.origin_key for row in longer if isinstance(row, ContactDraft)][:3] == keys
    other = mapping.model_copy(update={"name": "b"})
    assert not {
        row.origin_key for row in mapped(data, other, context) if isinstance(row, ContactDraft)
    } & set(keys)


def test_misfits_names_what_the_programme_does_not_have(
    mapping: ContactMapping, context: ContactContext
) -> None:
    assert list(misfits(mapping, context)) == []
    poor = ContactContext(
        sites={}, items={"glass pipes": PIPE}, kits={}, codes=dict.fromkeys(context.codes, frozenset({"house"})),
        code_pattern="", code_hint="",
    )  # fmt: skip
    told = " ".join(map(str, misfits(mapping, poor)))
    for part in (
        "no site `Harrowmere`",
        "did you mean `glass pipes`",
        "no kit `Foil pack`",
        "list of topic",
        "barrier kind",
    ):
        assert part in told


def test_map_rows_with_columns_that_are_not_there_tells_all_at_once(
    mapping: ContactMapping, context: ContactContext
) -> None:
    with pytest.raises(Invalid) as refused:
        mapped(b"Sheet;Lines;Where;Where\n1;2;3;4\n", mapping, context)
    told = str(refused.value)
    assert "`Line`; did you mean `Lines`?" in told
    assert "`Where` is there 2 times" in told


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.lists(
            st.one_of(
                st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12),
                st.sampled_from(["", "1", "HAR", "03/02/2025", "31/12/9999", "09:30", "S", "F", "Y", "yes", "NA", "housing"]),
            ),
            min_size=21, max_size=22,
        ),
        max_size=6,
    )
)  # fmt: skip
def test_map_rows_of_any_rows_accounts_for_each(
    mapping: ContactMapping, context: ContactContext, rows: list[list[str]]
) -> None:
    header = (
        "Sheet;Line;Where;Date;Time;Route;First;Last;DOB;Sex;New?;For others;Pipes;Pipes back;Pack;Crack;Housing told;"
        "Needs;Urgent;Done;Barrier;Remarks"
    )
    quoted = [";".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows]
    data = "\n".join([header, *quoted]).encode()
    found = mapped(data, mapping, context)
    assert len(found) == read_table(data, "x.csv", mapping.file.shape()).row_count
    assert all(isinstance(row, ContactDraft | Reject) for row in found)

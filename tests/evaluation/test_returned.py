"""The door for returns: what comparing with what left before hides cannot be added up again from what is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.cast import SYSTEM, Cast
from throughline.evaluation.returned import ReturnRow, release_return
from throughline.methods.suppression import HES, LT5
from throughline.records.engagement.actions import record_contact
from throughline.records.programme.actions import report_month
from throughline.records.returns.actions import close_month
from throughline.records.supplies.actions import add_item
from throughline.vocabulary.chain import ContactKind, Route
from throughline.vocabulary.contact import ContactDraft, KitLineDraft
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.returns import ALL_ROUTES

pytestmark = pytest.mark.django_db
MONTH = Month(2026, 1)
DAY = datetime(2026, 1, 10, 12, tzinfo=UTC)
ROUTES = (Route.SERVICE, Route.PEER, Route.POLICE)


def _counted(cast: Cast, route: Route, tally: int, item: UUID | None = None) -> None:
    lines = (KitLineDraft(item_id=item, quantity=tally),) if item else ()
    draft = ContactDraft(
        site_id=cast.site.id,
        route=route,
        device_time=DAY,
        kind=ContactKind.TALLY,
        tally=tally,
        kit_lines=lines,
    )
    record_contact(draft=draft, by=SYSTEM, at=DAY + timedelta(hours=1))


def _known(cast: Cast, route: Route, count: int, start: int) -> None:
    for number in range(start, start + count):
        code = f"AB0101{1950 + number}F"
        draft = ContactDraft(site_id=cast.site.id, route=route, device_time=DAY, client_code=code)
        record_contact(draft=draft, by=SYSTEM, at=DAY + timedelta(hours=1))


def _left(cast: Cast, now: datetime) -> dict[str, ReturnRow]:
    """Rows told under lt5 after the month left under hes, whose larger threshold holds from then on."""
    report_month(site=cast.site, month=MONTH.first(), reporting=Reporting.COMPLETE, by=SYSTEM, at=now)
    close_month(site=cast.site, month=MONTH, by=SYSTEM, at=now)
    for profile in (HES, LT5):
        left = release_return(
            programme=cast.programme,
            month=MONTH,
            profile=profile,
            recipient="The commissioner",
            by=SYSTEM,
            at=now,
        )
    rows = {row.route: row for row in left.told.rows if row.site_id == cast.site.id}
    shown = {(cell["unit"], cell["where"]["route"]) for cell in left.release.cells}
    told = {("contact", route) for route, row in rows.items() if row.contacts != SUPPRESSED}
    told |= {("code", route) for route, row in rows.items() if row.codes not in (SUPPRESSED, 0)}
    assert shown == told, "the ledger holds what left, and nothing else"
    return rows


def test_contacts_hidden_by_comparing_are_not_the_sum_less_the_other_routes(
    cast: Cast, now: datetime
) -> None:
    spray = add_item(programme=cast.programme, name="Spray", kind="naloxone_nasal", by=SYSTEM, at=DAY)
    for route, tally in zip(ROUTES, (12, 6, 20), strict=True):
        _counted(cast, route, tally, spray.id)
    rows = _left(cast, now)
    assert rows["peer"].contacts == SUPPRESSED, "6 are fewer than hes asks for"
    for row in rows.values():
        told = (row.contacts, row.codes, row.new_codes, row.naloxone, row.supplies[spray.id])
        assert set(told) == {SUPPRESSED}, f"{row.route}: 38 - 12 - 20 = 6"


def test_codes_hidden_by_comparing_are_not_the_sum_less_the_other_routes(cast: Cast, now: datetime) -> None:
    """A code is new by one route alone: new codes add up over routes. The contacts stand."""
    for route, tally, codes, start in ((Route.SERVICE, 30, 6, 0), (Route.PEER, 20, 20, 6)):
        _counted(cast, route, tally)
        _known(cast, route, codes, start)
    rows = _left(cast, now)
    assert {row.route: row.contacts for row in rows.values()} == {"service": 36, "peer": 40, ALL_ROUTES: 76}
    assert {told for row in rows.values() for told in (row.codes, row.new_codes)} == {SUPPRESSED}

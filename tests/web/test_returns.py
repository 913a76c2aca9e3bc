"""The monthly return: what a manager sees, closes and takes; what a manager of several towns is told; what never leaves."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import SYSTEM
from tests.web.words import words_of
from tests.web.world import World

from throughline.evaluation.returned import told_return
from throughline.exchange.table.read import read_table
from throughline.methods.suppression import LT5
from throughline.records.engagement.actions import record_contact
from throughline.records.programme.actions import report_month
from throughline.records.returns.actions import close_month
from throughline.records.study.models import Release
from throughline.records.supplies.actions import add_item
from throughline.vocabulary.chain import Route
from throughline.vocabulary.contact import ContactDraft, KitLineDraft
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.returns import ALL_ROUTES
from throughline.vocabulary.roles import Role

pytestmark = pytest.mark.django_db


def client_of(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]  # an account of the cast
    return client


@pytest.fixture
def month() -> Month:
    return Month.of(datetime.now(UTC).date()).before(2)


@pytest.fixture
def line(world: World, month: Month) -> None:
    """Twelve people by the service, two by peers, who got naloxone; somebody met before; none at the other site."""
    spray = add_item(programme=world.cast.programme, name="Naloxone spray", kind="naloxone_nasal", by=SYSTEM, at=datetime(2025, 1, 1, tzinfo=UTC))  # fmt: skip
    day = month.begins("Europe/London") + timedelta(days=3, hours=12)
    for number in range(14):
        route = Route.PEER if number >= 12 else Route.SERVICE
        for at in (day, day - timedelta(days=40)) if number == 0 else (day,):
            draft = ContactDraft(
                site_id=world.cast.site.id, route=route, device_time=at + timedelta(minutes=number),
                client_code=f"AB0101{1960 + number}F",
                kit_lines=(KitLineDraft(item_id=spray.id, quantity=2),) if route is Route.PEER or number < 6 else (),
            )  # fmt: skip
            record_contact(draft=draft, by=SYSTEM, at=at + timedelta(hours=1))


def _rows(content: bytes) -> dict[tuple[str, str, str], dict[str, str]]:
    rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    return {(row["site"], row["part"], row["route"]): row for row in rows}


@pytest.mark.usefixtures("line")
def test_month_is_closed_and_leaves_by_the_door_for_tables(world: World, now: datetime, month: Month) -> None:
    alice, url = client_of(world.cast.alice.account), f"{reverse('returns')}?month={month}"
    assert "not reported yet" in words_of(alice.get(url))
    close = {"site": str(world.cast.site.id), "month": str(month)}
    report_month(site=world.cast.site, month=month.first(), reporting=Reporting.COMPLETE, by=SYSTEM, at=now)
    assert "peer this month 2 2 2 4" in words_of(alice.get(url))  # inside, a manager sees the small numbers
    take = {"month": str(month), "recipient": "The commissioner", "profile": "lt5", "format": "csv"}
    sent = alice.post(reverse("take_return"), take, follow=True)
    assert "No site has closed this month yet" in words_of(sent)
    assert "is closed" in words_of(alice.post(reverse("close_month"), close, follow=True))
    assert "not opened again" in words_of(alice.post(reverse("close_month"), close, follow=True))
    late = ContactDraft(site_id=world.cast.site.id, route=Route.SERVICE, device_time=month.begins("Europe/London") + timedelta(days=9))  # fmt: skip
    record_contact(draft=late, by=SYSTEM, at=now)
    words = words_of(alice.get(url))
    assert (
        "all routes this month 14 14 13 16 Naloxone spray 16" in words
    )  # as it was closed, one code met before
    answer = alice.post(reverse("take_return"), take)
    assert answer["Content-Type"].startswith("text/csv")
    rows = _rows(answer.content)
    assert set(rows) == {("Harrowmere", "this month", name) for name in ("service", "peer", "all routes")}
    peer, service, every = (
        rows["Harrowmere", "this month", name] for name in ("peer", "service", "all routes")
    )
    assert {peer[name] for name in ("contacts", "distinct codes", "naloxone", "Naloxone spray")} == {
        "suppressed"
    }
    # Given the sum, the service's would tell the peers': it is hidden too, and with it what hangs on it.
    assert (every["contacts"], service["contacts"]) == ("14", "suppressed")
    assert (every["naloxone"], service["naloxone"]) == ("suppressed", "suppressed")
    left = Release.objects.get(is_refused=False)
    assert (left.what, left.profile, left.recipient) == (f"Monthly return {month}", "lt5", "The commissioner")
    assert [cell["shown"] for cell in left.cells if cell["unit"] == "contact"] == [14]
    assert alice.post(reverse("take_return"), take).content == answer.content  # again: the same, and it may
    book = alice.post(reverse("take_return"), {**take, "format": "xlsx", "profile": "hes"})
    assert book.content[:2] == b"PK", words_of(alice.get(book["Location"]))
    sheet = read_table(book.content, "return.xlsx")
    same = alice.post(reverse("take_return"), {**take, "profile": "hes"}).content.decode("utf-8-sig")
    assert [list(sheet.header), *[list(row.cells) for row in sheet.rows()]] == list(
        csv.reader(io.StringIO(same))
    )
    bad = alice.post(reverse("take_return"), {**take, "recipient": "", "profile": "none"})
    assert bad.status_code == 422


@pytest.mark.usefixtures("line")
def test_manager_of_several_towns_is_told_closed_months_alone(
    world: World, now: datetime, month: Month
) -> None:
    """And none of a site that did not report, which is not a 0; nothing but what may leave."""
    url, dora = f"{reverse('returns')}?month={month}", client_of(world.by_role[Role.PARTNERSHIP_MANAGER])
    assert words_of(dora.get(url)).count("not reported") >= 2 and " nothing" not in words_of(dora.get(url))
    for site in (world.cast.site, world.cast.other_site):
        report_month(site=site, month=month.first(), reporting=Reporting.COMPLETE, by=SYSTEM, at=now)
        close_month(site=site, month=month, by=SYSTEM, at=now)
    page = dora.get(url)
    words = words_of(page)
    assert "all routes this month 14" in words and "peer this month suppressed" in words
    rows = told_return(SYSTEM, world.cast.programme, month, LT5).rows
    none = [row for row in rows if row.site == "Saltby" and row.route == ALL_ROUTES]
    assert [(row.contacts, row.codes, row.naloxone) for row in none] == [
        (0, 0, 0)
    ]  # it reported, and met nobody
    assert "close/" not in page.content.decode()
    priya = client_of(world.cast.priya.account)
    assert priya.get(url).status_code == 403

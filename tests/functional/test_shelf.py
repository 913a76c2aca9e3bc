"""A count at the shelf: with the keyboard alone, box after box, blind, then beside the books; and sums that take a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from playwright.sync_api import expect

from tests.cast import START, SYSTEM
from tests.functional.conftest import Visitor
from tests.functional.shelf import a_shelf
from tests.web.world import World
from throughline.records.programme.actions import grant_membership
from throughline.records.supplies.models import CountExplanation, StockCount
from throughline.vocabulary.periods import Month
from throughline.vocabulary.roles import Role


def test_a_count_with_the_keyboard_alone(visitor: Callable[..., Visitor], world: World) -> None:
    a_shelf(world)
    window = visitor()
    window.is_signed_in_as(world.cast.bob.account)
    page = window.go(reverse("count_stock", args=[world.cast.site.id]))
    assert "500" not in page.inner_text("main")  # blind: nothing says what the books say
    page.get_by_label("Foil", exact=False).first.focus()
    for typed in ("5", "Enter", "4", "9", "8", "Enter", "4", "0"):
        page.keyboard.press(typed)
    page.keyboard.press("Enter")  # on to the batches, and nothing is sent
    assert StockCount.objects.count() == 1
    page.get_by_role("button", name="Record the count").focus()
    page.keyboard.press("Enter")
    page.get_by_text("By the books", exact=True).wait_for()
    row = page.get_by_role("row").filter(has_text="Glass pipe")
    assert "498" in row.inner_text() and "500" in row.inner_text() and "-2" in row.inner_text()
    assert page.get_by_role("combobox").count() == 1  # only what differs asks for a reason
    page.get_by_role("combobox").select_option("not_known")
    page.get_by_role("button", name="Note the reasons").click()
    page.get_by_text("Nothing is left to explain").wait_for()
    assert CountExplanation.objects.get().difference == -2


def test_a_page_that_is_not_whole_goes_on_by_itself(
    visitor: Callable[..., Visitor], world: World, settings: Any
) -> None:
    settings.THROUGHLINE_RECKONING_SECONDS = 0
    a_shelf(world)
    grant_membership(
        account=world.cast.alice.account, organisation=world.cast.service, roles=[Role.SERVICE_MANAGER],
        sites=[world.cast.other_site], from_on=START.date(), by=SYSTEM, at=START,
    )  # fmt: skip
    window = visitor()
    window.is_signed_in_as(world.cast.alice.account)
    page = window.go(f"{reverse('returns')}?month={Month.of(datetime.now(UTC).date())}")
    expect(page.locator("#sites")).to_contain_text("Saltby")
    expect(page.locator("progress")).to_have_count(0)
    expect(page.locator("#sites")).to_have_count(1)
    expect(page.locator("h1")).to_have_count(1)

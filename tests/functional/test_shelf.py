"""A count at the shelf: with the keyboard alone, box after box, blind, then beside the books."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from tests.functional.conftest import Visitor
from tests.functional.shelf import a_shelf
from tests.web.world import World
from throughline.records.supplies.models import CountExplanation, StockCount


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

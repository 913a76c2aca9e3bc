"""Codes and themes are put elsewhere by dragging, and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from tests.functional.conftest import Visitor
from tests.web.world import World
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Code, Theme
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import CodeOrigin


def test_code_and_theme_are_dragged_and_moved_by_keyboard(
    visitor: Callable[..., Visitor], world: World
) -> None:
    at = world.coding.applied_at
    draft = actions.CodeDraft("roof", "Roof", CodeOrigin.INDUCTIVE)
    roof = actions.add_code(codebook=world.code.codebook, draft=draft, by=world.cast.rosa.actor, at=at)
    analyst = visitor()
    analyst.is_signed_in_as(world.by_role[Role.ANALYST])
    page = analyst.go(reverse("codebook"))
    onto = page.locator(f"#code-{world.code.id} > .codebook-row")
    box = onto.bounding_box()
    assert box is not None
    with page.expect_navigation():
        page.locator(f"#code-{roof.id} > .codebook-row").drag_to(
            onto, target_position={"x": box["width"] / 2, "y": box["height"] * 0.8}
        )
    assert Code.objects.get(id=roof.id).parent == world.code
    summary = page.locator(f"#code-{roof.id} summary")
    summary.focus()
    page.keyboard.press("Enter")
    with page.expect_navigation():
        page.locator(f"#code-{roof.id}").get_by_role("button", name="Out").press("Enter")
    assert Code.objects.get(id=roof.id).parent is None
    page = analyst.go(reverse("themes"))
    with page.expect_navigation():
        page.locator("[data-card]").drag_to(page.locator("[data-lane='kept']"))
    assert Theme.objects.get().status == "kept"

"""The coding workspace in a real browser: by keyboard alone, in their own words, with a lost connection, two at once."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.functional.conftest import Visitor
from tests.functional.test_pages import RULES, VIOLATIONS
from tests.web.world import TEXT, World
from throughline.records.inquiry.actions import assign_speaker, correct_text
from throughline.records.inquiry.models import Code, Coding, Memo, Source, SourceVersion, ThemePassage
from throughline.records.keyring import source_keys
from throughline.vocabulary.roles import Role

Open = Callable[..., Visitor]


def opened(visitor: Open, world: World, role: Role = Role.ANALYST, **options: Any) -> Visitor:
    window = visitor(**options)
    window.is_signed_in_as(world.by_role[role])
    page = window.go(reverse("code_source", args=[world.source.id]))
    expect(page.locator("[data-ready]")).to_be_visible()
    return window


def own(world: World, role: Role = Role.ANALYST) -> list[tuple[str, str]]:
    """Code and words of what stands, by one person, as the database has it."""
    rows = Coding.objects.filter(analyst=str(world.by_role[role].id)).standing().select_related("code")
    return [(row.code.name, TEXT[row.start : row.end]) for row in rows.order_by("start", "end")]


def text(page: Page) -> Any:
    return page.get_by_role("textbox", name="Text of the source")


def kept(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text("Everything is kept.")


def live(page: Page) -> Any:
    return page.locator("[data-live]")


def here(page: Page) -> Any:
    return page.locator("[data-here]")


def shot(page: Page, name: str) -> None:
    folder = os.environ.get("THROUGHLINE_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_whole_session_by_keyboard_and_heard(visitor: Open, world: World, now: datetime) -> None:
    assign_speaker(
        source=world.source, speaker="Interviewer", participant=None, by=world.cast.rosa.actor, at=now
    )
    page = opened(visitor, world).page
    # what a screen reader is told the parts are
    expect(text(page)).to_have_attribute("aria-multiline", "true")
    expect(text(page)).to_have_attribute("aria-readonly", "true")
    assert (live(page).get_attribute("role"), live(page).get_attribute("aria-live")) == ("status", "polite")
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Alt+ArrowDown")
    expect(live(page)).to_have_text("1 · Interviewer: What is a pipe for? No code here.")
    page.keyboard.press("Alt+ArrowDown")
    expect(live(page)).to_contain_text(
        "2 · P01: It is a reason to come in. Then I said the rest. Codes here: A door"
    )
    page.keyboard.press("Alt+ArrowRight")
    expect(live(page)).to_contain_text("2 · P01: Then I said the rest. Codes here: A door")
    # a letter finds the code, Enter puts it on the sentence
    page.keyboard.press("d")
    finding = page.get_by_role("combobox", name="Find a code")
    expect(finding).to_be_focused()
    best = page.get_by_role("tree", name="Codebook").get_by_role("treeitem", name="A door")
    expect(finding).to_have_attribute("aria-activedescendant", best.get_attribute("id") or "no id")
    shot(page, "workspace-find")
    page.keyboard.press("Enter")
    expect(live(page)).to_have_text("Put on the passage: A door.")
    kept(page)
    assert own(world) == [("A door", "Then I said the rest.")]
    # widen and narrow, a word at a time
    for _ in range(2):  # the full stop is let go first
        page.keyboard.press("Alt+Shift+ArrowLeft")
    kept(page)
    page.keyboard.press("Alt+Shift+ArrowUp")
    kept(page)
    assert own(world) == [("A door", "in. Then I said the")]
    for _ in range(3):
        page.keyboard.press("Control+z")
    kept(page)
    assert own(world) == [("A door", "Then I said the rest.")]
    for _ in range(2):
        page.keyboard.press("Control+Shift+Z")
    kept(page)
    assert own(world) == [("A door", "Then I said the")]
    page.keyboard.press("Delete")
    kept(page)
    assert own(world) == []
    page.keyboard.press("Control+z")
    kept(page)
    assert own(world) == [("A door", "Then I said the")]
    # the next words without a code, and a code named by them
    page.keyboard.press("Alt+u")
    expect(live(page)).to_have_text("4 · P01: That I had no roof.")
    page.keyboard.press("Alt+i")
    expect(live(page)).to_have_text("Put on the passage: That I had no roof..")
    kept(page)
    assert own(world)[-1] == ("That I had no roof.", "That I had no roof.")
    expect(page.get_by_role("treeitem", name="That I had no roof.")).to_be_visible()
    page.keyboard.press("Alt+u")
    expect(live(page)).to_have_text("Every passage has a code.")
    # several at once: each is taken into a set, Enter puts them all
    page.keyboard.press("Control+Home")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("door")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("roof")
    page.keyboard.press("Enter")
    kept(page)
    assert [code for code, words in own(world) if words == "What is a pipe for?"] == [
        "A door",
        "That I had no roof.",
    ]
    page.keyboard.press("Control+z")
    kept(page)
    assert len(own(world)) == 2
    _folds_and_digits(page, world)


def _folds_and_digits(page: Page, world: World) -> None:
    """A code under another is folded away, found when it is looked for, and put by its digit; all is remembered."""
    code = Code.objects.get(name="That I had no roof.")
    Code.objects.filter(id=code.id).update(parent=world.code)
    page.reload()
    expect(page.locator("[data-ready]")).to_be_visible()
    above, under = (page.get_by_role("treeitem", name=name) for name in ("A door", "That I had no roof."))
    expect(above).to_have_attribute("aria-expanded", "true")
    expect(under).to_have_attribute("aria-level", "2")
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    expect(above).to_have_attribute("aria-expanded", "false")
    expect(under).to_have_count(0)
    page.keyboard.type("roof")
    expect(under).to_be_visible()
    page.keyboard.press("Escape")
    page.reload()
    expect(page.locator("[data-ready]")).to_be_visible()
    expect(above).to_have_attribute("aria-expanded", "false")
    page.locator("[data-fold]").click()
    expect(under).to_have_attribute("aria-keyshortcuts", "2")
    before = len(own(world))
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("2")
    expect(live(page)).to_have_text("Put on the passage: That I had no roof..")
    kept(page)
    page.get_by_text("Codes for the keys 0 to 9").click()
    page.locator("#ws-digit-7").select_option("That I had no roof.")
    expect(under).to_have_attribute("aria-keyshortcuts", "7")
    text(page).focus()
    page.keyboard.press("Control+End")
    for _ in range(2):
        page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("7")
    kept(page)
    assert len(own(world)) == before + 2
    shot(page, "workspace-tree")


def test_by_mouse_dragged_searched_and_written_beside(visitor: Open, world: World) -> None:
    page = opened(visitor, world, width=1600).page
    page.locator(".cm-line").nth(3).dblclick(position={"x": 60, "y": 15})
    words = page.locator("[data-selected]")
    expect(words).to_contain_text("4 · P01")
    chosen = page.evaluate("() => document.querySelector('[data-selected]').lastChild.textContent").strip()
    assert chosen and " " not in chosen
    # what is selected is dragged onto the code
    box = page.locator(".cm-line").nth(3).bounding_box()
    code = page.get_by_role("treeitem", name="A door").bounding_box()
    assert box and code
    page.mouse.move(box["x"] + 60, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 10, steps=4)
    page.mouse.move(code["x"] + 20, code["y"] + 10, steps=8)
    page.mouse.up()
    expect(here(page)).to_contain_text("A door")
    kept(page)
    assert own(world) == [("A door", chosen)]
    # what is selected is placed with a theme, within its turn
    page.get_by_text("Place what is selected with a theme").click()
    placing = page.locator("[data-theming]")
    placing.get_by_role("button", name="It belongs to the theme").click()
    expect(placing.get_by_role("status")).to_have_text("Select the words, and choose a theme.")
    placing.get_by_label("Theme").select_option(label=world.theme.name)
    placing.get_by_role("button", name="It belongs to the theme").click()
    expect(placing.get_by_role("status")).to_contain_text("The passage is placed with")
    placed = ThemePassage.objects.get()
    assert TEXT[placed.start : placed.end] == chosen
    text(page).focus()
    # search with a regular expression, review, code what is left ticked
    page.keyboard.press("Control+f")
    page.get_by_label("as a regular expression").check()
    page.get_by_label("Words").fill(r"the rest\b|pipe")
    page.keyboard.press("Enter")
    expect(page.locator("[data-hits]")).to_have_text("Found: 3")
    page.get_by_label("Place 1: pipe").uncheck()
    page.get_by_label("Code for what is ticked").select_option("A door")
    page.get_by_role("button", name="Code what is ticked").click()
    kept(page)
    assert [words for _code, words in own(world)][:2] == ["the rest", "the rest"]
    page.get_by_label("Words").fill("(")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("[data-hits]")).to_contain_text("This is no regular expression")
    page.get_by_label("Words").fill(r"(.+)+\d")
    page.get_by_role("button", name="Look").click()
    expect(page.locator("[data-hits]")).to_contain_text("takes too long")
    # beside a colleague's coding: a memo, and another reading of it
    for _ in range(3):
        page.get_by_role("button", name="Turn before").click()
    here(page).get_by_role("button", name="A door Rosa").click()
    page.get_by_label("Write").fill("To me this is shame.")
    shot(page, "workspace-mouse")
    page.get_by_role("button", name="Keep as another reading").click()
    expect(page.locator("[data-memos]")).to_contain_text("To me this is shame.")
    assert Memo.objects.get().kind == "another_reading"
    expect(here(page).get_by_role("button", name="Take off A door")).to_have_count(1)


def test_lost_connection_queues_and_says_so(visitor: Open, world: World) -> None:
    window = opened(visitor, world)
    page = window.page
    text(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Alt+ArrowUp")
    window.context.set_offline(True)
    for _ in range(2):
        page.keyboard.press("Enter")
        page.keyboard.type("door")
        page.keyboard.press("Enter")
        page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-status]")).to_have_text(
        "The connection is lost. Changes that wait for it: 2. They are sent when it is back."
    )
    expect(page.locator(".cm-line mark")).not_to_have_count(0)
    assert own(world) == []
    waiting = page.evaluate("() => JSON.stringify(localStorage)")
    assert "no roof" not in waiting and "apply" in waiting
    window.context.set_offline(False)
    kept(page)
    assert [words for _code, words in own(world)] == ["And the rest?", "That I had no roof."]
    assert page.evaluate("() => localStorage.length") == 0
    # those that a closed page had kept are sent by the next one
    page.keyboard.press("Control+Home")
    page.keyboard.press("Alt+ArrowDown")
    page.route("**/code/codings/", lambda route: route.abort())
    page.keyboard.press("Enter")
    page.keyboard.type("door")
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("wait for it: 1")
    page.unroute("**/code/codings/")
    page.reload()
    expect(page.locator("[data-ready]")).to_be_visible()
    kept(page)
    assert own(world)[0] == ("A door", "What is a pipe for?")
    # failed requests are what this test is about
    window.wrong = [line for line in window.wrong if "net::ERR" not in line]


def test_text_corrected_while_the_connection_is_lost_loses_nothing(
    visitor: Open, world: World, now: datetime
) -> None:
    window = opened(visitor, world)
    page = window.page
    text(page).focus()
    page.keyboard.press("Control+End")
    page.keyboard.press("Alt+ArrowUp")

    def put() -> None:
        page.keyboard.press("Enter")
        page.keyboard.type("door")
        page.keyboard.press("Enter")

    def correct(version: int, turn: int, words: str) -> None:
        correct_text(
            source=world.source, text=words, turn=turn, base_version=version, by=world.cast.rosa.actor, at=now
        )

    window.context.set_offline(True)
    put()  # "That I had no roof."
    page.keyboard.press("Alt+ArrowUp")
    put()  # "And the rest?"
    expect(page.locator("[data-status]")).to_contain_text("wait for it: 2")
    correct(1, 1, "What is a pipe really for?")
    correct(2, 3, "[Nothing can be heard for eleven minutes.]")
    window.context.set_offline(False)
    # the page of the old text sends what waits, goes on showing what it did, and says where things stand
    kept(page)
    expect(page.locator("[data-problem]")).to_contain_text("corrected")
    source = Source.objects.get(id=world.source.id)
    read = source_keys().open(source.id).decrypt(bytes(source.text)).decode()
    mine = Coding.objects.filter(analyst=str(world.by_role[Role.ANALYST].id)).order_by("start")
    assert [read[one.start : one.end] for one in mine.filter(lost_in=None)] == ["That I had no roof."]
    assert [one.lost_in for one in mine.exclude(lost_in=None)] == [3]
    # on the old text more is coded, while nothing goes out; the next page sends it, with the text that it counts in
    page.route("**/code/codings/", lambda route: route.abort())
    for _ in range(2):
        page.keyboard.press("Alt+ArrowUp")
    put()
    expect(page.locator("[data-status]")).to_contain_text("wait for it: 1")
    page.unroute("**/code/codings/")
    page.reload()
    expect(page.locator("[data-ready]")).to_be_visible()
    kept(page)
    expect(page.locator("[data-problem]")).to_be_hidden()
    assert [read[one.start : one.end] for one in mine.filter(lost_in=None)] == [
        "What is a pipe really for?",
        "That I had no roof.",
    ]
    text(page).focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Alt+ArrowDown")
    expect(here(page)).to_contain_text("A door")
    # the text that one more was marked on is gone for good: the only ones that are let go, and it is said
    page.route("**/code/codings/", lambda route: route.abort())
    page.keyboard.press("Alt+ArrowDown")
    put()
    expect(page.locator("[data-status]")).to_contain_text("wait for it: 1")
    SourceVersion.objects.filter(source=world.source).delete()
    Source.objects.filter(id=world.source.id).update(version=9)
    address = page.url
    page.goto("about:blank")  # the old page is gone: it is the new one that sends it and says so
    page.unroute("**/code/codings/")
    page.goto(address)
    expect(page.locator("[data-problem]")).to_contain_text(
        "could not be kept: 1. The text that this was marked on"
    )
    assert mine.count() == 3
    window.wrong = [line for line in window.wrong if "net::ERR" not in line]


def test_two_at_once_see_each_other(visitor: Open, world: World) -> None:
    analyst, rosa = opened(visitor, world), opened(visitor, world, Role.LEAD_RESEARCHER)
    for window in (analyst, rosa):
        text(window.page).focus()
        window.page.keyboard.press("Control+End")
        window.page.keyboard.press("Alt+ArrowUp")
    analyst.page.keyboard.press("Alt+i")
    kept(analyst.page)
    expect(here(rosa.page)).to_contain_text("That I had no roof.")
    expect(rosa.page.get_by_role("treeitem", name="That I had no roof.")).to_be_visible()
    # who leads takes it off; the analyst sees it go, and undoing does not bring it back unseen
    here(rosa.page).get_by_role("button", name="Take off").click()
    kept(rosa.page)
    expect(here(analyst.page)).to_have_text("No code here.")
    rosa.page.keyboard.press("Control+z")
    expect(here(analyst.page)).to_contain_text("That I had no roof.")


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1600, True)])
def test_workspace_in_use_is_clean(visitor: Open, world: World, width: int, dark: bool) -> None:
    page = opened(visitor, world, width=width, dark=dark, with_axe=True).page
    page.get_by_role("button", name="Next turn").click()
    page.get_by_role("button", name="Next turn").click()
    here(page).get_by_role("button", name="A door").first.click()
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Words").fill("rest")
    page.keyboard.press("Enter")
    expect(page.locator("[data-hits]")).to_have_text("Found: 2")
    shot(page, f"workspace-{width}-{'dark' if dark else 'light'}")
    assert page.evaluate(VIOLATIONS, RULES) == {}
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0

"""Answers every question of a drawn form, as a person would who takes the first choice each time."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

from tests.exchange.attachment.made import png

# Each question that is shown and was not answered yet, by its control; answered in the page where that is like a tap.
WAITING = """() => {
  for (const question of document.querySelectorAll(".odk-form .question-container:not([data-answered])")) {
    const has = (what) => question.querySelector(what);
    question.dataset.answered = "true";
    const tap = has("input[type=radio]:enabled") ?? has("input[type=checkbox]:enabled");
    if (tap) { if (!question.querySelector("input:checked")) tap.click(); return "tapped"; }
    for (const [kind, what] of [
      ["number", "input.p-inputnumber-input:enabled"], ["day", ".p-datepicker-input:enabled"], ["list", ".p-select, .p-multiselect"],
      ["place", ".get-location-button"], ["file", "input[type=file]"], ["words", "input[type=text]:enabled, textarea:enabled"],
    ]) {
      const found = has(what);
      if (found && (!found.value || kind === "day")) { found.dataset.now = kind; return kind; }
    }
  }
  return "";
}"""
MOST = 600  # steps


def answer_all(page: Page, words: dict[str, str] | None = None) -> int:
    """Answer until nothing that is shown waits. `words`: what to write where a question's words hold the key."""
    for count in range(MOST):
        kind = page.evaluate(WAITING)
        if not kind:
            return count
        if kind != "tapped":
            control = page.locator(f"[data-now='{kind}']")
            ANSWER[kind](page, control, words or {})
            page.evaluate("() => document.querySelector('[data-now]')?.removeAttribute('data-now')")
    raise AssertionError("the form goes on for ever")


def _number(page: Page, control: Locator, words: dict[str, str]) -> None:
    control.click()
    control.press_sequentially(_word(control, words, "3"))
    page.keyboard.press("Tab")


def _day(page: Page, control: Locator, words: dict[str, str]) -> None:
    control.click()
    if word := _word(control, words, ""):
        control.fill(word)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        return
    # the one before may still be fading out
    panel = page.locator(".p-datepicker-panel:not(.p-connected-overlay-leave-active)").last
    panel.wait_for()
    days = panel.locator(".p-datepicker-day:not(.p-disabled)")
    if days.count():
        days.first.click()
    else:  # a time of day
        panel.locator("button").first.click()
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")


def _list(page: Page, control: Locator, words: dict[str, str]) -> None:
    control.click()
    page.locator("[role=option]").first.click()
    page.keyboard.press("Escape")


def _place(page: Page, control: Locator, words: dict[str, str]) -> None:
    control.click()
    page.locator(".geo-dialog-footer button").last.click()


def _file(page: Page, control: Locator, words: dict[str, str]) -> None:
    control.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": png()})


def _words(page: Page, control: Locator, words: dict[str, str]) -> None:
    control.fill(_word(control, words, "some words"))
    page.keyboard.press("Tab")


def _word(control: Locator, words: dict[str, str], otherwise: str) -> str:
    asked = str(control.evaluate("(element) => element.closest('.question-container').textContent"))
    return next((word for key, word in words.items() if key in asked), otherwise)


ANSWER: dict[str, Any] = {
    "number": _number, "day": _day, "list": _list, "place": _place, "file": _file, "words": _words,
}  # fmt: skip

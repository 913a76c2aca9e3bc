"""Transcripts come in with their progress, are put right and kept; then they are read, heard and noted beside."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from playwright.sync_api import expect

from tests.functional import test_pages as pages
from tests.functional.conftest import Visitor
from tests.web.about import coder_of
from tests.web.world import World
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import JournalEntry, Memo, ReadMark, Source

TALK = "[00:00:00] Anna: What was it like?\n\n[00:00:02] P07: Zoë said 🙂 it was fine.\n\n[00:00:04] Ana: And then?\n"
SHEET = b"Label,Group,Age,Arm\nP01,people who use crack,40s,intervention\nP99,nobody,30s,\n"


def sound(seconds: int) -> bytes:
    """Silence that a browser plays."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8_000)
        file.writeframes(b"\x80" * 8_000 * seconds)
    return written.getvalue()


def check(page: Any, name: str) -> None:
    """The page as it is now: what a form answered has no address to be asked at."""
    assert pages.seen(page, name, pages.LOOKS[0]) == {}
    page.set_viewport_size({"width": 1280, "height": 900})


def test_transcripts_come_in_and_are_read_heard_and_noted(
    visitor: Callable[..., Visitor], world: World
) -> None:
    rosa = visitor(with_axe=True)
    rosa.is_signed_in_as(world.cast.rosa.account)
    _bring(rosa)
    source = Source.objects.get(name="Talk seven")
    assert Source.objects.count() == 3
    page = rosa.go(reverse("describe_source", args=[source.id]))
    file = {"name": "talk.wav", "mimeType": "audio/wav", "buffer": sound(6)}
    page.locator("#sound_file").set_input_files([file])
    page.get_by_role("button", name="Keep the recording").click()
    _read(page, source)
    _bring_face_sheet(rosa)


def _bring(rosa: Visitor) -> None:
    page = rosa.go(reverse("add_source"))
    files = [("talk.txt", TALK.encode()), ("second.txt", b"P08: Yes.\nI: No."), ("empty.txt", b"")]
    page.get_by_label("Transcripts").set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
    )
    page.get_by_role("button", name="See how they are read").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How they are read")
    check(page, "look")
    page.get_by_label("Name").first.fill("Talk seven")
    page.get_by_label("Call Ana", exact=True).fill("Anna")
    # what was filled in stays while a turn is put right; Enter keeps the speaker and nothing else
    page.get_by_role("button", name="Put right turn 2").first.click()
    who = page.get_by_label("Who says this")
    expect(who).to_be_focused()
    check(page, "look-turn")
    who.fill("P7")
    who.press("Enter")
    expect(page.get_by_text("1 turn was put right.")).to_be_visible()
    expect(page.get_by_label("Call Ana", exact=True)).to_have_value("Anna")
    page.get_by_role("button", name="Keep these 2 sources").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 sources were added")


def _read(page: Any, source: Source) -> None:
    expect(page.locator("audio")).to_be_visible()
    # stopped as soon as it plays: on a busy machine the turn is over before anybody looks
    page.locator("audio").evaluate(
        "audio => audio.addEventListener('playing', () => audio.pause(), { once: true })"
    )
    page.get_by_role("button", name="Play from 0:02").click()
    expect(page.locator("#turn-2.is-heard")).to_be_visible()
    page.wait_for_function("document.querySelector('audio').paused")
    assert 2 <= page.evaluate("document.querySelector('audio').currentTime") < 4
    page.locator("#turn-2 .turn-text").select_text()
    expect(page.locator("[data-coding-selection]")).to_contain_text("it was fine")
    page.get_by_role("textbox", name="Note").fill("She laughs while she says it.")
    page.get_by_role("button", name="Keep the note").click()
    expect(page.locator("#turn-2 .note")).to_contain_text("She laughs")
    note = Memo.objects.get(kind="note")
    assert TALK[note.start or 0 : note.end] == "Zoë said 🙂 it was fine."
    check(page, "reading")
    page.get_by_role("button", name="I have read this to the end").click()
    expect(page.get_by_text("You read this to the end")).to_be_visible()
    assert ReadMark.objects.get().source_id == source.id


def _bring_face_sheet(rosa: Visitor) -> None:
    page = rosa.go(reverse("face_sheet"))
    page.locator("input[type=file]").set_input_files(
        [{"name": "people.csv", "mimeType": "text/csv", "buffer": SHEET}]
    )
    page.get_by_role("button", name="See what matches").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 row matches")
    check(page, "face-match")
    page.get_by_role("button", name="Keep what matches").click()
    expect(page.get_by_text("1 row of the face sheet is kept.")).to_be_visible()


def test_positions_memos_and_journals_are_clean_when_there_is_something_in_them(
    visitor: Callable[..., Visitor], world: World
) -> None:
    rosa, at, of = world.cast.rosa, world.contact.server_time, world.analysis
    for text in ("I was a nurse.", "I was a nurse at such a counter for six years."):
        actions.write_position(analysis=of, text=text, by=rosa.actor, at=at)
    memo = actions.write_memo(analysis=of, title="Doors", text="Doors everywhere.", by=rosa.actor, at=at)
    actions.rewrite_memo(memo=memo, text="Doors, and windows.", base_version=1, by=rosa.actor, at=at)
    actions.write_memo(analysis=of, text="Again a door.", about=world.code, by=rosa.actor, at=at)
    entry = actions.write_journal(analysis=of, text="I did not want to hear it.", by=rosa.actor, at=at)
    actions.mark_read(source=world.source, by=rosa.actor, at=at)
    actions.join_coder(coder=coder_of(world), account=rosa.account, by=rosa.actor, at=at)
    window = visitor(with_axe=True)
    window.is_signed_in_as(rosa.account)
    for name, address in (
        ("analysis-full", reverse("analysis")),
        ("memos-full", reverse("memos")),
        ("memo", reverse("memo", args=[memo.id])),
        ("journal-full", reverse("journal")),
    ):
        check(window.go(address), name)
    page = window.go(reverse("journal"))
    page.locator("summary", has_text="Share it").click()
    page.get_by_role("button", name="Share it for good").click()
    expect(page.get_by_text("The team reads this entry now.")).to_be_visible()
    assert JournalEntry.objects.get(id=entry.id).shared_at is not None

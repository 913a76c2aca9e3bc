"""How soon a large source can be coded, how long one more coding takes, and how many four coders add at once.

One text of 600 KB under 50 codes, with 1,000 and with 5,000 codings that overlap, the same in Throughline and in Taguette
(from PyPI, in an environment of its own), in the same browser, in one run. Throughline runs as `throughline serve` on the
embedded database, durable: synchronous=FULL, a commit per coding.

Opened: from asking for the page until a passage can be selected and coded. One more: from the key that puts the code on what is
selected (in either tool Enter, where codes are looked for) until the coding is in the database and drawn, told by an observer
inside the page, from a page at rest: neither pays for what was done in it before; the tools in turns. Four at once: codings acknowledged per second by four people who send one after another.
Printed: medians, and ratios as medians of the turns'. Taguette is given up on after `--patience` seconds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import queue
import secrets
import signal
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, TimeoutError, sync_playwright
from tests.installation import Installation, new_place
from tests.setup_browser import chromium

from bench._serving import asked, free_port, running
from bench._taguette import AT_REST, Theirs
from throughline.vocabulary.ids import uuid7

LENGTH, CODES, TURN, CODERS = 600_000, 50, 400, 4
FURTHER = 15  # codings, after those that are there
WORDS = [
    "we",
    "came",
    "back",
    "later",
    "and",
    "nobody",
    "asked",
    "what",
    "the",
    "door",
    "was",
    "like",
    "before",
    "the",
    "van",
    "stood",
    "there",
    "on",
    "a",
    "cold",
    "morning",
]

OURS = """
import json, sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.cast import make_cast
from throughline.records.inquiry.actions import (
    CodeDraft, CodingDraft, SourceDraft, TurnDraft, add_codebook, add_codes, add_participant, add_source, apply_codes,
    assign_speaker, open_analysis,
)
from throughline.records.study.actions import create_study, record_research_consent
from throughline.vocabulary.study import Approach, CodeOrigin, ConsentScope, SourceKind
cast, at = make_cast(), datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
given = json.loads(Path(FOLDER, "given.json").read_text())
by = cast.rosa.actor
study = create_study(programme=cast.programme, title="Bench", design="site change", by=cast.chen.actor, at=at)
analysis = open_analysis(study=study, name="Bench", question="?", approach=Approach.CODEBOOK_TEMPLATE, by=by, at=at)
book = add_codebook(analysis=analysis, name="Codes", by=by, at=at)
drafts = [CodeDraft(slug=name, name=name, origin=CodeOrigin.INDUCTIVE, parent="all") for name in given["codes"]]
above, *codes = add_codes(
    codebook=book, drafts=[CodeDraft(slug="all", name="all of them", origin=CodeOrigin.INDUCTIVE), *drafts], by=by, at=at,
)
consent = record_research_consent(
    study=study, sheet_version="1", scopes=(ConsentScope.TAKE_PART, ConsentScope.QUOTE), given_on=at.date(), by=by, at=at,
)
ama = add_participant(analysis=analysis, label="Ama", group="all", attributes={}, consent=consent, by=by, at=at)
out = {}
for size, codings in given["codings"].items():
    text = given["text"]
    turns = tuple(TurnDraft(start, end, "Ama") for start, end in given["turns"])
    draft = SourceDraft(f"Text {size}", SourceKind.INTERVIEW, text, text.encode(), size.zfill(64), "txt", turns=turns, is_deidentified=True)
    source = add_source(analysis=analysis, draft=draft, by=by, at=at)
    assign_speaker(source=source, speaker="Ama", participant=ama, by=by, at=at)
    apply_codes(source=source, drafts=[CodingDraft(codes[code], start, end) for code, start, end in codings], by=by, at=at)
    out[size] = str(source.id)
Store = import_module(settings.SESSION_ENGINE).SessionStore
sessions = []
for _ in range(CODERS):
    session = Store()
    session[SESSION_KEY] = str(cast.rosa.account.id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = cast.rosa.account.get_session_auth_hash()
    session.save()
    sessions.append(session.session_key)
print(json.dumps({"sources": out, "sessions": sessions, "codes": [str(code.id) for code in codes], "above": str(above.id)}))
"""


KEPT = """() => {
  const status = document.querySelector('[data-status]');
  window.kept = new Promise((done) => {
    addEventListener('keydown', () => {
      const began = performance.now();
      const seen = new MutationObserver(() => {
        if (status.dataset.state === 'kept') { seen.disconnect(); done(performance.now() - began); }
      });
      seen.observe(status, {attributes: true});
    }, {capture: true, once: true});
  });
}"""


def simulate(sizes: list[int]) -> dict[str, Any]:
    """A text of made-up words in turns of 400 characters, each a paragraph, and codings of 40 to 400 characters in it."""
    draw = np.random.default_rng(1)
    words = " ".join(draw.choice(WORDS, LENGTH // 4))[:LENGTH].ljust(LENGTH, ".")
    text = "".join(words[start : start + TURN - 1] + "\n" for start in range(0, LENGTH, TURN))
    turns = [(start, start + TURN - 1) for start in range(0, LENGTH, TURN)]
    codings = {}
    for size in sizes:
        starts = draw.choice(LENGTH - 400, size, replace=False)
        codings[str(size)] = [
            (int(draw.integers(CODES)), int(start), int(start + draw.integers(40, 400))) for start in starts
        ]
    return {
        "text": text, "turns": turns, "codings": codings, "codes": [f"code-{number:02}" for number in range(CODES)],
    }  # fmt: skip


class Ours:
    """Throughline: an installation of its own, served."""

    name = "Throughline"

    def __init__(self, folder: Path, given: dict[str, Any]) -> None:
        self.place: Installation = new_place(folder / "home")
        made = self.place.throughline("init", "--programme", "Bench", "--organisation", "Bench network")
        assert made.returncode == 0, made.stderr
        code = OURS.replace("FOLDER", repr(str(folder))).replace("CODERS", str(CODERS))
        self.made = json.loads(self.place.python(code).splitlines()[-1])
        self.port, self.log = free_port(), folder / "ours.log"

    def served(self) -> Any:
        command = [sys.executable, "-m", "throughline.cli.main", "serve", "--port", str(self.port)]
        return running(command, self.place.environment(), self.port, self.log)

    def page(self, size: str) -> str:
        return f"http://localhost:{self.port}/inquiry/sources/{self.made['sources'][size]}/code/"

    def sign_in(self, page: Page) -> None:
        address = f"http://localhost:{self.port}"
        page.context.add_cookies([{"name": "throughline", "value": self.made["sessions"][0], "url": address}])

    def open(self, page: Page, size: str, patience: float) -> float:
        began = time.perf_counter()
        page.goto(self.page(size), wait_until="commit")
        page.locator("[data-ready]").wait_for(timeout=patience * 1000)
        page.keyboard.press("Alt+ArrowDown")
        return time.perf_counter() - began

    def add_one(self, page: Page, number: int) -> float:
        page.locator(".cm-content").focus()
        for _ in range(2):
            page.keyboard.press("Alt+ArrowDown")
        page.locator("[data-find]").fill(f"code-{number:02}")
        # told by the page itself: from the key until it says that the coding is on disk, by when it is drawn too
        page.evaluate(KEPT)
        page.wait_for_timeout(AT_REST)
        page.keyboard.press("Enter")
        return float(page.evaluate("kept")) / 1000

    def sender(self, size: str, coder: int) -> Callable[[int], bool]:
        token = secrets.token_hex(16)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token,
            "Cookie": f"throughline={self.made['sessions'][coder]}; throughline-csrf={token}",
        }  # fmt: skip
        path = f"/inquiry/sources/{self.made['sources'][size]}/code/codings/"
        draw = np.random.default_rng(coder)

        def send(number: int) -> bool:
            start = int(draw.integers(LENGTH - 100))
            change = {
                "do": "apply", "id": str(uuid7(time.time_ns() // 1_000_000)), "code": self.made["codes"][number % CODES],
                "start": start, "end": start + 60,
            }  # fmt: skip
            body = urllib.parse.urlencode({"text_version": 1, "changes": json.dumps([change])})
            answer = asked(self.port, path, body, headers)
            return answer is not None and not answer["refused"]

        return send


def four_at_once(tool: Ours | Theirs, size: str, seconds: float) -> tuple[float, float, int]:
    """Codings acknowledged a second by all together, the median wait in ms, and how many were refused."""
    waits: list[float] = []
    refused: list[int] = []
    senders = [tool.sender(size, coder) for coder in range(CODERS)]
    until = time.monotonic() + seconds

    def work(send: Callable[[int], bool]) -> None:
        number = 0
        while time.monotonic() < until:
            began, number = time.perf_counter(), number + 1
            (waits if send(number) else refused).append(time.perf_counter() - began)  # type: ignore[arg-type]

    threads = [threading.Thread(target=work, args=(send,)) for send in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if not waits:
        raise SystemExit(f"{tool.name} refused all {len(refused)} codings")
    return len(waits) / seconds, statistics.median(waits) * 1000, len(refused)


class InBrowser:
    """A tool's page of a document, in a browser of its own that does one thing after the other as it is told.

    In a process group of its own: a page that answers nothing for minutes keeps its browser from being closed, too.
    """

    def __init__(self, tool: Ours | Theirs, size: str, patience: float) -> None:
        spawning = multiprocessing.get_context("spawn")
        self.patience = patience
        self.asked: Any = spawning.Queue()
        self.told: Any = spawning.Queue()
        self.child = spawning.Process(target=_drive, args=(self.asked, self.told, tool, size, patience))
        self.child.start()

    def ask(self, what: str, number: int = 0) -> float | None:
        """Seconds of `open` or `add_one`; None: not within patience."""
        self.asked.put((what, number))
        try:
            seconds: float | None = self.told.get(timeout=self.patience + 60)
        except queue.Empty:
            return None
        return seconds

    def close(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.child.pid or 0, signal.SIGKILL)
        self.child.join()


def _drive(asked: Any, told: Any, tool: Ours | Theirs, size: str, patience: float) -> None:
    os.setsid()
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]).new_page()
        page.set_default_timeout(patience * 1000)
        tool.sign_in(page)
        while True:
            what, number = asked.get()
            try:
                told.put(tool.open(page, size, patience) if what == "open" else tool.add_one(page, number))
            except TimeoutError:
                told.put(None)


def in_turns(
    tools: list[Ours | Theirs], size: str, patience: float, rounds: int
) -> Iterator[tuple[Ours | Theirs, list[float], list[float]]]:
    """Of each tool the seconds until the document can be coded (none: not within patience), then those of each further coding.

    The further codings of all tools that opened it in turns: what else the machine does meanwhile is upon each of them alike.
    """
    with ExitStack() as open_pages:
        pages = []
        for tool in tools:
            page = InBrowser(tool, size, patience)
            open_pages.callback(page.close)
            tries = [page.ask("open") for _ in range(rounds if tool is tools[0] else 1)]
            opened = [seconds for seconds in tries if seconds is not None]
            if not opened:
                page.close()  # it is still at it, and would be upon the others' turns
            pages.append((tool, page, opened))
        added: dict[str, list[float]] = {tool.name: [] for tool in tools}
        for number in range(1, FURTHER + 1):
            for tool, page, opened in pages:
                seconds = page.ask("add_one", number) if opened else None
                if seconds is not None:
                    added[tool.name].append(seconds)
        for tool, _, opened in pages:
            yield tool, opened, added[tool.name]


def shown(seconds: list[float], ours: list[float], patience: float) -> str:
    """The median; of another tool's how many times ours it takes, in turns where there are as many of each."""
    if not seconds:
        least = f", more than {patience / statistics.median(ours):,.0f}x" if ours else ""
        return f"not within {patience:.0f} s{least}"
    told = f"{statistics.median(seconds) * 1000:12,.0f} ms"
    if not ours or ours is seconds:
        return told
    if len(ours) != len(seconds):
        return f"{told} {statistics.median(seconds) / statistics.median(ours):10.1f}x"
    ratios = [theirs / own for theirs, own in zip(seconds, ours, strict=True)]
    return f"{told} {statistics.median(ratios):10.1f}x ({min(ratios):.1f} to {max(ratios):.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 5_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=180)
    parser.add_argument("--seconds", type=float, default=20, help="that four people add at once")
    parser.add_argument("--without-peers", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as name:
        folder = Path(name)
        world = simulate(given.sizes)
        (folder / "given.json").write_text(json.dumps(world))
        tools: list[Ours | Theirs] = [Ours(folder, world)]
        if not given.without_peers:
            tools.append(Theirs(folder))
        with ExitStack() as servers:
            for tool in tools:
                servers.enter_context(tool.served())
            for size in map(str, given.sizes):
                base: tuple[list[float], list[float]] = ([], [])
                for tool, opened, added in in_turns(tools, size, given.patience, given.rounds):
                    base = (opened, added) if tool is tools[0] else base
                    line = shown(added, base[1], given.patience) if opened else "not reached: it did not open"
                    for what, told in (
                        ("open, until it can be coded", shown(opened, base[0], given.patience)),
                        ("one more coding, drawn", line),
                    ):
                        print(f"{tool.name:12} {int(size):>7,} codings  {what:30} {told}", flush=True)
            size = str(max(given.sizes))
            for tool in tools:
                rate, wait, refused = four_at_once(tool, size, given.seconds)
                print(
                    f"{tool.name:12} {int(size):>7,} codings  four at once                   {rate:8,.1f} a second,"
                    f" median {wait:,.0f} ms, {refused} refused",
                    flush=True,
                )


if __name__ == "__main__":
    main()

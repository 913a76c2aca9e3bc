"""Taguette as a peer: from PyPI in an environment of its own, for one person on their own machine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page

from bench._serving import asked, free_port, running
from bench.agreement import environment

THEIRS = """
import json, sys
from bisect import bisect_left, bisect_right
from pathlib import Path
from taguette import database
folder = Path(sys.argv[1])
given = json.loads((folder / "given.json").read_text())
make = database.connect("sqlite:///" + str(folder / "taguette.sqlite3"), create_tables=True)
db = make()
db.add(database.User(login="admin"))
project = database.Project(name="Bench", description="")
db.add(project)
db.flush()
db.add(database.ProjectMember(project=project, user_login="admin", privileges=database.Privileges.ADMIN))
tags = [database.Tag(project=project, path=name, description="") for name in given["codes"]]
db.add_all(tags)
# its text has no line ends: places in it count without them, and a quote is kept in paragraphs as its page would make it
ends = [end for _, end in given["turns"]]
def place(at):
    return at - bisect_left(ends, at)
def snippet(start, end):
    first, last = bisect_right(ends, start), bisect_left(ends, end) + 1
    said = (given["text"][max(start, begin) : min(end, stop)] for begin, stop in given["turns"][first:last])
    return "".join(f"<p>{words}</p>" for words in said)
paragraphs = "".join(f"<p>{given['text'][start:end]}</p>" for start, end in given["turns"])
out = {}
for size, codings in given["codings"].items():
    document = database.Document(
        project=project, name=f"Text {size}", description="", filename="text.txt",
        text_direction=database.TextDirection.LEFT_TO_RIGHT, contents=paragraphs,
    )
    db.add(document)
    db.flush()
    for code, start, end in codings:
        db.add(database.Highlight(
            document=document, start_offset=place(start), end_offset=place(end), snippet=snippet(start, end),
            tags=[tags[code]],
        ))
    out[size] = document.id
db.commit()
print(json.dumps({"project": project.id, "documents": out, "tags": [tag.id for tag in tags]}))
"""


# From the key that saves its dialogue until the highlight is acknowledged and drawn: its page draws what the server announces.
# Seen by an observer inside the page, as our own is: a driver that asks again and again would add its own time.
ADDED = """() => {
  const known = new Set([...document.querySelectorAll('[data-highlight-id]')].map((one) => one.dataset.highlightId));
  const isNew = (node) => node instanceof HTMLElement && [node, ...node.querySelectorAll('[data-highlight-id]')].some(
    (one) => one.dataset.highlightId && !known.has(one.dataset.highlightId)
  );
  window.added = new Promise((done) => {
    addEventListener('keydown', () => {
      const began = performance.now();
      new MutationObserver((changes, seen) => {
        if (!changes.some((change) => [...change.addedNodes].some(isNew))) return;
        seen.disconnect();
        done(performance.now() - began);
      }).observe(document.body, {childList: true, subtree: true});
    }, {capture: true, once: true});
  });
}"""


DRAWN = """size => new Set(
  [...document.querySelectorAll('[data-highlight-id]')].map((one) => one.dataset.highlightId)
).size >= size"""


AT_REST = 250  # milliseconds in which a page gets done with what was asked of it before


class Theirs:
    """Taguette, for one person on their own machine."""

    name = "Taguette"

    def __init__(self, folder: Path) -> None:
        self.python = environment(folder / "peer", "taguette")
        done = subprocess.run(
            [str(self.python), "-c", THEIRS, str(folder)], check=True, stdout=subprocess.PIPE, text=True
        )
        self.made = json.loads(done.stdout.splitlines()[-1])
        self.length = len(json.loads((folder / "given.json").read_text())["text"])
        self.folder, self.port, self.log = folder, free_port(), folder / "theirs.log"

    def served(self) -> Any:
        command = [
            str(self.python.parent / "taguette"), "--no-browser", "--port", str(self.port),
            "--database", str(self.folder / "taguette.sqlite3"),
        ]  # fmt: skip
        return running(command, {**os.environ, "HOME": str(self.folder)}, self.port, self.log)

    def token(self) -> str:
        found = re.search(r"token=(\w+)", self.log.read_text())
        assert found, self.log.read_text()
        return found[1]

    def sign_in(self, page: Page) -> None:
        # its pages wait for something of elsewhere that a machine without a network never gets
        page.goto(f"http://localhost:{self.port}/?token={self.token()}", wait_until="commit")

    def address(self, size: str) -> str:
        return f"/project/{self.made['project']}/document/{self.made['documents'][size]}"

    def open(self, page: Page, size: str, patience: float) -> float:
        began = time.perf_counter()
        page.goto(f"http://localhost:{self.port}{self.address(size)}", wait_until="commit")
        # its page draws one highlight after the other, and answers nothing meanwhile
        page.wait_for_function(DRAWN, arg=int(size), timeout=patience * 1000)
        return time.perf_counter() - began

    def add_one(self, page: Page, number: int) -> float:
        # its dialogue, as its key for a new highlight opens it, with the tag ticked: Enter saves
        start = 1000 + 977 * number
        page.evaluate("(place) => createHighlight(place)", [start, start + 60])
        page.locator("#highlight-add-modal.show").wait_for()
        page.locator(f"#highlight-add-tags-{self.made['tags'][number]}").check()
        page.locator("#highlight-search").focus()
        page.evaluate(ADDED)
        page.wait_for_timeout(AT_REST)
        page.keyboard.press("Enter")
        seconds = float(page.evaluate("added")) / 1000
        page.locator("#highlight-add-modal").wait_for(state="hidden")
        return seconds

    def sender(self, size: str, coder: int) -> Callable[[int], bool]:
        path = f"/api{self.address(size)}/highlight/new"
        jar = self.signed_in()
        headers = {"Content-Type": "application/json; charset=utf-8", "Cookie": jar}
        xsrf = re.search(r"_xsrf=([^;]+)", jar)
        path += f"?_xsrf={xsrf[1] if xsrf else ''}"
        draw = np.random.default_rng(coder)

        def send(number: int) -> bool:
            start = int(draw.integers(self.length - 100))
            tag = self.made["tags"][number % len(self.made["tags"])]
            body = json.dumps({"start_offset": start, "end_offset": start + 60, "tags": [tag]})
            return asked(self.port, path, body, headers) is not None

        return send

    def signed_in(self) -> str:
        """Cookies of the one person there is."""
        connection = HTTPConnection("localhost", self.port, timeout=60)
        connection.request("GET", f"/?token={self.token()}")
        first = connection.getresponse()
        first.read()
        jar = "; ".join(v.split(";")[0] for n, v in first.getheaders() if n.lower() == "set-cookie")
        connection.request("GET", f"/project/{self.made['project']}", headers={"Cookie": jar})
        second = connection.getresponse()
        second.read()
        more = [v.split(";")[0] for n, v in second.getheaders() if n.lower() == "set-cookie"]
        return "; ".join([jar, *more])

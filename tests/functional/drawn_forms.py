"""Forms drawn by the page's own island, template and content policy, one after the other, without the rest of a server.

A script answers each question; what the page sends is read by exchange/xlsform/submission.
"""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from playwright.sync_api import Page

from tests.functional.answering import answer_all
from throughline.config.middleware import policy_with
from throughline.exchange.xlsform.questions import asked_in
from throughline.exchange.xlsform.submission import answers_of
from throughline.web.assets import DIST
from throughline.web.templatetags.throughline_ui import island

NONCE = "drawn"
POLICY = policy_with({"script-src": "'wasm-unsafe-eval'", "style-src": f"'nonce-{NONCE}'"})
# What the forms' own constraints ask for, by words of the question.
WORDS = {
    "sid_english": "1302-12345-123", "sinit_english": "ZZ-AA", "iinit_english": "ZZ-AA", "dob_english": "01/02/1980",
    "idy_english": "2001", "cdy_english": "2001", "MUAC": "100", "Height": "100", "decimal widget": "12",
    "only future": "01/02/2030", "Date and Time": "2026-01-02T10:00:00.000+01:00",
}  # fmt: skip
TYPES = {".js": "text/javascript", ".css": "text/css"}


class Server(ThreadingHTTPServer):
    """Holds what the page asks for; keeps what it sends."""

    def __init__(self, xforms: dict[str, str]) -> None:
        super().__init__(("localhost", 0), Handler)
        self.xforms, self.sent = xforms, list[bytes]()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """The page of a form, its XForm, the built front end, and where a form is sent."""

    server: Server

    def log_message(self, *told: object) -> None:
        """Nothing: the table alone is printed."""

    def do_GET(self) -> None:
        kind, _, name = self.path.strip("/").partition("/")
        if kind == "form" and name in self.server.xforms:
            self._answer(_page(name), "text/html")
        elif kind == "xform" and name in self.server.xforms:
            self._answer(self.server.xforms[name], "application/xml")
        elif kind == "static" and (file := DIST / "assets" / Path(name).name).is_file():
            self._answer(
                file.read_text(encoding="utf-8"),
                TYPES.get(file.suffix, "text/plain"),
                "immutable, max-age=600",
            )
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        self.server.sent.append(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer('{"html": "<p>sent</p>"}', "application/json")

    def _answer(self, text: str, kind: str, kept: str = "no-store") -> None:
        self.send_response(200)
        self.send_header("Cache-Control", kept)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(text.encode())


def _page(name: str) -> str:
    form = {"xform": f"/xform/{name}", "send": "/send"}
    drawn = render_to_string("surveys/drawn_form.html", {"form": form, "nonce": NONCE})
    return f"<!doctype html><html lang=en><head><title>{name}</title>{island('forms')}</head><body>{drawn}</body></html>"


def told(page: Page, server: Server, name: str) -> tuple[str, dict[str, Any]]:
    """Draw a form, answer each question, send it and read it again: what the page says that it cannot show, and the answers."""
    page.goto(f"{server.address}/form/{name}")
    page.locator("[data-form][data-ready]").wait_for()
    if page.locator("[data-ready=false]").count():
        return page.locator("[data-form-problem]").inner_text(), {}
    server.sent.clear()
    answer_all(page, WORDS)
    page.get_by_role("button", name="Send").click()
    page.locator("[data-form-result]:not([hidden])").wait_for()
    xml = re.search(rb"<data.*</data>|<\w+ id=.*>", server.sent[-1], re.DOTALL)
    return "", answers_of(asked_in(server.xforms[name]).questions, xml[0] if xml else b"")

"""A large project as people meet it: 500 sources, 30 MB of text, 200,000 codings by four people under 100 codes.

An installation of its own on the embedded database, served by `throughline serve`; every page is asked for over HTTP by somebody
who has signed in, and read to its end. Printed for each: median and the longest of `--rounds`, beside its goal. One more coding
is sent in a small source and in one of 2 MB under 10,000 codings: it must not grow with the document.

    python -m bench.project [--sources 500] [--codings 200000] [--rounds 5]
"""

from __future__ import annotations

import argparse
import json
import secrets
import statistics
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from tests.installation import Installation, new_place

from bench._serving import free_port, running
from throughline.vocabulary.ids import uuid7

CODES, LENGTH, LARGE, LARGE_CODINGS = 100, 60_000, 2_000_000, 10_000

FILL = """
import json, random
from datetime import UTC, datetime
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.cast import START, SYSTEM, make_cast
from throughline.records.accounts.actions import add_account
from throughline.records.inquiry.actions import (
    CodeDraft, CodingDraft, SourceDraft, TurnDraft, add_codebook, add_codes, add_source, apply_codes, open_analysis,
)
from throughline.records.programme.actions import grant_membership
from throughline.records.programme.queries import actor_for
from throughline.records.study.actions import create_study
from throughline.vocabulary.roles import Role
from throughline.vocabulary.study import Approach, CodeOrigin, SourceKind
cast, at, draw = make_cast(), datetime(2026, 3, 2, 10, 30, tzinfo=UTC), random.Random(1)
lead = cast.rosa.actor
coders = [lead]
for name in ("una", "vic", "wim"):
    account = add_account(programme_id=cast.programme.id, username=name, display_name=name.title(),
                          password="a long enough password", by=SYSTEM, at=START)
    grant_membership(account=account, organisation=cast.service, roles=[Role.LEAD_RESEARCHER], sites=[], is_all_sites=True,
                     from_on=START.date(), by=SYSTEM, at=START)
    coders.append(actor_for(account, at.date()))
study = create_study(programme=cast.programme, title="Bench", design="site change", by=lead, at=at)
analysis = open_analysis(study=study, name="Bench", question="?", approach=Approach.CODEBOOK_TEMPLATE, by=lead, at=at)
book = add_codebook(analysis=analysis, name="Codes", by=lead, at=at)
drafts = [CodeDraft(slug=f"code-{n:03}", name=f"code-{n:03}", origin=CodeOrigin.INDUCTIVE) for n in range(CODES)]
codes = add_codes(codebook=book, drafts=drafts, by=lead, at=at)
words = "we came back later and nobody asked what the door was like before the van stood there on a cold morning".split()

def made(name, length, count):
    text = " ".join(draw.choices(words, k=length // 4))[:length].ljust(length, ".")
    turns = tuple(TurnDraft(start, min(start + 400, length), "Ama" if start % 800 else "Ben") for start in range(0, length, 400))
    source = add_source(analysis=analysis, by=lead, at=at, draft=SourceDraft(
        name, SourceKind.INTERVIEW, text, text.encode(), name.encode().hex().zfill(64)[-64:], "txt", turns=turns, is_deidentified=True))
    starts = draw.sample(range(length - 400), count)
    for number, by in enumerate(coders):
        apply_codes(source=source, by=by, at=at, drafts=[
            CodingDraft(draw.choice(codes), start, start + draw.randint(40, 400)) for start in starts[number::len(coders)]])
    return source

sources = [made(f"Talk {n:03}", LENGTH, CODINGS // SOURCES) for n in range(SOURCES)]
large = made("A long one", LARGE, LARGE_CODINGS)
Store = import_module(settings.SESSION_ENGINE).SessionStore
session = Store()
session[SESSION_KEY] = str(cast.rosa.account.id)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = cast.rosa.account.get_session_auth_hash()
session.save()
print(json.dumps({"session": session.session_key, "small": str(sources[7].id), "large": str(large.id),
                  "codes": [str(code.id) for code in codes]}))
"""


class Served:
    """Somebody who has signed in, before a running server."""

    def __init__(self, port: int, session: str) -> None:
        self.port, token = port, secrets.token_hex(16)
        self.headers = {
            "Cookie": f"throughline={session}; throughline-csrf={token}", "X-CSRFToken": token,
            "Content-Type": "application/x-www-form-urlencoded",
        }  # fmt: skip

    def asks(self, method: str, path: str, body: str = "") -> bytes:
        connection = HTTPConnection("localhost", self.port, timeout=120)
        connection.request(method, path, body or None, self.headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        if answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status}: {content[:300]!r}")
        return content

    def codes(self, source: str, code: str, start: int) -> None:
        change = {
            "do": "apply",
            "id": str(uuid7(time.time_ns() // 1_000_000)),
            "code": code,
            "start": start,
            "end": start + 60,
        }
        body = urllib.parse.urlencode({"text_version": 1, "changes": json.dumps([change])})
        answer = json.loads(self.asks("POST", f"/inquiry/sources/{source}/code/codings/", body))
        if answer["refused"]:
            raise SystemExit(f"a coding was refused: {answer['refused']}")


def filled(folder: Path, sources: int, codings: int) -> tuple[Installation, dict[str, str]]:
    place = new_place(folder / "home")
    made = place.throughline("init", "--programme", "Bench", "--organisation", "Bench network")
    assert made.returncode == 0, made.stderr
    given = {
        "CODES": CODES,
        "LENGTH": LENGTH,
        "CODINGS": codings,
        "SOURCES": sources,
        "LARGE": LARGE,
        "LARGE_CODINGS": LARGE_CODINGS,
    }
    child = place.start_python("".join(f"{name} = {value}\n" for name, value in given.items()) + FILL)
    out, _ = child.communicate(timeout=3_600)
    assert child.returncode == 0
    return place, json.loads(out.splitlines()[-1])


def told(what: str, goal: float, rounds: int, ask: Callable[[int], object]) -> None:
    waits = []
    for number in range(rounds + 1):
        began = time.perf_counter()
        ask(number)
        waits.append((time.perf_counter() - began) * 1000)
    # the first one fills caches of the server
    print(
        f"{what:46} {statistics.median(waits[1:]):8.1f} ms, at most {max(waits[1:]):8.1f}, at first {waits[0]:8.1f}; goal {goal:6,.0f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sources", type=int, default=500)
    parser.add_argument("--codings", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as name:
        folder = Path(name)
        began = time.perf_counter()
        place, made = filled(folder, given.sources, given.codings)
        print(
            f"{given.sources} sources of {LENGTH:,} characters, {given.codings:,} codings: made in {time.perf_counter() - began:.0f} s"
        )
        port = free_port()
        command = [sys.executable, "-m", "throughline.cli.main", "serve", "--port", str(port)]
        with running(command, place.environment(), port, folder / "serve.log"):
            served = Served(port, made["session"])
            small, large, codes = made["small"], made["large"], made["codes"]
            told("the project: its sources", 1_000, given.rounds, lambda _: served.asks("GET", "/inquiry/"))
            told("the codebook", 1_000, given.rounds, lambda _: served.asks("GET", "/inquiry/codebook/"))
            told(
                "a source, to be coded",
                1_000,
                given.rounds,
                lambda _: served.asks("GET", f"/inquiry/sources/{small}/code/"),
            )
            told(
                "a source of 2 MB under 10,000 codings",
                1_000,
                given.rounds,
                lambda _: served.asks("GET", f"/inquiry/sources/{large}/code/"),
            )
            for what, source in (("the source", small), ("the source of 2 MB", large)):
                for part in ("text", "codings", "codes"):
                    told(
                        f"{what}: its {part}",
                        1_000,
                        given.rounds,
                        lambda _, at=f"/inquiry/sources/{source}/code/{part}/": served.asks("GET", at),
                    )
            told(
                "a code's quotes",
                1_000,
                given.rounds,
                lambda n: served.asks("GET", f"/inquiry/ask/?a={codes[n]}"),
            )
            told(
                "co-occurrence, 100 x 100",
                1_000,
                given.rounds,
                lambda _: served.asks("GET", "/inquiry/ask/codes/"),
            )
            told(
                "one more coding, 60 KB and 400 codings",
                20,
                40,
                lambda n: served.codes(small, codes[n], 10 * n),
            )
            told(
                "one more coding, 2 MB and 10,000 codings",
                20,
                40,
                lambda n: served.codes(large, codes[n], 10 * n),
            )


if __name__ == "__main__":
    main()

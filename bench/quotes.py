"""All quotes of 50 codes, as each tool hands them out over HTTP, beside Taguette.

The same text of 600 KB under the same codings in both, which are asked in turns: all quotes with the names of their codes, in
every round each way once. Throughline: the passages of the code under which the 50 stand as a file (CSV), through the door for
words, so that consent is looked up and the release is a line of the ledger on disk. Taguette: its table (CSV), its document
(HTML), and what its page asks for, tag by tag in pages of 50. It keeps a quote beside its place when it is made; what it would
have kept is written for it. Both must give the same quotes: code by code, word by word.

Printed: medians of the rounds, and how many times as long each way of theirs takes, as the median of the rounds' ratios.

    python -m bench.quotes [--codings 5000] [--rounds 7]
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import secrets
import statistics
import tempfile
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable
from html import unescape
from http.client import HTTPConnection
from pathlib import Path

from bench._taguette import Theirs
from bench.coding import Ours, simulate

Quotes = Counter[tuple[str, str]]  # code, words without white space: they break lines in different places


def sent(port: int, method: str, path: str, headers: dict[str, str], body: str = "") -> str:
    connection = HTTPConnection("localhost", port, timeout=300)
    connection.request(method, path, body or None, headers)
    answer = connection.getresponse()
    content = answer.read().decode("utf-8-sig")
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path} answers {answer.status}: {content[:300]}")
    return content


def quote(code: str, words: str) -> tuple[str, str]:
    # an apostrophe stands before what a spreadsheet takes for a formula, a passage that begins with the end of a line too
    return code, "".join(words.removeprefix("'").split())


def plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


def ours(tool: Ours) -> Callable[[], list[str]]:
    token = secrets.token_hex(16)
    headers = {
        "Cookie": f"throughline={tool.made['sessions'][0]}; throughline-csrf={token}", "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    asked = urllib.parse.urlencode({"a": tool.made["above"], "a_below": "on", "whose": "everybody"})
    body = urllib.parse.urlencode({"recipient": "The bench", "format": "csv"})
    return lambda: [sent(tool.port, "POST", f"/inquiry/ask/leave/?{asked}", headers, body)]


def in_ours(answers: list[str]) -> Quotes:
    return Counter(quote(row["found by"], row["passage"]) for row in csv.DictReader(io.StringIO(answers[0])))


def theirs(tool: Theirs, codes: list[str]) -> dict[str, Callable[[], list[str]]]:
    headers = {"Cookie": tool.signed_in()}
    project = tool.made["project"]

    def pages() -> list[str]:
        found = []
        for code in codes:
            number, count = 1, 1
            while number <= count:
                path = f"/api/project/{project}/highlights/{code}?page={number}"
                found.append(sent(tool.port, "GET", path, headers))
                number, count = number + 1, json.loads(found[-1])["pages"]
        return found

    def export(kind: str) -> Callable[[], list[str]]:
        return lambda: [sent(tool.port, "GET", f"/project/{project}/export/highlights/.{kind}", headers)]

    return {
        "its table (CSV)": export("csv"),
        "its page, tag by tag": pages,
        "its document (HTML)": export("html"),
    }


def in_theirs(way: str, answers: list[str], tags: dict[int, str]) -> Quotes:
    if way.startswith("its table"):
        return Counter(quote(row["tag"], row["content"]) for row in csv.DictReader(io.StringIO(answers[0])))
    if way.startswith("its page"):
        found = [one for answer in answers for one in json.loads(answer)["highlights"]]
        return Counter(quote(tags[one["tags"][0]], plain(one["content"])) for one in found)
    body = answers[0].partition("</h1>")[2].partition("</body>")[0]
    parts = [one.partition("<p>\n      <strong>Document:") for one in body.split("<hr>")]
    return Counter(
        quote(told.rpartition("</strong>")[2].split()[0], plain(words)) for words, _, told in parts
    )


def timed(ask: Callable[[], list[str]]) -> tuple[float, list[str]]:
    began = time.perf_counter()
    answers = ask()
    return (time.perf_counter() - began) * 1000, answers


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--codings", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as name:
        folder = Path(name)
        world = simulate([given.codings])
        (folder / "given.json").write_text(json.dumps(world))
        own, peer = Ours(folder, world), Theirs(folder)
        with own.served(), peer.served():
            tags = dict(zip(peer.made["tags"], world["codes"], strict=True))
            ask, others = ours(own), theirs(peer, world["codes"])
            waits: dict[str, list[float]] = {"": [], **{way: [] for way in others}}
            for number in range(given.rounds + 1):  # the first one fills caches of the servers
                wait, answers = timed(ask)
                waits[""].append(wait)
                told = in_ours(answers)
                if told.total() != given.codings:
                    raise SystemExit(f"Throughline gives {told.total()} of {given.codings} quotes")
                for way, other in others.items():
                    wait, answers = timed(other)
                    waits[way].append(wait)
                    if number == 0 and in_theirs(way, answers, tags) != told:
                        raise SystemExit(f"Taguette, {way}: not the same quotes")
        print(
            f"all {given.codings:,} quotes of {len(tags)} codes, the same in each way, {given.rounds} rounds"
        )
        print(f"{'Throughline, as a file (CSV)':36} {statistics.median(waits[''][1:]):9,.0f} ms")
        for way in others:
            ratios = [theirs / ours for ours, theirs in zip(waits[""][1:], waits[way][1:], strict=True)]
            print(
                f"{'Taguette, ' + way:36} {statistics.median(waits[way][1:]):9,.0f} ms {statistics.median(ratios):8.1f}x"
                f"  ({min(ratios):.1f} to {max(ratios):.1f})"
            )


if __name__ == "__main__":
    main()

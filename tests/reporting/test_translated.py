"""A report in the made-up language of tests/web/pseudo.py holds no plain words but data."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from tests.reporting.made import ARMS, AT, material
from tests.web.plain_words import Data, plain_words, written
from tests.web.pseudo import wide, wide_language
from throughline.reporting.build import compose
from throughline.reporting.checklists import CHECKLISTS
from throughline.reporting.html import render_report


def test_report_is_in_the_readers_language() -> None:
    sites = {name.title() for name in ARMS} | {
        "Age band",
        "Crack use told",
        "Housed",
        "crack use told: 1",
        "crack use told: 2",
    }
    items = {words for one in CHECKLISTS.values() for words in (one.name, one.source)}
    data = Data.of(written()).with_also(
        sites | items | {"The comparison sites recorded nothing of this outcome."}
    )
    with wide_language():
        page = render_report(compose(material(), at=AT, language="fr", checklists=list(CHECKLISTS)))
    # months are written by the figures' own locale; waves of the fixture have codes that are words
    page = re.sub(rf"{wide('Wave')} (before|after|trial)|(janv|févr|avr)\. 20|(mars|mai|juin) 20", "", page)
    plain = plain_words(page, data)
    if folder := os.environ.get("THROUGHLINE_PLAIN_WORDS"):
        (Path(folder) / "report.json").write_text(json.dumps(plain, indent=1, ensure_ascii=False))
    # groups who are quoted, an outcome and an attribute of the fixture, whose names are words of ours
    named = re.compile(r"peer worker|intervention|band|crack use told")
    assert [one for one in plain if not named.search(one)] == []

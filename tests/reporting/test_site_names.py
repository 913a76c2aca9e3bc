"""Sites stand by their names in tables, not by the codes that tables are split by."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow as pa

from tests.reporting.made import material
from throughline.evaluation.build import site_slugs, sql_of
from throughline.methods.funnel import Funnel
from throughline.methods.suppression import LT5, protect
from throughline.methods.table import crossed
from throughline.reporting import line, said
from throughline.reporting.document import TableBlock
from throughline.reporting.tables import ReleasedFunnel
from throughline.vocabulary.study import Step


def test_two_sites_of_one_name_are_told_apart() -> None:
    """In every table and figure, for they are named so in the freeze."""
    rows = [
        ("a", "Mill", "Hope"),
        ("b", "Mill", "Turn"),
        ("c", "Van", "Hope"),
        ("d", "Van", "Hope"),
        ("e", "Quay", "Hope"),
    ]
    names = ("id", "name", "organisation", "kind", "area", "time_zone", "opened_on", "closed_on", "arm")
    engine = duckdb.connect()
    engine.register(
        "raw_sites",
        pa.table(
            {name: [dict(zip(names, row, strict=False)).get(name, "") for row in rows] for name in names}
        ),
    )
    engine.register(
        "site_names", pa.table({"id": [row[0] for row in rows], "site": site_slugs([row[1] for row in rows])})
    )
    told = engine.sql(f"SELECT name FROM ({sql_of('sites')}) ORDER BY site").fetchall()
    assert [name for (name,) in told] == ["Mill (Hope)", "Mill (Turn)", "Quay", "Van (van)", "Van (van-2)"]


def test_contacts_by_site_name_the_sites() -> None:
    counts = {(site, value): 40 + len(site) for site in ("ashby", "brook") for value in ("yes", "no")}
    table = protect(crossed(("site", "crack_use_told"), counts), LT5)
    released = ReleasedFunnel(Funnel.CONTACTS, ("site",), {Step.CRACK_USE_TOLD: table})
    blocks = line.contacts(replace(material(), funnels=(released,))).blocks
    rows = [row for block in blocks if isinstance(block, TableBlock) for row in block.rows]
    assert [str(row[0].text) for row in rows] == ["Ashby", "Brook"]


def test_themes_by_site_name_the_sites() -> None:
    given = material()
    row = {"value": "ashby", "n": 3, "of": 6}
    themes = tuple({**theme, "by": {"site": [row]}} for theme in given.themes)
    tables = [one for one in said.themes(replace(given, themes=themes)).blocks if isinstance(one, TableBlock)]
    assert [str(column) for column in tables[1].columns] == ["Theme", "Ashby"]

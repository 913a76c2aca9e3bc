"""The shelf on the command line: numbers, or the kind of nothing in words."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from tests.cast import SYSTEM, Cast
from throughline.cli.main import app
from throughline.records.supplies import actions
from throughline.vocabulary.stock import StockLine

pytestmark = pytest.mark.django_db


def test_stock_shows_what_is_there_and_what_is_not_known(cast: Cast) -> None:
    words = ["stock", cast.site.name, "--programme", cast.programme.slug]
    empty = CliRunner().invoke(app, words)
    assert empty.exit_code == 0 and "Nothing is on the books" in empty.output
    at = datetime.now(UTC)
    foil = actions.add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=at)
    line = StockLine(foil.id, 1200, "F-1", (at + timedelta(days=9)).date())
    actions.receive_stock(site=cast.site, lines=[line], happened_at=at, by=SYSTEM, at=at)
    told = CliRunner().invoke(app, words, env={"COLUMNS": "200"}).output
    assert "1,200" in told and "not applicable" in told and "F-1" in told
    (item,) = json.loads(CliRunner().invoke(app, [*words, "--json"]).output)["items"]
    assert (item["on_hand"], item["days_left"], item["lots"][0]["left"]) == (1200, "not_applicable", 1200)
    wrong = CliRunner().invoke(app, ["stock", "Nowhere", "--programme", cast.programme.slug])
    assert wrong.exit_code == 4

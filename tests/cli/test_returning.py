"""The monthly return on the command line: closed, shown as it may be told, written for a named recipient."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cast import SYSTEM, Cast
from throughline.cli.main import app
from throughline.records.programme.actions import report_month
from throughline.records.study.models import Release
from throughline.vocabulary.periods import Month
from throughline.vocabulary.programme import Reporting

pytestmark = pytest.mark.django_db


def test_return_is_closed_shown_and_written(cast: Cast, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    month = Month.of(now.date()).before(2)  # the last one is not closed in the first minute after it
    words = ["return", str(month), "--programme", cast.programme.slug]
    silent = CliRunner().invoke(app, words, env={"COLUMNS": "200"})
    assert silent.exit_code == 0 and silent.output.count("reported") >= 4  # a narrow screen breaks lines
    early = CliRunner().invoke(app, [*words, "--close", cast.site.name])
    assert early.exit_code == 5 and "Report it first" in early.output
    report_month(site=cast.site, month=month.first(), reporting=Reporting.COMPLETE, by=SYSTEM, at=now)
    closed = CliRunner().invoke(app, [*words, "--close", cast.site.name], env={"COLUMNS": "200"})
    assert f"{month} at Harrowmere is closed" in closed.output
    file = tmp_path / "return.csv"
    nobody = CliRunner().invoke(app, [*words, "--to", str(file)])
    assert nobody.exit_code != 0 and not file.exists()
    CliRunner().invoke(app, [*words, "--to", str(file), "--recipient", "The commissioner"])
    told = file.read_text(encoding="utf-8-sig").splitlines()
    assert f"{month},Harrowmere,this month,all routes,0,0,0,0" in told
    assert f"{month},Saltby,this month,all routes,not reported,not reported,not reported,not reported" in told
    assert Release.objects.get().recipient == "The commissioner"
    assert file.stat().st_mode & 0o077 == 0
    for where in (file, tmp_path / "nowhere" / "return.csv"):  # nothing leaves that cannot be written
        again = CliRunner().invoke(app, [*words, "--to", str(where), "--recipient", "Another"])
        assert again.exit_code == 5 and Release.objects.count() == 1
    for wrong in (
        ["return", "2026-13", *words[2:]],
        [*words, "--to", str(tmp_path / "r.pdf"), "--recipient", "x"],
    ):
        assert CliRunner().invoke(app, wrong).exit_code == 6

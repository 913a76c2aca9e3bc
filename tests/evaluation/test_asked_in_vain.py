"""The real commands on a study that can answer nothing: each says what is wrong, and no number comes out."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.evaluation.world import AT, CHEN, WContact, World, write
from tests.evaluation.worlds import BEFORE, SIX, moment
from throughline.cli.main import app
from throughline.evaluation.freeze import freeze_study
from throughline.evaluation.runs import evaluate

pytestmark = pytest.mark.django_db(transaction=True)


def _sentences(told: Any) -> set[str]:
    """Every sentence of an answer, as it is kept."""
    if isinstance(told, dict):
        own = {told["text"]} if "text" in told and "params" in told else set()
        return own.union(*map(_sentences, told.values()))
    return set().union(*map(_sentences, told)) if isinstance(told, list) else set()


def test_one_site_without_answers_and_a_contact_outside_all_phases(settings: Any, tmp_path: Path) -> None:
    settings.THROUGHLINE_FREEZES, settings.THROUGHLINE_WITNESS = tmp_path / "freezes", tmp_path / "witness"
    outside = WContact(0, moment(BEFORE - timedelta(days=400)), client=1)
    outcomes = (("toled", "binary", "survey"), ("crack_use_told", "binary", "monitoring"))
    components = ((0, "training", date(2025, 2, 1), None),)
    written = write(
        World(sites=SIX[:1], contacts=(outside,), outcomes=outcomes, components=components),
    )
    freeze = freeze_study(study=written.study, name="one", by=CHEN, at=AT + timedelta(days=2))
    evaluate(freeze=freeze, by=CHEN, at=AT + timedelta(days=2), seed=7)
    said = {
        "contrast": "No survey was answered",
        "series": "has a fitted series, so that there is nothing to set against",
        "staggered --component training": "one that began is compared with one that had not begun yet",
        "baseline": "Nothing was recorded at sites of the study in the phase before",
        "funnel": "There is nothing to count in this table.",
    }
    for question, words in said.items():
        asked = ["evaluate", *question.split(), "--freeze", "one", "--recipient", "Dr. Reader", "--json"]
        done = CliRunner().invoke(app, asked)
        assert done.exit_code == 0, (question, done.output)
        told = json.loads(done.output)
        assert any(words in sentence for sentence in _sentences(told)), (question, _sentences(told))
        assert '"interval": {' not in done.output and '"difference": ' not in done.output, question

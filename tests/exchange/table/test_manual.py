"""docs/mappings.md shows mappings that work, and names every key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from throughline.exchange.attitudes.key import read_key
from throughline.exchange.attitudes.mapping import AttitudesMapping
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.incidents_csv.mapping import IncidentMapping
from throughline.exchange.table.mapping import Mapping, read_mapping

MANUAL = Path(__file__).resolve().parents[3] / "docs" / "mappings.md"
TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("at", "model", "used"),
    [
        (0, ContactMapping, TESTS / "contacts_csv" / "golden" / "harbour-log.yaml"),
        (1, IncidentMapping, TESTS / "incidents_csv" / "mappings" / "winnipeg-naloxone.yaml"),
    ],
)
def test_manual_shows_the_mappings_that_are_tested(at: int, model: type[Mapping], used: Path) -> None:
    shown = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)[at]
    assert read_mapping(shown, "manual", model) == read_mapping(
        used.read_text(encoding="utf-8"), "used", model
    )


@pytest.mark.parametrize("model", [ContactMapping, IncidentMapping, AttitudesMapping])
def test_manual_names_every_key(model: type[Mapping]) -> None:
    named = set(re.findall(r"`([a-z_]+)`", MANUAL.read_text(encoding="utf-8")))
    assert set(model.model_fields) <= named


def test_manual_shows_a_scoring_key_that_works() -> None:
    shown = re.findall(r"```yaml\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)[-1]
    name, key = read_key(shown, "manual")
    assert name == "Role and support" and len(key.items) == 5

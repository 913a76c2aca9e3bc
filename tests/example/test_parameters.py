"""The parameters are complete and checked, and errors say where."""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
import yaml

from throughline.example.parameters import Parameters, changed, read_parameters, without_effects
from throughline.example.truth import truth
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import ArmKind

# Towns and cities that a reader could take the fiction for; the sites of the real study are among them.
REAL = (
    "London", "Birmingham", "Manchester", "Liverpool", "Leeds", "Sheffield", "Bristol", "Newcastle", "Nottingham", "Leicester",
    "Coventry", "Bradford", "Hull", "Stoke", "Derby", "Plymouth", "Southampton", "Portsmouth", "Brighton", "Norwich",
    "Oxford", "Cambridge", "York", "Exeter", "Bath", "Lincoln", "Durham", "Sunderland", "Middlesbrough", "Blackpool",
    "Preston", "Bolton", "Wigan", "Stockport", "Oldham", "Glasgow", "Edinburgh", "Cardiff", "Swansea", "Belfast", "Dublin",
    "Luton", "Reading", "Slough", "Swindon", "Gloucester", "Hastings", "Dover", "Grimsby", "Bournemouth", "Boston", "Kent",
    "Tower Hamlets", "Hackney", "Camden", "Essex", "Yorkshire", "Lancashire", "Massachusetts", "Sydney", "Melbourne",
)  # fmt: skip
WORDS = re.compile(r"\b(" + "|".join(REAL) + r")\b")


def content() -> dict[str, Any]:
    text = files("throughline.example").joinpath("parameters.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def refused(**parts: Any) -> str:
    with pytest.raises(Invalid) as refusal:
        read_parameters(yaml.safe_dump({**content(), **parts}))
    return str(refusal.value)


def test_read_parameters_has_three_towns_in_each_arm_and_eighteen_months(parameters: Parameters) -> None:
    assert [site.arm for site in parameters.sites] == [ArmKind.INTERVENTION] * 3 + [ArmKind.COMPARISON] * 3
    assert len({site.implementation_from for site in parameters.sites}) == 3
    assert parameters.period.days == 546


def test_read_parameters_begins_what_the_programme_does_on_other_days_in_each_town(
    parameters: Parameters,
) -> None:
    begun: dict[str, dict[str, date]] = {}
    for one in parameters.components:
        begun.setdefault(one.kind, {})[one.site] = one.from_on
    intervention = {site.name for site in parameters.sites if site.arm is ArmKind.INTERVENTION}
    for kind in ("supply_route", "training", "peer_outreach"):
        assert set(begun[kind]) == intervention
        assert len(set(begun[kind].values())) == 3
    assert {one.site for one in parameters.components} > intervention, "comparison towns do other things"


def test_read_parameters_names_no_real_place() -> None:
    text = files("throughline.example").joinpath("parameters.yaml").read_text("utf-8")
    assert WORDS.findall(text.replace("Europe/London", "")) == []


def test_read_parameters_where_a_part_is_missing_says_which() -> None:
    parts = content()
    del parts["crack_use"]
    with pytest.raises(Invalid, match="crack_use: Field required"):
        read_parameters(yaml.safe_dump(parts))


def test_read_parameters_where_a_name_is_unknown_says_where() -> None:
    drift = {**content()["drift"], "tolt": 0.1}
    assert "drift.tolt: Extra inputs are not permitted" in refused(drift=drift)


def test_read_parameters_that_are_no_yaml_says_so() -> None:
    with pytest.raises(Invalid, match="not YAML"):
        read_parameters("seed: [1")


def test_read_parameters_where_shares_do_not_add_up_says_to_what() -> None:
    need = {**content()["further_need"], "how_many": [0.5, 0.2, 0.1]}
    assert "further_need.how_many: Value error, shares must add up to 1, these add up to 0.8" in refused(
        further_need=need
    )


def test_read_parameters_where_a_share_could_leave_its_range_says_which() -> None:
    crack = {**content()["crack_use"], "equipment_effect": 0.6}
    assert "crack_use.told_of_recorded.service: between" in refused(crack_use=crack)


def test_read_parameters_where_a_town_is_no_site_names_it() -> None:
    incidents = {**content()["incidents"], "per_month": {"Nowhere": 2.0}}
    assert "incidents.per_month names Nowhere, which is not one of the sites" in refused(incidents=incidents)


def test_read_parameters_where_the_survey_lies_outside_its_phase_says_where() -> None:
    survey = content()["survey"]
    survey["windows"]["before"] = ["2025-02-01", "2025-06-30"]
    assert "survey.windows.before does not lie in that phase at Harrowmere" in refused(survey=survey)


def test_changed_checks_again(parameters: Parameters) -> None:
    with pytest.raises(ValueError, match="period"):
        changed(parameters, period={"from": "2026-01-01", "to": "2025-01-01"})


def test_without_effects_leaves_nothing_to_find(parameters: Parameters) -> None:
    found = truth(without_effects(parameters))
    shares = {code: one.difference for code, one in found.items() if code != "contacts_per_month"}
    assert max(abs(value) for value in shares.values()) < 1e-4


def test_truth_is_what_the_file_says(parameters: Parameters) -> None:
    found = truth(parameters)
    for name, question in parameters.survey.questions.items():
        assert found[f"survey.{name}"].difference == pytest.approx(question.effect)
    # Equipment moves every route alike; what is left is that peers, who are told more, meet a larger share.
    assert found["crack_use_told"].difference == pytest.approx(
        parameters.crack_use.equipment_effect, abs=0.01
    )
    assert found["further_need_where_crack_told"].difference == pytest.approx(
        parameters.further_need.training_effect_where_told
    )

"""The simulation is the same for a seed, close to its parameters, and valid throughout."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.example import rates, truth
from throughline.example.agreement import FURTHEST
from throughline.example.arrays import (
    AFTER,
    BEFORE,
    ITEMS,
    KIT_1,
    NO_ROW,
    SAID_NO,
    SOURCES,
    STATES,
    TOLD,
    TOPICS,
)
from throughline.example.chance import Stream, cut_normal, pick, stream
from throughline.example.equipment import is_supplied, supply_days
from throughline.example.observed import monitoring_cells, survey_cells
from throughline.example.parameters import Parameters
from throughline.example.respondents import ELEMENTS
from throughline.example.simulate import Simulated, simulate, simulate_monitoring
from throughline.methods.contrast import contrast_site_changes
from throughline.methods.site_change import site_changes
from throughline.rules.client_code import DEFAULT_HINT, DEFAULT_PATTERN, check_code
from throughline.rules.transitions import check_may_follow, check_source_given
from throughline.vocabulary.chain import ItemKind, Route, Topic
from throughline.vocabulary.referral import ReferralState


def flat(part: Any) -> dict[str, Any]:
    """Every column of a simulation by its path."""
    found: dict[str, Any] = {}
    for field in dataclasses.fields(part):
        value = getattr(part, field.name)
        if dataclasses.is_dataclass(value):
            found |= {f"{field.name}.{name}": one for name, one in flat(value).items()}
        elif field.name not in ("parameters", "seed"):
            found[field.name] = np.asarray(value)
    return found


def test_simulate_with_one_seed_is_the_same_every_time(parameters: Parameters, drawn: Simulated) -> None:
    again = flat(simulate(parameters))
    for name, column in flat(drawn).items():
        np.testing.assert_array_equal(column, again[name], err_msg=name)


def test_simulate_with_another_seed_differs(parameters: Parameters, drawn: Simulated) -> None:
    other = simulate(parameters, seed=parameters.seed + 1)
    assert other.contacts.count != drawn.contacts.count or (other.told.crack != drawn.told.crack).any()


def test_simulate_monitoring_gives_the_rows_of_the_whole(parameters: Parameters, drawn: Simulated) -> None:
    alone = simulate_monitoring(parameters, parameters.seed)
    np.testing.assert_array_equal(alone.told.crack, drawn.told.crack)
    np.testing.assert_array_equal(alone.contacts.client, drawn.contacts.client)


def test_simulate_has_the_size_that_was_asked_for(drawn: Simulated) -> None:
    assert 38_000 < drawn.contacts.count < 43_000
    assert 5_500 < len(drawn.clients.code) < 6_500


def test_simulate_gives_about_as_many_contacts_as_expected(parameters: Parameters, drawn: Simulated) -> None:
    expected = rates.expected_contacts(parameters).sum(axis=(1, 2))
    counted = np.bincount(drawn.contacts.site[drawn.contacts.is_single], minlength=len(parameters.sites))
    # A site's own number varies by 5% and by chance.
    np.testing.assert_allclose(counted, expected, rtol=0.2)


def test_simulate_leaves_months_without_report_empty(parameters: Parameters, drawn: Simulated) -> None:
    month = rates.month_of_days(parameters)[drawn.contacts.day]
    names = [site.name for site in parameters.sites]
    for name, months in parameters.reporting.none.items():
        for text in months:
            rows = (drawn.contacts.site == names.index(name)) & (
                month == rates.months(parameters).index(text)
            )
            assert not rows.any()
            assert np.isnan(drawn.open_hours[names.index(name), rates.months(parameters).index(text)])


@pytest.mark.parametrize("route", list(Route)[:3])
def test_simulate_keeps_the_share_without_code_of_each_route(
    parameters: Parameters, drawn: Simulated, route: Route
) -> None:
    rows = (drawn.contacts.route == parameters.route_order.index(route)) & drawn.contacts.is_single
    share = float((drawn.contacts.client[rows] < 0).mean())
    assert share == pytest.approx(parameters.routes[route].anonymous, abs=0.03)


def test_simulate_over_seeds_finds_what_was_put_in(parameters: Parameters) -> None:
    # Forty seeds: the mean lies within 3.5 of its own standard errors (two-sided chance 5 in 10,000 each).
    put_in = truth.truth(parameters)
    found: dict[str, list[float]] = {}
    for seed in range(40):
        for code, cells in monitoring_cells(parameters, simulate_monitoring(parameters, seed)).items():
            found.setdefault(code, []).append(contrast_site_changes(site_changes(cells)).difference)
    for code, values in found.items():
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert abs(np.mean(values) - put_in[code].difference) < 3.5 * error, code


def test_simulate_answers_the_survey_near_its_parameters(parameters: Parameters, drawn: Simulated) -> None:
    cells = survey_cells(parameters, drawn.survey)
    for name, question in parameters.survey.questions.items():
        before = [cell for cell in cells[f"survey.{name}"] if cell.phase.value == "before"]
        values = [cell.value for cell in before if cell.value is not None]
        assert np.mean(values) == pytest.approx(question.before, abs=0.12)
        kinds = {kind.value for cell in before for kind, count in cell.missing.by_kind().items() if count}
        assert kinds <= {kind.value for kind in question.missing}
    assert drawn.survey.value.size == 2 * 740 * len(parameters.survey.questions)


def test_simulate_lets_some_of_the_people_of_before_come_back_with_their_codes(
    parameters: Parameters, drawn: Simulated
) -> None:
    part, codes = parameters.survey.respondents, {}
    for (phase, site, _), one in drawn.respondents.items():
        codes.setdefault((phase, site), []).append(tuple(one.answers[element] for element in ELEMENTS))
        assert ("programme_pipe" in one.answers) == (phase == AFTER)
    again = sum(len(set(codes[BEFORE, site]) & set(codes[AFTER, site])) for site in range(6)) / 740
    assert abs(again - part.came_back * (1 - part.slips)) < 0.03
    reached = [one.answers["programme_pipe"] == "yes" for (phase, site, _), one in drawn.respondents.items() if phase == AFTER and parameters.arms[site] == "comparison"]  # fmt: skip
    assert abs(sum(reached) / len(reached) - part.pipe_reached["comparison"]) < 0.03


def test_simulate_gives_client_codes_that_follow_the_rule_and_no_two_alike(drawn: Simulated) -> None:
    codes = drawn.clients.code
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert check_code(code, pattern=DEFAULT_PATTERN, hint=DEFAULT_HINT) == code
        born = date(int(code[6:10]), int(code[4:6]), int(code[2:4]))
        assert date(1940, 1, 1) < born < date(2008, 3, 1)
    assert len({code[2:10] for code in codes}) > 4000


def test_simulate_lets_most_come_rarely_and_a_few_often(drawn: Simulated) -> None:
    visits = np.bincount(drawn.contacts.client[drawn.contacts.client >= 0])
    assert (visits >= 1).all()
    assert np.median(visits) <= 3
    assert visits.max() > 50


def test_simulate_shows_each_client_first_where_it_was_met_first(drawn: Simulated) -> None:
    client = drawn.contacts.client
    rows = np.flatnonzero(client >= 0)
    _, first = np.unique(client[rows], return_index=True)
    np.testing.assert_array_equal(drawn.clients.site, drawn.contacts.site[rows[first]])
    np.testing.assert_array_equal(drawn.clients.first_day, drawn.contacts.day[rows[first]])


def test_simulate_gives_pipes_only_where_there_is_supply(parameters: Parameters, drawn: Simulated) -> None:
    lines = drawn.kit_lines
    pipes = lines.contact[(lines.item == ITEMS.index(ItemKind.PIPE)) | (lines.item >= KIT_1)]
    assert pipes.size > 1000
    assert is_supplied(parameters, drawn.contacts)[pipes].all()
    assert not (drawn.contacts.phase[pipes] == BEFORE).any()
    assert set(drawn.contacts.site[pipes]) == {0, 1, 2}


def test_supply_days_where_an_agreement_lapses_stops_peers_and_not_the_counter(
    parameters: Parameters,
) -> None:
    counter, peers = supply_days(parameters)
    quillford = [site.name for site in parameters.sites].index("Quillford")
    lapsed = rates.day_of(parameters, date(2025, 7, 25))
    just_lapsed = rates.day_of(parameters, date(2025, 7, 14))
    assert counter[quillford, lapsed] and not peers[quillford, lapsed]
    assert peers[quillford, just_lapsed]
    assert peers[quillford, rates.day_of(parameters, date(2025, 8, 4))]


def test_simulate_tells_nothing_of_contacts_that_were_only_counted(drawn: Simulated) -> None:
    counted = np.flatnonzero(~drawn.contacts.is_single)
    assert counted.size > 100
    assert (drawn.contacts.client[counted] == -1).all()
    for rows in (drawn.disclosures.contact, drawn.needs.contact, drawn.kit_lines.contact):
        assert not np.isin(counted, rows).any()


def test_simulate_answers_each_topic_once_at_a_contact(drawn: Simulated) -> None:
    rows = drawn.disclosures
    pairs = rows.contact * len(TOPICS) + rows.topic
    assert np.unique(pairs).size == pairs.size
    crack = rows.topic == TOPICS.index(Topic.CRACK_USE)
    np.testing.assert_array_equal(np.flatnonzero(drawn.told.crack != NO_ROW), np.sort(rows.contact[crack]))


def test_simulate_has_needs_exactly_where_one_was_told(drawn: Simulated) -> None:
    assert set(np.unique(drawn.needs.contact)) == set(np.flatnonzero(drawn.told.need == TOLD))
    other = drawn.disclosures.topic != TOPICS.index(Topic.CRACK_USE)
    said_no = np.unique(drawn.disclosures.contact[other & (drawn.disclosures.answer == SAID_NO)])
    assert set(said_no) == set(np.flatnonzero(drawn.told.need == SAID_NO))
    pairs = drawn.needs.contact * 100 + drawn.needs.domain
    assert np.unique(pairs).size == pairs.size


def test_simulate_moves_referrals_only_as_the_rules_allow(parameters: Parameters, drawn: Simulated) -> None:
    events = drawn.referral_events
    state: dict[int, ReferralState] = {}
    when: dict[int, int] = {}
    for row in range(events.referral.size):
        number, then = int(events.referral[row]), STATES[events.state[row]]
        check_may_follow(state.get(number, ReferralState.DRAFT), then)
        check_source_given(then, SOURCES[events.source[row]] if events.source[row] >= 0 else None)
        assert events.day[row] >= when.get(number, 0)
        assert events.day[row] < parameters.period.days
        state[number], when[number] = then, int(events.day[row])
    assert len(state) == drawn.referrals.target.size
    ends = Counter(state.values())
    assert ends[ReferralState.SENT] > 300  # never answered
    assert ends[ReferralState.EXPIRED] > 50
    assert ends[ReferralState.COMPLETED] > 100


def test_simulate_sends_each_referral_at_its_contact(drawn: Simulated) -> None:
    referrals = drawn.referrals
    own = referrals.contact >= 0
    np.testing.assert_array_equal(referrals.day[own], drawn.contacts.day[referrals.contact[own]])
    referred = referrals.of_need >= 0
    np.testing.assert_array_equal(
        referrals.contact[referrals.of_need[referred]], drawn.needs.contact[referred]
    )


def test_simulate_gives_doses_only_to_people_who_got_naloxone(drawn: Simulated) -> None:
    rows = drawn.incidents
    assert (rows.person_naloxone[rows.dose_person] == 0).all()
    assert set(rows.person_incident) == set(range(rows.site.size))


def test_simulate_trains_the_staff_that_there_are(parameters: Parameters, drawn: Simulated) -> None:
    rows = drawn.attendance
    assert (rows.is_attended | ~rows.is_completed).all()
    for number, training in enumerate(parameters.trainings):
        site = next(site for site in parameters.sites if site.name == training.site)
        here = rows.training == number
        assert sorted(rows.staff[here]) == list(range(site.staff.practitioners + site.staff.peers))


def test_phases_follow_the_days_of_each_site(parameters: Parameters) -> None:
    phase = rates.phases(parameters)
    for number, site in enumerate(parameters.sites):
        begin, after = (rates.day_of(parameters, day) for day in (site.implementation_from, site.after_from))
        assert phase[number, begin - 1] == BEFORE
        assert phase[number, begin] not in (BEFORE, AFTER)
        assert phase[number, after] == AFTER
        assert parameters.period.from_on + timedelta(days=begin) == site.implementation_from


@settings(max_examples=25)
@given(seed=st.integers(0, 2**31))
def test_cut_normal_stays_within_its_bounds(seed: int) -> None:
    values = cut_normal(stream(seed, Stream.TOLD), (2000,))
    assert np.abs(values).max() <= FURTHEST + 1e-9
    assert values.mean() == pytest.approx(0, abs=0.12)
    assert values.var() == pytest.approx(1, abs=0.15)


@settings(max_examples=25)
@given(shares=st.lists(st.floats(0.05, 1), min_size=1, max_size=6), seed=st.integers(0, 1000))
def test_pick_follows_its_shares(shares: list[float], seed: int) -> None:
    whole = [share / sum(shares) for share in shares]
    counts = np.bincount(pick(stream(seed, Stream.KIT), whole, 4000), minlength=len(whole)) / 4000
    np.testing.assert_allclose(counts, whole, atol=0.05)


PURE = (
    "simulate", "coming", "telling", "equipment", "referring", "asking", "rates", "truth", "chance", "observed",
)  # fmt: skip
IMPURE = re.compile(
    r"(from|import) (django|throughline\.records)|\.now\(|today\(\)|import time\b|os\.urandom|random\.seed"
)


@pytest.mark.parametrize("name", PURE)
def test_simulation_reads_no_clock_and_no_database(name: str) -> None:
    text = files("throughline.example").joinpath(f"{name}.py").read_text("utf-8")
    assert IMPURE.findall(text) == []

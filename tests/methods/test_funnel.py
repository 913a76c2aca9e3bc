import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.methods.estimate import Interval, Missing
from throughline.methods.funnel import (
    DENOMINATOR_LABELS,
    DENOMINATORS,
    Denominator,
    Funnel,
    StepCounts,
    funnel,
    may_contrast_codes,
)
from throughline.methods.intervals import by_drawing_sites
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import Step

counts = st.integers(0, 200)
step_counts = st.builds(
    StepCounts,
    yes=counts,
    no=counts,
    still_open=counts,
    missing=st.builds(
        Missing,
        not_asked=counts,
        declined=counts,
        dont_know=counts,
        not_applicable=counts,
        not_recorded=counts,
    ),
)

SERVICE = {
    Step.CONTACT: StepCounts(yes=200),
    Step.CRACK_USE_TOLD: StepCounts(yes=80, no=40, missing=Missing(not_asked=60, declined=20)),
    Step.FURTHER_NEED_TOLD: StepCounts(yes=50, no=100, missing=Missing(not_recorded=50)),
    Step.RESPONSE: StepCounts(yes=30, no=15, missing=Missing(not_recorded=5)),
    Step.ACCEPTED: StepCounts(yes=12, no=6, still_open=2),
    Step.ENTERED: StepCounts(yes=5, no=9, still_open=4, missing=Missing(dont_know=2)),
}


def test_steps_name_their_own_denominator() -> None:
    (found,) = funnel(Funnel.CONTACTS, {("service",): SERVICE})
    assert [(row.step, row.denominator, row.n, row.share) for row in found.steps] == [
        (Step.CONTACT, Denominator.CONTACTS, 200, 1.0),
        (Step.CRACK_USE_TOLD, Denominator.CONTACTS, 200, 0.4),
        (Step.FURTHER_NEED_TOLD, Denominator.CONTACTS, 200, 0.25),
        (Step.RESPONSE, Denominator.CONTACTS_WITH_NEED_TOLD, 50, 0.6),
        (Step.ACCEPTED, Denominator.REFERRALS, 20, 0.6),
        (Step.ENTERED, Denominator.REFERRALS, 20, 0.25),
    ]


def test_unknown_stays_in_denominator_and_is_no_no() -> None:
    (found,) = funnel(Funnel.CONTACTS, {("service",): SERVICE})
    entered = found.steps[-1]
    assert (entered.yes, entered.no, entered.still_open, entered.missing.dont_know, entered.n) == (
        5,
        9,
        4,
        2,
        20,
    )
    assert entered.share_recorded == 14 / 20
    assert entered.possible == (5 / 20, 11 / 20)


def test_not_applicable_stays_in_denominator_and_cannot_be_yes() -> None:
    told = StepCounts(yes=10, no=20, missing=Missing(not_applicable=50, not_asked=20))
    (found,) = funnel(Funnel.CONTACTS, {("peer",): {Step.CRACK_USE_TOLD: told}})
    assert (found.steps[0].share, found.steps[0].possible) == (0.1, (0.1, 0.3))


@given(step_counts)
def test_share_lies_within_what_is_possible(given_counts: StepCounts) -> None:
    (found,) = funnel(Funnel.CODES, {("all",): {Step.CAME_BACK: given_counts}})
    row = found.steps[0]
    if row.n == 0:
        assert (row.share, row.interval, row.share_recorded, row.possible) == (None, None, None, None)
        return
    assert row.share is not None and row.possible is not None and row.interval is None
    assert row.possible[0] == row.share <= row.possible[1] <= 1 - row.no / row.n + 1e-12
    assert row.no_interval is not None


def test_interval_draws_sites_and_needs_five_of_them() -> None:
    sites = {"a": (9, 20), "b": (3, 10), "c": (12, 40), "d": (1, 10), "e": (5, 20)}
    told = {Step.CRACK_USE_TOLD: StepCounts(yes=30, no=70)}

    def interval(held: dict[str, tuple[int, int]]) -> tuple[Interval | None, Sentence | None]:
        rng = np.random.default_rng(1)
        by_site = {("service",): {Step.CRACK_USE_TOLD: held}}
        (found,) = funnel(Funnel.CONTACTS, {("service",): told}, by_site=by_site, rng=rng)
        return found.steps[0].interval, found.steps[0].no_interval

    drawn, reason = interval(sites)
    assert drawn is not None and reason is None
    assert (drawn, None) == by_drawing_sites(sites, rng=np.random.default_rng(1))
    few, reason = interval({"a": (18, 50), "b": (12, 50)})
    assert few is None and "2 sites" in str(reason)


def test_step_reached_without_earlier_ones_is_kept() -> None:
    """Someone referred who never told of crack use, and entered without a recorded acceptance."""
    steps = {
        Step.CONTACT: StepCounts(yes=3),
        Step.CRACK_USE_TOLD: StepCounts(yes=0, missing=Missing(not_asked=3)),
        Step.ENTERED: StepCounts(yes=2),
        Step.ACCEPTED: StepCounts(yes=0, missing=Missing(not_recorded=2)),
    }
    (found,) = funnel(Funnel.CONTACTS, {("police",): steps})
    assert [(row.step, row.share) for row in found.steps] == [
        (Step.CONTACT, 1.0),
        (Step.CRACK_USE_TOLD, 0.0),
        (Step.ACCEPTED, 0.0),
        (Step.ENTERED, 1.0),
    ]


def test_every_step_of_the_vocabulary_is_in_a_funnel_and_every_denominator_has_words() -> None:
    assert set(DENOMINATORS[Funnel.CODES]) == set(Step)
    assert set(DENOMINATORS[Funnel.CONTACTS]) == set(Step) - {Step.CAME_BACK}
    assert set(DENOMINATOR_LABELS) == set(Denominator)
    for steps in DENOMINATORS.values():
        assert list(steps) == [step for step in Step if step in steps]


@pytest.mark.parametrize(
    ("step", "changed"),
    [
        (Step.CRACK_USE_TOLD, StepCounts(yes=80, no=40)),
        (Step.RESPONSE, StepCounts(yes=30, no=15)),
        (Step.ENTERED, StepCounts(yes=5, no=9)),
        (Step.CONTACT, StepCounts(yes=190, no=10)),
    ],
)
def test_counts_that_lose_someone_are_refused(step: Step, changed: StepCounts) -> None:
    with pytest.raises(Invalid):
        funnel(Funnel.CONTACTS, {("service",): SERVICE | {step: changed}})


def test_coming_back_is_not_asked_of_contacts() -> None:
    with pytest.raises(Invalid, match="The funnel of contacts has no step came_back"):
        funnel(Funnel.CONTACTS, {("service",): SERVICE | {Step.CAME_BACK: StepCounts(yes=1)}})


def test_negative_counts_are_refused() -> None:
    with pytest.raises(Invalid):
        StepCounts(yes=-1)


@pytest.mark.parametrize(
    ("routes", "allowed", "words"),
    [
        ({"service": (80, 20), "peer": (85, 15)}, True, None),
        (
            {"service": (799, 201), "peer": (810, 190)},
            False,
            "20.1% of contacts of the route “service” carry no code (more than 20%)",
        ),
        (
            {"service": (95, 5), "peer": (85, 15)},
            False,
            "15.0% of contacts of the route “peer” carry no code and 5.0% of the route “service”",
        ),
        (
            {"vending": (95, 5), "post": (85, 15)},
            False,
            "of the route “by post” carry no code and 5.0% of the route “vending machine”",
        ),
        ({"service": (950, 50), "peer": (851, 149)}, True, None),
        ({"service": (95, 5), "vending": (0, 0)}, True, None),
        ({"vending": (0, 0)}, False, "There are no contacts"),
        ({}, False, "There are no contacts"),
    ],
)
def test_codes_by_route_are_contrasted_only_where_codes_are_asked_alike(
    routes: dict[str, tuple[int, int]], allowed: bool, words: str | None
) -> None:
    found = may_contrast_codes(routes)
    assert found.may_contrast == allowed
    assert words is None or words in str(found.reason)
    assert (found.reason is None) == allowed


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(counts, counts)))
def test_rule_for_codes_does_not_depend_on_order(routes: dict[str, tuple[int, int]]) -> None:
    turned = dict(reversed(routes.items()))
    assert may_contrast_codes(routes).reason == may_contrast_codes(turned).reason


def test_route_without_contacts_has_no_share() -> None:
    assert may_contrast_codes({"service": (9, 1), "post": (0, 0)}).without_code == {
        "service": 0.1,
        "post": None,
    }

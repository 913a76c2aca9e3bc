"""Series of a freeze: months as the records say, starts as the study's phases say, refusals as sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.evaluation.conftest import frozen
from tests.evaluation.world import WContact, World, WSite, write
from throughline.evaluation.questions import series
from throughline.evaluation.results import to_plain
from throughline.methods.series import SiteSeries, interrupted
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = Month(2024, 3)


def month_at(place: int) -> Month:
    return FIRST.before(-place)


def a_world() -> World:
    """Four sites, 20 months, the programme from the tenth (Aston, Brook) or eleventh on; Elm is in no arm."""
    sites, contacts, months, hours = [], [], [], []
    for number, name in enumerate(("Aston", "Brook", "Cove", "Dale")):
        begins = month_at(9 + number % 2).first().replace(day=4)
        phases = (
            ("before", date(2024, 3, 1), begins.replace(day=3)),
            ("implementation", begins, date(2025, 3, 31)),
            ("after", date(2025, 4, 1), date(2025, 10, 31)),
        )
        sites.append(WSite(name, "intervention" if number < 2 else "comparison", phases=phases))
        for place in range(20):
            month = month_at(place)
            base = 6 + (place * 5 + number * 3) % 4 + (4 if number < 2 and place >= 9 + number % 2 else 0)
            told = "told" if place % 2 else "said_no"
            at = datetime(month.year, month.month, 15, 12, tzinfo=UTC)
            contacts += [
                WContact(number, at, tally=base), WContact(number, at, told=(("crack_use", told),), pipes=number < 2),
            ]  # fmt: skip
            months.append((number, month.first(), "partial" if (number, place) == (0, 4) else "complete"))
            hours.append((number, month.first(), str(100 + place)))
    # A month told of as not reported, though something is recorded; and one before all phases.
    months[25] = (1, month_at(5).first(), "none")
    contacts.append(WContact(0, datetime(2024, 2, 10, 12, tzinfo=UTC), tally=5))
    return World(
        sites=(*sites, WSite("Elm")), contacts=tuple(contacts), months=tuple(months), hours=tuple(hours)
    )


def test_series_of_a_freeze_are_the_records_months_within_the_studys_phases() -> None:
    world = a_world()
    with frozen(write(world)) as freeze:
        answer = series.ask(freeze)
    contacts = answer.measures[0]
    assert [one.measure for one in answer.measures] == ["contacts", "pipes_given", "crack_use_told"]
    assert contacts.is_rate and contacts.why_counts is None
    held = {one.counted.site: one for one in contacts.sites}
    assert list(held) == ["aston", "brook", "cove", "dale"]
    assert [one.counted.starts for one in held.values()] == [
        month_at(9),
        month_at(10),
        month_at(9),
        month_at(10),
    ]
    aston = {one.month: one for one in held["aston"].counted.months}
    assert list(aston) == [month_at(place) for place in range(20)]
    for place in range(20):
        tallied = sum(
            c.tally for c in world.contacts if c.site == 0 and Month.of(c.at.date()) == month_at(place)
        )  # fmt: skip
        expected = Nothing.NOT_RECORDED if place == 4 else tallied
        assert (aston[month_at(place)].count, aston[month_at(place)].exposure) == (expected, 100.0 + place)
    found = held["aston"].found
    assert found is not None and found.main is not None and (found.n, found.missing.not_recorded) == (19, 1)
    assert [str(note)[:35] for note in held["aston"].counted.notes] == ["1 month of Aston holds contacts and", "A month that was reported in part i"]  # fmt: skip
    brook = held["brook"].found
    assert brook is not None and brook.missing.not_recorded == 1
    # What the pages show is what the method gives for these months, site by site.
    again = interrupted(
        SiteSeries("aston", ArmKind.INTERVENTION, tuple(aston.values()), month_at(9)), is_rate=True
    )
    assert again.main == found.main
    assert contacts.apart is not None and contacts.apart.sites == ("aston", "brook", "cove", "dale")
    assert len(contacts.interaction) == 2 and not contacts.not_given
    # Comparison sites gave no pipes: refused for them, and the arms are not set against each other.
    pipes = answer.measures[1]
    assert "the same number" in str(pipes.sites[2].refused)
    assert pipes.apart is None and "at least 2 in each" in str(pipes.not_given["apart"])
    assert to_plain(answer)["measures"][0]["sites"][0]["counted"]["starts"] == "2024-12"


def test_series_without_hours_without_phases_and_cut_short_say_so() -> None:
    world = a_world()
    sites = [
        replace(site, phases=site.phases[:1] if n == 3 else site.phases) for n, site in enumerate(world.sites)
    ]
    kept = tuple(c for c in world.contacts if c.at < datetime(2025, 5, 1, tzinfo=UTC))
    months = tuple(m for m in world.months if m[1] < date(2025, 4, 1))
    with frozen(write(replace(world, sites=tuple(sites), contacts=kept, months=months, hours=()))) as freeze:
        contacts = series.ask(freeze).measures[0]
    assert not contacts.is_rate and "Aston, Brook, Cove, Dale" in str(contacts.why_counts)
    held = {one.counted.site: one for one in contacts.sites}
    assert held["dale"].found is None and "No phase of the study" in str(held["dale"].refused)
    aston = held["aston"].found
    assert aston is not None and aston.main is None and "described and not fitted" in str(aston.refused)
    # The data end on 15 April: that month is not whole, and nobody reported it as complete.
    assert held["aston"].counted.months[-1].month == Month(2025, 4)
    assert held["aston"].counted.months[-1].count is Nothing.NOT_RECORDED
    assert set(contacts.not_given) == {"intervention", "comparison", "apart", "interaction"}

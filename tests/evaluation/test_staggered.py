"""Components, who answered, and what reached the comparison sites, of one freeze; each counted again from the world."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from statistics import mean

import pytest

from tests.evaluation.conftest import frozen
from tests.evaluation.test_series import a_world, month_at
from tests.evaluation.world import World, write
from throughline.evaluation.manifest import Manifest
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions import composition, contamination, contrast, staggered
from throughline.evaluation.results import to_plain
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month

pytestmark = pytest.mark.django_db(transaction=True)


def world_with_components() -> World:
    """Training begins at Aston in the tenth month, at Brook in the twelfth, ends there in the sixteenth; outreach at Cove is in
    the other arm. Elm is in no arm of the study."""
    components = (
        (0, "training", month_at(9).first().replace(day=20), None),
        (1, "training", month_at(11).first(), month_at(15).first().replace(day=9)),
        (1, "peer_outreach", month_at(12).first(), month_at(13).first()),
        (2, "peer_outreach", month_at(5).first(), None),
        (4, "walk_in", date(2024, 5, 1), None),
    )
    outcomes = (("shared_pipe", "binary", "survey"), ("crack_use_told", "binary", "monitoring"))
    return replace(a_world(), components=components, answers=tuple(answers()), outcomes=outcomes)


def answers() -> Iterator[tuple[int, str, int, str, str]]:
    """Ten of each site and phase: who shared a pipe, who is housed, and who got a pipe of the programme. At each site and phase
    one does not say whether they are housed, and one declines the outcome; a third is silent about where pipes came from."""
    for site in range(4):
        for phase, later in (("before", 0), ("after", 1)):
            for n in range(10):
                yield (
                    site,
                    phase,
                    n,
                    "shared_pipe",
                    "declined" if n == 9 else str((n * (site + 2) + later * (n + site)) % 3 % 2),
                )
                yield site, phase, n, "housed", "dont_know" if n == 8 else str(int(n < 2 + site + 2 * later))
                yield site, phase, n, "age", str(20 + n)
                if n != 7:
                    yield site, phase, n, "got_pipe", "not_asked" if n == 6 else str(int(later and n < site))


def share_told(world: World, site: int, place: int) -> float:
    """Of the world's contacts with an answer in a month, those that told."""
    answers = [
        answer
        for contact in world.contacts
        if contact.site == site and Month.of(contact.at.date()) == month_at(place)
        for _topic, answer in contact.told
    ]
    return mean(answer == "told" for answer in answers)


def test_a_freeze_answers_for_components_who_answered_and_what_reached_comparison_sites() -> None:
    world = world_with_components()
    with frozen(write(world)) as freeze:
        answer = staggered.ask(freeze, seed=11)
        _composition_is_that_of_the_answers(freeze, world)
        _contamination_is_that_of_comparison_sites(freeze)
        _refused_without_dates(freeze)
    assert answer.refused is None and [one.component for one in answer.components] == [
        "peer_outreach",
        "training",
    ]
    training = answer.components[1]
    assert [(one.site, one.from_on, one.to_on) for one in training.spells] == [
        ("aston", month_at(9).first().replace(day=20), None),
        ("brook", month_at(11).first(), month_at(15).first().replace(day=9)),
    ]
    assert [(one.spell.site, one.spell.component, one.is_same_month) for one in training.beside] == [
        ("brook", "peer_outreach", False)
    ]
    assert [one.measure for one in training.measures] == list(staggered.MEASURES)
    told = next(one for one in training.measures if one.measure == "crack_use_told")
    assert told.found is not None and told.is_share and not told.is_rate
    cells = {(cell.group, cell.month): cell for cell in told.found.cells}
    # Aston's fifth month was reported in part; Brook's sixth not; what Brook did after the training ended is left out.
    gaps = {(0, 4), (1, 5), *((1, place) for place in range(16, 20))}
    begins = {0: 9, 1: 11}
    for group in (9, 11):
        for place in range(20):
            if place == group - 1:
                continue
            changes = {
                site: share_told(world, site, place) - share_told(world, site, group - 1)
                for site in range(4)
                if not {(site, place), (site, group - 1)} & gaps
            }
            mine = [change for site, change in changes.items() if begins.get(site) == group]
            theirs = [c for site, c in changes.items() if begins.get(site, 99) > max(place, group)]
            cell = cells[month_at(group), month_at(place)]
            assert (len(cell.begun), len(cell.waiting)) == (len(mine), len(theirs))
            expected = mean(mine) - mean(theirs) if mine and theirs else None
            assert cell.att == (None if expected is None else pytest.approx(expected, abs=1e-10))
    brook = next(one for one in told.sites if one.site == "brook")
    assert [m.counted for m in brook.months][16:] == [Nothing.NOT_APPLICABLE] * 4
    assert "At Brook it had ended in 4 months" in str(told.notes[0])
    # Contacts are counted for 100 open hours, as in the series.
    contacts = training.measures[0]
    first = contacts.sites[0].months[0]
    assert contacts.is_rate and (first.hours, first.of) == (100.0, None)
    assert staggered.value_of(first, is_share=False, is_rate=True) == first.counted
    assert to_plain(answer)["components"][0]["measures"][0]["sites"][2]["begins"] == str(month_at(5))
    assert contacts.found is not None and contacts.found.permutation.ways == 12


def _refused_without_dates(freeze: OpenFreeze) -> None:
    """A freeze of before there were components, and one in which none is at a site of the study."""
    held = {name: facts for name, facts in freeze.manifest.tables.items() if name != "components"}
    older = replace(freeze, manifest=Manifest(freeze.manifest.content_hash, held))
    answer = staggered.ask(older, seed=1)
    assert str(answer.refused) == "This freeze holds no dates of components: freeze again."
    assert not answer.components
    own = f"read_parquet('{freeze.folder}/components.parquet') WHERE site = 'elm'"
    freeze.engine.execute(f"CREATE TEMP VIEW components AS SELECT * FROM {own}")
    elsewhere = replace(freeze)  # what the first was asked before is answered as before
    assert "No component has dates at a site of the study" in str(staggered.ask(elsewhere, seed=1).refused)


def _composition_is_that_of_the_answers(freeze: OpenFreeze, world: World) -> None:
    found = composition.ask(freeze, contrasts=contrast.ask(freeze))
    # An outcome is no attribute, and age has too many values to hold still.
    assert found.refused is None and [one.attribute for one in found.attributes] == ["got_pipe", "housed"]
    housed = found.attributes[1]
    assert not housed.is_planned and housed.values == ("0", "1") and len(housed.who) == 8
    told = {(site, phase, n, question): value for site, phase, n, question, value in world.answers}
    for one in housed.who:
        site, phase = ("aston", "brook", "cove", "dale").index(one.site), one.wave.value
        values = [told[site, phase, n, "housed"] for n in range(10)]
        assert one.counts == {value: values.count(value) for value in "01"}
        assert (one.missing.dont_know, one.missing.total) == (1, 1)
    silent = next(one for one in found.attributes[0].who if one.site == "aston")
    assert (silent.missing.not_asked, silent.missing.not_recorded) == (1, 1)  # silence is not recorded
    (estimate,) = housed.estimates
    assert estimate.outcome == "shared-pipe" and estimate.found is not None and estimate.headline is not None
    changes = []
    for site in range(4):
        mix = [told[site, "before", n, "housed"] for n in range(9) if n != 8]
        means = {
            (phase, value): mean(
                float(told[site, phase, n, "shared_pipe"])
                for n in range(8)
                if told[site, phase, n, "housed"] == value
            )
            for phase in ("before", "after")
            for value in "01"
        }
        changes.append(sum(mix.count(v) / len(mix) * (means["after", v] - means["before", v]) for v in "01"))
    expected = mean(changes[:2]) - mean(changes[2:])
    assert estimate.found.contrast.difference == pytest.approx(expected, abs=1e-10)
    assert (estimate.found.unknown, estimate.found.contrast.missing.declined) == (8, 8)
    (of_pipes,) = found.attributes[0].estimates
    assert "Nobody with this value" not in str(of_pipes.refused) and of_pipes.found is not None
    assert ("brook", "1") in of_pipes.found.only_after


def _contamination_is_that_of_comparison_sites(freeze: OpenFreeze) -> None:
    found = contamination.ask(freeze, "got_pipe", seed=1)
    assert [(one.site, one.wave.value) for one in found.sites] == [
        (site, wave) for site in ("cove", "dale") for wave in ("before", "after")
    ]
    before, after = found.waves
    # Of Cove's ten 2 and of Dale's 3 got one after; two of each site have no answer, one of them no row at all.
    assert (before.yes, before.n, before.share, before.missing.not_asked) == (0, 16, 0.0, 2)
    assert (after.yes, after.n, after.share) == (5, 16, 5 / 16)
    assert after.interval is None and "needs at least 5" in str(after.no_interval)
    with pytest.raises(Invalid, match="It has: age, got_pipe, housed, shared_pipe"):
        contamination.ask(freeze, "pipes", seed=1)

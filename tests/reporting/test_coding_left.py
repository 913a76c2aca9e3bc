"""Agreement of closed rounds, what became of disagreements, and saturation in a report: where the analysis uses them alone."""

from __future__ import annotations

import html
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.cast import SYSTEM, Cast
from tests.records.inquiry.asked import TEXTS, Asked, make_asked
from tests.records.made import an_analyst
from tests.reporting.made import composed, material
from throughline.evaluation.results import to_plain
from throughline.methods.saturation import saturation
from throughline.methods.suppression import LT5, Profile
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Round
from throughline.records.inquiry.queries import agreement as query
from throughline.records.study.actions import record_freeze
from throughline.records.study.models import Release
from throughline.reporting import coding_section, design
from throughline.reporting.coding_left import asked_for, coding_left, settled_as_told
from throughline.reporting.html import render_report
from throughline.reporting.marks import Mark
from throughline.reporting.passing import Passing
from throughline.vocabulary.study import AliasKind, Approach

ALL = Profile("custom:2:1", 2, 1)  # two sources are enough: so many were compared


@dataclass
class Made:
    """Two coders on two sources: they differ on where one passage begins and on one more; both were settled to stand."""

    asked: Asked
    round: Round


@pytest.fixture
def made(cast: Cast, now: datetime) -> Made:
    asked = make_asked(cast, Approach.CODING_RELIABILITY)
    una, yusuf = asked.una.actor, an_analyst(cast, "Yusuf").actor
    pairs = [actions.AssignmentDraft(one, who.id) for one in asked.sources[:2] for who in (una, yusuf)]
    row = actions.open_round(
        analysis=asked.analysis, name="First", by=cast.rosa.actor, at=now, assignments=pairs
    )
    asked.put(asked.reason, "It is a reason to come in", by=una)
    asked.put(asked.reason, "a reason to come in", by=yusuf)
    for who in (una, yusuf):
        asked.put(asked.rent, "rent", by=who)
    asked.put(asked.rent, "Rent first", by=yusuf)
    actions.close_round(round=row, by=cast.rosa.actor, at=now)
    for words, code in (("It is ", asked.reason), ("Rent first", asked.rent)):
        start = TEXTS[0].index(words)
        actions.settle_disagreement(
            round=row, source=asked.sources[0], code=code, start=start, end=start + len(words), stands=True, reason="She says so.",
            by=cast.rosa.actor, at=now,
        )  # fmt: skip
    return Made(asked, row)


def passing(made: Made, now: datetime, profile: Profile = ALL) -> Passing:
    freeze = record_freeze(
        study=made.asked.analysis.study, name="spring", content_hash="0" * 64, rows={}, by=SYSTEM, at=now + timedelta(hours=1)
    )  # fmt: skip
    return Passing(freeze, profile, "Dr. Reader", SYSTEM, now)


def read(coded: tuple[Any, ...]) -> str:
    given = replace(material(), coded=coded)
    sections = (*coding_section.coding(given), design.what_was_done(given))
    return " ".join(html.unescape(render_report(replace(composed(), sections=sections))).split())


@pytest.mark.django_db
def test_coding_reliability_tells_agreement_and_how_disagreements_were_settled(
    made: Made, now: datetime
) -> None:
    given = passing(made, now)
    coded = coding_left(given)
    (row,) = coded[0]["rounds"]
    told = {cells[0]: cells[1:] for cells in row["tables"][0]["rows"]}
    assert set(told) == {made.asked.reason.name, made.asked.rent.name}
    assert (row["coders"], row["sources"], row["is_blind"]) == (2, 2, True)
    rng = np.random.default_rng(made.round.id.int % 2**32)
    found = query.agreement_of(SYSTEM, made.round.id, query.Asked(), rng=rng, at=now)
    for one in found.per_code:
        name = next(code.name for code in (made.asked.reason, made.asked.rent) if str(code.id) == one.code)
        assert one.alpha.value is not None and told[name][:2] == [2, one.n]
        assert told[name][3:] == [round(one.alpha.value, 2), "no interval", "no interval"]
    assert row["settled"] == {"differing": 2, "stands": 2, "falls": 0, "open": 0}
    page = read(coded)
    assert "Round “First”: 2 coders, 2 sources, without seeing each other's work." in page
    assert "in fewer than 10 sources" in page
    assert "Krippendorff's alpha" in page and "Interval from" in page and "coder 1 - coder 2" in page
    assert (
        "Stretches on which they differed: 2; the code stands on 2, does not on 0, and 0 are not settled."
        in page
    )
    assert "Una" not in page and "Yusuf" not in page
    assert all(method in page for method in row["methods"])
    assert [line.what for line in given.lines] == ["agreement of coders"]
    assert Release.objects.get(is_refused=False).freeze == given.freeze
    assert [one.what for one in given.refused] == ["saturation"]  # too few coded sources


@pytest.mark.django_db
def test_what_rests_on_too_few_sources_is_refused_in_the_ledger_and_in_the_report(
    made: Made, now: datetime
) -> None:
    given = passing(made, now, LT5)
    assert coding_left(given) == ()
    assert [(line.what, bool(line.refusal)) for line in given.lines] == [("agreement of coders", True)]
    assert Release.objects.get().is_refused
    assert asked_for([made.asked.analysis], given.freeze.frozen_at) == ["agreement of coders", "saturation"]


@pytest.mark.django_db
def test_a_name_of_the_list_in_a_code_keeps_the_round_back(made: Made, now: datetime) -> None:
    actions.add_alias(
        analysis=made.asked.analysis, kind=AliasKind.PERSON, label="worker 1", terms=[made.asked.rent.name], by=SYSTEM, at=now
    )  # fmt: skip
    given = passing(made, now)
    assert coding_left(given) == () and "agreement of coders" in [one.what for one in given.refused]
    assert not Release.objects.filter(is_refused=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("approach", [one for one in Approach if one is not Approach.CODING_RELIABILITY])
def test_other_approaches_tell_only_what_is_switched_on(
    made: Made, now: datetime, approach: Approach
) -> None:
    Analysis.objects.update(approach=approach.value, with_saturation=False)
    given = passing(made, now)
    assert coding_left(given) == () and not given.lines and not given.refused
    Analysis.objects.update(with_saturation=True)
    assert coding_left(given) == ()
    asked = [] if approach is Approach.REFLEXIVE else ["saturation"]
    assert [one.what for one in given.refused] == asked  # of two coded sources nothing can be said
    assert asked_for(Analysis.objects.all(), given.freeze.frozen_at) == asked


def test_saturation_is_told_with_its_sizes() -> None:
    codes = [
        frozenset({"a", "b"}),
        frozenset({"c"}),
        frozenset({"d"}),
        frozenset({"a"}),
        frozenset({"b"}),
        frozenset({"c"}),
    ]
    for found, told in (
        (
            saturation(codes),
            "reached after 4 of 6 sources: the next 2 sources brought at most 5% as many new codes as the first 4",
        ),
        (saturation([*codes[:5], frozenset({"e"})]), "not reached in 6 sources"),
    ):
        coded = ({"question": "What begins?", "rounds": [], "saturation": to_plain(found)},)
        (section,) = coding_section.coding(replace(material(), coded=coded))
        assert section.marks == {Mark.SATURATION} and told in read(coded)
    assert list(coding_section.coding(material())) == []


def test_how_many_were_settled_which_way_is_told_only_where_no_part_is_small() -> None:
    def places(stands: int, falls: int, unsettled: int) -> Any:
        kinds = [True] * stands + [False] * falls
        settled = [SimpleNamespace(settlement=SimpleNamespace(stands=one)) for one in kinds]
        return [*settled, *(SimpleNamespace(settlement=None) for _ in range(unsettled))]

    assert settled_as_told(places(9, 6, 0), LT5) == {"differing": 15, "stands": 9, "falls": 6, "open": 0}
    hidden = {"stands": None, "falls": None, "open": None}
    assert settled_as_told(places(9, 2, 7), LT5) == {"differing": 18, **hidden}
    assert settled_as_told(places(1, 1, 1), LT5) == {"differing": None, **hidden}

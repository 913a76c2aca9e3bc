"""Counts of themes that leave: nothing of fewer than three participants can be taken from what is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.reporting.made import AT, material, theme
from throughline.evaluation.results import to_plain
from throughline.methods.coverage import OwnTurnCoding, Presence, theme_coverage
from throughline.reporting import checked
from throughline.reporting.build import compose
from throughline.reporting.html import render_report
from throughline.vocabulary.nothing import SUPPRESSED

ARM_OF = {
    "ashcombe": "comparison", "dunmere": "comparison", "westlow": "comparison",
    "brook": "intervention", "carrow": "intervention",
}  # fmt: skip


def themed(told: list[tuple[str, str, bool, bool]], *, number: int = 1) -> dict[str, Any]:
    """A theme of participants given as site, group, whether asked and whether they spoke of it."""
    people = {f"p{place}": row for place, row in enumerate(told)}
    presences = [Presence(person, "s", asked, True) for person, (_, _, asked, _) in people.items()]
    codings = [OwnTurnCoding(person, "s") for person, (*_, spoke) in people.items() if spoke]
    own = {
        "participant_group": {person: group for person, (_, group, _, _) in people.items()},
        "site": {person: site for person, (site, *_) in people.items()},
        "arm": {person: ARM_OF[site] for person, (site, *_) in people.items()},
    }
    plain: dict[str, Any] = to_plain(
        {
            "theme_no": number, "name": f"T{number}", "status": "kept", "steps": ("contact",),
            "overall": theme_coverage(presences, codings, is_open=False)[0],
            "by": {
                name: theme_coverage(presences, codings, is_open=False, attribute=values)
                for name, values in own.items()
            },
        }
    )  # fmt: skip
    return plain


def people(site: str, of: int, spoke: int) -> list[tuple[str, str, bool, bool]]:
    return [(site, "worker", True, place < spoke) for place in range(of)]


def told_of(left: Any, name: str) -> dict[str, tuple[Any, Any]]:
    return {row["value"]: (row["n"], row["of"]) for row in left["by"][name]}


def test_a_theme_of_too_few_participants_is_not_counted_anywhere() -> None:
    few = themed([*people("brook", 2, 1), ("brook", "worker", False, True)])
    left = checked.themes({"themes": [few]}, ARM_OF)
    assert (left[0]["overall"]["n"], left[0]["overall"]["of"]) == (SUPPRESSED, SUPPRESSED)
    assert left[0]["overall"]["unasked"] == SUPPRESSED
    assert told_of(left[0], "arm") == {"intervention": (SUPPRESSED, SUPPRESSED)}
    row = {"step": "contact", "themes": [{"theme": few, "judgement": None}]}
    (joint,) = checked.joint([row], left)
    assert joint["themes"][0]["theme"]["overall"]["n"] == SUPPRESSED


def test_a_theme_that_was_let_go_is_beside_no_step() -> None:
    gone = {**theme(), "status": "let_go"}
    row = {"step": "contact", "themes": [{"theme": gone, "judgement": "expansion"}]}
    assert checked.joint([row], checked.themes({"themes": [gone]}, {}))[0]["themes"] == []


def test_an_arm_without_the_sites_shown_of_it_does_not_tell_that_all_the_hidden_ones_spoke() -> None:
    """6 of 7 in the arm less 2 of 3 at Westlow would be 4 of 4 at two sites that are hidden."""
    told = [
        *people("westlow", 3, 2), *people("ashcombe", 2, 2), *people("dunmere", 2, 2),
        *people("brook", 6, 3), *people("carrow", 6, 3),
    ]  # fmt: skip
    (left,) = checked.themes({"themes": [themed(told)]}, ARM_OF)
    assert told_of(left, "arm")["comparison"] == (6, 7)
    sites = told_of(left, "site")
    assert {sites[one] for one in ("ashcombe", "dunmere", "westlow")} == {(SUPPRESSED, SUPPRESSED)}
    assert sites["brook"] == (3, 6)


def test_sites_of_which_enough_remain_stay_shown() -> None:
    told = [*people("westlow", 5, 2), *people("ashcombe", 2, 1), *people("dunmere", 2, 0), *people("brook", 6, 3), *people("carrow", 6, 3)]  # fmt: skip
    (left,) = checked.themes({"themes": [themed(told)]}, ARM_OF)
    assert told_of(left, "site")["westlow"] == (2, 5)
    assert told_of(left, "site")["ashcombe"] == (SUPPRESSED, SUPPRESSED)


ONE = st.tuples(
    st.sampled_from(sorted(ARM_OF)), st.sampled_from(["worker", "user", "peer"]), st.booleans(), st.booleans()
)


@given(st.lists(st.lists(ONE, min_size=1, max_size=26), min_size=1, max_size=2))
@settings(max_examples=120, deadline=None)
def test_what_is_left_of_any_total_is_never_of_few_nor_of_all_or_none(told: list[Any]) -> None:
    """Every choice of parts that is shown of a total is taken from it; the rest must not single anybody out."""
    for left in checked.themes(
        {"themes": [themed(rows, number=place) for place, rows in enumerate(told)]}, ARM_OF
    ):
        sites, arms = told_of(left, "site"), told_of(left, "arm")
        if left["overall"]["of"] == SUPPRESSED:
            values = [pair for name in left["by"] for pair in told_of(left, name).values()]
            assert set(values) == {(SUPPRESSED, SUPPRESSED)}
            continue
        whole = (left["overall"]["n"], left["overall"]["of"])
        cuts = [(whole, list(told_of(left, name).values())) for name in left["by"]]
        cuts += [
            (pair, [sites[site] for site in sites if ARM_OF[site] == arm])
            for arm, pair in arms.items()
            if SUPPRESSED not in pair
        ]
        mixed = [pair for pair in arms.values() if SUPPRESSED not in pair]
        mixed += [sites[site] for site in sites if SUPPRESSED in arms[ARM_OF[site]]]
        cuts.append((whole, [*mixed, (SUPPRESSED, SUPPRESSED)]))
        for total, parts in cuts:
            shown = [pair for pair in parts if SUPPRESSED not in pair]
            assert all(of >= 3 for _, of in shown)
            if len(shown) == len(parts):
                continue
            n, of = (total[place] - sum(pair[place] for pair in shown) for place in (0, 1))
            assert of == 0 or of >= 3
            assert of == 0 or 0 < n < of or total[0] in (0, total[1])


def test_a_report_says_suppressed_in_the_table_and_too_few_beside_the_step() -> None:
    few = themed(people("brook", 2, 1))
    left = checked.themes({"themes": [few]}, ARM_OF)
    row = {
        "step": "contact",
        "contrasts": [],
        "judgement": None,
        "themes": [{"theme": few, "judgement": None}],
    }
    given_out = replace(material(), themes=left, joint=checked.joint([row], left))
    told = render_report(compose(given_out, at=AT))
    assert "T1: too few could have spoken of it to tell how many did." in told
    assert "1 of 2" not in told

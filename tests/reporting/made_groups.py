"""Groups set against each other, as they leave, from answers made here; and the whole of what stands further down in a report."""

from __future__ import annotations

import functools
from typing import Any

from tests.reporting.made_composition import SITES, composition_answer
from tests.reporting.made_staggered import SEED, staggered_answer
from tests.reporting.test_staggered_left import door
from throughline.evaluation.pooled import groups_that_leave
from throughline.evaluation.questions.contamination import ANSWERED_SPEAK, CANNOT_SHOW, METHOD
from throughline.evaluation.questions.subgroups import QUESTION
from throughline.evaluation.results import to_plain
from throughline.methods.estimate import Missing
from throughline.methods.site_change import from_binary
from throughline.methods.subgroups import interaction
from throughline.methods.suppression import Profile, ProtectedTable, protect
from throughline.methods.table import crossed
from throughline.reporting.composition_left import attribute_left, wave_left
from throughline.reporting.groups_left import FROM_SINGLE, who_rows
from throughline.reporting.staggered_left import as_left
from throughline.vocabulary.study import ArmKind, PhaseKind


def groups_answer(outcome: dict[str, Any], *, is_planned: bool = True, few: int = 20) -> Any:
    """One outcome by two answers to one question; `few`: how many of a group answered after at Dale."""
    rows = []
    for value in (1.0, 2.0):
        cells: tuple[list[Any], list[Any]] = ([], [])
        for place, (site, _) in enumerate(SITES):
            arm = ArmKind.INTERVENTION if place < 2 else ArmKind.COMPARISON
            for later, wave in enumerate((PhaseKind.BEFORE, PhaseKind.AFTER)):
                for held, size in zip(cells, (24 + 3 * place, 41 - 5 * later), strict=True):
                    n = few if held is cells[0] and (place, later) == (3, 1) else size
                    yes = n // 3 + int(value) * (place + later) % 4
                    held.append(
                        from_binary(site=site, arm=arm, phase=wave, yes=yes, no=n - yes, missing=Missing())
                    )
        rows.append(
            {"outcome": outcome, "value": value, "found": to_plain(interaction(*cells)), "refused": None}
        )
    unknown = {"declined": 22, "dont_know": 3}
    return {
        "by": "age_band",
        "is_planned": is_planned,
        "question": QUESTION,
        "unknown": unknown,
        "rows": rows,
    }


def groups_left(profile: Profile, outcome: dict[str, Any]) -> tuple[Any, ...]:
    """A planned attribute, and one that no plan names, whose groups are too small."""
    told = groups_that_leave(groups_answer(outcome))
    few = groups_that_leave(groups_answer(outcome, is_planned=False, few=5))
    if profile.rounding > 1:
        told["rows"] = [{**row, "found": None, "refused": to_plain(FROM_SINGLE)} for row in told["rows"]]
    return tuple({**one, "is_yes_no": False} for one in (told, few))


def who_tables(profile: Profile, *, few: int = 20) -> list[ProtectedTable]:
    """Who answered, each wave."""
    (found,) = composition_answer(few=few)["attributes"]
    tables = []
    for wave in ("before", "after"):
        counts = {
            (one["site"], word): one["counts"][value]
            for one in found["who"]
            if one["wave"] == wave
            for value, word in (("0", "no"), ("1", "yes"))
        }
        tables.append(protect(crossed(("site", "answer_known"), counts, margins=(("site",),)), profile))
    return tables


def mix_left(profile: Profile, code: str, *, few: int = 20) -> tuple[Any, ...]:
    """The mix held still of one outcome, called by `code`."""
    (found,) = composition_answer(few=few)["attributes"]
    left = attribute_left(found)
    estimates = [{**row, "outcome": code} for row in left["estimates"]]
    if profile.rounding > 1:
        estimates = [
            {**row, "found": None, "headline": None, "refused": to_plain(FROM_SINGLE)} for row in estimates
        ]
    who = who_rows(found, who_tables(profile, few=few))
    return ({**left, "estimates": estimates, "values": found["values"], "who": who},)


@functools.cache
def reached_left(profile: Profile, *, few: int = 3) -> Any:
    """What reached the comparison sites: of the wave before `few` said so."""
    told = {}
    for wave, (yes, no) in (("before", (few, 140)), ("after", (17, 133))):
        counts = {("yes",): yes, ("no",): no, ("unknown",): 12}
        table = protect(crossed(("answer_known",), counts, margins=()), profile)
        told[wave] = wave_left({"wave": wave, "yes": yes, "n": yes + no, "no_interval": None}, table)
    return {
        "asked": "got_pipe", "waves": list(told.values()), "refused": None, "method": METHOD,
        "assumptions": to_plain([ANSWERED_SPEAK]), "cannot_show": to_plain(CANNOT_SHOW),
    }  # fmt: skip


@functools.cache
def components_left(profile: Profile) -> tuple[Any, ...]:
    """Every component as it leaves; of the third measure no table did."""
    return tuple(
        {
            **found,
            "measures": [
                as_left(one, profile, door(one, profile) if place < 2 else None, SEED)
                for place, one in enumerate(found["measures"])
            ],
        }
        for found in staggered_answer()["components"]
    )

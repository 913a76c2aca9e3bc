"""Effects by group and the mix held still as a report tells them: what the pages' own release lets out, and only where who stands
behind each estimate is apart from whoever stands behind every other.

An estimate among some of an outcome's respondents (a group, all others, those whose attribute is known) is compared, as the ledger
compares tables, with its headline, with every such estimate of the outcome that is told before it, and with all tables that left:
it is told where they are the same people, or differ by the threshold at least. Planned attributes are asked first. These rest on single answers:
under a profile that rounds none is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import numpy as np

from throughline.evaluation.doors import TableSpec
from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.pooled import groups_that_leave
from throughline.evaluation.questions import subgroups
from throughline.evaluation.questions.behind import Answered, answered
from throughline.evaluation.questions.people import UNIT
from throughline.evaluation.results import to_plain
from throughline.methods.differencing import CellMembers
from throughline.methods.suppression import Profile, ProtectedTable
from throughline.methods.table import ALL
from throughline.reporting.composition_left import attribute_left
from throughline.reporting.document import say
from throughline.reporting.material import Plain
from throughline.reporting.summaries import ARMS, PHASES
from throughline.rules.expressions import names_in
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import OutcomeSourceKind

MOST_UNPLANNED = 6
YES_NO = frozenset({0.0, 1.0})
TOO_NEAR = say(
    "Nearly the same people stand behind this and behind another estimate or table that leaves; one taken from the other would tell "
    "of few."
)
FROM_SINGLE = say(
    "It rests on single answers and cannot be taken from rounded counts; it leaves under a profile that does not round."
)

NOT_HERE = say("It cannot be estimated; the page of the groups says why to who may see it.")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question that makes groups, or a mix; `values` as numbers, in their order."""

    code: str
    is_planned: bool
    values: tuple[float, ...]

    @property
    def is_yes_no(self) -> bool:
        return set(self.values) <= YES_NO


def attributes_of(opened: OpenFreeze, estimates: Sequence[Plain]) -> tuple[Attribute, ...]:
    """Those that the plan names first, then others that are no outcome and were asked everywhere: the first few, by code."""
    outcomes = {
        name
        for one in estimates
        if one["outcome"]["source"] == OutcomeSourceKind.SURVEY
        for name in (one["outcome"]["measure"], *names_in(one["outcome"]["measure"]))
    }
    found = subgroups.attributes_of(opened)
    planned = [code for code, is_planned in found if is_planned]
    everywhere = _asked_everywhere(opened)
    others = [
        code for code, is_planned in found if not is_planned and code not in outcomes and code in everywhere
    ]
    return tuple(
        Attribute(code, code in planned, _values(opened, code))
        for code in (*planned, *others[:MOST_UNPLANNED])
    )


def _asked_everywhere(opened: OpenFreeze) -> frozenset[str]:
    """Questions with answers in both arms, before and after."""
    rows = opened.ask(
        "SELECT question FROM survey_answers WHERE arm IN ('intervention', 'comparison') AND phase IN ('before', 'after')"
        " AND value IS NOT NULL GROUP BY question HAVING COUNT(DISTINCT arm || phase) = 4"
    )
    return frozenset(row["question"] for row in rows)


def _values(opened: OpenFreeze, code: str) -> tuple[float, ...]:
    rows = opened.ask(
        "SELECT DISTINCT CAST(value AS DOUBLE) AS value FROM survey_answers WHERE question = ? AND arm <> 'none'"
        " AND value IS NOT NULL ORDER BY value",
        [code],
    )
    return tuple(float(row["value"]) for row in rows)


@dataclass
class Behind:
    """Who stands behind the estimates of each outcome that are told so far.

    `is_apart`: whether some members are apart from others that are told and from all tables that left.
    """

    opened: OpenFreeze
    is_apart: Callable[[Sequence[CellMembers], Sequence[CellMembers]], bool]
    told: dict[str, list[CellMembers]] = field(default_factory=dict)
    asked: dict[tuple[str, str], Answered] = field(default_factory=dict)

    def of(self, measure: str, beside: str) -> Answered:
        if (measure, beside) not in self.asked:
            self.asked[measure, beside] = answered(self.opened, measure, beside)
        return self.asked[measure, beside]

    def headline(self, found: Plain) -> None:
        """A headline that is told: whoever answered at its sites; and, where it is adjusted, those whose covariates are known."""
        measure, covariates = found["outcome"]["measure"], found["outcome"].get("covariates") or ()
        sites = [one["site"] for one in found["changes"]["sites"]]
        whole = self.of(measure, measure)
        held = self.told.setdefault(measure, [])
        held.append(whole.called("headline", whole.at(sites)))
        if covariates:
            known = [self.of(measure, code) for code in covariates]
            members = reduce(np.intersect1d, [one.members[~np.isnan(one.beside)] for one in known])
            held.append(CellMembers("adjusted", UNIT, np.intersect1d(members, held[-1].members)))

    def may_tell(self, measure: str, new: Sequence[CellMembers]) -> bool:
        """Whether these may be told of beside all others; if so they are from now on among them."""
        held = self.told.setdefault(measure, [])
        if not self.is_apart(new, held):
            return False
        held += new
        return True


def groups_left(
    behind: Behind, attributes: Sequence[Attribute], profile: Profile, measures: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """An answer for each attribute, in plain values, as `evaluate contrast --by` tells it. `measures`: outcome's code -> question."""
    for attribute in attributes:
        try:
            answer = to_plain(subgroups.ask(behind.opened, by=attribute.code))
        except Invalid:  # everybody's group is unknown where the arms are
            continue
        left = groups_that_leave(answer)
        rows = [_row(behind, row, attribute.code, profile, measures) for row in left["rows"]]
        yield {**left, "rows": rows, "is_yes_no": attribute.is_yes_no}


def _row(
    behind: Behind, row: Plain, by: str, profile: Profile, measures: Mapping[str, str]
) -> dict[str, Any]:
    code = row["outcome"]["code"]
    if row["found"] is None:
        return {**row, "refused": _without_names(row["refused"])}
    if profile.rounding > 1:
        return {**row, "found": None, "refused": to_plain(FROM_SINGLE)}
    people = behind.of(measures[code], by)
    group, others = people.set_against(row["value"])
    sets = [people.called("group", group), people.called("others", others)]
    if not behind.may_tell(measures[code], sets):
        return {**row, "found": None, "refused": to_plain(TOO_NEAR)}
    return dict(row)


def _without_names(refused: Plain) -> Any:
    """A refusal that names a site or a count, as a page tells it, is told without."""
    return to_plain(NOT_HERE) if refused["params"] and "least" not in refused["params"] else refused


def mix_left(
    behind: Behind,
    answer: Plain,
    profile: Profile,
    measures: Mapping[str, str],
    who: Mapping[str, Sequence[ProtectedTable | None]],
    headlines: Mapping[str, Plain | None],
) -> list[dict[str, Any]]:
    """The mix held still, of each attribute that is told. `who`: its tables by phase, as they left (an attribute without is left out);
    `headlines`: by outcome's code, as the estimates tell them."""
    told = []
    for found in answer["attributes"]:
        if found["attribute"] not in who or found["refused"]:
            continue
        left = attribute_left(found)
        for row, whole in zip(left["estimates"], found["estimates"], strict=True):
            row["headline"] = headlines.get(row["outcome"]) or (whole["headline"] and SUPPRESSED)
            if row["found"] is None:
                continue
            if profile.rounding > 1:
                row |= {"found": None, "refused": to_plain(FROM_SINGLE)}
            elif row["found"]["same_people"] not in (None, SUPPRESSED):
                people = behind.of(measures[row["outcome"]], found["attribute"])
                known = ~np.isnan(people.beside) & people.at([one["site"] for one in whole["found"]["sites"]])
                if not behind.may_tell(measures[row["outcome"]], [people.called("known", known)]):
                    row["found"] = {**row["found"], "same_people": SUPPRESSED}
        answered = who_rows(found, who[found["attribute"]])
        told.append({**left, **columns_left(found["values"], answered)})
    return told


def columns_left(values: Sequence[str], who: Sequence[Plain]) -> dict[str, Any]:
    """Who answered, without the answers that no site's count is told of: that somebody gave one would tell of few.

    `has_rare`: whether there were such.
    """
    kept = [place for place in range(len(values)) if any(row["counts"][place] for row in who)]
    return {
        "values": [values[place] for place in kept], "has_rare": len(kept) < len(values), "is_yes_no": set(values) <= {"0", "1"},
        "who": [{**row, "counts": [row["counts"][place] for place in kept]} for row in who],
    }  # fmt: skip


def who_specs(attribute: Attribute) -> tuple[TableSpec, ...]:
    """Who answered: each site's answers to the attribute, a table for each phase, of those whose answer is known."""
    column = "answer_known" if attribute.is_yes_no else "answer_value"
    values = ("yes", "no") if attribute.is_yes_no else tuple(f"{value:g}" for value in attribute.values)
    return tuple(
        TableSpec(
            f"who answered: {attribute.code} by site, {phase}"[:120], UNIT, ("site", column),
            {"arm": ARMS, "question": attribute.code, "phase": phase, column: values}, (("site",),),
        )
        for phase in PHASES
    )  # fmt: skip


def who_rows(found: Plain, tables: Sequence[ProtectedTable | None]) -> list[dict[str, Any]]:
    """A row for each site and phase: a count for each value, and of how many; None where it did not leave."""
    sites = {(one["site"], one["name"], one["arm"]): None for one in found["who"]}
    asked = {(one["site"], one["wave"]) for one in found["who"]}
    words = {"0": "no", "1": "yes"} if set(found["values"]) <= {"0", "1"} else {}
    return [
        {
            "site": name, "arm": arm, "wave": phase, "n": _left(table, (site, ALL)),
            "counts": [_left(table, (site, words.get(value, value))) for value in found["values"]],
        }
        for site, name, arm in sites
        for phase, table in zip(PHASES, tables, strict=True)
        if (site, phase) in asked
    ]  # fmt: skip


def _left(table: ProtectedTable | None, key: tuple[str, ...]) -> int | None:
    if table is None:
        return None
    cell = table.cells.get(key)
    return 0 if cell is None else cell.count

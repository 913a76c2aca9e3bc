"""Staggered components as they leave: estimated again from the months that passed the door for tables, and from nothing else.

As with series, a site of which one month did not leave is not told at all, nor is it compared with. Shares are taken again from
the yes and the no of each month as they left; under a profile that rounds, of rounded counts. Cells and averages rest on
months that left, so that they tell no more than those do; names of sites stand in them as they stand in the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import TableSpec, release_tables, write_answer
from throughline.evaluation.freeze import folder_of
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.questions.series import CONTACTS, PIPES
from throughline.evaluation.questions.staggered import (
    MEASURES,
    SHARES,
    ComponentSite,
    CountedMonth,
    component_named,
    components_of,
    measure_named,
    measured,
)
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.methods.suppression import Profile, ProtectedTable
from throughline.records.study.models import Freeze
from throughline.reporting.summaries import ARMS, BY_MONTH
from throughline.reporting.tables import before_notes
from throughline.rules.access import check_may_release
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind

Plain = Mapping[str, Any]


def line_of(component: str) -> str:
    """What its line of the ledger is called; `component` empty: all of them."""
    return f"staggered components: {component.replace('_', ' ')}" if component else "staggered components"


def spec_of(measure: str) -> TableSpec:
    """The table behind a measure. Pipes are things: a month's are told where the month's contacts left.

    Of a share it is told of how many it is: a total of the table, so that it is compared with the month's contacts, which less
    it give away of how many nothing is known.
    """
    if measure in (CONTACTS, PIPES):
        return BY_MONTH
    known = f"{measure}_known"
    return TableSpec(
        f"contacts with {measure.replace('_', ' ')}: yes and no, by site and month", "contact", ("site", "month", known),
        {"arm": ARMS, known: ("yes", "no")}, (("site", "month"),),
    )  # fmt: skip


def release_staggered(
    *,
    freeze: Freeze,
    component: str,
    outcome: str,
    profile: Profile,
    recipient: str,
    by: Actor,
    at: datetime,
) -> dict[str, Any]:
    """Let a component's answer on a measure leave (none named: each that there is); what is told is a line of the ledger.

    Raises NotAllowed; NotFound where the freeze was not evaluated; Unready where it holds no dates; Invalid for a component or
    an outcome that is none.
    """
    check_may_release(by, freeze.programme_id, Permission.RELEASE_TABLES)
    answer = result_told(freeze, "staggered")
    components = [component_named(component, answer)] if component else components_of(answer)
    with open_freeze(folder_of(freeze), expect=freeze.content_hash) as opened:
        outcomes = opened.ask("SELECT * FROM outcomes")
    wanted = [measure_named(outcome, outcomes)] if outcome else list(MEASURES)
    specs = list({spec_of(one).title: spec_of(one) for one in wanted}.values())
    passing = release_tables(freeze=freeze, specs=specs, profile=profile, recipient=recipient, by=by, at=at)
    left = {
        spec.title: None if isinstance(one, Unready) else one.table
        for spec, one in zip(specs, passing, strict=True)
    }
    told = {
        "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": profile.name,
        "question": answer["question"], "seed": answer["seed"], "notes": to_plain(before_notes(left.values())),
        "components": [
            {
                **found,
                "measures": [
                    as_left(one, profile, left[spec_of(one["measure"]).title], answer["seed"])
                    for one in found["measures"]
                    if one["measure"] in wanted
                ],
            }
            for found in components
        ],
    }  # fmt: skip
    write_answer(
        told, freeze=freeze, what=line_of(component), profile=profile, recipient=recipient, by=by, at=at
    )
    return told


def as_left(found: Plain, profile: Profile, table: ProtectedTable | None, seed: int) -> Plain:
    """A measure from the months as they left (`table` None: the door refused it), in plain values."""
    measure = found["measure"]
    kept: list[ComponentSite] = []
    withheld: list[str] = []
    for plain in found["sites"]:
        site = _site(plain)
        shown = _shown(site, measure, table, profile)
        if shown is None:
            withheld.append(site.name)
        else:
            kept.append(shown)
    made: dict[str, Any] = to_plain(measured(measure, kept, seed=seed, is_rate=found["is_rate"]))
    made["why_counts"] = found["why_counts"]
    made["notes"] += [to_plain(one) for one in _withheld(withheld)]
    return made


def _withheld(names: Sequence[str]) -> list[Sentence]:
    if not names:
        return []
    return [
        Sentence(
            "The months of %(sites)s are suppressed: too few stand behind one of them at least, or their table did not leave. They"
            " are in no number here.",
            sites=tuple(names),
        )
    ]


def _shown(
    site: ComponentSite, measure: str, table: ProtectedTable | None, profile: Profile
) -> ComponentSite | None:
    """The site with its months as they left; None where one of them did not."""
    months = []
    for one in site.months:
        month = one
        if not isinstance(one.counted, Nothing):
            shown = _month(site.site, one, measure, table, profile)
            if shown is None:
                return None
            month = shown
        months.append(month)
    return replace(site, months=tuple(months))


def _month(
    site: str, one: CountedMonth, measure: str, table: ProtectedTable | None, profile: Profile
) -> CountedMonth | None:
    if table is None or isinstance(one.counted, Nothing):
        return None
    if measure in SHARES:
        yes, no = (_left(table, (site, str(one.month), value)) for value in ("yes", "no"))
        if yes is None or no is None:
            return None
        # Nobody is left of a month that a profile rounds away: it has no share.
        return (
            replace(one, counted=yes, of=yes + no)
            if yes + no
            else replace(one, counted=Nothing.NOT_RECORDED, of=None)
        )
    contacts = _left(table, (site, str(one.month)))
    if contacts is None or (measure == PIPES and profile.hides(one.counted)):
        return None
    return replace(one, counted=profile.rounded(one.counted) if measure == PIPES else contacts)


def _left(table: ProtectedTable, key: tuple[str, ...]) -> int | None:
    """A count as it left. One that has no cell was nobody's."""
    cell = table.cells.get(key)
    return 0 if cell is None else cell.count


def _site(plain: Plain) -> ComponentSite:
    """A site of a result, as it was asked."""
    return ComponentSite(
        site=plain["site"],
        name=plain["name"],
        arm=ArmKind(plain["arm"]),
        begins=Month.parse(plain["begins"]) if plain["begins"] else None,
        months=tuple(
            CountedMonth(
                Month.parse(one["month"]),
                Nothing(one["counted"]) if isinstance(one["counted"], str) else one["counted"],
                one["of"],
                one["hours"],
            )
            for one in plain["months"]
        ),
    )

"""The line as it leaves: of contacts, of codes and of referrals, from tables that passed the door and from nothing else.

By itself it is asked for in the order in which a report asks for the same tables, so that the one that comes later finds them
as they left. A share is taken from the counts that left; intervals of shares rest on single sites and stay on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughline.evaluation.doors import TableSpec, tables_door
from throughline.evaluation.results import to_plain
from throughline.evaluation.told import result_told
from throughline.methods.competing_risks import CENSORING
from throughline.methods.funnel import (
    DENOMINATOR_LABELS,
    DENOMINATORS,
    OWN_DENOMINATOR,
    UNKNOWN_STAYS,
    Funnel,
)
from throughline.methods.intervals import SITES_DRAWN
from throughline.methods.suppression import Profile, ProtectedTable
from throughline.methods.table import ALL
from throughline.records.study.models import Freeze
from throughline.reporting import checked, referrals, summaries
from throughline.reporting.document import say
from throughline.reporting.labels import SPLITS, STEPS, split_by
from throughline.reporting.material import Referrals
from throughline.reporting.passing import Passing
from throughline.reporting.tables import ReleasedFunnel, notes, shares_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.sentences import Sentence
from throughline.vocabulary.study import PhaseKind, Step
from throughline.vocabulary.words import PHASES

WHAT = "the line of contacts, codes and referrals"  # as the ledger calls it
OF_CONTACTS = (Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE)
OF_CODES = (
    Step.CRACK_USE_TOLD,
    Step.FURTHER_NEED_TOLD,
    Step.RESPONSE,
    Step.ACCEPTED,
    Step.ENTERED,
    Step.CAME_BACK,
)
CONTACT_SPLITS: tuple[tuple[str, ...], ...] = (("arm", "phase"), ("route",), ("site",))
COLUMN = {Step.CAME_BACK: "came_back_28", Step.ACCEPTED: "accepted_told", Step.ENTERED: "entered_told"}
CANNOT_SHOW = say(
    "How far contacts came is what was written down: that more was told or given in one arm or phase than in another can be that more "
    "was asked or written there. It does not tell what the programme brought about, and shares of steps are not multiplied into one another."
)


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the line: the funnel that it belongs to, its step, and what the door is asked for."""

    funnel: Funnel
    by: tuple[str, ...]
    within: str
    step: Step
    spec: TableSpec

    @property
    def shown(self) -> Sentence:
        """Its title in the reader's language; the ledger holds the English one of `spec`."""
        split, step = split_by(tuple(SPLITS[one] for one in self.by)), STEPS[self.step]
        if self.funnel is Funnel.CONTACTS:
            return Sentence("contacts by %(split)s: %(step)s", split=split, step=step)
        return Sentence(
            "codes by %(split)s: %(step)s, %(phase)s",
            split=split,
            step=step,
            phase=PHASES[PhaseKind(self.within)],
        )


def parts() -> Iterator[Part]:
    """Every table that is asked of the door for the line, in order."""
    for by in CONTACT_SPLITS:
        for step in OF_CONTACTS:
            yield _part(Funnel.CONTACTS, by, "", step, {})
    for phase in (PhaseKind.BEFORE, PhaseKind.AFTER):
        for step in OF_CODES:
            yield _part(Funnel.CODES, ("arm",), phase.value, step, {"code_window": phase.value})


def _part(kind: Funnel, by: tuple[str, ...], within: str, step: Step, where: Mapping[str, str]) -> Part:
    title = f"{kind.value} by {' and '.join(by)}: {STEPS[step].english.lower()}" + (
        f", {within}" if within else ""
    )
    unit = "contact" if kind is Funnel.CONTACTS else "code"
    return Part(kind, by, within, step, TableSpec(title, unit, (*by, COLUMN.get(step, step.value)), where))


def funnels(passing: Passing, progress: Callable[[str, int, int], None]) -> tuple[ReleasedFunnel, ...]:
    """Each funnel with those of its tables that left."""
    asked = list(parts())
    left: dict[tuple[Funnel, tuple[str, ...], str], dict[Step, ProtectedTable]] = {}
    progress("tables", 0, len(asked))
    for done, (part, table) in enumerate(zip(asked, passing.tables([p.spec for p in asked]), strict=True), 1):
        progress("tables", done, len(asked))
        if table is not None:
            left.setdefault((part.funnel, part.by, part.within), {})[part.step] = table
    return tuple(ReleasedFunnel(kind, by, tables, within) for (kind, by, within), tables in left.items())


def release_funnel(
    *, freeze: Freeze, profile: Profile, recipient: str, by: Actor, at: datetime
) -> dict[str, Any]:
    """Let the line leave for a recipient: each table a line of the ledger, and the whole answer one more.

    A table that the door refuses is named with the reason; the others leave. Raises NotAllowed; NotFound where the freeze was not
    evaluated.
    """
    answers = {tuple(one["by"]): one for one in result_told(freeze, "funnel")}
    with tables_door(freeze=freeze, profile=profile, recipient=recipient, by=by, at=at) as door:
        passing = Passing(freeze, profile, recipient, by, at, door=door)
        left = funnels(passing, lambda *_: None)
        entered, still_open = list(summaries.entered_specs()), list(summaries.open_specs())
        specs = [
            summaries.WITHOUT_CODE, *(spec for *_, spec in entered), *(spec for _, spec in still_open), summaries.ACCEPTED,
        ]  # fmt: skip
        uncoded, *tables = passing.tables(specs)
        by_day = {(split, day): table for (split, day, _), table in zip(entered, tables, strict=False)}
        ends = {split: table for (split, _), table in zip(still_open, tables[len(entered) :], strict=False)}
        shares = [
            one
            for split in ((), ("arm", "phase"))
            for one in checked.entered(answers[split], profile, by_day, ends)
        ]
        counts = Referrals(tables[-1], by_day[("arm", "phase"), referrals.LAST_DAY])
        told = {
            "freeze": freeze.name, "content_hash": freeze.content_hash, "profile": profile.name,
            "question": answers[()]["question"],
            "steps": [row for one in left for row in _rows(one)],
            "without_code": _without_code(uncoded),
            "codes_by_route": to_plain(checked.why_no_contrast(answers[()]["routes"], uncoded)),
            "referrals": referrals.rows(counts),
            "entered": to_plain([one for one in shares if "none" not in one.group[:1]]),
            "notes": to_plain(notes([*(table for one in left for table in one.tables.values()), *_held([uncoded, *tables])])),
            "refused": to_plain(passing.refused),
            "assumptions": to_plain([UNKNOWN_STAYS, OWN_DENOMINATOR, CENSORING, SITES_DRAWN]),
            "cannot_show": to_plain(CANNOT_SHOW),
        }  # fmt: skip
        passing.summary(WHAT, told)
    return told


def _rows(released: ReleasedFunnel) -> Iterator[dict[str, Any]]:
    """A row for each group and step; a count that did not leave is `suppressed`, one that there is not a kind of nothing."""
    shares = shares_of(released)
    for (group, step), share in shares.items():
        counted = released.count(group, step, ALL)
        yes = released.count(group, step, "yes")
        yield {
            "of": released.funnel.value, "by": list(released.by), "within": released.within, "group": list(group),
            "step": step.value,
            "denominator": to_plain(DENOMINATOR_LABELS[DENOMINATORS[released.funnel][step]]),
            "counted": told(counted), "yes": told(yes), "share": _share(share, yes, counted),
            "values": {
                value: told(released.count(group, step, value)) for value in released.values() if value != "yes"
            },
        }  # fmt: skip


def _share(share: float | None, yes: int | Nothing | None, counted: int | Nothing | None) -> float | str:
    if share is not None:
        return share
    kinds = [one.value for one in (yes, counted) if isinstance(one, Nothing)]
    return kinds[0] if kinds else SUPPRESSED if None in (yes, counted) else Nothing.NOT_APPLICABLE.value


def told(count: int | Nothing | None) -> int | str:
    """A count as it left."""
    return SUPPRESSED if count is None else count.value if isinstance(count, Nothing) else count


def _without_code(table: ProtectedTable | None) -> list[dict[str, Any]]:
    """Of each route and of all: contacts, and those of them that carry no client code."""
    if table is None:
        return []
    routes = sorted({key[0] for key in table.cells if key[0] != ALL})
    found = []
    for route in (*routes, ALL):
        without = table.cells.get((route, "without_code"))
        found.append(
            {
                "route": route,
                "contacts": told(table.cells[route, ALL].count),
                "without_code": 0 if without is None else told(without.count),
            }
        )
    return found


def _held(tables: Sequence[ProtectedTable | None]) -> list[ProtectedTable]:
    return [table for table in tables if table is not None]

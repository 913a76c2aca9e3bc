"""What was done to move the line, by site and month: pipes given and the share of staff trained. Never steps of it.

Beside them stands what sites give anyway, in either arm: an arm that "gets nothing" seldom does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.methods.exposures import StaffTrained, share_of_staff_trained
from throughline.vocabulary.nothing import Nothing

QUESTION = "exposures/3"


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """A site's month. Counts are numbers, or which kind of nothing: a month not reported is not a zero."""

    site: str
    name: str
    arm: str
    month: str
    phase: str
    reporting: str
    contacts: int | Nothing
    pipes_given: int | Nothing
    open_hours: Decimal | Nothing
    staff_trained: StaffTrained


@dataclass(frozen=True, slots=True)
class GivenAnyway:
    """Support of a kind that a site gave from a day on; `to_on` None: still, when it was frozen."""

    site: str
    name: str
    arm: str
    provision: str
    from_on: date
    to_on: date | None


@dataclass(frozen=True, slots=True)
class ExposuresAnswer:
    """Site by site, month by month. `trained_in` names the courses that count as trained; None: none is marked.

    `given_anyway`, by site: None where the freeze is older than its table.
    """

    rows: tuple[SiteMonth, ...]
    trained_in: str | None
    given_anyway: tuple[GivenAnyway, ...] | None = None
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> ExposuresAnswer:
    rows = freeze.ask(
        "SELECT m.*, s.name FROM site_month AS m JOIN sites AS s ON s.site = m.site ORDER BY m.site, m.month"
    )
    return ExposuresAnswer(
        tuple(site_month(row) for row in rows), rows[0]["trained_in"] if rows else None, _given_anyway(freeze)
    )


def _given_anyway(freeze: OpenFreeze) -> tuple[GivenAnyway, ...] | None:
    if not freeze.holds("provisions"):
        return None
    rows = freeze.ask(
        "SELECT p.*, s.name, s.arm FROM provisions AS p JOIN sites AS s ON s.site = p.site WHERE s.arm <> 'none'"
        " ORDER BY s.arm DESC, p.site, p.from_on, p.provision"
    )
    return tuple(GivenAnyway(**row) for row in rows)


def site_month(row: dict[str, Any]) -> SiteMonth:
    """A row of `site_month` (with the site's name) with its kinds of nothing in place of nulls."""
    return SiteMonth(
        site=row["site"],
        name=row["name"],
        arm=row["arm"],
        month=row["month"],
        phase=row["phase"],
        reporting=row["reporting"],
        contacts=_value(row, "contacts"),
        pipes_given=_value(row, "pipes_given"),
        open_hours=_value(row, "open_hours"),
        # Where no membership of a month is known, nobody has listed the staff.
        staff_trained=share_of_staff_trained(row["staff_trained"], row["staff"] or None),
    )


def _value(row: dict[str, Any], name: str) -> Any:
    value = row[name]
    return Nothing(row[f"{name}_nothing"]) if value is None else value

"""One page per site and month: what was done, how completely it was recorded, and what was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from throughline.evaluation.opened import OpenFreeze
from throughline.evaluation.questions.exposures import SiteMonth, site_month
from throughline.evaluation.questions.recording import COLUMNS
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.study import Step

QUESTION = "site_month/1"
SHOWN = (Step.CRACK_USE_TOLD, Step.FURTHER_NEED_TOLD, Step.RESPONSE)


@dataclass(frozen=True, slots=True)
class StepValues:
    """A step in the month: how many of each value, and the share of contacts that hold a yes or a no."""

    step: Step
    values: Mapping[str, int]
    n: int
    share_recorded: float | None


@dataclass(frozen=True, slots=True)
class SiteMonthPage:
    """`without_code`: contacts that carry no client code. Items are of all kinds given, in the field's words."""

    month: SiteMonth
    contacts_by_route: Mapping[str, int]
    without_code: int
    items_given: Mapping[str, int]
    steps: tuple[StepValues, ...]


@dataclass(frozen=True, slots=True)
class SiteMonthAnswer:
    pages: tuple[SiteMonthPage, ...]
    question: str = QUESTION


def ask(freeze: OpenFreeze, *, site: str | None = None, month: str | None = None) -> SiteMonthAnswer:
    """All pages, or those of a site or a month. Raises NotFound where there is none."""
    where, values = ["1 = 1"], []
    for name, value in (("site", site), ("month", month)):
        if value is not None:
            where.append(f"m.{name} = ?")
            values.append(value)
    rows = freeze.ask(
        "SELECT m.*, s.name FROM site_month AS m JOIN sites AS s ON s.site = m.site"  # noqa: S608  (values are bound)
        f" WHERE {' AND '.join(where)} ORDER BY m.site, m.month",
        values,
    )
    if not rows:
        raise NotFound(Sentence("There is no such site and month in this freeze."))
    routes, uncoded = _contacts(freeze)
    items, steps = _items(freeze), {step: _values(freeze, step) for step in SHOWN}
    pages = []
    for row in rows:
        key = (row["site"], row["month"])
        pages.append(
            SiteMonthPage(
                month=site_month(row),
                contacts_by_route=routes.get(key, {}),
                without_code=uncoded.get(key, 0),
                items_given=items.get(key, {}),
                steps=tuple(_step(step, steps[step].get(key, {})) for step in SHOWN),
            )
        )
    return SiteMonthAnswer(tuple(pages))


Key = tuple[str, str]


def _step(step: Step, values: Mapping[str, int]) -> StepValues:
    n = sum(values.values())
    told = values.get("yes", 0) + values.get("no", 0)
    return StepValues(step, values, n, told / n if n else None)


def _contacts(freeze: OpenFreeze) -> tuple[dict[Key, dict[str, int]], dict[Key, int]]:
    routes: dict[Key, dict[str, int]] = {}
    uncoded: dict[Key, int] = {}
    for row in freeze.ask(
        "SELECT site, month, route, SUM(n) AS n, SUM(CASE WHEN client_no IS NULL THEN n ELSE 0 END) AS uncoded"
        " FROM history GROUP BY site, month, route ORDER BY site, month, route"
    ):
        key = (row["site"], row["month"])
        routes.setdefault(key, {})[row["route"]] = int(row["n"])
        uncoded[key] = uncoded.get(key, 0) + int(row["uncoded"])
    return routes, uncoded


def _items(freeze: OpenFreeze) -> dict[Key, dict[str, int]]:
    items: dict[Key, dict[str, int]] = {}
    for row in freeze.ask(
        "SELECT c.site, c.month, k.counts_as, SUM(k.quantity) AS n FROM kit_lines AS k"
        " JOIN contacts AS c ON c.contact_no = k.contact_no"
        " GROUP BY c.site, c.month, k.counts_as ORDER BY c.site, c.month, k.counts_as"
    ):
        items.setdefault((row["site"], row["month"]), {})[row["counts_as"]] = int(row["n"])
    return items


def _values(freeze: OpenFreeze, step: Step) -> dict[Key, dict[str, int]]:
    column = COLUMNS[step]
    found: dict[Key, dict[str, int]] = {}
    for row in freeze.ask(
        f"SELECT site, month, {column} AS value, SUM(n) AS n FROM history WHERE {column} IS NOT NULL"  # noqa: S608
        f" GROUP BY site, month, {column} ORDER BY site, month, {column}"
    ):
        found.setdefault((row["site"], row["month"]), {})[row["value"]] = int(row["n"])
    return found

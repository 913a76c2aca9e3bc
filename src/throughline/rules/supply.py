"""When a controlled item may leave. On only where the country needs a police agreement for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from throughline.vocabulary.errors import Sentence, Unready


@dataclass(frozen=True)
class Agreement:
    """What a police force agreed to for an area: item kinds and days (`to_on` None: no end named)."""

    area: str
    item_kinds: frozenset[str]
    from_on: date
    to_on: date | None

    def covers(self, *, area: str, item_kind: str, day: date) -> bool:
        return (
            self.area == area
            and item_kind in self.item_kinds
            and self.from_on <= day
            and (self.to_on is None or day <= self.to_on)
        )


def check_may_issue(
    *,
    is_rule_on: bool,
    controlled_kinds: Iterable[str],
    area: str,
    day: date,
    agreements: Iterable[Agreement],
) -> None:
    """Raise Unready where a controlled item would leave without an agreement that is valid on the day."""
    if not is_rule_on:
        return
    held = list(agreements)
    for kind in sorted(set(controlled_kinds)):
        if any(agreement.covers(area=area, item_kind=kind, day=day) for agreement in held):
            continue
        ended = [
            a.to_on for a in held if a.area == area and kind in a.item_kinds and a.to_on and a.to_on < day
        ]
        if ended:
            raise Unready(
                Sentence(
                    "The police agreement for %(kind)s in %(area)s ended on %(ended)s. Do not give it out."
                    " Once the police have renewed it, an administrator records it.",
                    kind=kind, area=area, ended=max(ended),
                )
            )  # fmt: skip
        raise Unready(
            Sentence(
                "No police agreement covers %(kind)s in %(area)s on %(day)s. Do not give it out. Once there is"
                " one, an administrator records it.",
                kind=kind, area=area, day=day,
            )
        )  # fmt: skip


@dataclass(frozen=True)
class Cover:
    """How long agreements that follow on one another cover an item kind in an area."""

    item_kind: str
    is_valid: bool
    until_on: date | None  # None: not valid on the day, or no end named
    days_left: int | None  # the day itself counts; None as above


def cover(*, item_kind: str, area: str, day: date, agreements: Iterable[Agreement]) -> Cover:
    """From a day on, without a gap: an agreement that begins the day after another ends goes on where that one stops."""
    held = [one for one in agreements if one.area == area and item_kind in one.item_kinds]
    until: date | None = None
    following = day
    while True:
        valid = [one for one in held if one.covers(area=area, item_kind=item_kind, day=following)]
        ends = [one.to_on for one in valid if one.to_on is not None]
        if len(ends) < len(valid):
            return Cover(item_kind, True, None, None)
        if not ends:
            break
        until = max(ends)
        following = until + timedelta(days=1)
    return Cover(item_kind, until is not None, until, None if until is None else (until - day).days + 1)

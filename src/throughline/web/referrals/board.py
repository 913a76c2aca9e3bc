"""The referrals' board: a lane per state, the longest waiting first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from throughline.records.programme.models import Programme
from throughline.records.referral.queries import BoardLine, board_for
from throughline.rules.transitions import FOLLOWS
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.referral import ReferralState as S
from throughline.web.badges import REFERRAL_BADGES
from throughline.web.words import REFERRAL_KINDS, listed
from throughline.work.waiting import STALE_AFTER_DAYS

PER_LANE = 12  # cards of a lane on the board; the rest are a click away
LANES = (S.DRAFT, S.SENT, S.RECEIVED, S.ACCEPTED, S.APPOINTMENT, S.ENTERED)
NOT_SHARED = "not_shared"  # the lane of a referrer's own referrals of which only the service knows more


@dataclass(frozen=True)
class Card:
    """A referral on the board or in a list."""

    line: BoardLine
    to: str
    kind: Any
    reason: Any
    is_stale: bool


@dataclass(frozen=True)
class Lane:
    """A state and its referrals; `cards` are the first of them."""

    state: str
    title: Any
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def cards_of(lines: Iterable[BoardLine], programme: Programme) -> list[Card]:
    reasons = listed(programme.id, "need_domain", with_retired=True)
    return [
        Card(
            line, line.to_organisation, REFERRAL_KINDS[line.kind],
            reasons.get(line.reason, line.reason) if line.reason else None, is_stale(line),
        )
        for line in lines
    ]  # fmt: skip


def is_stale(line: BoardLine) -> bool:
    """Open, not yet entered, and nothing heard for long."""
    waits = line.is_open and line.state not in (None, S.ENTERED)
    return bool(waits) and (line.days_in_state or 0) >= STALE_AFTER_DAYS


def lines_for(actor: Actor, programme: Programme, as_of: datetime, show: str) -> list[BoardLine]:
    """The referrals of one list: a state, `stale`, `closed`, or `not_shared`; the longest in their state first."""
    if show == "stale":
        chosen = [one for one in board_for(actor, programme.id, as_of, with_closed=False) if is_stale(one)]
    else:
        every = board_for(actor, programme.id, as_of)
        if show == "closed":
            chosen = [one for one in every if one.state is not None and not one.is_open]
        else:
            chosen = [one for one in every if _lane_of(one) == show]
    return sorted(chosen, key=lambda one: -(one.days_in_state or 0))


def board(actor: Actor, programme: Programme, as_of: datetime) -> list[Lane]:
    """The lanes in the order of the line; a lane that a referrer alone has comes where there is something in it."""
    lines = board_for(actor, programme.id, as_of, with_closed=False)
    lanes: dict[str, list[BoardLine]] = {state.value: [] for state in LANES}
    for line in lines:
        lanes.setdefault(_lane_of(line), []).append(line)
    shown = []
    for state, held in lanes.items():
        held.sort(key=lambda one: -(one.days_in_state or one.age_days))
        shown.append(Lane(state, title_of(state), len(held), cards_of(held[:PER_LANE], programme)))
    return shown


def _lane_of(line: BoardLine) -> str:
    return line.state.value if line.state is not None else NOT_SHARED


def title_of(state: str) -> Any:
    """The heading of a lane; None for what is no state."""
    if state == NOT_SHARED:
        return gettext("with the service")
    return REFERRAL_BADGES[S(state)][0] if state in {one.value for one in FOLLOWS} else None

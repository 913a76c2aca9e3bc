"""When a controlled item may leave, as a table."""

from __future__ import annotations

from datetime import date

import pytest

from throughline.rules.supply import Agreement, check_may_issue, cover
from throughline.vocabulary.errors import Unready

DAY = date(2026, 3, 2)
PIPE = "safe_inhalation_pipe"


def agreement(
    area: str = "North", kinds: tuple[str, ...] = (PIPE,), start: str = "2026-01-01", end: str | None = None
) -> Agreement:
    return Agreement(
        area, frozenset(kinds), date.fromisoformat(start), date.fromisoformat(end) if end else None
    )


@pytest.mark.parametrize(
    ("is_rule_on", "kinds", "agreements", "allowed"),
    [
        (False, (PIPE,), (), True),
        (True, (), (), True),
        (True, (PIPE,), (), False),
        (True, (PIPE,), (agreement(),), True),
        (True, (PIPE,), (agreement(area="South"),), False),
        (True, (PIPE,), (agreement(kinds=("foil",)),), False),
        (True, (PIPE, "foil"), (agreement(),), False),
        (True, (PIPE, "foil"), (agreement(), agreement(kinds=("foil",))), True),
        (True, (PIPE,), (agreement(start="2026-03-02"),), True),
        (True, (PIPE,), (agreement(start="2026-03-03"),), False),
        (True, (PIPE,), (agreement(end="2026-03-02"),), True),
        (True, (PIPE,), (agreement(end="2026-03-01"),), False),
        (True, (PIPE,), (agreement(end="2026-02-01"), agreement(start="2026-02-02")), True),
    ],
)
def test_check_may_issue(
    is_rule_on: bool, kinds: tuple[str, ...], agreements: tuple[Agreement, ...], allowed: bool
) -> None:
    def attempt() -> None:
        check_may_issue(
            is_rule_on=is_rule_on, controlled_kinds=kinds, area="North", day=DAY, agreements=agreements
        )

    if allowed:
        attempt()
    else:
        with pytest.raises(Unready):
            attempt()


def test_check_may_issue_expired_says_when_it_ended() -> None:
    with pytest.raises(Unready) as refusal:
        check_may_issue(
            is_rule_on=True, controlled_kinds=[PIPE], area="North", day=DAY,
            agreements=[agreement(end="2026-01-31"), agreement(end="2026-02-27")],
        )  # fmt: skip
    assert "27 Feb 2026" in str(refusal.value) and "renew" in str(refusal.value)


def test_check_may_issue_never_agreed_says_so() -> None:
    with pytest.raises(Unready, match="No police agreement covers"):
        check_may_issue(is_rule_on=True, controlled_kinds=[PIPE], area="North", day=DAY, agreements=[])


@pytest.mark.parametrize(
    ("agreements", "is_valid", "until", "days_left"),
    [
        ((), False, None, None),
        ((agreement(end="2026-03-01"),), False, None, None),
        ((agreement(start="2026-03-03"),), False, None, None),
        ((agreement(end="2026-03-02"),), True, "2026-03-02", 1),
        ((agreement(),), True, None, None),
        (
            (agreement(end="2026-03-05"), agreement(start="2026-03-06", end="2026-03-10")),
            True,
            "2026-03-10",
            9,
        ),
        (
            (agreement(end="2026-03-05"), agreement(start="2026-03-07", end="2026-03-10")),
            True,
            "2026-03-05",
            4,
        ),
        ((agreement(end="2026-03-05"), agreement(start="2026-03-01")), True, None, None),
        (
            (agreement(end="2026-03-05"), agreement(area="South"), agreement(kinds=("foil",))),
            True,
            "2026-03-05",
            4,
        ),
    ],
)
def test_cover_goes_on_where_an_agreement_follows_without_a_gap(
    agreements: tuple[Agreement, ...], is_valid: bool, until: str | None, days_left: int | None
) -> None:
    found = cover(item_kind=PIPE, area="North", day=DAY, agreements=agreements)
    assert (found.is_valid, found.until_on and found.until_on.isoformat(), found.days_left) == (
        is_valid, until, days_left,
    )  # fmt: skip

"""The contrast of steps that take time: referrals by day 90, what is still open, and arms without scatter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from tests.evaluation.conftest import frozen
from tests.evaluation.world import WContact, WNeed, World, WReferral, write
from tests.evaluation.worlds import AFTER, BEFORE, SIX, moment, of_six_sites
from throughline.evaluation.questions import contrast
from throughline.methods.competing_risks import CENSORING
from throughline.methods.contrast import RECORDED_SPEAK
from throughline.vocabulary.study import Step

pytestmark = pytest.mark.django_db(transaction=True)

UNTIL = date(2025, 8, 15)
# Of each site and phase: the day after which a referral ended, how, and who told; None: still open when the data end.
ENDS: tuple[tuple[int, str, str] | None, ...] = (
    (5, "entered", "receiver_confirmed"), (110, "withdrawn", "person_said"), (40, "entered", "person_said"), (12, "declined_by_person", "person_said"),
    (20, "expired", "unknown"), (30, "could_not_contact", "unknown"), None,
)  # fmt: skip


def _referred() -> World:
    contacts = []
    for site in range(6):
        for first, days in ((BEFORE, 0), (AFTER, 3 * site)):
            more = (*ENDS, *ENDS[:1] * (site % 3 if first == AFTER else 0))
            for n, end in enumerate(more):
                sent = first + timedelta(days=12 * n + days)
                events = [("sent", None, moment(sent))]
                if end is not None:
                    events.append((end[1], end[2], moment(sent + timedelta(days=end[0] + site))))
                need = WNeed("housing", ("referred",), (WReferral(tuple(events)),))
                contacts.append(WContact(site, moment(sent), client=len(contacts), needs=(need,)))
    contacts.append(WContact(0, moment(UNTIL)))
    outcomes = (("entered", "binary", "monitoring"), ("accepted", "binary", "monitoring"))
    return World(sites=SIX, contacts=tuple(contacts), outcomes=outcomes)


def _by_hand(world: World, site: int, first: date, until: date) -> tuple[Fraction, int, int]:
    """Aalen and Johansen's share by day 90, those decided by then and those still open, from the words of the world."""
    rows = []
    for contact in world.contacts:
        for need in contact.needs:
            sent, *rest = need.referrals[0].events
            begun = sent[2].date()
            if contact.site == site and (begun >= AFTER) == (first == AFTER):
                last = rest[0][2].date() if rest else UNTIL
                rows.append(((last - begun).days, rest[0][0] if rest else "open"))
    staying, entered = Fraction(1), Fraction(0)
    for day in range(91):
        at_risk = sum(after >= day for after, _ in rows)
        ended = [end for after, end in rows if after == day and end != "open"]
        if at_risk:
            entered += staying * Fraction(ended.count("entered"), at_risk)
            staying *= 1 - Fraction(len(ended), at_risk)
    is_open = sum(end == "open" and after < 90 for after, end in rows)
    return entered, len(rows) - is_open, is_open


def test_entered_is_each_sites_share_by_day_90_with_unknown_ends_in_the_denominator() -> None:
    world = _referred()
    with frozen(write(world)) as freeze:
        found = {row.outcome.code: row for row in contrast.ask(freeze).outcomes}
    entered = found["entered"]
    assert entered.changes is not None and entered.headline is not None
    opened = 0
    changes = {}
    for number, site in enumerate(SIX):
        held = next(row for row in entered.changes.sites if row.site == site.name.lower())
        for cell, first in ((held.before, BEFORE), (held.after, AFTER)):
            share, decided, is_open = _by_hand(world, number, first, UNTIL)
            assert cell.value == pytest.approx(float(share))
            assert (cell.n, cell.still_open, cell.missing.total) == (decided, is_open, 0)
            opened += is_open
        changes[number] = held.change
    assert entered.headline.difference == pytest.approx(
        np.mean([changes[n] for n in range(3)]) - np.mean([changes[n] for n in range(3, 6)])
    )
    assert entered.headline.still_open == opened > 0
    # All who were referred stand in n and still open: none is left out because nobody told of the end.
    assert entered.headline.n + opened == sum(bool(contact.needs) for contact in world.contacts)
    for part in (entered.headline, entered.permutation, entered.leave_one_out):
        assert part is not None
        assert contrast.SHARE_BY_DAY in part.assumptions and CENSORING in part.assumptions
        assert RECORDED_SPEAK not in part.assumptions
    accepted = found["accepted"]
    assert accepted.headline is not None
    assert accepted.headline.difference == pytest.approx(entered.headline.difference)


def test_what_is_still_open_is_no_kind_of_nothing() -> None:
    world = of_six_sites()
    late = WContact(1, moment(date(2025, 8, 30)), client=777)
    with frozen(write(replace(world, contacts=(*world.contacts, late)))) as freeze:
        found = {row.outcome.measure: row for row in contrast.ask(freeze).outcomes}
    back = found[Step.CAME_BACK]
    assert back.changes is not None
    brook = next(row for row in back.changes.sites if row.site == "brook")
    assert (brook.after.n, brook.after.still_open, brook.after.missing.total) == (10, 1, 0)
    assert brook.after.share_recorded == pytest.approx(10 / 11)


def test_arms_without_scatter_are_still_drawn_in_every_way() -> None:
    with frozen(write(of_six_sites())) as freeze:
        found = {row.outcome.measure: row for row in contrast.ask(freeze).outcomes}
    alike = found[Step.FURTHER_NEED_TOLD]
    assert alike.headline is None and alike.refused is not None
    assert alike.permutation is not None and alike.permutation.arrangements == 20
    assert alike.leave_one_out is not None and len(alike.leave_one_out.rows) == 6

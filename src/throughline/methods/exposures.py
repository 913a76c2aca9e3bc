"""Share of staff trained: an exposure drawn beside the funnel, never one of its steps.

Estimates: for one site and month, trained active staff of all active staff.
Formula: trained / active.
Source: methods are a plain share of a whole staff; nothing is sampled, so there is no interval.
Assumptions: the list of active staff is the whole of it; training counts from the day it was completed, and only a
    course of the programme's own training component does.
When not to use it: where nobody knows who works there, or which course is the programme's: the share is then a kind of
    nothing, never 0.
Checked against: tests/methods/test_exposures.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing

METHOD = "exposures.staff_trained/2"

WHOLE_STAFF = Sentence("The list of active staff is taken as whole; who left it out was not asked.")


@dataclass(frozen=True, slots=True)
class StaffTrained:
    """`share` of `n` active staff, or the kind of nothing that stands in its place (`nothing`); one of the two is None."""

    trained: int | None
    n: int | None
    share: float | None
    nothing: Nothing | None
    interval: None = None
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (WHOLE_STAFF,)


def share_of_staff_trained(trained: int | None, active: int | None) -> StaffTrained:
    """Trained of active staff; `active` None where no list exists (not recorded), 0 where nobody works there (not
    applicable); `trained` None where no course counts (not recorded). Raises Invalid where more are trained than active."""
    if trained is None:
        return StaffTrained(None, active, None, Nothing.NOT_RECORDED)
    if trained < 0 or (active is not None and active < trained):
        raise Invalid(
            Sentence(
                "%(trained)s trained of %(active)s active staff cannot be: count trained staff who are still active.",
                trained=trained,
                active="an unknown number of" if active is None else active,
            )
        )
    if active is None:
        return StaffTrained(trained, None, None, Nothing.NOT_RECORDED)
    if active == 0:
        return StaffTrained(trained, 0, None, Nothing.NOT_APPLICABLE)
    return StaffTrained(trained, active, trained / active, None)

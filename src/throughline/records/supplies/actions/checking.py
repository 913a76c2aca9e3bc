"""What movements and counts have in common: likely times and numbers, items of the own programme, ids sent again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from throughline.records.supplies.models import Item
from throughline.vocabulary.errors import Invalid, Sentence

EARLIEST_YEAR = 1990
MOST = 1_000_000  # of one item at once: more is a slip of the finger
MOST_LINES = 500

TAKEN = Sentence("This id is taken by another record, or by this one with another content. Record it again.")
AT_ONCE = Sentence(
    "The same was being recorded at this very moment. Look at the history, and send it again where it is not there:"
    " sent twice it counts once."
)


def check_moment(moment: datetime, at: datetime) -> None:
    """Invalid for a time without a zone, more than a day ahead, or before 1990."""
    if moment.tzinfo is None:
        raise Invalid(Sentence("The time of what happened needs a time zone."))
    if (moment - at).total_seconds() > 86_400 or moment.year < EARLIEST_YEAR:
        raise Invalid(
            Sentence("This lies more than a day in the future, or before 1990. Check the date."),
            fields={"happened_at": Sentence("Not a likely time.")},
        )


def items_of(
    programme_id: UUID, item_ids: Iterable[UUID], quantities: Iterable[int], *, least: int
) -> dict[UUID, Item]:
    """The items of some lines. Invalid where there are none or too many, a number is unlikely or an item not theirs."""
    wanted, numbers = list(item_ids), list(quantities)
    if not wanted:
        raise Invalid(Sentence("Nothing is entered yet. Write a number beside at least one item."))
    if len(wanted) > MOST_LINES:
        raise Invalid(Sentence("At most %(most)s lines at once.", most=MOST_LINES))
    if any(not least <= number <= MOST for number in numbers):
        raise Invalid(Sentence("Each number is %(least)s to %(most)s.", least=least, most=MOST))
    found = {item.id: item for item in Item.objects.filter(programme_id=programme_id, id__in=set(wanted))}
    if len(found) != len(set(wanted)):
        raise Invalid(Sentence("An item is not of this programme."))
    return found

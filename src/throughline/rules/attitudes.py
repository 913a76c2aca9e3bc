"""Which questionnaires of attitudes can be: around a training, and one of a person and moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from throughline.vocabulary.attitudes import Moment
from throughline.vocabulary.errors import Sentence

TAKEN_ALREADY = Sentence(
    "This label has such a questionnaire already: one before and one after, one follow-up a day."
)
ERASED = Sentence("Whoever wrote this label had their answers erased: they are not brought in again.")


def why_not_around(moment: Moment, taken_on: date, held_on: date) -> Sentence | None:
    """Why a questionnaire of a training cannot be of a day."""
    if moment is Moment.BEFORE and taken_on > held_on:
        return Sentence("It is said to be before the training, and its day lies after it.")
    if moment is not Moment.BEFORE and taken_on < held_on:
        return Sentence("It is said to be after the training, and its day lies before it.")
    return None


class Taken:
    """Which questionnaires people have handed in: one before, one after, and one follow-up a day."""

    def __init__(self, there: Iterable[tuple[str, Moment, date]]) -> None:
        self._taken: set[tuple[str, Moment, date | None]] = set()
        for one in there:
            self.add(*one)

    def add(self, who: str, moment: Moment, day: date) -> bool:
        """False where this person has such a one already. Without a label ("") nobody is known again."""
        one = (who, moment, day if moment is Moment.FOLLOW_UP else None)
        if not who:
            return True
        is_new = one not in self._taken
        self._taken.add(one)
        return is_new

"""What a report asks the doors for, and what its readers are told where a door refuses."""

from __future__ import annotations

import pytest

from tests.reporting.made import AT
from throughline.evaluation.words import NOTHING_TO_LEAVE
from throughline.methods.differencing import NOBODY, TooClose
from throughline.methods.suppression import LT5
from throughline.reporting.passing import TOO_CLOSE, Passing
from throughline.vocabulary.errors import Sentence, Unready

PAIR = TooClose("arm intervention / entered dont_know", "arm intervention / accepted dont_know", 2).sentence
FEW = TooClose("arm intervention / entered dont_know", NOBODY, 3).sentence
OPEN = Sentence("%(cell)s could be worked out even with every cell hidden.", cell="intervention / dont_know")


@pytest.mark.parametrize("refusal", [PAIR, FEW, OPEN])
def test_a_refusal_names_no_cell_to_readers(refusal: Sentence) -> None:
    passing = Passing(None, LT5, "The reader", None, AT)  # type: ignore[arg-type]  # nothing is asked of a freeze here
    passing.refuse("tables", "codes by arm: entered", Unready(refusal))
    assert [one.why for one in passing.refused] == [TOO_CLOSE]
    assert [one.refusal for one in passing.lines] == [str(TOO_CLOSE)]
    assert "dont_know" not in str(passing.refused) + str(passing.lines)


def test_a_refusal_that_names_no_cell_is_told_as_it_is() -> None:
    passing = Passing(None, LT5, "The reader", None, AT)  # type: ignore[arg-type]  # nothing is asked of a freeze here
    passing.refuse("words", "quotes: a theme", Unready(NOTHING_TO_LEAVE))
    assert [one.why for one in passing.refused] == [NOTHING_TO_LEAVE]

"""The score of one person on one subscale of a questionnaire: the mean of the answered items, reversed ones turned round.

Estimates: where a person stands on a subscale, in the unit of a single item (so that subscales of different lengths compare).
Formula: score = mean over answered items of x_i, or of lowest + highest - x_i where the item is reversed. With k of K items
    answered this is the prorated mean: K times it is the sum score with each missing item put at the person's own mean.
Source: the half rule and person-mean scoring: Fayers and Machin (2016) Quality of Life, 3rd ed., ch. 15; Bell, Fairclough,
    Fiero and Butow (2016) Health Qual Life Outcomes 14:118.
Assumptions: the items of a subscale measure one thing in one unit; what was left out would have been like the rest.
When not to use it: where more items are missing than the instrument's authors allow (then there is no score, but the
    kind of nothing that its items say; of several the one nearer to an answer, so that who declined has declined); for instruments with weights, or with items of different ranges.
Checked against: the sum score by hand, and properties (tests/methods/test_scales.py).
"""

from __future__ import annotations

from collections.abc import Mapping

from throughline.vocabulary.attitudes import ScoringKey, Subscale
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing, nearest_of

METHOD = "scales.prorated_mean/1"
Answers = Mapping[int, int | Nothing]


def score(key: ScoringKey, subscale: Subscale, answers: Answers) -> float | Nothing:
    """The mean in the item's unit, from `lowest` to `highest`; a kind of nothing where too many items have no answer.

    `answers`: item number -> answer; an item that is not there is not recorded. Raises Invalid for an answer outside the range.
    """
    held = [answers.get(item, Nothing.NOT_RECORDED) for item in subscale.items]
    values = [
        key.lowest + key.highest - given if item in subscale.reversed_items else given
        for item, given in zip(subscale.items, held, strict=True)
        if not isinstance(given, Nothing)
    ]
    if any(not key.lowest <= value <= key.highest for value in values):
        raise Invalid(Sentence("An answer lies from %(low)s to %(high)s.", low=key.lowest, high=key.highest))
    if len(held) - len(values) <= subscale.may_miss:
        return sum(values) / len(values)
    return nearest_of(given for given in held if isinstance(given, Nothing))


def scores(key: ScoringKey, answers: Answers) -> dict[str, float | Nothing]:
    """Subscale -> score, in the order of the key."""
    return {one.name: score(key, one, answers) for one in key.subscales}

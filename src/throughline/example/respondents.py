"""Who answered the two waves: attributes that no outcome is, what reached them, and elements of a code of their own making.

Some of a town's people of before come back after, so that their codes can link the waves. Drawn from a stream of its own: what they
answered to the outcomes is drawn without looking at who they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from throughline.example import rates
from throughline.example.arrays import AFTER, BEFORE, GENDERS
from throughline.example.chance import pick_word
from throughline.example.parameters import Parameters
from throughline.vocabulary.chain import Gender
from throughline.vocabulary.nothing import Nothing

# What a code is made of: the first letter of the mother's name and of the town of birth, the month of birth, the last letter of
# one's own name.
ELEMENTS = ("mother_letter", "town_letter", "birth_month", "last_letter")
LETTERS = "ABCDEFGHIJKLMNOPRSTUVW"
BANDS = (35, 45)  # an age band ends before each
YEAR_LATER = 1


@dataclass(frozen=True, slots=True)
class Respondent:
    """One person in one wave. `answers`: to everything but the outcomes, as a file has them."""

    answers: Mapping[str, Any]
    may_link: bool


@dataclass(frozen=True, slots=True)
class _Person:
    gender: Gender
    age: int
    code: tuple[str, str, str, str]


def draw_respondents(p: Parameters, rng: np.random.Generator) -> dict[tuple[int, int, int], Respondent]:
    """By phase, site and number (from 1): as many as `draw_survey` has, in the same places."""
    part = p.survey.respondents
    treated = rates.is_intervention(p)
    found: dict[tuple[int, int, int], Respondent] = {}
    for site, size in enumerate(one.survey for one in p.sites):
        before, new = _people(p, rng, size), _people(p, rng, size)
        again = rng.permutation(size)[: round(part.came_back * size)]
        places = rng.permutation(size)
        after = list(new)
        for place, who in zip(places.tolist(), again.tolist(), strict=False):
            after[place] = _later(before[who], is_slip=rng.random() < part.slips)
        reach = part.pipe_reached["intervention" if treated[site] else "comparison"]
        for phase, people in ((BEFORE, before), (AFTER, after)):
            for number, one in enumerate(people, start=1):
                answers = _told(one, part.declined, rng)
                if phase == AFTER:
                    pipe = "yes" if rng.random() < reach else "no"
                    answers["programme_pipe"] = _or_declined(pipe, part.declined, rng)
                found[phase, site, number] = Respondent(answers, bool(rng.random() < part.may_link))
    return found


def _people(p: Parameters, rng: np.random.Generator, size: int) -> list[_Person]:
    age = p.people.age
    ages = np.clip(rng.normal(age.mean, age.sd, size), age.least, age.most).astype(int).tolist()
    genders = pick_word(rng, GENDERS, p.people.gender, size).tolist()
    letters = rng.integers(0, len(LETTERS), (size, 3)).tolist()
    months = rng.integers(1, 13, size).tolist()
    return [
        _Person(GENDERS[gender], years, (LETTERS[one], LETTERS[two], str(month), LETTERS[three]))
        for gender, years, (one, two, three), month in zip(genders, ages, letters, months, strict=True)
    ]


def _later(person: _Person, *, is_slip: bool) -> _Person:
    """A year on. Who slips gives another month than before."""
    one, two, month, three = person.code
    month = str(int(month) % 12 + 1) if is_slip else month
    return _Person(person.gender, person.age + YEAR_LATER, (one, two, month, three))


def _told(person: _Person, declined: float, rng: np.random.Generator) -> dict[str, Any]:
    band = 1 + sum(person.age >= end for end in BANDS)
    return {
        "gender": _or_declined(person.gender.value, declined, rng),
        "age_band": _or_declined(str(band), declined, rng),
        **dict(zip(ELEMENTS, person.code, strict=True)),
    }


def _or_declined(given: str, share: float, rng: np.random.Generator) -> str | Nothing:
    return Nothing.DECLINED if rng.random() < share else given

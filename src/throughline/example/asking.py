"""What was asked and reported besides contacts: the survey, overdoses, who came to a training."""

from __future__ import annotations

import numpy as np

from throughline.example import rates
from throughline.example.agreement import spread
from throughline.example.arrays import (
    AFTER,
    BEFORE,
    DOSE_ROUTES,
    GENDERS,
    GIVERS,
    NOTHINGS,
    YES_NO,
    Attendance,
    IncidentRows,
    Ints,
    SurveyAnswers,
)
from throughline.example.chance import pick, pick_word
from throughline.example.parameters import Parameters, Question
from throughline.example.telling import site_drift
from throughline.vocabulary.referral import DoseRoute, GivenBy, YesNo

_BY = {GivenBy.AMBULANCE: 0.46, GivenBy.POLICE: 0.20, GivenBy.PEER: 0.12, GivenBy.FAMILY_OR_FRIEND: 0.12,
       GivenBy.SERVICE: 0.04, GivenBy.NOT_RECORDED: 0.06}  # fmt: skip
_BY_ROUTE = {DoseRoute.NASAL: 0.62, DoseRoute.INTRAMUSCULAR: 0.30, DoseRoute.NOT_RECORDED: 0.08}


def draw_survey(p: Parameters, rng: np.random.Generator) -> SurveyAnswers:
    """Two waves of different people: for each site, wave and question an answer or a kind of nothing."""
    sizes = np.array([site.survey for site in p.sites])
    treated = rates.is_intervention(p)
    parts = []
    for number, question in enumerate(p.survey.questions.values()):
        one, other = spread(p.drift.survey, question.before)
        drift = site_drift(p, rng, (np.array([one]), np.array([other])), 1)[..., 0]
        for phase in (BEFORE, AFTER):
            moved = question.secular + np.where(treated, question.effect, 0.0) if phase == AFTER else 0.0
            share = np.repeat(question.before + moved + drift[:, phase], sizes)
            yes = rng.random(share.size) < share
            nothing = _nothing(question, share.size, rng)
            parts.append((phase, number, np.where(nothing >= 0, -1, yes), nothing))
    site = np.repeat(np.arange(sizes.size), sizes)
    respondent = np.concatenate([np.arange(1, size + 1) for size in sizes])
    windows = [
        [rates.day_of(p, day) for day in one] for one in (p.survey.windows.before, p.survey.windows.after)
    ]
    days = {
        phase: rng.integers(low, high + 1, site.size)
        for phase, (low, high) in zip((BEFORE, AFTER), windows, strict=True)
    }
    return SurveyAnswers(
        site=np.tile(site, len(parts)), respondent=np.tile(respondent, len(parts)),
        phase=np.repeat([part[0] for part in parts], site.size),
        question=np.repeat([part[1] for part in parts], site.size),
        day=np.concatenate([days[part[0]] for part in parts]),
        value=np.concatenate([part[2] for part in parts]), nothing=np.concatenate([part[3] for part in parts]),
    )  # fmt: skip


def _nothing(question: Question, size: int, rng: np.random.Generator) -> Ints:
    """A place in NOTHINGS, or -1 where there is an answer."""
    shares = [question.missing.get(kind, 0.0) for kind in NOTHINGS]
    drawn = pick(rng, [1 - sum(shares), *shares], size)
    return drawn - 1


def draw_incidents(p: Parameters, rng: np.random.Generator) -> IncidentRows:
    """Overdoses by town, the people of each, and the naloxone that each was given."""
    part = p.incidents
    monthly = np.array([part.per_month.get(site.name, 0.0) for site in p.sites])
    site = np.repeat(np.arange(monthly.size), rng.poisson(monthly * p.period.days / 30.4))
    count = site.size
    person = np.repeat(np.arange(count), 1 + pick(rng, part.people, count))
    naloxone = _yes_no(part.naloxone, part.naloxone_not_recorded, person.size, rng)
    given = np.flatnonzero(naloxone == YES_NO.index(YesNo.YES))
    age = p.people.age
    return IncidentRows(
        site=site, day=rng.integers(0, p.period.days, count), is_timed=rng.random(count) >= part.time_not_recorded,
        minute=rng.integers(0, 1440, count), source=pick_word(rng, GIVERS, part.sources, count),
        person_incident=person, person_naloxone=naloxone,
        person_fatal=_yes_no(part.fatal, part.fatal_not_recorded, person.size, rng),
        person_age=np.clip(rng.normal(age.mean, age.sd, person.size), age.least, age.most).astype(np.int64),
        person_gender=pick_word(rng, GENDERS, p.people.gender, person.size),
        dose_person=given, dose_quantity=1 + pick(rng, part.doses, given.size),
        dose_route=pick_word(rng, DOSE_ROUTES, _BY_ROUTE, given.size),
        dose_by=pick_word(rng, GIVERS, _BY, given.size),
    )  # fmt: skip


def _yes_no(share: float, unknown: float, size: int, rng: np.random.Generator) -> Ints:
    words = [YES_NO.index(one) for one in (YesNo.YES, YesNo.NO, YesNo.NOT_RECORDED)]
    return np.array(words)[pick(rng, [share * (1 - unknown), (1 - share) * (1 - unknown), unknown], size)]


def draw_attendance(p: Parameters, rng: np.random.Generator) -> Attendance:
    """Who came: those who have not done the course before those who have."""
    rows: list[tuple[int, int, bool, bool]] = []
    done: dict[tuple[str, str], set[int]] = {}
    staff = {site.name: site.staff.practitioners + site.staff.peers for site in p.sites}
    for number, training in enumerate(p.trainings):
        size = staff[training.site]
        before = done.setdefault((training.site, training.course), set())
        order = sorted(rng.permutation(size), key=lambda one: int(one) in before)
        came, finished = round(training.attended * size), round(training.completed * size)
        before |= {int(one) for one in order[:finished]}
        rows += [(number, int(one), place < came, place < finished) for place, one in enumerate(order)]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return Attendance(
        np.array(columns[0], np.int64), np.array(columns[1], np.int64),
        np.array(columns[2], bool), np.array(columns[3], bool),
    )  # fmt: skip

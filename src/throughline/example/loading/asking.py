"""A wave that was asked with a form of the program: who was approached, what they said to it, and what they answered.

Small, and beside the two waves of the study's outcomes, whose answers came as files: no outcome is asked in it. The form is kept
with what the compiler made of it, so that loading it compiles nothing (a test holds the one against the other).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from throughline.example.loading.world import World
from throughline.exchange.xlsform.questions import asked_in
from throughline.records.programme.models import Site
from throughline.records.study.models import Study
from throughline.records.surveys import actions as surveys
from throughline.records.surveys.models import InstrumentVersion, Wave
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind
from throughline.vocabulary.surveys import InstrumentDraft
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, NotEligible

FORM, CODE = "what_helped", "what-helped"
TARGET = 4
# In each arm, one after the other over the wave's days and its towns: who answered, who agreed and never came to it, who
# refused, and who was not eligible.
ANSWERED, NEVER_CAME = "answered", "never came"
SAID: tuple[NotEligible | ApproachResult | str, ...] = (
    ANSWERED, NEVER_CAME, ApproachResult.REFUSED, ANSWERED, NotEligible.NOT_FROM_HERE, ApproachResult.REFUSED, NEVER_CAME,
    NotEligible.TOOK_PART_ALREADY, ANSWERED, ANSWERED, ApproachResult.REFUSED, NEVER_CAME, NotEligible.NO_CRACK_USE, ANSWERED,
    ApproachResult.REFUSED, NotEligible.NOT_FROM_HERE, NEVER_CAME, ANSWERED, NotEligible.UNDER_AGE, ApproachResult.REFUSED, NEVER_CAME, ANSWERED,
)  # fmt: skip
HELPED = (["pipes"], ["pipes", "talk"], ["talk"], ["referral", "talk"], ["nothing"])


@dataclass(frozen=True, slots=True)
class Meeting:
    """Somebody who was approached: when and where, and as which of its site."""

    site: Site
    at: datetime
    place: int


def draft() -> InstrumentDraft:
    """The form, with what the compiler made of it when it was written."""
    folder = files("throughline.example") / "forms"
    content, xform = (folder / f"{FORM}.xlsx").read_bytes(), (folder / f"{FORM}.xml").read_text("utf-8")
    asked = asked_in(xform)
    return InstrumentDraft(
        file_name=f"{FORM}.xlsx", content=content, xform=xform, form_id=asked.form_id, version=asked.version, title=asked.title,
        questions=asked.questions, languages=asked.languages, content_hash=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip


def ask_here(world: World, row: Study) -> None:
    """The wave, its form, its targets, and everybody who was approached. It is over and stays open for nobody."""
    by, at = world.by, world.at
    version: InstrumentVersion = surveys.add_instrument_version(
        study=row, code=CODE, draft=draft(), by=by, at=at
    )
    last = world.parameters.period.to_on
    wave = surveys.open_wave(
        study=row, code=CODE, phase=PhaseKind.AFTER, opens_on=last - timedelta(days=27), closes_on=last,
        instrument_version=version, by=by, at=at,
    )  # fmt: skip
    for site in world.sites:
        surveys.set_target(wave=wave, site=site, target=TARGET, by=by, at=at)
    world.progress("people asked with a form", 0, 1)
    for meeting in _meetings(world):
        _meet(world, wave, meeting)
    surveys.close_wave(wave=wave, by=by, at=at)
    world.progress("people asked with a form", 1, 1)


def _meetings(world: World) -> Iterator[Meeting]:
    first = world.parameters.period.days - 27
    for arm in ArmKind:
        pairs = zip(world.parameters.sites, world.sites, strict=True)
        towns = [site for part, site in pairs if part.arm is arm]
        for place in range(len(SAID)):
            yield Meeting(towns[place % len(towns)], world.moment(first + place, 11 * 60), place)


def _meet(world: World, wave: Wave, meeting: Meeting) -> None:
    said = SAID[meeting.place]
    result = said if isinstance(said, ApproachResult) else ApproachResult.CONSENTED
    reason: NotEligible | Nothing = Nothing.NOT_RECORDED
    if isinstance(said, NotEligible):
        result, reason = ApproachResult.NOT_ELIGIBLE, said
    approach = surveys.record_approach(
        wave=wave, site=meeting.site, through=ApproachThrough.PEER if meeting.place % 3 == 0 else ApproachThrough.SERVICE,
        result=result, reason=reason, on=meeting.at.date(), by=world.by, at=meeting.at,
    )  # fmt: skip
    if said == ANSWERED:
        response = surveys.start_response(approach=approach, by=world.by, at=meeting.at)
        surveys.complete_response(
            response=response, answers=_answers(meeting.place + len(meeting.site.name)), by=world.by,
            at=meeting.at + timedelta(minutes=9),
        )  # fmt: skip


def _answers(turn: int) -> dict[str, Any]:
    """Something of everything, in turn: nothing rests on it."""
    is_asked = turn % 3 != 0
    return {
        "visits": 1 + turn % 7,
        "asked_more": "yes" if is_asked else "no",
        "helped": HELPED[turn % len(HELPED)] if is_asked else Nothing.NOT_APPLICABLE,
        "come_again": "refused" if turn % 8 == 0 else "yes" if turn % 5 else "no",
    }

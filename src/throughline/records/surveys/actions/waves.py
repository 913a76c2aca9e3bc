"""Opening and closing waves, and saying how many are wanted."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Site
from throughline.records.racing import again_if_raced
from throughline.records.study.models import Study, StudySite
from throughline.records.surveys.models import InstrumentVersion, Wave, WaveTarget
from throughline.rules.access import check_may_run_waves
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import PhaseKind

MOST_WANTED = 100_000


@again_if_raced
def open_wave(
    *,
    study: Study,
    code: str,
    phase: PhaseKind,
    opens_on: date,
    closes_on: date | None = None,
    instrument_version: InstrumentVersion | None = None,
    sheet_version: str = "1",
    by: Actor,
    at: datetime,
) -> Wave:
    """A time of asking, in a phase. `sheet_version`: of the information sheet that people agree to.

    Without an instrument answers come from elsewhere alone. Invalid where the code is taken, the days are the wrong way
    round, or the form is another study's.
    """
    check_may_run_waves(by, study.programme_id)
    if not code:
        raise Invalid(Sentence("A wave needs a code."), fields={"code": Sentence("Fill this in.")})
    if Wave.objects.filter(study=study, code=code).exists():
        raise Invalid(
            Sentence("This study has a wave %(code)s already.", code=code),
            fields={"code": Sentence("This code is taken.")},
        )
    if closes_on is not None and closes_on < opens_on:
        raise Invalid(
            Sentence("The wave would end before it begins."),
            fields={"closes_on": Sentence("This day is before the first one.")},
        )
    if instrument_version is not None and instrument_version.instrument.study_id != study.id:
        raise Invalid(Sentence("This form is of another study. Add it to this one first."))
    wave = Wave.objects.create(
        programme_id=study.programme_id, study=study, code=code, phase=phase.value,
        instrument_version=instrument_version, sheet_version=sheet_version.strip() or "1", opens_on=opens_on,
        closes_on=closes_on, opened_at=at, opened_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.WAVE_OPENED, target=wave, programme_id=study.programme_id, by=by, at=at, reason=phase.value
    )
    return wave


@transaction.atomic
def close_wave(*, wave: Wave, by: Actor, at: datetime) -> Wave:
    """From now on nobody is asked, and no interview begins; one that was begun may be completed. Unready where closed."""
    check_may_run_waves(by, wave.programme_id)
    if not Wave.objects.filter(id=wave.id, closed_at=None).update(closed_at=at, closed_by=by.id):
        raise Unready(Sentence("This wave is closed already."))
    wave.refresh_from_db()
    audit.record(Event.WAVE_CLOSED, target=wave, programme_id=wave.programme_id, by=by, at=at)
    return wave


@transaction.atomic
def set_target(*, wave: Wave, site: Site, target: int, by: Actor, at: datetime) -> WaveTarget:
    """How many complete responses are wanted at a site. Said again, it replaces."""
    check_may_run_waves(by, wave.programme_id)
    if not StudySite.objects.filter(study_id=wave.study_id, site=site).exists():
        raise Invalid(Sentence("%(site)s is not in this study.", site=site.name))
    if not 1 <= target <= MOST_WANTED:
        raise Invalid(
            Sentence("A target is a number from 1 to %(most)s.", most=MOST_WANTED),
            fields={"target": Sentence("From 1 to %(most)s.", most=MOST_WANTED)},
        )
    row, _ = WaveTarget.objects.update_or_create(
        programme_id=wave.programme_id, wave=wave, site=site, defaults={"target": target}
    )
    audit.record(
        Event.WAVE_TARGET_SET, target=row, programme_id=wave.programme_id, by=by, at=at, count=target
    )
    return row

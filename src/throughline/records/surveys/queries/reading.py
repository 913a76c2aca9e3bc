"""Waves, instruments and responses, by who asks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from throughline.records.programme.models import Site
from throughline.records.study.models import Study, StudySite
from throughline.records.surveys.models import (
    Approach,
    FillLink,
    Instrument,
    InstrumentVersion,
    SurveyResponse,
    Wave,
)
from throughline.rules.access import check_may_approach, check_may_run_waves, may
from throughline.vocabulary.actor import Actor, ActorKind
from throughline.vocabulary.errors import Invalid, NotFound, Sentence
from throughline.vocabulary.periods import local_day
from throughline.vocabulary.surveys import Question
from throughline.vocabulary.waves import FilledBy

NO_LONGER = Sentence(
    "This link no longer opens anything: it was used, it is too old, or another was made. Ask for a new one."
)
AT_ONCE = 500  # keys asked for at a time
RECEIPT_LASTS = timedelta(minutes=10)  # after a form was sent: its receipt may be lost on the way


def instruments_for(actor: Actor, study: Study) -> QuerySet[Instrument]:
    rows: QuerySet[Instrument] = Instrument.objects.visible_to(actor).filter(study=study)
    return rows.order_by("code")


def instrument_for(actor: Actor, instrument_id: UUID) -> Instrument:
    rows = Instrument.objects.visible_to(actor).select_related("study")
    found: Instrument | None = rows.filter(id=instrument_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such instrument."))
    return found


def version_for(actor: Actor, version_id: UUID) -> InstrumentVersion:
    rows = InstrumentVersion.objects.visible_to(actor).select_related("instrument__study")
    found: InstrumentVersion | None = rows.filter(id=version_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such version of an instrument."))
    return found


def questions_of(version: InstrumentVersion) -> tuple[Question, ...]:
    return tuple(Question.from_json(row) for row in version.questions)


def waves_for(actor: Actor, programme_id: UUID) -> QuerySet[Wave]:
    """Open ones first, then the newest."""
    rows: QuerySet[Wave] = Wave.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.select_related("study", "instrument_version__instrument").order_by(
        "closed_at", "-opens_on", "code"
    )


def wave_for(actor: Actor, wave_id: UUID) -> Wave:
    rows = Wave.objects.visible_to(actor).select_related("study__programme", "instrument_version__instrument")
    found: Wave | None = rows.filter(id=wave_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such wave."))
    return found


def wave_named(programme_id: UUID, code: str) -> Wave:
    """By its code. Invalid where studies of the programme have several of that code."""
    found = list(Wave.objects.filter(programme_id=programme_id, code=code).select_related("study__programme"))
    if not found:
        raise NotFound(Sentence("There is no wave called %(code)s.", code=code))
    if len(found) > 1:
        raise Invalid(
            Sentence("Several studies have a wave called %(code)s. Give one of them another code.", code=code)
        )
    return found[0]


def is_open(wave: Wave, day: date) -> bool:
    """Whether people may be asked on a day."""
    return (
        wave.closed_at is None and wave.opens_on <= day and (wave.closes_on is None or day <= wave.closes_on)
    )


def approach_for(actor: Actor, approach_id: UUID) -> Approach:
    """Of somebody who consented, for who interviews at the site."""
    rows = Approach.objects.visible_to(actor).select_related(
        "wave__study", "wave__instrument_version", "site", "consent"
    )
    found: Approach | None = rows.filter(id=approach_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such approach."))
    check_may_approach(actor, found.programme_id, found.site_id)
    return found


def response_for(actor: Actor, response_id: UUID) -> SurveyResponse:
    """For who reads responses; until it is complete, for who is filling it in."""
    rows = SurveyResponse.objects.visible_to(actor).select_related(
        "wave__study", "instrument_version", "site", "approach"
    )
    found: SurveyResponse | None = rows.filter(id=response_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such response."))
    return found


def responses_for(actor: Actor, wave: Wave) -> QuerySet[SurveyResponse]:
    rows: QuerySet[SurveyResponse] = SurveyResponse.objects.visible_to(actor).filter(wave=wave)
    return rows.select_related("site").defer("texts", "draft").order_by("site__name", "respondent")


def waves_to_fill(actor: Actor, programme_id: UUID, at: datetime) -> list[tuple[Wave, list[Site]]]:
    """Waves that are open today and have a form, each with the sites of its study where the actor may ask people."""
    found: list[tuple[Wave, list[Site]]] = []
    rows = waves_for(actor, programme_id).filter(closed_at=None, instrument_version__isnull=False)
    for wave in rows:
        of_study = (
            StudySite.objects.filter(study_id=wave.study_id).select_related("site").order_by("site__name")
        )
        sites = [
            row.site
            for row in of_study
            if may(check_may_approach, actor, programme_id, row.site_id)
            and is_open(wave, local_day(at, row.site.time_zone))
        ]
        if sites:
            found.append((wave, sites))
    return found


def begun_by(actor: Actor, programme_id: UUID) -> QuerySet[SurveyResponse]:
    """Interviews that the actor began and has not completed."""
    rows = SurveyResponse.objects.filter(programme_id=programme_id, started_by=actor.id, completed_at=None)
    standing = rows.filter(excluded_at=None, consent__withdrawn_at=None)
    return standing.select_related("wave", "site").order_by("started_at")


def waiting_for_interview(actor: Actor, wave: Wave) -> QuerySet[Approach]:
    """Who agreed at the actor's sites and has not answered: not begun yet, or `is_alone`, begun by a link."""
    alone = Q(response__mode=FilledBy.PERSON.value, response__completed_at=None, response__excluded_at=None)
    alone &= Q(response__isnull=False)
    rows: QuerySet[Approach] = Approach.objects.visible_to(actor).filter(
        Q(response=None) | alone, wave=wave, consent__isnull=False, consent__withdrawn_at=None
    )
    is_alone = ExpressionWrapper(Q(response__isnull=False), output_field=BooleanField())
    return rows.select_related("site").annotate(is_alone=is_alone).order_by("-on", "-id")


def response_by_number(actor: Actor, wave: Wave, site_id: UUID, respondent: int) -> SurveyResponse:
    """By the number on the receipt, without its answers: for who interviews at the site, or runs waves.

    NotAllowed for anybody else; NotFound where there is no such number.
    """
    check_may_take_out(actor, wave, site_id)
    rows = SurveyResponse.objects.filter(wave=wave, site_id=site_id, respondent=respondent)
    found = rows.select_related("wave", "site").defer("answers", "texts", "draft").first()
    if found is None:
        raise NotFound(Sentence("There is no response with this number at this site."))
    return found


def check_may_take_out(actor: Actor, wave: Wave, site_id: UUID) -> None:
    """Who runs waves, and who interviews at the site."""
    if not may(check_may_run_waves, actor, wave.programme_id):
        check_may_approach(actor, wave.programme_id, site_id)


def link_of(token: str, at: datetime) -> FillLink:
    """What a token opens. NotFound, always in the same words, where it opens nothing: unknown, used, too old, or taken back."""
    return _opening(at, token_hash=hashed(token))


def hashed(token: str) -> str:
    """What is kept of something that only its holder may know: SHA-256, hex."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def link_held(link_id: UUID | None, at: datetime) -> FillLink:
    """A link that was opened, by its id. NotFound as in `link_of`."""
    return _opening(at, id=link_id)


def _opening(at: datetime, **which: object) -> FillLink:
    rows = FillLink.objects.select_related(
        "approach__wave__study", "approach__wave__instrument_version", "approach__site", "approach__consent"
    )
    standing = rows.filter(used_at=None, expires_at__gt=at, approach__consent__withdrawn_at=None)
    found: FillLink | None = standing.filter(**which).first()
    if found is None:
        raise NotFound(NO_LONGER)
    return found


def actor_of(link: FillLink) -> Actor:
    """Who answers alone: the link itself, without a name and without any role."""
    return Actor(kind=ActorKind.SELF_SURVEY, id=str(link.id))


def response_held(link: FillLink, holder: str) -> SurveyResponse:
    """What a link began in the browser that holds `holder`, while it is open. NotFound as for a link that opens nothing."""
    found: SurveyResponse | None = (
        SurveyResponse.objects.select_related(
            "instrument_version", "wave", "site", "approach__wave", "approach__site"
        )
        .filter(approach=link.approach, mode=FilledBy.PERSON.value, holder_hash=hashed(holder))
        .filter(completed_at=None, excluded_at=None, instrument_version__isnull=False)
        .first()
    )
    if found is None:
        raise NotFound(NO_LONGER)
    return found


def just_completed(by: Actor, at: datetime, **which: object) -> SurveyResponse | None:
    """What the same hand completed minutes ago: the form may be sent again, because its receipt was lost on the way."""
    rows = SurveyResponse.objects.select_related("instrument_version", "wave", "site", "approach")
    recent = rows.filter(completed_by=by.id, completed_at__gt=at - RECEIPT_LASTS, excluded_at=None)
    found: SurveyResponse | None = recent.filter(**which).first()
    return found


def known_origins(wave: Wave, keys: Sequence[str]) -> set[str]:
    """Which of these keys came with an earlier file."""
    found: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        rows = SurveyResponse.objects.filter(
            programme_id=wave.programme_id, origin_key__in=keys[start : start + AT_ONCE]
        )
        found.update(key for key in rows.values_list("origin_key", flat=True) if key is not None)
    return found

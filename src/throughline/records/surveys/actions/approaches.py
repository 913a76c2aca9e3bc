"""Asking somebody to take part, and giving who agreed a link to answer alone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.locking import hold_in_order
from throughline.records.programme.models import Site
from throughline.records.study.models import ResearchConsent, StudySite
from throughline.records.surveys.actions.draft_files import forget_drafts
from throughline.records.surveys.models import Approach, FillLink, SurveyResponse, Wave
from throughline.records.surveys.models.waves import REASONS
from throughline.records.surveys.queries import hashed, is_open
from throughline.rules.access import check_may_approach
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import local_day
from throughline.vocabulary.study import ConsentScope
from throughline.vocabulary.waves import ApproachResult, ApproachThrough, FilledBy, NotEligible

LINK_LASTS = timedelta(days=14)


@transaction.atomic
def record_approach(
    *,
    wave: Wave,
    site: Site,
    through: ApproachThrough,
    result: ApproachResult,
    reason: NotEligible | Nothing = Nothing.NOT_RECORDED,
    scopes: Iterable[ConsentScope] = (ConsentScope.TAKE_PART,),
    on: date | None = None,
    key: UUID | None = None,
    is_after_the_fact: bool = False,
    by: Actor,
    at: datetime,
) -> Approach:
    """Somebody was asked: no name, no code. Who agreed has a consent with its scopes, by the wave's sheet; others have none.

    `on`: the day, today where it is not said. `reason`: why somebody was not eligible. `key`: of the form that says so; the
    same again is the same approach. `is_after_the_fact`: it happened where there was no network; a wave that was closed by
    then keeps it all the same, as late. Unready where the wave was not open.
    """
    check_may_approach(by, wave.programme_id, site.id)
    if key is not None:
        hold_in_order([key])
        again: Approach | None = Approach.objects.filter(id=key).first()
        if again is not None:
            if (again.wave_id, again.site_id, again.recorded_by) != (wave.id, site.id, by.id):
                raise Unready(Sentence("Somebody else was recorded under this number. Begin anew."))
            return again
    day = on or local_day(at, site.time_zone)
    is_late = is_after_the_fact and wave.opens_on <= day and not is_open(wave, day)
    _check_place(wave, site, day, at, is_late=is_late)
    consent = None
    if result is ApproachResult.CONSENTED:
        consent = _consent(wave, scopes, day, by, at)
    is_eligible = result is not ApproachResult.NOT_ELIGIBLE
    if not is_eligible and reason.value not in REASONS:
        raise Invalid(Sentence("Say why they were not eligible, or that it was not recorded."))
    row = Approach.objects.create(
        id=key or new_id(), programme_id=wave.programme_id, wave=wave, site=site, on=day, through=through.value, result=result.value,
        reason=(Nothing.NOT_APPLICABLE if is_eligible else reason).value, consent=consent, is_late=is_late,
        recorded_at=at, recorded_by=by.id,
    )  # fmt: skip
    audit.record(
        Event.APPROACH_RECORDED, target=row, programme_id=wave.programme_id, site_id=site.id, by=by, at=at,
        reason=result.value,
    )  # fmt: skip
    return row


def _check_place(wave: Wave, site: Site, day: date, at: datetime, *, is_late: bool) -> None:
    if not StudySite.objects.filter(study_id=wave.study_id, site=site).exists():
        raise Invalid(Sentence("%(site)s is not in this study.", site=site.name))
    if day > local_day(at, site.time_zone):
        raise Invalid(Sentence("This day lies in the future."), fields={"on": Sentence("Not in the future.")})
    if not is_late and not is_open(wave, day):
        raise Unready(
            Sentence("The wave %(code)s is not open on this day: nobody is asked then.", code=wave.code)
        )


def _consent(
    wave: Wave, scopes: Iterable[ConsentScope], day: date, by: Actor, at: datetime
) -> ResearchConsent:
    agreed = sorted({scope.value for scope in scopes})
    if ConsentScope.TAKE_PART.value not in agreed:
        raise Invalid(
            Sentence("Who does not agree to take part has refused: record that, or tick taking part."),
            fields={"scopes": Sentence("Taking part is what everything else rests on.")},
        )
    consent = ResearchConsent.objects.create(
        programme_id=wave.programme_id, study_id=wave.study_id, sheet_version=wave.sheet_version, scopes=agreed,
        given_on=day,
    )  # fmt: skip
    audit.record(
        Event.RESEARCH_CONSENT_RECORDED, target=consent, programme_id=wave.programme_id, by=by, at=at
    )
    return consent


@transaction.atomic
def make_fill_link(*, approach: Approach, by: Actor, at: datetime) -> str:
    """A token by which the person who agreed answers alone, shown once; any earlier one stops working.

    Only its hash is kept. What an earlier one left half filled is destroyed: nobody reads it by another link. Unready where
    they did not agree, have answered, or somebody interviews them.
    """
    check_may_approach(by, approach.programme_id, approach.site_id)
    Approach.objects.select_for_update(no_key=True).get(id=approach.id)
    agreed = ResearchConsent.objects.filter(withdrawn_at=None)
    if approach.consent_id is None or not agreed.filter(id=approach.consent_id).exists():
        raise Unready(Sentence("A link is for somebody who agreed to take part."))
    if approach.wave.instrument_version_id is None or approach.wave.closed_at is not None:
        raise Unready(Sentence("This wave has no form here that could be answered now."))
    response = SurveyResponse.objects.filter(approach=approach).first()
    if response is not None and (response.completed_at is not None or response.mode != FilledBy.PERSON.value):
        raise Unready(
            Sentence("This person has answered, or is being interviewed: a link would be of no use.")
        )
    FillLink.objects.filter(approach=approach, used_at=None, expires_at__gt=at).update(expires_at=at)
    token = secrets.token_urlsafe(32)
    link = FillLink.objects.create(
        programme_id=approach.programme_id, approach=approach, token_hash=hashed(token),
        made_at=at, made_by=by.id, expires_at=at + LINK_LASTS,
    )  # fmt: skip
    audit.record(
        Event.FILL_LINK_MADE, target=link, programme_id=approach.programme_id, site_id=approach.site_id, by=by, at=at
    )  # fmt: skip
    forget_drafts(SurveyResponse.objects.filter(approach=approach), holder_hash="")
    return token

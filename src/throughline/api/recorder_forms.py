"""Forms that a phone keeps, to fill them in where there is no network: what is open at the interviewer's sites, and each form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.recorder_shapes import DefinitionOut, FormOut, FormsOut, NamedOut
from throughline.api.session import acting, now
from throughline.api.shapes import answers
from throughline.records.programme.models import Programme, Site
from throughline.records.surveys.models import InstrumentVersion, Wave
from throughline.records.surveys.queries import waves_to_fill
from throughline.rules.access import check_may_send_events
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, NotFound, Sentence
from throughline.vocabulary.surveys import QuestionType

router = Router(tags=["recorder"])

MOST_CHARACTERS = 4_000_000  # of a form that a phone keeps: one with thousands of places in it does not fit


@router.get("/recorder/forms", response=answers(FormsOut), operation_id="recorder_forms")
def forms(request: HttpRequest) -> FormsOut:
    """What may be asked today at one's own sites. Empty for who interviews nobody."""
    actor, programme = _acting(request)
    return FormsOut(forms=[_form(wave, sites) for wave, sites in waves_to_fill(actor, programme.id, now())])


@router.get("/recorder/forms/{version_id}", response=answers(DefinitionOut), operation_id="recorder_form")
def form(request: HttpRequest, version_id: UUID) -> DefinitionOut:
    """The compiled form of one of them."""
    actor, programme = _acting(request)
    for wave, _sites in waves_to_fill(actor, programme.id, now()):
        version = wave.instrument_version
        if version is not None and version.id == version_id:
            return DefinitionOut(content_hash=version.content_hash, xform=version.xform)
    raise NotFound(Sentence("There is no such form that could be filled in today."))


def _acting(request: HttpRequest) -> tuple[Actor, Programme]:
    actor = acting(request)
    programme: Programme | None = request.programme  # type: ignore[attr-defined]  # set by the middleware
    if programme is None:
        raise NotAllowed(Sentence("Your account is a member of no programme today."))
    check_may_send_events(actor, programme.id)
    return actor, programme


def _form(wave: Wave, sites: list[Site]) -> FormOut:
    version: InstrumentVersion = wave.instrument_version  # type: ignore[assignment]  # waves to fill have one
    return FormOut(
        wave_id=wave.id, wave=wave.code, title=version.instrument.title, sheet_version=wave.sheet_version,
        version_id=version.id, content_hash=version.content_hash, closes_on=wave.closes_on,
        sites=[NamedOut(id=site.id, name=site.name) for site in sites],
        has_files=any(row["type"] == QuestionType.FILE.value for row in version.questions),
        is_too_large=len(version.xform) > MOST_CHARACTERS,
    )  # fmt: skip

"""Forms that a phone keeps, to fill them in where there is no network: what is open at the interviewer's sites, and each form."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from throughline.api.recorder_shapes import (
    AskedOut,
    DefinitionOut,
    FileOut,
    FormOut,
    FormsOut,
    HeldFormOut,
    NamedOut,
)
from throughline.api.session import acting, now
from throughline.api.shapes import answers
from throughline.exchange.device_event.document import EventDocument
from throughline.exchange.device_event.form import FormIn, why_not
from throughline.exchange.device_event.load import opened_again
from throughline.records.engagement.actions import note_answers_opened
from throughline.records.engagement.models import DeviceEvent
from throughline.records.engagement.queries.device_events import held_event_of
from throughline.records.programme.models import Programme, Site
from throughline.records.surveys.models import InstrumentVersion, Wave
from throughline.records.surveys.queries import waves_to_fill
from throughline.rules.access import check_may_send_events
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.arriving import EventState, Why
from throughline.vocabulary.errors import NotAllowed, NotFound, Sentence, Unready
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


@router.get("/recorder/inbox/{event_id}/form", response=answers(HeldFormOut), operation_id="held_form")
def held_form(request: HttpRequest, event_id: UUID) -> HeldFormOut:
    """One's own answers that came back, with the form that asks them, where it is still open. Each opening is noted."""
    actor, _programme = _acting(request)
    row = held_event_of(actor, event_id)
    said = opened_again(row)
    held = answers_held(row, said)
    if isinstance(said, Why) or held is None or held.answers is None or str(said.account_id) != actor.id:
        raise Unready(Sentence("There are no answers in this that could be put right."))
    why = why_not(held, said.contact_id)
    if why is not None:
        raise Unready(why.sentence)
    for wave, sites in waves_to_fill(actor, row.programme_id, now()):
        if (wave.id, wave.instrument_version_id) == (held.wave_id, held.answers.version_id):
            note_answers_opened(event=row, by=actor, at=now())
            return HeldFormOut(
                approach_id=said.contact_id, form=_form(wave, sites), xml=held.answers.xml,
                asked=AskedOut(**held.model_dump(mode="json", exclude={"answers"})),
                files=[FileOut(name=one.name, data=one.data) for one in held.answers.files],
            )  # fmt: skip
    raise Unready(
        Sentence(
            "This form is not open at your sites any more, or another version asks by now. Who looks after the site's records can"
            " try again to record it as it is."
        )
    )


def answers_held(row: DeviceEvent, said: EventDocument | Why) -> FormIn | None:
    """What is told in a held event, where it holds answers that could be put right: in conflict, others stand already."""
    if isinstance(said, Why) or row.state != EventState.REJECTED.value:
        return None
    return said.form if said.form is not None and said.form.answers is not None else None


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

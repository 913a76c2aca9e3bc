"""What every view asks of a request: who acts, in which programme, and what to do with a refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from throughline.records.programme.models import Programme
from throughline.rules.access import check, holds
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence, ThroughlineError

View = Callable[..., HttpResponse]
PROGRAMME_IN_SESSION = "programme"


class PageRequest(HttpRequest):
    """A request as config/middleware.py hands it on; for types only."""

    actor: Actor
    programme: Programme | None
    programmes: tuple[Programme, ...]
    is_step_due: bool


def now() -> datetime:
    """The clock, read at the top floor only."""
    return timezone.now()


def programme_of(request: PageRequest) -> Programme:
    """The programme that the request acts in. NotAllowed for an account that is a member of none."""
    if request.programme is None:
        raise NotAllowed(
            Sentence(
                "Your account is a member of no programme today. Ask the person who manages accounts to add you."
            )
        )
    return request.programme


def require(request: PageRequest, *permissions: Permission) -> Programme:
    """The programme, where the actor has one of the permissions in it; else NotAllowed, saying who could."""
    programme = programme_of(request)
    if not has_any(request, permissions):
        check(request.actor, permissions[0], programme.id)
    return programme


def has_any(request: PageRequest, permissions: Iterable[Permission]) -> bool:
    programme = request.programme
    return programme is not None and any(holds(request.actor, one, programme.id) for one in permissions)


def in_json(view: View) -> View:
    """A refusal as {"detail": the sentence}, for a page that is not loaded anew."""

    @wraps(view)
    def answered(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except ThroughlineError as error:
            return JsonResponse({"detail": words_of(error.sentence)}, status=error.status)

    return answered


def words_of(sentence: Sentence) -> str:
    """A sentence in the reader's language."""
    return str(sentence)


def show_refusal(form: forms.BaseForm, error: ThroughlineError) -> None:
    """Put what an action refused into the form: beside the fields it names, and its sentence at the top."""
    form.add_error(None, words_of(error.sentence))
    if isinstance(error, Invalid):
        for name, sentence in error.fields.items():
            if name in form.fields:
                form.add_error(name, words_of(sentence))


def uuid_or_none(given: Any) -> UUID | None:
    """What an address or a session carries, where it is an id at all."""
    try:
        return UUID(str(given))
    except ValueError:
        return None

"""Who asks: the session of the pages. Nothing here is open to who has not signed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie

from throughline.records.programme.models import Site
from throughline.vocabulary.actor import Actor


class Session(APIKeyCookie):
    """The session cookie; what changes anything needs the X-CSRFToken header too."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


def acting(request: HttpRequest) -> Actor:
    """The account, with its grants in the programme of the row that the address names (config.addressed)."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by the middleware


def acting_at(request: HttpRequest, site_id: UUID) -> Actor:
    """The same where the address names no row, and the body a site: with the grants in its programme."""
    actor = acting(request)
    found = Site.objects.filter(id=site_id).values_list("programme_id", flat=True).first()
    return actor if found is None else replace(actor, grants=actor.grants_in(found))


def now() -> datetime:
    return timezone.now()

"""Who asks: the session of the pages. Nothing here is open to who has not signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie

from throughline.vocabulary.actor import Actor


class Session(APIKeyCookie):
    """The session cookie; what changes anything needs the X-CSRFToken header too."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user if request.user.is_authenticated else None


def acting(request: HttpRequest) -> Actor:
    """The account with all its grants (config.middleware.ActingAs)."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]  # set by the middleware


def now() -> datetime:
    return timezone.now()

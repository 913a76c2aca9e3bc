"""The recorder on a phone: its page, its service worker, its manifest. What it sends goes to the API."""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from throughline.rules.permissions import Permission as P
from throughline.web import assets
from throughline.web.recorder import kept
from throughline.web.request import PageRequest, require
from throughline.web.surveys.drawing import WHERE, drawing_needs


@require_GET
def recorder(request: PageRequest) -> HttpResponse:
    """The one screen. It is the same for everybody who may record, and holds nothing of anybody."""
    require(request, P.RECORD_CONTACT)
    response = HttpResponse(kept.shell())
    response.also_allowed = {"frame-src": "'self'"}  # type: ignore[attr-defined]  # read by config/middleware
    return response


@require_GET
@xframe_options_sameorigin
def form_frame(request: PageRequest) -> HttpResponse:
    """A form's own page within the recorder's: what a form needs to be drawn, the recorder itself is not allowed."""
    require(request, P.RECORD_CONTACT)
    nonce = secrets.token_urlsafe(18)
    response = HttpResponse(kept.form_shell(nonce))
    response.also_allowed = drawing_needs(nonce) | {"frame-ancestors": "'self'"}  # type: ignore[attr-defined]  # read by config/middleware
    response.headers["Permissions-Policy"] = WHERE
    return response


@login_not_required
@require_GET
def worker(request: PageRequest) -> HttpResponse:
    """Asked for by the browser itself, signed in or not: names of files, nothing else. 404 before the first build."""
    if not assets.is_built():
        return HttpResponse(status=404)
    return HttpResponse(kept.worker(), content_type="text/javascript; charset=utf-8")


@login_not_required
@require_GET
def manifest(request: PageRequest) -> HttpResponse:
    """Browsers ask for it without cookies."""
    return JsonResponse(kept.manifest(), content_type="application/manifest+json")

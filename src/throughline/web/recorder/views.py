"""The recorder on a phone: its page, its service worker, its manifest. What it sends goes to the API."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from throughline.rules.permissions import Permission as P
from throughline.web import assets
from throughline.web.recorder import kept
from throughline.web.request import PageRequest, require


@require_GET
def recorder(request: PageRequest) -> HttpResponse:
    """The one screen. It is the same for everybody who may record, and holds nothing of anybody."""
    require(request, P.RECORD_CONTACT)
    return HttpResponse(kept.shell())


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

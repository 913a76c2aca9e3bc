"""Which questionnaires of attitudes are scored how; a new one; and the erasure of what one person answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from throughline.exchange.attitudes.key import read_key
from throughline.records.programme.models import Programme, Site
from throughline.records.workforce.actions import define_attitude_scale, erase_assessments
from throughline.records.workforce.queries import counted_scales, scale_for
from throughline.rules.access import check_may_record_attitudes
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Invalid, Sentence, ThroughlineError
from throughline.web.attitudes_in.forms import EraseForm, ScaleForm
from throughline.web.request import PageRequest, now, require, show_refusal
from throughline.web.uploads import held_in_memory

MOST_KEY = 100_000  # bytes of a scoring key


def recording(request: PageRequest) -> Programme:
    """The programme, for whoever may bring attitudes in."""
    programme = require(request, P.RECORD_ATTITUDES)
    check_may_record_attitudes(request.actor, programme.id)
    return programme


@require_GET
def scales(request: PageRequest) -> HttpResponse:
    """Every questionnaire, how it is scored, and how many were handed in."""
    programme = recording(request)
    return render(
        request, "attitudes_in/scales.html", {"scales": counted_scales(request.actor, programme.id)}
    )


@held_in_memory
@require_http_methods(["GET", "POST"])
def define(request: PageRequest) -> HttpResponse:
    """A scoring key. Said again with the same name it is mended, until answers were scored by it."""
    programme = recording(request)
    form, status = ScaleForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                name, key = _key_of(form.cleaned_data)
                scale = define_attitude_scale(
                    programme=programme, name=name, key=key, by=request.actor, at=now()
                )
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("%(name)s can be answered from now on.") % {"name": scale.name})
                return redirect("attitude_scales")
    return render(request, "attitudes_in/define.html", {"form": form}, status=status)


def _key_of(given: dict[str, Any]) -> tuple[str, Any]:
    file = given.get("file")
    if not file:
        return given["name"], given["key"]
    try:
        return read_key(file.read(MOST_KEY).decode("utf-8-sig"), file.name)
    except UnicodeDecodeError:
        raise Invalid(Sentence("%(path)s is not UTF-8 text.", path=file.name)) from None


@require_http_methods(["GET", "POST"])
def erase(request: PageRequest, scale_id: UUID) -> HttpResponse:
    """Destroy what one person answered, found by their own label; nobody sees what it was."""
    programme = recording(request)
    scale = scale_for(request.actor, scale_id)
    sites = Site.objects.filter(programme=programme).order_by("name")
    form, status = EraseForm(request.POST or None, sites=sites), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            gone = erase_assessments(scale=scale, **form.cleaned_data, by=request.actor, at=now())
            if gone:
                messages.success(request, ngettext("%(n)s questionnaire was erased.", "%(n)s questionnaires were erased.", gone) % {"n": gone})  # fmt: skip
                return redirect("attitude_scales")
            form.add_error("label", _("Nobody of this group answered with this label at this site."))
    return render(request, "attitudes_in/erase.html", {"form": form, "scale": scale}, status=status)

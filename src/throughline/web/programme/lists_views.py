"""The programme's own lists: adding words to them, retiring words, bringing them back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.records.programme import actions
from throughline.records.programme.models import CodeListEntry
from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import NotFound, Sentence, ThroughlineError, Unready
from throughline.web.programme.around import parts
from throughline.web.programme.forms import CodeForm
from throughline.web.programme.words import LISTS
from throughline.web.request import PageRequest, now, require, show_refusal, words_of
from throughline.web.words import LISTED, listed


@require_GET
def code_lists(request: PageRequest) -> HttpResponse:
    """Which lists there are."""
    programme = require(request, P.MANAGE_PROGRAMME)
    rows = [(name, label, len(listed(programme.id, name))) for name, label in LISTS.items()]
    return render(request, "programme/lists.html", {"rows": rows, "parts": parts(request, "code_lists")})


@require_http_methods(["GET", "POST"])
def code_list(request: PageRequest, list_name: str) -> HttpResponse:
    """One list, with what was retired from it, and adding to it."""
    programme = require(request, P.MANAGE_PROGRAMME)
    if list_name not in LISTS:
        raise NotFound(Sentence("There is no such list."))
    form = CodeForm(request.POST or None, core=LISTED[list_name].items())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            label = form.cleaned_data["label"].strip()
            try:
                actions.add_code(
                    programme=programme, list_name=list_name, label=label, core=form.cleaned_data["core"], by=request.actor, at=now(),
                )  # fmt: skip
            except ThroughlineError as error:
                status = error.status
                show_refusal(form, error)
            else:
                messages.success(request, _("%(words)s is on the list.") % {"words": label})
                return redirect("code_list", list_name)
    words = listed(programme.id, list_name, with_retired=True)
    entries = {
        one.code: one for one in CodeListEntry.objects.filter(programme=programme, list_name=list_name)
    }
    rows = [
        (entries[code], label, LISTED[list_name].get(entries[code].core, "")) for code, label in words.items()
    ]
    context: dict[str, Any] = {"rows": rows, "title": LISTS[list_name], "form": form}
    return render(request, "programme/list.html", context, status=status)


@require_POST
def retire_code(request: PageRequest, entry_id: UUID) -> HttpResponse:
    """No longer offered."""
    entry = _entry(request, entry_id)
    try:
        actions.retire_code(entry=entry, by=request.actor, at=now())
    except Unready as error:
        messages.error(request, words_of(error.sentence))
    return redirect("code_list", entry.list_name)


@require_POST
def bring_back_code(request: PageRequest, entry_id: UUID) -> HttpResponse:
    """Offered again."""
    entry = _entry(request, entry_id)
    actions.reinstate_code(entry=entry, by=request.actor, at=now())
    return redirect("code_list", entry.list_name)


def _entry(request: PageRequest, entry_id: UUID) -> CodeListEntry:
    programme = require(request, P.MANAGE_PROGRAMME)
    found = CodeListEntry.objects.filter(programme=programme, id=entry_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such word on a list of this programme."))
    return found

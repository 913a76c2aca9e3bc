"""Versions of a codebook: keeping one, and what lies between two."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions import keep_codebook
from throughline.records.inquiry.models import CodebookVersion
from throughline.records.inquiry.queries.codebooks import (
    codebook_for,
    codes_now,
    compare_codes,
    versions_for,
)
from throughline.rules.permissions import Permission as P
from throughline.web.inquiry.around import around, not_kept
from throughline.web.inquiry.codebook.forms import KeepForm
from throughline.web.inquiry.codebook.views import address_of
from throughline.web.request import PageRequest, now, require, uuid_or_none
from throughline.web.words import CODE_PARTS

NOW = "now"


@require_POST
def codebook_kept(request: PageRequest, codebook_id: UUID) -> HttpResponse:
    """Keep the codebook as it stands under a name."""
    programme = require(request, P.MANAGE_CODEBOOK)
    book = codebook_for(request.actor, codebook_id)
    form = KeepForm(request.POST)
    if not form.is_valid():
        return not_kept(
            request, programme, "codebook", form, analysis=book.analysis, about=book.name, back=address_of(book)
        )  # fmt: skip
    keep_codebook(codebook=book, name=form.cleaned_data["name"], by=request.actor, at=now())
    messages.success(request, _("This version is kept. Later ones can be compared with it."))
    return redirect("codebook_versions", codebook_id=book.id)


@require_GET
def codebook_versions(request: PageRequest, codebook_id: UUID) -> HttpResponse:
    """The versions kept; `?from=2&to=now` compares two, by default the last one with the codebook now."""
    programme = require(request, P.SEE_SOURCES)
    book = codebook_for(request.actor, codebook_id)
    rows: list[CodebookVersion] = list(versions_for(request.actor, book))
    names = display_names({pk for row in rows if (pk := uuid_or_none(row.kept_by))})
    by_number = {str(row.number): row for row in rows}
    before = by_number.get(request.GET.get("from", ""), rows[0] if rows else None)
    after = by_number.get(request.GET.get("to", NOW))
    context = around(request, programme, "codebook", analysis=book.analysis) | {
        "book": book,
        "versions": [(row, names.get(row.kept_by, row.kept_by)) for row in rows],
        "before": before,
        "after": after,
    }
    if before is not None:
        codes: list[dict[str, Any]] = after.codes if after else codes_now(request.actor, book)
        found = compare_codes(before.codes, codes)
        context["comparison"] = found
        context["rewritten"] = [
            (one.code, [(CODE_PARTS[part.field], part.was, part.now) for part in one.rewritten])
            for one in found.rewritten
        ]
    return render(request, "inquiry/codebook/codebook_versions.html", context)

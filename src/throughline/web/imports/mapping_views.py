"""A mapping that is kept: what it says, as a file for the command line, and letting it go."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.exchange.contacts_csv.load import KIND as CONTACTS
from throughline.exchange.kept_mappings import yaml_of_kept
from throughline.records.programme.actions import let_mapping_go
from throughline.records.programme.models import ImportMapping
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.web.imports.around import importing
from throughline.web.request import PageRequest, now


def _kept(request: PageRequest, mapping_id: UUID) -> ImportMapping:
    programme = importing(request)
    found: ImportMapping | None = (
        ImportMapping.objects.visible_to(request.actor).filter(programme=programme, id=mapping_id).first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such mapping."))
    return found


@require_GET
def mapping(request: PageRequest, mapping_id: UUID) -> HttpResponse:
    """What is kept, as the mapping file says it."""
    kept = _kept(request, mapping_id)
    is_log = kept.kind == CONTACTS
    context = {
        "kept": kept, "yaml": yaml_of_kept(kept), "imports_url": reverse(_start_of(kept)),
        "import_title": _("Import contacts") if is_log else _("Import incidents"),
    }  # fmt: skip
    return render(request, "imports/mapping.html", context)


@require_GET
def mapping_file(request: PageRequest, mapping_id: UUID) -> HttpResponse:
    """The mapping as a file for `throughline import contacts` or `incidents`: it names columns and words, and holds no rows."""
    kept = _kept(request, mapping_id)
    headers = {"Content-Disposition": f'attachment; filename="{kept.name}.yaml"'}
    return HttpResponse(yaml_of_kept(kept), content_type="text/yaml; charset=utf-8", headers=headers)


@require_POST
def let_go(request: PageRequest, mapping_id: UUID) -> HttpResponse:
    """Keep it no longer; what came with it stays."""
    kept = _kept(request, mapping_id)
    let_mapping_go(mapping=kept, by=request.actor, at=now())
    messages.success(request, _("The mapping is kept no longer. What came with it stays."))
    return redirect(_start_of(kept))


def _start_of(kept: ImportMapping) -> str:
    """The address where files of this kind are sent."""
    return "imports" if kept.kind == CONTACTS else "incidents_in"

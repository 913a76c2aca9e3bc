"""What pages of an import of contacts ask first: who may, and what columns and words can name here."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.exchange.contacts_csv.guess import Offered
from throughline.exchange.contacts_csv.load import context_of
from throughline.records.programme.models import Programme, Site
from throughline.records.supplies.models import Item, Kit
from throughline.rules.access import check_may_import_records
from throughline.rules.permissions import Permission as P
from throughline.web.imports import tasks
from throughline.web.imports.state import Begun
from throughline.web.imports.wizard import KEEP, LOOK, TRY, Wizard
from throughline.web.request import PageRequest, require
from throughline.web.words import listed


def importing(request: PageRequest) -> Programme:
    """The programme, for whoever may import records into it."""
    programme = require(request, P.IMPORT_RECORDS)
    check_may_import_records(request.actor, programme.id)
    return programme


def offered_in(programme: Programme, request: PageRequest) -> Offered:
    """What columns and words can name here: only sites at which the person may record."""
    sites = {site.id for site in context_of(programme, request.actor).sites.values()}
    named = Site.objects.filter(id__in=sites).order_by("name").values_list("name", flat=True)
    items = Item.objects.filter(programme=programme).order_by("name").values_list("name", flat=True)
    kits = Kit.objects.filter(programme=programme).order_by("name").values_list("name", flat=True)
    lists = {
        name: {code: str(label) for code, label in listed(programme.id, name).items()}
        for name in ("topic", "need_domain", "barrier_kind", "place")
    }
    return Offered(
        {name: name for name in named}, {name: name for name in items}, {name: name for name in kits},
        lists["topic"], lists["need_domain"], lists["barrier_kind"], lists["place"],
    )  # fmt: skip


LOG = Wizard(
    name="import", start="imports", title=_("Import contacts"), kind=Begun, templates="imports", may=importing,
    steps=(
        ("table", _("The table")), ("columns", _("Columns")), ("words", _("Words and dates")), ("rows", _("First rows")),
        ("check", _("Check and import")),
    ),
    works={LOOK: tasks.read_log, TRY: tasks.try_log, KEEP: tasks.import_log}, after_reading=lambda begun: "table",
)  # fmt: skip

"""What stands around the pages on which a programme is set up: its parts, and who may see which."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.rules.permissions import Permission as P
from throughline.web.request import PageRequest, has_any

SEEN_BY = (P.MANAGE_PROGRAMME, P.REPORT_MONTH)


@dataclass(frozen=True)
class Part:
    """One of the parts: its address by name, and who is led there."""

    label: Promise | str
    url_name: str
    permissions: tuple[P, ...]


PARTS = (
    Part(_("Sites"), "sites", SEEN_BY),
    Part(_("Organisations"), "organisations", SEEN_BY),
    Part(_("People"), "people", (P.MANAGE_ACCOUNTS,)),
    Part(_("Population"), "population", SEEN_BY),
    Part(_("Components"), "components", (P.MANAGE_PROGRAMME,)),
    Part(_("Lists"), "code_lists", (P.MANAGE_PROGRAMME,)),
    Part(_("Agreements"), "agreements", SEEN_BY),
    Part(_("Training"), "training_due", (P.MANAGE_TRAINING,)),
)


def parts(request: PageRequest, here: str) -> list[dict[str, object]]:
    """The parts that the reader may see; `here` is the address's name that the page stands under."""
    return [
        {"label": one.label, "url": reverse(one.url_name), "current": one.url_name == here}
        for one in PARTS
        if has_any(request, one.permissions)
    ]

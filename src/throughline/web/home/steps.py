"""The first steps of a programme in which nothing can be recorded yet: a site, and somebody who records there."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Membership, Site
from throughline.records.supplies.queries import items_for
from throughline.rules.permissions import Permission as P
from throughline.rules.roles import permissions_of
from throughline.web.request import PageRequest, has_any, programme_of


@dataclass(frozen=True)
class Step:
    """One step: what to do, why, where, and whether it is done."""

    label: Promise | str
    why: Promise | str
    url: str
    is_done: bool


def first_steps(request: PageRequest) -> list[Step]:
    """For who manages the programme, until there is a site and somebody who may record; then none."""
    if not (has_any(request, [P.MANAGE_PROGRAMME]) and has_any(request, [P.MANAGE_ACCOUNTS])):
        return []
    programme, actor = programme_of(request), request.actor
    has_site = Site.objects.visible_to(actor).filter(programme=programme).exists()
    held = Membership.objects.visible_to(actor).filter(programme=programme)
    has_recorder = any(P.RECORD_CONTACT in permissions_of(row.role_set()) for row in held.only("roles"))
    if has_site and has_recorder:
        return []
    return [
        Step(
            _("Add a site"),
            _("The place, or the round, where people are met. Everything is recorded at a site."),
            reverse("sites") if has_site else reverse("add_site"), has_site,
        ),
        Step(
            _("Add the people who work there"),
            _("Each gets a one-time code from you and sets a password. Only who is a member of a site records there."),
            reverse("add_person"), has_recorder,
        ),
        Step(
            _("Name what is given out"),
            _("Items and kits, so that they can be received, counted and given at contacts."),
            reverse("supplies_items"), bool(items_for(actor, programme.id)),
        ),
    ]  # fmt: skip

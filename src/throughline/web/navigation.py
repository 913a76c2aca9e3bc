"""What base.html shows around a page: programme, journeys, account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.records.clients.models import EmergencyOpening
from throughline.records.clients.queries.guarded import open_emergencies
from throughline.rules.permissions import Permission as P
from throughline.web.request import PageRequest, has_any, now
from throughline.web.words import ROLES_SHOWN


@dataclass(frozen=True)
class Journey:
    """A part of the pages: shown to whoever has one of the permissions (none named: to every member)."""

    label: Promise | str
    url_name: str
    permissions: tuple[P, ...] = ()
    unless: tuple[P, ...] = ()  # who has one of these finds it within another part
    on_a_phone: str = ""  # where it leads whoever works outside, and so without the clients' histories


JOURNEYS = (
    Journey(_("What needs doing"), "home"),
    Journey(_("Record"), "record", (P.RECORD_CONTACT,), on_a_phone="recorder"),
    Journey(_("Clients"), "clients", (P.SEE_CLIENT_HISTORY,)),
    Journey(_("Referrals"), "referrals", (P.SEE_REFERRALS, P.SEE_OWN_REFERRALS)),
    Journey(_("Incidents"), "incidents", (P.SEE_INCIDENTS,)),
    Journey(_("Supplies"), "supplies", (P.COUNT_STOCK,)),
    Journey(_("Monthly return"), "returns", (P.REPORT_MONTH, P.RELEASE_TABLES)),
    Journey(_("Import"), "imports", (P.IMPORT_RECORDS,)),
    Journey(_("Study"), "studies", (P.SEE_STUDY,)),
    Journey(_("Surveys"), "waves", (P.SEE_WAVES,)),
    Journey(_("Inquiry"), "inquiry", (P.SEE_SOURCES,)),
    Journey(_("Participants"), "participants", (P.ERASE_SOURCES,), unless=(P.SEE_SOURCES,)),
    Journey(_("Evaluation"), "evaluation", (P.SEE_SOURCES,)),
    Journey(_("Programme"), "sites", (P.MANAGE_PROGRAMME, P.REPORT_MONTH)),
    Journey(_("What left"), "ledger", (P.SEE_LEDGER, P.APPROVE_ROWS)),
    Journey(_("Audit"), "audit", (P.SEE_AUDIT,)),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page; empty for whoever has not signed in."""
    if (
        not getattr(request, "user", None)
        or not request.user.is_authenticated
        or not hasattr(request, "actor")
    ):
        return {}
    page = cast(PageRequest, request)
    return {
        "programme": page.programme,
        "programmes": [
            {
                "name": one.name,
                "url": reverse("choose_programme", args=[one.id]),
                "current": bool(page.programme) and one.id == page.programme.id,  # type: ignore[union-attr]  # bool() above
            }
            for one in page.programmes
        ],
        "nav": _journeys(page),
        "emergencies": _emergencies(page),
        "account": {
            "id": request.user.id,
            "name": request.user.display_name,
            "role": ", ".join(str(role) for role in _roles(page)),
            "links": _links(page),
            "sign_out_url": reverse("account_logout"),
        },
    }


def _emergencies(request: PageRequest) -> list[EmergencyOpening]:
    """Records that this account has open: a banner on every page says so until they shut."""
    if request.programme is None or not has_any(request, [P.BREAK_GLASS]):
        return []
    return open_emergencies(request.actor, request.programme.id, now())


def _journeys(request: PageRequest) -> list[dict[str, Any]]:
    if not request.programme:
        return []
    shown = []
    for journey in JOURNEYS:
        if journey.permissions and not has_any(request, journey.permissions):
            continue
        if journey.unless and has_any(request, journey.unless):
            continue
        is_outside = journey.on_a_phone and not has_any(request, [P.SEE_CLIENT_HISTORY])
        url = reverse(journey.on_a_phone if is_outside else journey.url_name)
        is_here = request.path == url if url == "/" else request.path.startswith(url)
        shown.append({"label": journey.label, "url": url, "current": is_here})
    return shown


def _roles(request: PageRequest) -> list[Promise | str]:
    if not request.programme:
        return []
    return [ROLES_SHOWN[role] for role in sorted(request.actor.roles_in(request.programme.id))]


def _links(request: PageRequest) -> list[dict[str, Any]]:
    links = [{"label": _("Your account"), "url": reverse("account")}]
    if has_any(request, [P.MANAGE_ACCOUNTS]):
        links.append({"label": _("People and one-time codes"), "url": reverse("people")})
    return links

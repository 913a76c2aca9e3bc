"""Reading the programme: who an account acts as, sites, code lists, agreements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from throughline.records.composed import Composed, Given
from throughline.records.foundation import within_reach
from throughline.records.keyring import ring
from throughline.records.programme.models import (
    CodeListEntry,
    Epoch,
    ImportRun,
    KeyVersion,
    Membership,
    Organisation,
    PoliceAgreement,
    Programme,
    Site,
)
from throughline.rules.access import grants_with
from throughline.rules.permissions import Permission
from throughline.rules.supply import Agreement
from throughline.vocabulary.actor import Actor, ActorKind, Grant
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.programme import ImportState
from throughline.vocabulary.roles import Role


def actor_for(account: Any, on: date | None = None) -> Actor:
    """The account as an actor, with the grants of the memberships that hold on a day (today)."""
    if not account.is_active:
        return Actor.stranger()
    day = on or timezone.now().date()
    sites: dict[UUID, list[UUID]] = {}
    for membership_id, site_id in _SITES(account=account.id):
        sites.setdefault(membership_id, []).append(site_id)
    grants = tuple(
        Grant(
            programme_id=programme_id,
            organisation_id=organisation_id,
            membership_id=membership_id,
            roles=frozenset(Role(role) for role in roles),
            site_ids=frozenset(sites.get(membership_id, ())),
            is_all_sites=is_all_sites,
        )
        for membership_id, programme_id, organisation_id, roles, is_all_sites in _HELD(
            account=account.id, day=day
        )
    )
    return Actor(kind=ActorKind.ACCOUNT, id=str(account.id), grants=grants)


# asked by each request
_ACCOUNT = Given("account", Membership._meta.get_field("account").target_field)
_DAY = Given("day", models.DateField())
_HELD = Composed(
    lambda: (
        Membership.objects.filter(account=_ACCOUNT, from_on__lte=_DAY)
        .filter(Q(to_on__isnull=True) | Q(to_on__gte=_DAY))
        .order_by("programme_id", "from_on", "id")
        .values_list("id", "programme_id", "organisation_id", "roles", "is_all_sites")
    )
)
_SITES = Composed(
    lambda: Membership.sites.through.objects.filter(membership__account=_ACCOUNT).values_list(
        "membership_id", "site_id"
    )
)


def programmes_of(actor: Actor) -> tuple[Programme, ...]:
    """The programmes that an actor may see, by name."""
    names = [field.attname for field in Programme._meta.concrete_fields]
    return tuple(Programme.from_db("default", names, row) for row in _programmes(actor)())


@lru_cache(maxsize=256)
def _programmes(actor: Actor) -> Composed:
    names = [field.attname for field in Programme._meta.concrete_fields]
    return Composed(lambda: Programme.objects.visible_to(actor).order_by("name").values_list(*names))


def programme_for(actor: Actor, programme_id: UUID) -> Programme:
    """NotFound where the actor may not know that it exists."""
    found: Programme | None = Programme.objects.visible_to(actor).filter(id=programme_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such programme."))
    return found


def programme_named(slug: str) -> Programme:
    """For the command line: by its short name, or the only one there is where `slug` is empty."""
    rows = Programme.objects.filter(slug=slug) if slug else Programme.objects.all()
    found = list(rows.order_by("slug")[:2])
    if len(found) == 1:
        return found[0]
    names = ", ".join(Programme.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
    if slug:
        raise NotFound(
            Sentence("There is no programme called %(slug)s. There are: %(names)s.", slug=slug, names=names)
        )
    raise NotFound(Sentence("Say which programme with --programme. There are: %(names)s.", names=names))


def site_for(actor: Actor, site_id: UUID) -> Site:
    found: Site | None = Site.objects.visible_to(actor).filter(id=site_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such site."))
    return found


def site_named(programme_id: UUID, name: str) -> Site:
    """For the command line: by its name, whatever the letter case."""
    found = Site.objects.filter(programme_id=programme_id, name__iexact=name).first()
    if found is None:
        names = ", ".join(
            Site.objects.filter(programme_id=programme_id).order_by("name").values_list("name", flat=True)
        )
        names = names or "none yet"
        raise NotFound(
            Sentence("There is no site called %(name)s. There are: %(names)s.", name=name, names=names)
        )
    return found


def sites_where(actor: Actor, permitted: Q) -> QuerySet[Site]:
    """Sites that a reach (foundation.within_reach with site='id') covers, by name."""
    return Site.objects.filter(permitted).order_by("name")


def sites_to_look_after(actor: Actor, programme_id: UUID) -> QuerySet[Site]:
    """All sites for who manages the programme, own ones for who reports their months; by name."""
    reach = within_reach(actor, Permission.MANAGE_PROGRAMME, site=None)
    reach |= within_reach(actor, Permission.REPORT_MONTH, site="id")
    return sites_where(actor, reach).filter(programme_id=programme_id).select_related("organisation")


def site_to_look_after(actor: Actor, site_id: UUID) -> Site:
    """NotFound where the actor looks after no such site."""
    programmes = Site.objects.visible_to(actor).filter(id=site_id).values_list("programme_id", flat=True)
    for programme_id in programmes:
        found = sites_to_look_after(actor, programme_id).filter(id=site_id).first()
        if found is not None:
            return found
    raise NotFound(Sentence("There is no such site."))


def open_sites(actor: Actor, programme_id: UUID, on: date) -> QuerySet[Site]:
    """The programme's sites that are not closed on a day, by name."""
    rows: QuerySet[Site] = Site.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.exclude(closed_on__lt=on).order_by("name")


def colleagues_within(actor: Actor, permission: Permission, programme_id: UUID) -> set[str]:
    """Ids of the accounts that work, or worked, at a site that the actor's permission reaches."""
    reach = Q(pk__in=[])
    for grant in grants_with(actor, permission):
        if grant.programme_id != programme_id:
            continue
        if grant.is_all_sites:
            reach |= Q(programme_id=programme_id)
        same_house = Q(is_all_sites=True, organisation_id=grant.organisation_id)
        reach |= Q(sites__in=list(grant.site_ids)) | same_house
    rows = Membership.objects.filter(reach, programme_id=programme_id)
    return {str(one) for one in rows.values_list("account_id", flat=True)}


def organisations_for(actor: Actor, programme_id: UUID) -> QuerySet[Organisation]:
    rows: QuerySet[Organisation] = Organisation.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.order_by("name")


def members_today(programme_id: UUID, day: date) -> dict[UUID, int]:
    """Organisation -> how many people hold a membership for it on a day."""
    rows = Membership.objects.filter(programme_id=programme_id, from_on__lte=day).filter(
        Q(to_on__isnull=True) | Q(to_on__gte=day)
    )
    counted = rows.values("organisation_id").annotate(people=Count("account_id", distinct=True))
    return dict(counted.values_list("organisation_id", "people"))


def codes_of(programme_id: UUID, list_name: str, *, with_retired: bool = False) -> dict[str, str]:
    """Code -> label of one of the programme's lists, in the order they were added."""
    rows = CodeListEntry.objects.filter(programme_id=programme_id, list_name=list_name)
    if not with_retired:
        rows = rows.filter(retired_version__isnull=True)
    return dict(rows.order_by("since_version", "id").values_list("code", "label"))


def check_codes(programme_id: UUID, list_name: str, codes: set[str]) -> None:
    """Invalid, naming the list and the code, where a code was never on the list. Retired ones still land."""
    unknown = (
        codes - {code for name, code in _CODES(programme=programme_id) if name == list_name}
        if codes
        else set()
    )
    if unknown:
        raise Invalid(
            Sentence(
                "%(code)s is not on this programme's list of %(list)s.",
                code=tuple(sorted(unknown)), list=list_name.replace("_", " "),
            ),
            fields={list_name: Sentence("Unknown code.")},
        )  # fmt: skip


# asked with each contact, for four lists
_CODES = Composed(
    lambda: CodeListEntry.objects.filter(
        programme_id=Given("programme", Programme._meta.get_field("id"))
    ).values_list("list_name", "code"),
    is_steady=True,
)


def check_listed(programme_id: UUID, codes: Mapping[str, set[str]]) -> None:
    """`check_codes` of several lists at once: list -> codes."""
    known = set(_CODES(programme=programme_id))
    for list_name, wanted in codes.items():
        if any((list_name, code) not in known for code in wanted):
            check_codes(programme_id, list_name, wanted)


def agreements_in(programme_id: UUID) -> list[Agreement]:
    return [
        Agreement(row.area, frozenset(row.item_kinds), row.from_on, row.to_on)
        for row in PoliceAgreement.objects.filter(programme_id=programme_id)
    ]


def unfinished_imports(programme_id: UUID) -> QuerySet[ImportRun]:
    """Runs that are running, or that broke and whose rows are not all removed yet; oldest first."""
    rows: QuerySet[ImportRun] = ImportRun.objects.filter(programme_id=programme_id)
    broken = Q(state=ImportState.BROKEN.value, ended_at__isnull=True)
    return rows.filter(Q(state=ImportState.RUNNING.value) | broken).order_by("started_at", "id")


def areas_of(programme_id: UUID) -> set[str]:
    """The coarse areas that the programme's sites lie in."""
    return set(Site.objects.filter(programme_id=programme_id).values_list("area", flat=True))


def epoch() -> str:
    """Which life of the database this is: another one after it was restored from a backup."""
    found = _EPOCH.one()
    return str(found[0]) if found else ""


_EPOCH = Composed(lambda: Epoch.objects.values_list("value"))


_CHECK_VALUES = Composed(
    lambda: KeyVersion.objects.filter(
        programme_id=Given("programme", Programme._meta.get_field("id"))
    ).values_list("version", "check_value"),
    is_steady=True,
)


def check_ring(programme_id: UUID) -> None:
    """Unready where the key file is not the one that this programme's pseudonyms were made with."""
    keys = ring()
    for version, value in _CHECK_VALUES(programme=programme_id):
        if version in keys.masters and keys.check_value(version) != value:
            raise Unready(
                Sentence(
                    "The key file is not the one that this programme's records were made with (version %(version)s"
                    " differs). Bring the right one: throughline keys import FILE",
                    version=version,
                )
            )

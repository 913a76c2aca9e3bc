"""Setting a programme up: its code lists, organisations, sites, memberships and partnerships."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify

from throughline.records.accounts.models import Account
from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.keyring import ring
from throughline.records.programme.models import (
    CodeListEntry,
    Epoch,
    KeyVersion,
    Membership,
    Organisation,
    Programme,
    Site,
)
from throughline.records.racing import again_if_raced
from throughline.rules.access import (
    check_may_create_programme,
    check_may_end_membership,
    check_may_hold,
    check_may_manage_programme,
)
from throughline.rules.code_lists import Offered, check_may_retire_word
from throughline.rules.memberships import Held, check_one_side, check_roles_fit
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.chain import BarrierKind, Gender, ItemKind, NeedClosed, NeedDomain, Place, Topic
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.programme import OrganisationKind, SiteKind
from throughline.vocabulary.roles import Role

MOST_CODE = 40  # characters
# The listed words (vocabulary/chain.py) that every programme's own lists start from.
CODE_LISTS: dict[str, type[StrEnum]] = {
    "place": Place,
    "topic": Topic,
    "need_domain": NeedDomain,
    "need_closed": NeedClosed,
    "barrier_kind": BarrierKind,
    "item_kind": ItemKind,
    "gender": Gender,
}


@again_if_raced
def create_programme(
    *,
    name: str,
    slug: str,
    is_fiction: bool = False,
    is_agreement_needed: bool = False,
    programme_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Programme:
    """Open a tenant: its code lists start from the field's words, its pseudonyms from the ring's current key."""
    check_may_create_programme(by)
    if Programme.objects.filter(Q(name__iexact=name) | Q(slug=slug)).exists():
        raise Invalid(
            Sentence("There is a programme called %(name)s already, or one whose short name is %(slug)s.", name=name, slug=slug),
            fields={"name": Sentence("Choose another name.")},
        )  # fmt: skip
    programme = Programme.objects.create(
        id=programme_id or new_id(), name=name, slug=slug, is_fiction=is_fiction,
        is_agreement_needed=is_agreement_needed, created_at=at,
    )  # fmt: skip
    Epoch.objects.get_or_create(number=1)
    keys = ring()
    KeyVersion.objects.create(
        programme=programme, version=keys.current, check_value=keys.check_value(), added_at=at
    )
    for list_name, words in CODE_LISTS.items():
        CodeListEntry.objects.bulk_create(
            CodeListEntry(
                programme=programme, list_name=list_name, code=word.value, core=word.value,
                label=word.value.replace("_", " "),
            )
            for word in words
        )  # fmt: skip
    audit.record(Event.PROGRAMME_CREATED, target=programme, programme_id=programme.id, by=by, at=at)
    return programme


@transaction.atomic
def add_code(
    *, programme: Programme, list_name: str, label: str, core: str, by: Actor, at: datetime
) -> CodeListEntry:
    """Add a word of the programme's own; its code is made of it. `core` is the field's word that it counts as in comparisons."""
    check_may_manage_programme(by, programme.id)
    Programme.objects.select_for_update(no_key=True).get(id=programme.id)
    if list_name not in CODE_LISTS or core not in {word.value for word in CODE_LISTS[list_name]}:
        raise Invalid(
            Sentence("An added code must count as one of the core codes of %(list)s.", list=list_name)
        )
    entries = CodeListEntry.objects.filter(programme=programme, list_name=list_name)
    there = dict(entries.values_list("code", "label"))
    code = _code_of(label, there)
    # in Python: the embedded database knows small and capital letters of Latin alone
    if not label.strip() or code in there or label.casefold() in map(str.casefold, there.values()):
        raise Invalid(
            Sentence("%(label)s is on this list already, or was.", label=label),
            fields={"label": Sentence("Choose other words, or bring the retired one back.")},
        )
    entry = CodeListEntry.objects.create(
        programme=programme, list_name=list_name, code=code, label=label, core=core,
        since_version=_newest(programme.id, list_name) + 1,
    )  # fmt: skip
    audit.record(Event.CODE_LIST_CHANGED, target=entry, programme_id=programme.id, by=by, at=at)
    return entry


def _code_of(label: str, taken: Collection[str]) -> str:
    """Its letters in Latin; with a number where these are not all of it, for another word may have the same ones left."""
    latin = slugify(label).replace("-", "_")
    letters = [one for one in unicodedata.normalize("NFKD", label) if one.isalnum()]
    if len(latin) <= MOST_CODE and latin and all(one.isascii() for one in letters):
        return latin
    base = latin[: MOST_CODE - 6].strip("_") or "word"
    return next(code for number in itertools.count(1) if (code := f"{base}__{number}") not in taken)


@transaction.atomic
def retire_code(*, entry: CodeListEntry, by: Actor, at: datetime) -> CodeListEntry:
    """No longer offered; records that hold it, and late ones, keep it. Unready where the list could not do without it."""
    check_may_manage_programme(by, entry.programme_id)
    offered = CodeListEntry.objects.select_for_update(no_key=True).filter(
        programme=entry.programme_id, list_name=entry.list_name, retired_version=None
    )
    check_may_retire_word(entry.list_name, entry.code, [Offered(one.code, one.core) for one in offered])
    newest = _newest(entry.programme_id, entry.list_name)
    CodeListEntry.objects.filter(id=entry.id, retired_version=None).update(retired_version=newest + 1)
    entry.refresh_from_db()
    audit.record(Event.CODE_LIST_CHANGED, target=entry, programme_id=entry.programme_id, by=by, at=at)
    return entry


@transaction.atomic
def reinstate_code(*, entry: CodeListEntry, by: Actor, at: datetime) -> CodeListEntry:
    """Offered again, since a new version of the list."""
    check_may_manage_programme(by, entry.programme_id)
    newest = _newest(entry.programme_id, entry.list_name)
    CodeListEntry.objects.filter(id=entry.id, retired_version__isnull=False).update(
        since_version=newest + 1, retired_version=None
    )
    entry.refresh_from_db()
    audit.record(Event.CODE_LIST_CHANGED, target=entry, programme_id=entry.programme_id, by=by, at=at)
    return entry


def _newest(programme_id: UUID, list_name: str) -> int:
    """The version that a list is at."""
    rows = CodeListEntry.objects.filter(programme_id=programme_id, list_name=list_name)
    return max(
        max(since, retired or 0) for since, retired in rows.values_list("since_version", "retired_version")
    )


@again_if_raced
def add_organisation(
    *, programme: Programme, name: str, kind: OrganisationKind, by: Actor, at: datetime
) -> Organisation:
    """Invalid where the programme has one of that name."""
    check_may_manage_programme(by, programme.id)
    if Organisation.objects.filter(programme=programme, name__iexact=name).exists():
        raise Invalid(
            Sentence("There is an organisation called %(name)s already.", name=name),
            fields={"name": Sentence("Choose another name.")},
        )
    organisation = Organisation.objects.create(programme=programme, name=name, kind=kind.value)
    audit.record(Event.ORGANISATION_ADDED, target=organisation, programme_id=programme.id, by=by, at=at)
    return organisation


@again_if_raced
def add_site(
    *,
    organisation: Organisation,
    name: str,
    kind: SiteKind,
    area: str,
    time_zone: str,
    opened_on: date,
    by: Actor,
    at: datetime,
) -> Site:
    """`time_zone` is an IANA name: a site's days are days there."""
    check_may_manage_programme(by, organisation.programme_id)
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Invalid(
            Sentence("%(zone)s is not a time zone; use a name such as Europe/London.", zone=time_zone),
            fields={"time_zone": Sentence("Unknown time zone.")},
        ) from error
    if Site.objects.filter(programme_id=organisation.programme_id, name__iexact=name).exists():
        raise Invalid(
            Sentence("There is a site called %(name)s already.", name=name),
            fields={"name": Sentence("Choose another name.")},
        )
    site = Site.objects.create(
        programme_id=organisation.programme_id, organisation=organisation, name=name, kind=kind.value, area=area,
        time_zone=time_zone, opened_on=opened_on,
    )  # fmt: skip
    audit.record(Event.SITE_ADDED, target=site, programme_id=site.programme_id, by=by, at=at)
    return site


@transaction.atomic
def close_site(*, site: Site, on: date, by: Actor, at: datetime) -> Site:
    """`on` is the last day it is open. Said again, it replaces the day said before."""
    check_may_manage_programme(by, site.programme_id)
    if on < site.opened_on:
        raise Invalid(
            Sentence("The last day of a site does not come before its first."),
            fields={"on": Sentence("It opened on %(day)s.", day=site.opened_on)},
        )
    Site.objects.filter(id=site.id).update(closed_on=on)
    site.refresh_from_db()
    audit.record(Event.SITE_CLOSED, target=site, programme_id=site.programme_id, by=by, at=at)
    return site


@transaction.atomic
def reopen_site(*, site: Site, by: Actor, at: datetime) -> Site:
    """It is open after all: the last day that was named holds no more."""
    check_may_manage_programme(by, site.programme_id)
    Site.objects.filter(id=site.id).update(closed_on=None)
    site.refresh_from_db()
    audit.record(Event.SITE_REOPENED, target=site, programme_id=site.programme_id, by=by, at=at)
    return site


@transaction.atomic
def grant_membership(
    *,
    account: Account,
    organisation: Organisation,
    roles: Iterable[Role],
    sites: Sequence[Site] = (),
    is_all_sites: bool = False,
    from_on: date,
    to_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Membership:
    """Give an account roles for an organisation, at some sites or all of the programme's."""
    check_may_hold(by, organisation.programme_id, is_oneself=by.id == str(account.id))
    wanted = [Role(role) for role in roles]
    is_beyond = is_all_sites or any(site.organisation_id != organisation.id for site in sites)
    check_roles_fit(OrganisationKind(organisation.kind), wanted, is_beyond_own_sites=is_beyond)
    if any(site.programme_id != organisation.programme_id for site in sites):
        raise Invalid(Sentence("A membership's sites must be of its own programme."))
    held = Held(OrganisationKind(organisation.kind), frozenset(wanted), from_on, to_on)
    check_one_side(held, _held_besides(account.id, organisation.programme_id))
    membership = Membership.objects.create(
        programme_id=organisation.programme_id, account=account, organisation=organisation,
        roles=sorted(role.value for role in wanted), is_all_sites=is_all_sites, from_on=from_on, to_on=to_on,
    )  # fmt: skip
    membership.sites.set(sites)
    audit.record(
        Event.MEMBERSHIP_GRANTED, target=membership, programme_id=membership.programme_id, by=by, at=at
    )
    return membership


def _held_besides(account_id: UUID, programme_id: UUID, but: UUID | None = None) -> list[Held]:
    """The account's other memberships in the programme, with the account locked: two grants at once see each other."""
    Account.objects.select_for_update(no_key=True).get(id=account_id)
    rows = Membership.objects.filter(account_id=account_id, programme_id=programme_id)
    return [
        Held(OrganisationKind(row.organisation.kind), row.role_set(), row.from_on, row.to_on)
        for row in rows.select_related("organisation")
        if row.id != but
    ]


@transaction.atomic
def end_membership(*, membership: Membership, on: date, by: Actor, at: datetime) -> Membership:
    """`on` is the last day it holds. Nobody ends their own, so that a programme never loses its last administrator."""
    check_may_end_membership(by, membership.programme_id, is_oneself=by.id == str(membership.account_id))
    if on < membership.from_on:
        raise Invalid(
            Sentence("The last day of a membership does not come before its first."),
            fields={"on": Sentence("It began on %(day)s.", day=membership.from_on)},
        )
    # the last day may also be put off, and must not come to lie on the other side of the wall
    others = _held_besides(membership.account_id, membership.programme_id, membership.id)
    kind = OrganisationKind(membership.organisation.kind)
    check_one_side(Held(kind, membership.role_set(), membership.from_on, on), others)
    Membership.objects.filter(id=membership.id).update(to_on=on)
    membership.refresh_from_db()
    audit.record(
        Event.MEMBERSHIP_ENDED, target=membership, programme_id=membership.programme_id, by=by, at=at
    )
    return membership

"""Reading accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.records.accounts.models import Account, Device
from throughline.records.audit.models import AuditEvent
from throughline.vocabulary.actor import ActorKind
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.events import Event


@dataclass(frozen=True)
class CodeIssued:
    """That a one-time code was made, and who made it; no name where it was the server's command line."""

    at: datetime
    by: str


def account_named(username: str) -> Account:
    """By sign-in name, whatever the letter case."""
    found = Account.objects.filter(username__iexact=username).first()
    if found is None:
        raise NotFound(Sentence("There is no account called %(name)s.", name=username))
    return found


def display_names(ids: set[UUID]) -> dict[str, str]:
    """Account id (as text) -> display name, for showing who did something."""
    return {
        str(pk): name for pk, name in Account.objects.filter(id__in=ids).values_list("id", "display_name")
    }


def codes_issued_for(
    account: Account, *, programme_ids: Iterable[UUID], since: datetime
) -> tuple[CodeIssued, ...]:
    """One-time codes made for an account, the newest first: for its owner, who is told however often they sign in.

    From the audit, so that a code which was replaced or cleared away is told of, too.
    """
    rows = list(
        AuditEvent.objects.filter(
            programme_id__in=list(programme_ids), at__gte=since, action=Event.SIGN_IN_CODE_ISSUED.value,
            target_kind=Account._meta.label_lower, target_id=str(account.id),
        ).order_by("-at")
    )  # fmt: skip
    people = {UUID(row.actor_id) for row in rows if row.actor_kind == ActorKind.ACCOUNT.value}
    names = display_names(people)
    return tuple(CodeIssued(row.at, names.get(row.actor_id, "")) for row in rows)


def devices_of_accounts(account_ids: Iterable[str]) -> list[Device]:
    """Devices of some people, those in use first, the newest on top."""
    rows = Device.objects.filter(account_id__in=list(account_ids)).select_related("account")
    return sorted(
        rows.order_by("-registered_at", "id"),
        key=lambda row: (row.retired_at is not None, row.account.display_name),
    )


def device_for(account_ids: Iterable[str], device_id: UUID) -> Device:
    """NotFound where it is of none of these people."""
    found = Device.objects.filter(account_id__in=list(account_ids), id=device_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such device."))
    return found

"""Where a second step is needed and not there yet, nothing but one's own account can be reached."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from throughline.records.accounts.models import Account
from throughline.records.programme.models import Programme
from throughline.rules.second_step import needs_second_step
from throughline.vocabulary.actor import Actor

# Recovery codes alone are no second step: they are paper for the day when it is lost.
STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
OPEN_BEFORE = frozenset(
    {"second_step", "account", "account_logout", "account_reauthenticate", "account_change_password"}
)


def has_second_step(account: Account) -> bool:
    """Whether an authenticator app or a passkey is set up."""
    return bool(Authenticator.objects.filter(user=account, type__in=STEPS).exists())


def is_due(account: Account, actor: Actor, programmes: Iterable[Programme]) -> bool:
    """Whether the account must set a second step up first. `actor` holds the grants of all its programmes."""
    fictions = {one.id for one in programmes if one.is_fiction}
    return needs_second_step(actor, fictions) and not has_second_step(account)


def is_open_before(request: HttpRequest) -> bool:
    """Whether an address may be reached without it: those by which it is set up, and the way out."""
    name = request.resolver_match.url_name if request.resolver_match else None
    return name in OPEN_BEFORE or (name or "").startswith("mfa_")

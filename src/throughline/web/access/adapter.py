"""Allauth as Throughline wants it: nobody signs up by themselves, and the audit knows who came and went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from throughline.records.accounts import actions
from throughline.records.accounts.models import Account
from throughline.records.accounts.queries import CodeIssued, account_named, codes_issued_for
from throughline.records.keyring import ring
from throughline.records.programme.queries import actor_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound
from throughline.web.request import now

CODES_TOLD = timedelta(days=30)
SIGN_IN = Actor.system("sign-in")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Overrides of allauth's own steps; its signals are not used."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator."""
        return False

    def login(self, request: HttpRequest, user: Account) -> None:
        super().login(request, user)
        actor, at = actor_for(user), now()
        for programme_id in programmes_of(actor):
            actions.note_signed_in(programme_id=programme_id, account=user, by=actor, at=at)
        codes = codes_issued_for(user, programme_ids=programmes_of(actor), since=at - CODES_TOLD)
        for code in codes[:1]:
            # at every sign-in of that time: whoever took the account over with the code is not the only one to read it
            messages.warning(request, told_of(code))

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, Account):
            actor, at = actor_for(request.user), now()
            for programme_id in programmes_of(actor):
                actions.note_signed_out(programme_id=programme_id, account=request.user, by=actor, at=at)
        super().logout(request)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            account = account_named(str(credentials.get("username", "")))
        except NotFound:
            return  # nobody's: no programme to tell
        at = now()
        for programme_id in programmes_of(actor_for(account)):
            actions.note_sign_in_failed(programme_id=programme_id, account=account, by=SIGN_IN, at=at)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Two limits of failing: a low one for a name from one address, a high one for a name from anywhere."""
        super().pre_authenticate(request, **credentials)
        by_name = ratelimit.consume(
            request, app="allauth.account", action="login_failed_name", key=_name_in(credentials)
        )
        if by_name is None:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage.extend(by_name.usage)  # taken back together where it succeeds

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Name and address; not the host's name and port, which are the caller's to choose."""
        return f"{ratelimit.get_ip(request)} {_name_in(credentials)}"

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Only what went wrong, and what was changed about signing in: not that somebody signed in or out."""
        if level >= messages.WARNING or (message_template or "").startswith("mfa/"):
            super().add_message(request, level, message_template, message_context, extra_tags, message)


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Secrets of the second step lie in the database, and in backups, only under the key ring."""

    def encrypt(self, text: str) -> str:
        return ring().wrap(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return ring().unwrap(encrypted_text.encode()).decode()


def told_of(code: CodeIssued) -> str:
    """What the owner of an account reads about a one-time code that was made for it."""
    said = {"when": date_format(localtime(code.at), "DATETIME_FORMAT"), "name": code.by}
    if code.by:
        return (
            _(
                "On %(when)s %(name)s made a one-time code for your account, with which a new password can be set. If you did"
                " not ask for it, tell your data guardian."
            )
            % said
        )
    return (
        _(
            "On %(when)s a one-time code for your account was made at the server's command line. If you did not ask for it,"
            " tell your data guardian."
        )
        % said
    )


def _name_in(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).casefold()


def programmes_of(actor: Actor) -> list[Any]:
    """The ids of an actor's programmes, each once."""
    return list(dict.fromkeys(grant.programme_id for grant in actor.grants))

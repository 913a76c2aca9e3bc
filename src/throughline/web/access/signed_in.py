"""Who is signed in: the two reads that every request begins with, composed once (records/composed.py)."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.db import DEFAULT_DB_ALIAS, models
from django.utils import timezone

from throughline.records.accounts.models import Account
from throughline.records.composed import Composed, Given

FIELDS = tuple(field.attname for field in Account._meta.concrete_fields)
ACCOUNT = Composed(
    lambda: Account.objects.filter(pk=Given("id", Account._meta.get_field("id"))).values_list(*FIELDS)
)


class SessionStore(db.SessionStore):
    """Django's own, in the database."""

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        row = SESSION.one(key=key, now=timezone.now()) if key else None
        if key is None or row is None:
            self._session_key = None
            return None
        return self.model(session_key=key, session_data=row[0])


SESSION = Composed(
    lambda: (
        SessionStore.get_model_class()
        .objects.filter(
            session_key=Given("key", models.CharField()), expire_date__gt=Given("now", models.DateTimeField())
        )
        .values_list("session_data")
    )
)


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's; nobody whose account was closed is anybody."""

    def get_user(self, user_id: Any) -> Account | None:
        row = ACCOUNT.one(id=user_id)
        account = Account.from_db(DEFAULT_DB_ALIAS, FIELDS, row) if row else None
        return account if account is not None and account.is_active else None

"""People with a login, and the devices they record on. Who may do what stands in programme (memberships)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from throughline.records.foundation import Labelled, new_id
from throughline.vocabulary.privacy import Privacy


class AccountManager(BaseUserManager["Account"]):
    """What sign-in needs: an account by its sign-in name, whatever the letter case."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username__iexact=username)


class Account(AbstractBaseUser, Labelled):
    """A person who can sign in. E-mail is optional: many peer workers share none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=150, unique=True)
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_example = models.BooleanField(default=False)  # made for the demo: refused on any other address
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[AccountManager] = AccountManager()

    privacy = {
        "id": Privacy.PLAIN,
        "username": Privacy.DIRECT,
        "email": Privacy.DIRECT,
        "display_name": Privacy.DIRECT,
        "password": Privacy.DIRECT,
        "last_login": Privacy.QUASI,
        "is_active": Privacy.PLAIN,
        "is_example": Privacy.PLAIN,
        "created_at": Privacy.PLAIN,
    }

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="accounts_account_username_any_case")]

    def __str__(self) -> str:
        return self.display_name

    # Django's own machinery asks these; Throughline's permissions are in rules/, and nobody is a superuser.
    is_staff = False
    is_superuser = False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Device(Labelled):
    """A phone or tablet that records; with its own sequence number an event is recognised when it comes twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="devices")
    registered_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    privacy = {
        "id": Privacy.PLAIN,
        "account": Privacy.DIRECT,
        "registered_at": Privacy.PLAIN,
        "retired_at": Privacy.PLAIN,
    }


class SignInCode(Labelled):
    """A one-time code from an administrator for who lost a password: only its hash is kept, for a day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sign_in_codes")
    code_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    privacy = {
        "id": Privacy.PLAIN,
        "account": Privacy.DIRECT,
        "code_hash": Privacy.DIRECT,
        "issued_at": Privacy.PLAIN,
        "expires_at": Privacy.PLAIN,
        "used_at": Privacy.PLAIN,
    }

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("issued_at")), name="accounts_sign_in_code_expires_later"
            )
        ]

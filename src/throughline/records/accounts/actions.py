"""Adding people and devices. Accounts are made by an administrator; nobody signs up by themselves."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.records.accounts.models import Account, Device, SignInCode
from throughline.records.audit import actions as audit
from throughline.records.foundation import new_id
from throughline.records.racing import again_if_raced
from throughline.rules.access import (
    check_may_manage_account,
    check_may_manage_accounts,
    check_may_record_contact,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence, Unready
from throughline.vocabulary.events import Event

CODE_VALID_FOR = timedelta(hours=24)


@again_if_raced
def add_account(
    *,
    programme_id: UUID,
    username: str,
    display_name: str,
    password: str | None,
    is_example: bool = False,
    email: str = "",
    by: Actor,
    at: datetime,
) -> Account:
    """Add a person who can sign in. Without a password they start with a one-time code (`issue_sign_in_code`)."""
    check_may_manage_accounts(by, programme_id)
    if Account.objects.filter(username__iexact=username).exists():
        raise Invalid(
            Sentence("The sign-in name %(name)s is taken. Choose another.", name=username),
            fields={"username": Sentence("This name is taken.")},
        )
    account = Account(
        username=username, display_name=display_name, email=email, is_example=is_example, created_at=at
    )
    if password is None:
        account.set_unusable_password()
    else:
        account.set_password(password)
    account.full_clean(exclude=["password"])
    account.save(force_insert=True)
    audit.record(Event.ACCOUNT_ADDED, target=account, programme_id=programme_id, by=by, at=at)
    return account


@transaction.atomic
def close_account(*, programme_id: UUID, account: Account, by: Actor, at: datetime) -> Account:
    """Nobody can sign in with it any more; what it recorded stays."""
    check_may_manage_account(
        by, programme_id, member_of=_programmes_of(account), is_oneself=by.id == str(account.id)
    )
    Account.objects.filter(id=account.id).update(is_active=False)
    account.refresh_from_db()
    audit.record(Event.ACCOUNT_CLOSED, target=account, programme_id=programme_id, by=by, at=at)
    return account


@transaction.atomic
def issue_sign_in_code(*, programme_id: UUID, account: Account, by: Actor, at: datetime) -> str:
    """A one-time code to hand over in person, valid for a day. Returned once; only its hash is kept.

    It replaces a password and nothing else: a second step that the person has set up stays, and asks.
    """
    check_may_manage_account(
        by, programme_id, member_of=_programmes_of(account), is_oneself=by.id == str(account.id)
    )
    Account.objects.select_for_update(no_key=True).get(id=account.id)  # of two codes made at once one stands
    code = "-".join(secrets.token_hex(2) for _ in range(4))
    SignInCode.objects.filter(account=account, used_at=None).delete()
    SignInCode.objects.create(
        account=account, code_hash=_hash_code(code), issued_at=at, expires_at=at + CODE_VALID_FOR
    )
    audit.record(Event.SIGN_IN_CODE_ISSUED, target=account, programme_id=programme_id, by=by, at=at)
    return code


@transaction.atomic
def use_sign_in_code(
    *, programme_id: UUID, account: Account, code: str, password: str, by: Actor, at: datetime
) -> None:
    """Set a new password with a one-time code. `by` is the account itself."""
    if by.id != str(account.id):
        raise NotAllowed(Sentence("A one-time code is used by the person it was made for."))
    row = (
        SignInCode.objects.select_for_update(no_key=True)
        .filter(account=account, used_at=None, expires_at__gt=at)
        .first()
    )
    if row is None or not hmac.compare_digest(row.code_hash, _hash_code(code.strip().lower())):
        raise Invalid(
            Sentence("This code is wrong, used or older than a day. Ask your administrator for a new one.")
        )
    SignInCode.objects.filter(id=row.id).update(used_at=at)
    account.set_password(password)
    account.save(update_fields=["password"])
    audit.record(Event.SIGN_IN_CODE_USED, target=account, programme_id=programme_id, by=by, at=at)


@transaction.atomic
def register_device(
    *,
    programme_id: UUID,
    site_id: UUID,
    account: Account,
    device_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Device:
    """Know a phone or tablet by an id that it made itself."""
    check_may_record_contact(by, programme_id, site_id)
    _check_is_oneself(by, account)
    # whichever of two requests comes first
    device, is_new = Device.objects.get_or_create(
        id=device_id or new_id(), defaults={"account": account, "registered_at": at}
    )
    if not is_new:
        if device.account_id != account.id or device.retired_at is not None:
            raise Unready(Sentence("This device's id is taken or retired. Register it anew."))
        return device
    audit.record(Event.DEVICE_REGISTERED, target=device, programme_id=programme_id, by=by, at=at)
    return device


@transaction.atomic
def note_signed_in(*, programme_id: UUID, account: Account, by: Actor, at: datetime) -> None:
    """Say that somebody signed in, in each programme that they are a member of. `by` is the account itself."""
    _check_is_oneself(by, account)
    audit.record(Event.SIGNED_IN, target=account, programme_id=programme_id, by=by, at=at)


@transaction.atomic
def note_signed_out(*, programme_id: UUID, account: Account, by: Actor, at: datetime) -> None:
    """Say that somebody signed out. `by` is the account itself."""
    _check_is_oneself(by, account)
    audit.record(Event.SIGNED_OUT, target=account, programme_id=programme_id, by=by, at=at)


@transaction.atomic
def note_sign_in_failed(*, programme_id: UUID, account: Account, by: Actor, at: datetime) -> None:
    """Say that somebody tried to sign in as this account and could not. `by` is system work: who it was is not known."""
    if not by.is_system:
        raise NotAllowed(Sentence("Only the sign-in itself notes that it failed."))
    audit.record(Event.SIGN_IN_FAILED, target=account, programme_id=programme_id, by=by, at=at)


def _check_is_oneself(by: Actor, account: Account) -> None:
    if by.id != str(account.id):
        raise NotAllowed(Sentence("Signing in and out is noted for oneself only."))


def _hash_code(code: str) -> str:
    # 64 random bits, valid for a day and once: a plain hash is not worth guessing.
    return hashlib.sha256(b"throughline/sign-in/" + code.encode()).hexdigest()


def _programmes_of(account: Account) -> frozenset[UUID]:
    """Programmes the account is, or was, a member of."""
    memberships = account._meta.get_field("memberships").related_model
    rows = memberships._default_manager.filter(account_id=account.id)
    return frozenset(rows.values_list("programme_id", flat=True))

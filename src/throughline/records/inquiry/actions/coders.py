"""Saying who somebody is here that coded in another program."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from throughline.records.accounts.models import Account
from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import Coder
from throughline.records.programme.models import Membership
from throughline.rules.access import check_may_lead_rounds
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event


@transaction.atomic
def join_coder(*, coder: Coder, account: Account, by: Actor, at: datetime) -> Coder:
    """Say that a coder of an imported project is this colleague. Their codings stay as they came, under their own GUIDs.

    They are named by both names, and whoever it is sees them as their own where others' are hidden. It can be taken back.
    Invalid for an agreed version, which is nobody, or an account that was never of this programme.
    """
    check_may_lead_rounds(by, coder.programme_id)
    if coder.actor.startswith(AGREED):
        raise Invalid(Sentence("This is what coders agreed on, and no person."))
    if not Membership.objects.filter(account=account, programme_id=coder.programme_id).exists():
        raise Invalid(Sentence("This person is not of this programme."))
    Coder.objects.filter(id=coder.id).update(joined_to=str(account.id))
    audit.record(Event.CODER_JOINED, target=coder, programme_id=coder.programme_id, by=by, at=at)
    coder.refresh_from_db()
    return coder


@transaction.atomic
def part_coder(*, coder: Coder, by: Actor, at: datetime) -> Coder:
    """Take back that a coder of an imported project is somebody here. Unready where nobody said so."""
    check_may_lead_rounds(by, coder.programme_id)
    if not Coder.objects.filter(id=coder.id).exclude(joined_to="").update(joined_to=""):
        raise Unready(Sentence("Nobody said yet who this coder is."))
    audit.record(Event.CODER_PARTED, target=coder, programme_id=coder.programme_id, by=by, at=at)
    coder.refresh_from_db()
    return coder

"""What the police and partners agreed to, and whether controlled items need that the police did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.programme.models import Organisation, Partnership, PoliceAgreement, Programme
from throughline.records.programme.queries import check_codes
from throughline.rules.access import check_may_manage_programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.programme import OrganisationKind, PartnershipKind


@transaction.atomic
def record_police_agreement(
    *,
    force: Organisation,
    area: str,
    item_kinds: Iterable[str],
    from_on: date,
    to_on: date | None,
    document_reference: str,
    by: Actor,
    at: datetime,
) -> PoliceAgreement:
    """Which controlled items may leave in an area, and for how long (`to_on`: the last day)."""
    check_may_manage_programme(by, force.programme_id)
    kinds = sorted(set(item_kinds))
    if force.kind != OrganisationKind.POLICE.value:
        raise Invalid(
            Sentence("%(name)s is no police organisation.", name=force.name),
            fields={"force": Sentence("Choose a police organisation.")},
        )
    if not kinds:
        raise Invalid(Sentence("An agreement is about items."), fields={"item_kinds": Sentence("Say which.")})
    check_codes(force.programme_id, "item_kind", set(kinds))
    _check_ends_later(from_on, to_on, "to_on")
    row = PoliceAgreement.objects.create(
        programme_id=force.programme_id, force=force, area=area, item_kinds=kinds, from_on=from_on,
        to_on=to_on, document_reference=document_reference,
    )  # fmt: skip
    audit.record(Event.POLICE_AGREEMENT_RECORDED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def end_police_agreement(*, agreement: PoliceAgreement, on: date, by: Actor, at: datetime) -> PoliceAgreement:
    """`on` is the last day it holds. Said again, it replaces the day said before."""
    check_may_manage_programme(by, agreement.programme_id)
    _check_ends_later(agreement.from_on, on, "on")
    PoliceAgreement.objects.filter(id=agreement.id).update(to_on=on)
    agreement.refresh_from_db()
    audit.record(
        Event.POLICE_AGREEMENT_ENDED, target=agreement, programme_id=agreement.programme_id, by=by, at=at
    )
    return agreement


@transaction.atomic
def agree_partnership(
    *,
    first: Organisation,
    second: Organisation,
    kind: PartnershipKind,
    agreement: str,
    from_on: date,
    to_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Partnership:
    """What two organisations of the programme agreed to do together (`to_on`: the last day)."""
    check_may_manage_programme(by, first.programme_id)
    if first.programme_id != second.programme_id:
        raise Invalid(Sentence("Both organisations must be of one programme."))
    if first.id == second.id:
        raise Invalid(
            Sentence("A partnership is between two organisations."),
            fields={"second": Sentence("Choose another one.")},
        )
    _check_ends_later(from_on, to_on, "to_on")
    row = Partnership.objects.create(
        programme_id=first.programme_id, first=first, second=second, kind=kind.value, agreement=agreement,
        from_on=from_on, to_on=to_on,
    )  # fmt: skip
    audit.record(Event.PARTNERSHIP_AGREED, target=row, programme_id=row.programme_id, by=by, at=at)
    return row


@transaction.atomic
def end_partnership(*, partnership: Partnership, on: date, by: Actor, at: datetime) -> Partnership:
    """`on` is the last day it holds. Said again, it replaces the day said before."""
    check_may_manage_programme(by, partnership.programme_id)
    _check_ends_later(partnership.from_on, on, "on")
    Partnership.objects.filter(id=partnership.id).update(to_on=on)
    partnership.refresh_from_db()
    audit.record(
        Event.PARTNERSHIP_ENDED, target=partnership, programme_id=partnership.programme_id, by=by, at=at
    )
    return partnership


@transaction.atomic
def require_agreements(*, programme: Programme, by: Actor, at: datetime) -> Programme:
    """From now on a controlled item leaves only under a police agreement."""
    check_may_manage_programme(by, programme.id)
    _switch(programme, is_on=True)
    audit.record(Event.AGREEMENTS_REQUIRED, target=programme, programme_id=programme.id, by=by, at=at)
    return programme


@transaction.atomic
def waive_agreements(*, programme: Programme, by: Actor, at: datetime) -> Programme:
    """From now on controlled items leave without one: the country asks for none."""
    check_may_manage_programme(by, programme.id)
    _switch(programme, is_on=False)
    audit.record(Event.AGREEMENTS_WAIVED, target=programme, programme_id=programme.id, by=by, at=at)
    return programme


def _switch(programme: Programme, *, is_on: bool) -> None:
    Programme.objects.filter(id=programme.id).update(is_agreement_needed=is_on)
    programme.refresh_from_db()


def _check_ends_later(from_on: date, to_on: date | None, field: str) -> None:
    if to_on is not None and to_on < from_on:
        raise Invalid(
            Sentence("The last day of an agreement does not come before its first."),
            fields={field: Sentence("It begins on %(day)s.", day=from_on)},
        )

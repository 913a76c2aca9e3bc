"""Making a referral, and following it from state to state. The state is the newest event's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from throughline.records.audit import actions as audit
from throughline.records.engagement.models import Need
from throughline.records.foundation import new_id, within_reach
from throughline.records.inserting import insert
from throughline.records.locking import hold_in_order
from throughline.records.programme.models import ImportRun, Organisation, Programme, Site
from throughline.records.programme.queries import check_codes
from throughline.records.racing import again_if_raced
from throughline.records.referral.actions.origins import known_origins, pieces
from throughline.records.referral.actions.sending import NOT_SAID, Passing, Told, share_sent, share_told
from throughline.records.referral.models import Referral, ReferralEvent, ReferralNeed
from throughline.records.referral.queries import bases_of
from throughline.rules.access import (
    check_may_import_records,
    check_may_make_referral,
    check_may_move_referral,
)
from throughline.rules.permissions import Permission
from throughline.rules.transitions import check_may_follow, check_source_given
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.referral import Door, OutcomeSource, ReferralKind, ReferralState
from throughline.vocabulary.sharing import SharingBasis


@dataclass(frozen=True)
class EventDraft:
    """A step of a referral: the state it came to, who says so (None only where no outcome is told), when."""

    state: ReferralState
    happened_at: datetime
    source: OutcomeSource | None = None


@dataclass(frozen=True)
class ReferralDraft:
    """A referral with all that is known of its way. It begins as a draft at `made_at`; `events` follow.

    Either `need_ids` or one coded `reason`. `origin_key` recognises an imported row again. `id`: where the sender chose it.
    """

    from_site_id: UUID
    to_organisation_id: UUID
    door: Door
    kind: ReferralKind
    made_at: datetime
    need_ids: tuple[UUID, ...] = ()
    reason: str | None = None
    events: tuple[EventDraft, ...] = ()
    origin_key: str | None = None
    basis: SharingBasis = (
        SharingBasis.NOT_RECORDED
    )  # on which it passed to another organisation, as it is told
    id: UUID | None = None


@dataclass(frozen=True)
class ReferralsMade:
    """How many referrals were written, and how many had come with an earlier file."""

    made: int
    known: int


@again_if_raced
def make_referral(
    *,
    from_site: Site,
    to_organisation: Organisation,
    door: Door,
    kind: ReferralKind,
    needs: Sequence[Need] = (),
    reason: str | None = None,
    is_sent: bool = True,
    passing: Passing = NOT_SAID,
    referral_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> Referral:
    """Refer for one or more needs of contacts that the actor may see, or for one coded reason.

    The same `referral_id` with the same content is the same referral: a form that is sent twice refers once. Unready with
    another content.

    `passing`: on what basis it passes to another organisation; needed where it is sent there, unless the person is only told
    where to go.

    A referrer from outside has reasons only: nothing entered here is answered with known or unknown. NotFound for a
    need that the actor may not know of, whether there is such a need or not.
    """
    check_may_make_referral(by, from_site.programme_id, from_site.id)
    sent = (EventDraft(ReferralState.SENT, at),) if is_sent else ()
    draft = ReferralDraft(
        from_site.id, to_organisation.id, door, kind, at, tuple(need.id for need in needs), reason, sent, id=referral_id
    )  # fmt: skip
    _check_parts(from_site.programme_id, [draft], by, at)
    if referral_id is not None:
        hold_in_order([referral_id])
        if there := Referral.objects.filter(id=referral_id).first():
            return _sent_before(there, draft, passing, by)
    referral = _write(from_site.programme_id, [draft], None, by, at)[0]
    if is_sent:
        share_sent(referral, passing, by, at)
    audit.record(Event.REFERRAL_MADE, target=referral, programme_id=from_site.programme_id, by=by, at=at)
    return referral


@again_if_raced
def make_referrals(
    *,
    programme: Programme,
    drafts: Sequence[ReferralDraft],
    import_run: ImportRun | None = None,
    by: Actor,
    at: datetime,
) -> ReferralsMade:
    """Write many referrals with their events: all or none. One audit event counts them.

    Drafts whose origin key is known are passed over. Call it with about 2,000 at a time: the write lock is held
    meanwhile.
    """
    check_may_import_records(by, programme.id)
    for site_id in sorted({draft.from_site_id for draft in drafts}):
        check_may_make_referral(by, programme.id, site_id)
        check_may_move_referral(by, programme.id, site_id)
    known = known_origins(Referral, programme.id, (draft.origin_key for draft in drafts), import_run)
    fresh: list[ReferralDraft] = []
    for draft in drafts:
        if draft.origin_key is None or draft.origin_key not in known:
            fresh.append(draft)
            known |= {draft.origin_key: None} if draft.origin_key else {}
    _check_parts(programme.id, fresh, by, at)
    made = _write(programme.id, fresh, import_run, by, at)
    _share_told(programme.id, made, fresh, by)
    audit.record(
        Event.REFERRAL_MADE, target=import_run or programme, programme_id=programme.id, by=by, at=at,
        count=len(made), reason="many",
    )  # fmt: skip
    return ReferralsMade(len(made), len(drafts) - len(made))


@transaction.atomic
def move_referral(
    *,
    referral: Referral,
    state: ReferralState,
    source: OutcomeSource | None = None,
    happened_at: datetime,
    base_version: int,
    passing: Passing = NOT_SAID,
    by: Actor,
    at: datetime,
) -> Referral:
    """Say what became of it. `base_version` is the version that the actor saw; Unready where it has moved since.

    Sending a draft to another organisation needs its basis (`passing`).
    """
    check_may_move_referral(by, referral.programme_id, referral.from_site_id)
    current = Referral.objects.select_for_update(no_key=True).get(id=referral.id)
    if current.version != base_version:
        raise Unready(
            Sentence(
                "This referral has moved meanwhile: it is %(state)s now. Look at it again before you change it.",
                state=current.state,
            )
        )
    check_may_follow(ReferralState(current.state), state)
    check_source_given(state, source)
    _check_moment(happened_at, current.made_at, at)
    sequence = ReferralEvent.objects.filter(referral=current).count() + 1
    ReferralEvent.objects.create(
        programme_id=current.programme_id, referral=current, sequence=sequence, state=state.value,
        source=source.value if source else None, happened_at=happened_at, recorded_at=at, recorded_by=by.id,
    )  # fmt: skip
    Referral.objects.filter(id=current.id).update(
        state=state.value, state_since=happened_at, version=current.version + 1
    )
    current.refresh_from_db()
    if state is ReferralState.SENT:
        share_sent(current, passing, by, at)
    audit.record(
        Event.REFERRAL_MOVED, target=current, programme_id=current.programme_id, by=by, at=at, reason=state.value
    )  # fmt: skip
    return current


def _share_told(programme_id: UUID, made: list[Referral], drafts: Sequence[ReferralDraft], by: Actor) -> None:
    sites = {site.id: site for site in Site.objects.filter(programme_id=programme_id)}
    client_of: dict[UUID, UUID | None] = {}
    for some in pieces({need_id for draft in drafts for need_id in draft.need_ids}):
        client_of |= dict(Need.objects.filter(id__in=some).values_list("id", "client_id"))
    told = []
    for row, draft in zip(made, drafts, strict=True):
        sent = [event.happened_at for event in draft.events if event.state is ReferralState.SENT]
        clients = {client_of[need_id] for need_id in draft.need_ids} - {None}
        if sent:
            told.append(Told(row, tuple(sorted(one for one in clients if one)), draft.basis, sent[0]))
    share_told(told, sites, by)


def _check_moment(happened_at: datetime, made_at: datetime, at: datetime) -> None:
    if happened_at > at:
        raise Invalid(
            Sentence("This has not happened yet: give a moment that is not in the future."),
            fields={"happened_at": Sentence("In the future.")},
        )
    if happened_at < made_at:
        raise Invalid(
            Sentence("This would have happened before the referral was made."),
            fields={"happened_at": Sentence("Before the referral was made.")},
        )


def _check_parts(programme_id: UUID, drafts: Sequence[ReferralDraft], by: Actor, at: datetime) -> None:
    """Everything a draft names is there, may be known of by the actor, and follows from what went before."""
    for draft in drafts:
        if bool(draft.need_ids) == bool(draft.reason):
            raise Invalid(
                Sentence("Say what the referral is for: either needs of a contact, or one reason."),
                fields={"reason": Sentence("Give needs or a reason, not both.")},
            )
        state = ReferralState.DRAFT
        for event in draft.events:
            check_may_follow(state, event.state)
            check_source_given(event.state, event.source)
            _check_moment(event.happened_at, draft.made_at, at)
            state = event.state
    check_codes(programme_id, "need_domain", {draft.reason for draft in drafts if draft.reason})
    _check_there(programme_id, Site, {draft.from_site_id for draft in drafts})
    _check_there(programme_id, Organisation, {draft.to_organisation_id for draft in drafts})
    needs = {need_id for draft in drafts for need_id in draft.need_ids}
    own = within_reach(by, Permission.RECORD_CONTACT, site="contact__site_id") & Q(contact__recorded_by=by.id)
    visible = within_reach(by, Permission.SEE_CONTACTS, site="contact__site_id") | own
    seen = 0
    for some in pieces(needs):
        rows = Need.objects.filter(visible, id__in=some, programme_id=programme_id)
        seen += rows.filter(contact__withdrawn_at__isnull=True).count()
    if seen < len(needs):
        raise NotFound(Sentence("There is no such need."))


def _check_there(programme_id: UUID, model: type[Site] | type[Organisation], ids: Collection[UUID]) -> None:
    if model.objects.filter(programme_id=programme_id, id__in=ids).count() < len(ids):
        raise NotFound(Sentence("There is no such site or organisation in this programme."))


def _sent_before(there: Referral, draft: ReferralDraft, passing: Passing, by: Actor) -> Referral:
    """The referral that a form made when it was sent first. Unready where it says something else."""
    said = (draft.from_site_id, draft.to_organisation_id, draft.door.value, draft.kind.value, draft.reason)
    stands = (there.from_site_id, there.to_organisation_id, there.door, there.kind, there.reason)
    needs = set(there.needs.values_list("id", flat=True))
    passed = bases_of(there)
    is_same_basis = not passed or passed == [passing.basis]
    # of its steps those that it was made with: each later one is a version
    made_with = there.events.count() - (there.version - 1)
    is_as_sent = made_with == 1 + len(draft.events)
    if (
        there.made_by != by.id
        or said != stands
        or needs != set(draft.need_ids)
        or not (is_same_basis and is_as_sent)
    ):
        raise Unready(Sentence("This form was sent before and said something else then. Begin a new one."))
    return there


def _write(
    programme_id: UUID, drafts: Iterable[ReferralDraft], run: ImportRun | None, by: Actor, at: datetime
) -> list[Referral]:
    referrals: list[Referral] = []
    links: list[ReferralNeed] = []
    events: list[ReferralEvent] = []
    for draft in drafts:
        steps = [EventDraft(ReferralState.DRAFT, draft.made_at), *draft.events]
        row = Referral(
            id=draft.id or new_id(), programme_id=programme_id, from_site_id=draft.from_site_id,
            to_organisation_id=draft.to_organisation_id, reason=draft.reason, door=draft.door.value,
            kind=draft.kind.value, state=steps[-1].state.value, state_since=steps[-1].happened_at,
            made_at=draft.made_at, made_by=by.id, import_run=run, origin_key=draft.origin_key,
        )  # fmt: skip
        referrals.append(row)
        links += [
            ReferralNeed(programme_id=programme_id, referral=row, need_id=need_id)
            for need_id in dict.fromkeys(draft.need_ids)
        ]
        events += [
            ReferralEvent(
                programme_id=programme_id, referral=row, sequence=place, state=step.state.value,
                source=step.source.value if step.source else None, happened_at=step.happened_at, recorded_at=at,
                recorded_by=by.id,
            )
            for place, step in enumerate(steps, start=1)
        ]  # fmt: skip
    insert(referrals)
    insert(links)
    insert(events)
    return referrals

"""Turning a draft into rows, and writing them in the order that foreign keys need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.records.engagement.models import Action, Barrier, Contact, Disclosure, KitLine, Need
from throughline.records.foundation import new_id
from throughline.records.gathering import Gathering
from throughline.records.inserting import insert
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.contact import BarrierDraft, ContactDraft
from throughline.vocabulary.nothing import Nothing


@dataclass(frozen=True)
class Rows:
    """One contact and everything that hangs on it, not yet written."""

    contact: Contact
    kit_lines: tuple[KitLine, ...]
    disclosures: tuple[Disclosure, ...]
    needs: tuple[Need, ...]
    actions: tuple[Action, ...]
    barriers: tuple[Barrier, ...]


def rows_of(
    draft: ContactDraft,
    *,
    programme_id: UUID,
    client_id: UUID | None,
    is_flagged: bool,
    import_run_id: UUID | None,
    by: Actor,
    at: datetime,
    replacing: Contact | None = None,
) -> Rows:
    """The rows of a draft; where it replaces a contact, with that one's id, arrival and a grown version."""
    behalf, behalf_nothing = _or_nothing(draft.on_behalf_of)
    contact = Contact(
        id=replacing.id if replacing else draft.id or new_id(),
        programme_id=programme_id, site_id=draft.site_id, kind=draft.kind.value, tally=draft.tally,
        route=draft.route.value, place=draft.place, mode=draft.mode.value, who_spoke=draft.who_spoke.value,
        client_id=client_id, is_anonymous=client_id is None, newness=draft.newness.value, on_behalf_of=behalf,
        on_behalf_of_nothing=behalf_nothing, duration=draft.duration.value, worker_id=draft.worker_id,
        device_id=replacing.device_id if replacing else draft.device_id,
        device_sequence=replacing.device_sequence if replacing else draft.device_sequence,
        device_time=draft.device_time, server_time=replacing.server_time if replacing else at,
        import_run_id=import_run_id, origin_key=replacing.origin_key if replacing else draft.origin_key,
        is_flagged_supply=is_flagged, version=replacing.version + 1 if replacing else 1,
        recorded_by=replacing.recorded_by if replacing else by.id,
    )  # fmt: skip
    contact._state.adding = replacing is None
    kit_lines = []
    for line in draft.kit_lines:
        returned, returned_nothing = _or_nothing(line.returned)
        kit_lines.append(
            KitLine(
                programme_id=programme_id, contact=contact, item_id=line.item_id, kit_version_id=line.kit_version_id,
                lot_id=line.lot_id, quantity=line.quantity, returned=returned, returned_nothing=returned_nothing,
            )
        )  # fmt: skip
    disclosures = tuple(
        Disclosure(
            programme_id=programme_id, contact=contact, topic=told.topic, answer=told.answer.value,
            raised_by=told.raised_by.value,
        )
        for told in draft.disclosures
    )  # fmt: skip
    needs, actions = [], []
    barriers = list(_barriers(draft.barriers, programme_id, contact=contact))
    for said in draft.needs:
        need = Need(
            id=said.id or new_id(), programme_id=programme_id, contact=contact, client_id=client_id,
            domain=said.domain, urgency=said.urgency.value,
        )  # fmt: skip
        needs.append(need)
        actions += [
            Action(programme_id=programme_id, need=need, kind=kind.value, taken_at=draft.device_time)
            for kind in said.actions
        ]
        barriers += _barriers(said.barriers, programme_id, need=need)
    return Rows(contact, tuple(kit_lines), disclosures, tuple(needs), tuple(actions), tuple(barriers))


def _barriers(
    drafts: Sequence[BarrierDraft],
    programme_id: UUID,
    *,
    contact: Contact | None = None,
    need: Need | None = None,
) -> Iterator[Barrier]:
    for barrier in drafts:
        yield Barrier(
            programme_id=programme_id,
            contact=contact,
            need=need,
            kind=barrier.kind,
            level=barrier.level.value,
        )


def _or_nothing(value: int | Nothing) -> tuple[int | None, str | None]:
    return (None, value.value) if isinstance(value, Nothing) else (value, None)


def write(batch: Sequence[Rows]) -> None:
    """Write new contacts and all their lines; within `lines_together` the lines come at its end."""
    insert([rows.contact for rows in batch])
    if not _LINES.leave(batch):
        _write_all_lines([batch])


@contextmanager
def lines_together() -> Iterator[None]:
    """Within: the lines of several new contacts are written at the end, as far as these were not taken back.

    For a transaction that lasts beyond them, reads no lines of theirs meanwhile, and is done again one by one where what two of
    them say cannot be written together.
    """
    with _LINES.to_the_end():
        yield


def _write_all_lines(batches: Sequence[Sequence[Rows]]) -> None:
    every = [rows for batch in batches for rows in batch]
    insert([need for rows in every for need in rows.needs])
    _write_lines(every)


_LINES = Gathering(_write_all_lines)


def rewrite(rows: Rows, *, was_at: datetime) -> None:
    """Write a correction: the contact in its place, lines anew; needs that stand keep their referrals and closing.

    Actions taken at the contact itself (`was_at`, its former time) are replaced; later ones stay.
    """
    rows.contact.save(force_update=True)
    for model in (KitLine, Disclosure, Barrier):
        model._default_manager.filter(contact=rows.contact).delete()
    standing = set(Need.objects.filter(contact=rows.contact).values_list("id", flat=True))
    Action.objects.filter(need__contact=rows.contact, taken_at=was_at).delete()
    Barrier.objects.filter(need__contact=rows.contact).delete()
    Need.objects.filter(contact=rows.contact).exclude(id__in=[need.id for need in rows.needs]).delete()
    for need in rows.needs:
        if need.id in standing:
            Need.objects.filter(id=need.id).update(
                domain=need.domain, urgency=need.urgency, client_id=need.client_id
            )
    insert([need for need in rows.needs if need.id not in standing])
    _write_lines([rows])


def _write_lines(batch: Sequence[Rows]) -> None:
    insert([line for rows in batch for line in rows.kit_lines])
    insert([row for rows in batch for row in rows.disclosures])
    insert([row for rows in batch for row in rows.actions])
    insert([row for rows in batch for row in rows.barriers])

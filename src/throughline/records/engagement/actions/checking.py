"""What is checked before a contact is written: sites, codes, times, and whether a controlled item may leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from throughline.records.accounts.models import Account, Device
from throughline.records.composed import Composed, Given
from throughline.records.engagement.models import Need
from throughline.records.programme.models import Membership, Programme, Site
from throughline.records.programme.queries import agreements_in, check_listed
from throughline.records.supplies.models import Item, KitComponent, KitVersion, Lot
from throughline.records.supplies.queries import controlled_kinds
from throughline.rules.supply import check_may_issue
from throughline.vocabulary.actor import Actor, ActorKind
from throughline.vocabulary.chain import ContactKind
from throughline.vocabulary.contact import ContactDraft, KitLineDraft
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import local_day

EARLIEST_YEAR = 1990
FEW = 4  # rows that are looked up one by one rather than counted
MOST = 10_000  # of anything counted at one contact: more is a slip of the finger


def site_of(site_id: UUID) -> Site:
    found = _SITE.one(site=site_id)
    if found is None:
        raise Invalid(
            Sentence("There is no such site."), fields={"site": Sentence("Choose one of your sites.")}
        )
    site: Site = Site.from_db("default", _OF_SITE, found[: len(_OF_SITE)])
    site.programme = Programme.from_db("default", _OF_PROGRAMME, found[len(_OF_SITE) :])
    return site


# asked with each contact
_OF_SITE = [field.attname for field in Site._meta.concrete_fields]
_OF_PROGRAMME = [field.attname for field in Programme._meta.concrete_fields]
_SITE = Composed(
    lambda: Site.objects.filter(id=Given("site", Site._meta.get_field("id"))).values_list(
        *_OF_SITE, *(f"programme__{name}" for name in _OF_PROGRAMME)
    ),
    is_steady=True,
)
_OWN_DEVICE = Composed(
    lambda: Device.objects.filter(
        id=Given("device", Device._meta.get_field("id")),
        account_id=Given("account", Account._meta.get_field("id")),
    ).values_list("retired_at"),
    is_steady=True,
)


def check_draft(draft: ContactDraft, at: datetime) -> None:
    """What no constraint can say well: times, counts, and that a tally has no code."""
    if draft.device_time.tzinfo is None:
        raise Invalid(Sentence("The time of a contact needs a time zone."))
    if (draft.device_time - at).total_seconds() > 86_400 or draft.device_time.year < EARLIEST_YEAR:
        raise Invalid(
            Sentence(
                "This contact lies more than a day in the future, or before 1990. Check the clock of the device."
            ),
            fields={"device_time": Sentence("Not a likely time.")},
        )
    if draft.kind is ContactKind.TALLY and draft.client_code is not None:
        raise Invalid(
            Sentence(
                "A tally counts several contacts; it cannot carry one client code. Record a single contact."
            ),
            fields={"client_code": Sentence("Not with a tally.")},
        )
    if (draft.kind is ContactKind.SINGLE and draft.tally != 1) or not 1 <= draft.tally <= MOST:
        raise Invalid(Sentence("A single contact counts 1; a tally counts 1 to %(most)s.", most=MOST))
    if (draft.device_id is None) != (draft.device_sequence is None):
        raise Invalid(Sentence("A device's record needs its sequence number, and the other way round."))
    if not isinstance(draft.on_behalf_of, Nothing) and not 0 <= draft.on_behalf_of <= MOST:
        raise Invalid(
            Sentence("The number of other people is 0 to %(most)s.", most=MOST),
            fields={"on_behalf_of": Sentence("Out of range.")},
        )
    for line in draft.kit_lines:
        returned = 0 if isinstance(line.returned, Nothing) else line.returned
        is_one = (line.item_id is None) != (line.kit_version_id is None)
        if (
            not is_one
            or not (0 <= line.quantity <= MOST and 0 <= returned <= MOST)
            or line.quantity + returned == 0
        ):
            raise Invalid(
                Sentence("A line of equipment names one item or kit, and 1 to %(most)s of it given or returned.",
                         most=MOST),
                fields={"kit_lines": Sentence("Check the numbers.")},
            )  # fmt: skip
    topics = [disclosure.topic for disclosure in draft.disclosures]
    if len(topics) != len(set(topics)):
        raise Invalid(Sentence("The same topic is answered twice in one contact."))


def check_references(
    programme_id: UUID, drafts: Sequence[ContactDraft], by: Actor, *, of_contact: UUID | None = None
) -> None:
    """Invalid where a draft names a worker, item, kit, device or need that is not this programme's or not the actor's."""
    lines = [line for draft in drafts for line in draft.kit_lines]
    needs = {need.id for draft in drafts for need in draft.needs if need.id}
    wanted: tuple[tuple[set[UUID], Any, Sentence], ...] = (
        ({d.worker_id for d in drafts if d.worker_id}, Membership, Sentence("The worker is not of this programme.")),
        ({line.item_id for line in lines if line.item_id}, Item, Sentence("An item is not of this programme.")),
        ({line.kit_version_id for line in lines if line.kit_version_id}, KitVersion,
         Sentence("A kit is not of this programme.")),
    )  # fmt: skip
    for ids, model, sentence in wanted:
        if not _are_of(programme_id, model, ids):
            raise Invalid(sentence)
    _check_lots(programme_id, lines)
    owners = set(Need.objects.filter(id__in=needs).values_list("contact_id", flat=True)) if needs else set()
    if owners - {of_contact}:
        raise Invalid(Sentence("A need belongs to another contact."))
    _check_devices(drafts, by)


def _are_of(programme_id: UUID, model: Any, ids: set[UUID]) -> bool:
    """Whether all of these rows are the programme's. A contact names one or two, an import many."""
    if len(ids) > FEW:
        return bool(model.objects.filter(programme_id=programme_id, id__in=ids).count() == len(ids))
    return all(_of_programme(model).one(programme=programme_id, id=one) for one in ids)


@cache
def _of_programme(model: Any) -> Composed:
    programme, key = Programme._meta.get_field("id"), model._meta.get_field("id")
    return Composed(
        lambda: model.objects.filter(
            programme_id=Given("programme", programme), id=Given("id", key)
        ).values_list("id"),
        is_steady=True,
    )


def _check_lots(programme_id: UUID, lines: Sequence[KitLineDraft]) -> None:
    """A lot is of the programme, and of the item given or of one of the kit's components."""
    wanted = {(line.lot_id, line.item_id, line.kit_version_id) for line in lines if line.lot_id}
    if not wanted:
        return
    lots = Lot.objects.filter(programme_id=programme_id, id__in={lot for lot, _, _ in wanted})
    item_of = dict(lots.values_list("id", "item_id"))
    kits = {kit for _, _, kit in wanted if kit}
    inside = set(
        KitComponent.objects.filter(kit_version_id__in=kits).values_list("kit_version_id", "item_id")
    )
    for lot, item, kit in wanted:
        of = item_of.get(lot)
        if of is None or (of != item if item else (kit, of) not in inside):
            raise Invalid(
                Sentence(
                    "A lot is not of what was given. Choose a lot of that item (of a kit: of something in it), or none."
                ),
                fields={"kit_lines": Sentence("Check the lot.")},
            )


def _check_devices(drafts: Sequence[ContactDraft], by: Actor) -> None:
    # what was recorded before a device was retired may still come, in a file
    devices = {draft.device_id: draft.is_after_the_fact for draft in drafts if draft.device_id}
    for device_id, has_happened in devices.items():
        is_account = by.kind is ActorKind.ACCOUNT
        found = _OWN_DEVICE.one(device=device_id, account=UUID(by.id)) if is_account else None
        if found is None or (found[0] is not None and not has_happened):
            raise Invalid(Sentence("This device is not registered for you."))


def check_lists(programme_id: UUID, drafts: Sequence[ContactDraft]) -> None:
    barriers = {b.kind for draft in drafts for b in draft.barriers}
    barriers |= {b.kind for draft in drafts for n in draft.needs for b in n.barriers}
    said = {
        "place": {draft.place for draft in drafts},
        "topic": {d.topic for draft in drafts for d in draft.disclosures},
        "need_domain": {n.domain for draft in drafts for n in draft.needs},
        "barrier_kind": barriers,
    }
    check_listed(programme_id, said)


def check_supply(site: Site, draft: ContactDraft, *, has_left: bool) -> bool:
    """Whether to flag the contact: a controlled item left without an agreement. Refuses what has not left yet."""
    rule = SupplyRule(site.programme)
    if has_left:
        return rule.is_flagged(site, draft)
    rule.check(site, draft)
    return False


class SupplyRule:
    """The agreements of a programme, read once for many drafts."""

    def __init__(self, programme: Programme) -> None:
        self.is_on = programme.is_agreement_needed
        self.agreements = agreements_in(programme.id) if self.is_on else []
        self.kinds: dict[tuple[UUID | None, UUID | None], set[str]] = {}

    def check(self, site: Site, draft: ContactDraft) -> None:
        # what only came back has not left
        given = [line for line in draft.kit_lines if line.quantity]
        if not self.is_on or not given:
            return
        kinds: set[str] = set()
        for line in given:
            key = (line.item_id, line.kit_version_id)
            if key not in self.kinds:
                self.kinds[key] = controlled_kinds(
                    {key[0]} if key[0] else set(), {key[1]} if key[1] else set()
                )
            kinds |= self.kinds[key]
        check_may_issue(
            is_rule_on=True, controlled_kinds=kinds, area=site.area,
            day=local_day(draft.device_time, site.time_zone), agreements=self.agreements,
        )  # fmt: skip

    def is_flagged(self, site: Site, draft: ContactDraft) -> bool:
        try:
            self.check(site, draft)
        except Unready:
            return True
        return False

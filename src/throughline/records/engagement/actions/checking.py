"""What is checked before a contact is written: sites, codes, times, and whether a controlled item may leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.records.programme.models import Programme, Site
from throughline.records.programme.queries import agreements_in, check_codes
from throughline.records.supplies.queries import controlled_kinds
from throughline.rules.supply import check_may_issue
from throughline.vocabulary.contact import ContactDraft
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.periods import local_day


def site_of(site_id: UUID) -> Site:
    site = Site.objects.select_related("programme").filter(id=site_id).first()
    if site is None:
        raise Invalid(
            Sentence("There is no such site."), fields={"site": Sentence("Choose one of your sites.")}
        )
    return site


def check_draft(draft: ContactDraft, at: datetime) -> None:
    """What no constraint can say: a contact is not in the future, a tally has no code."""
    if draft.device_time.tzinfo is None:
        raise Invalid(Sentence("The time of a contact needs a time zone."))
    if not draft.is_after_the_fact and (draft.device_time - at).total_seconds() > 86_400:
        raise Invalid(
            Sentence("This contact lies more than a day in the future. Check the clock of the device."),
            fields={"device_time": Sentence("In the future.")},
        )
    if draft.kind.value == "tally" and draft.client_code is not None:
        raise Invalid(
            Sentence(
                "A tally counts several contacts; it cannot carry one client code. Record a single contact."
            ),
            fields={"client_code": Sentence("Not with a tally.")},
        )
    if (draft.kind.value == "single" and draft.tally != 1) or draft.tally < 1:
        raise Invalid(Sentence("A single contact counts 1; a tally counts 1 or more."))
    topics = [disclosure.topic for disclosure in draft.disclosures]
    if len(topics) != len(set(topics)):
        raise Invalid(Sentence("The same topic is answered twice in one contact."))


def check_lists(programme_id: UUID, drafts: Sequence[ContactDraft]) -> None:
    check_codes(programme_id, "place", {draft.place for draft in drafts})
    check_codes(programme_id, "topic", {d.topic for draft in drafts for d in draft.disclosures})
    check_codes(programme_id, "need_domain", {n.domain for draft in drafts for n in draft.needs})
    barriers = {b.kind for draft in drafts for b in draft.barriers}
    barriers |= {b.kind for draft in drafts for n in draft.needs for b in n.barriers}
    check_codes(programme_id, "barrier_kind", barriers)


def check_supply(site: Site, draft: ContactDraft) -> bool:
    """Whether to flag the contact: a controlled item left without an agreement. Refuses what has not happened yet."""
    rule = SupplyRule(site.programme)
    if draft.is_after_the_fact:
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
        if not self.is_on or not draft.kit_lines:
            return
        kinds: set[str] = set()
        for line in draft.kit_lines:
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

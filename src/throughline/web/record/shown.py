"""A contact in words: for its receipt, the day's list and a client's timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from throughline.records.engagement.models import Contact, KitLine, Need
from throughline.vocabulary.chain import ContactKind
from throughline.web.record.offer import name_of
from throughline.web.words import (
    ACTIONS,
    ANSWERS,
    DURATIONS,
    MODES,
    NEWNESS,
    ROUTES,
    URGENCIES,
    WHO_SPOKE,
    listed,
)


@dataclass(frozen=True)
class ShownNeed:
    """A need with what was done about it."""

    need: Need
    domain: Any
    urgency: Any
    actions: list[Any]
    closed_as: Any


@dataclass(frozen=True)
class ShownContact:
    """The words of a contact; None or an empty list where nothing is recorded."""

    route: Any
    place: Any
    kit: list[tuple[str, int]]
    told: list[Any]
    other_answers: list[tuple[Any, Any]]
    needs: list[ShownNeed]
    barriers: list[Any]
    details: list[Any]
    tally: int | None


class Shower:
    """Puts many contacts of one programme into words: its lists are read once."""

    def __init__(self, programme_id: Any) -> None:
        self.programme_id = programme_id
        self._lists: dict[str, dict[str, Any]] = {}

    def word(self, list_name: str, code: str) -> Any:
        if list_name not in self._lists:
            self._lists[list_name] = listed(self.programme_id, list_name, with_retired=True)
        return self._lists[list_name].get(code, code)

    def need(self, need: Need) -> ShownNeed:
        return ShownNeed(
            need, self.word("need_domain", need.domain),
            None if need.urgency == "not_recorded" else URGENCIES[need.urgency],
            list(dict.fromkeys(ACTIONS[action.kind] for action in need.actions.all())),
            self.word("need_closed", need.closed_as) if need.closed_as else None,
        )  # fmt: skip

    def contact(self, contact: Contact) -> ShownContact:
        answers = [(self.word("topic", row.topic), row.answer) for row in contact.disclosures.all()]
        kit = [(_with_lot(line), line.quantity) for line in contact.kit_lines.all()]
        details = [
            (words, code)
            for words, code in (
                (MODES, contact.mode), (WHO_SPOKE, contact.who_spoke), (NEWNESS, contact.newness),
                (DURATIONS, contact.duration),
            )
            if code not in ("not_recorded", "unknown")
        ]  # fmt: skip
        return ShownContact(
            route=ROUTES[contact.route],
            place=None if contact.place == "not_recorded" else self.word("place", contact.place),
            kit=kit, told=[topic for topic, answer in answers if answer == "told"],
            other_answers=[(topic, ANSWERS[answer]) for topic, answer in answers if answer != "told"],
            needs=[self.need(row) for row in contact.needs.all()],
            barriers=[self.word("barrier_kind", row.kind) for row in contact.barriers.all()],
            details=[words[code] for words, code in details],
            tally=contact.tally if contact.kind == ContactKind.TALLY else None,
        )  # fmt: skip


def _with_lot(line: KitLine) -> str:
    name = name_of(line)
    return _("%(name)s, lot %(batch)s") % {"name": name, "batch": line.lot.batch} if line.lot else name


def shown(contact: Contact) -> ShownContact:
    return Shower(contact.programme_id).contact(contact)

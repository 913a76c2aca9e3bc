"""A contact in words: for its receipt, the day's list and a client's timeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from throughline.records.engagement.models import Barrier, Contact, KitLine, Need
from throughline.vocabulary.chain import BarrierLevel, ContactKind, RaisedBy
from throughline.web.record.offer import name_of
from throughline.web.words import (
    ACTIONS,
    ANSWERS,
    BARRIER_LEVELS,
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
    """A need with what was done about it, and what stood in its way."""

    need: Need
    domain: Any
    urgency: Any
    actions: list[Any]
    barriers: list[Any]
    closed_as: Any


@dataclass(frozen=True)
class ShownContact:
    """The words of a contact; None or an empty list where nothing is recorded."""

    route: Any
    place: Any
    kit: list[tuple[str, int]]
    back: list[tuple[str, int]]  # used equipment that came back
    told: list[Any]
    other_answers: list[tuple[Any, Any]]
    needs: list[ShownNeed]
    barriers: list[Any]
    details: list[Any]
    tally: int | None
    on_behalf_of: int | None


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
            [self._barrier(row) for row in need.barriers.all()],
            self.word("need_closed", need.closed_as) if need.closed_as else None,
        )  # fmt: skip

    def contact(self, contact: Contact) -> ShownContact:
        answers = [(self.word("topic", row.topic), row.answer) for row in contact.disclosures.all()]
        lines = contact.kit_lines.all()
        kit = [(_with_lot(line), line.quantity) for line in lines if line.quantity]
        back = [(name_of(line), line.returned) for line in lines if line.returned]
        raised = {self.word("topic", row.topic): row.raised_by for row in contact.disclosures.all()}
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
            kit=kit, back=back,
            told=[_raised(topic, raised[topic]) for topic, answer in answers if answer == "told"],
            other_answers=[(topic, ANSWERS[answer]) for topic, answer in answers if answer != "told"],
            needs=[self.need(row) for row in contact.needs.all()],
            barriers=[self._barrier(row) for row in contact.barriers.all()],
            details=[words[code] for words, code in details],
            tally=contact.tally if contact.kind == ContactKind.TALLY else None,
            on_behalf_of=contact.on_behalf_of,
        )  # fmt: skip

    def _barrier(self, row: Barrier) -> Any:
        """Its kind, with its level where that is known."""
        kind = self.word("barrier_kind", row.kind)
        if row.level == BarrierLevel.NOT_RECORDED:
            return kind
        return _("%(barrier)s (%(level)s)") % {"barrier": kind, "level": BARRIER_LEVELS[row.level]}


def _raised(topic: Any, by: str) -> Any:
    """A topic, with who raised it where that was the worker: that the person did needs no words."""
    return _("%(topic)s (asked)") % {"topic": topic} if by == RaisedBy.WORKER else topic


def _with_lot(line: KitLine) -> str:
    name = name_of(line)
    return _("%(name)s, lot %(batch)s") % {"name": name, "batch": line.lot.batch} if line.lot else name


def shown(contact: Contact) -> ShownContact:
    return Shower(contact.programme_id).contact(contact)

"""What was told of a contact, line by line and whole: as a phone sent it, and as it stands. Never a client code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.exchange.device_event.contact import (
    BarrierIn,
    ContactIn,
    DisclosureIn,
    KitLineIn,
    NeedIn,
)
from throughline.records.engagement.models import Contact
from throughline.records.programme.models import Site
from throughline.records.supplies.models import Item, KitVersion, Lot
from throughline.vocabulary.chain import ContactKind
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.sentences import Sentence
from throughline.web.record.shown import Shower
from throughline.web.templatetags.throughline_ui import nothing_text
from throughline.web.words import (
    ACTIONS,
    ANSWERS,
    BARRIER_LEVELS,
    DURATIONS,
    MODES,
    NEWNESS,
    RAISED_BY,
    ROUTES,
    URGENCIES,
    WHO_SPOKE,
)

Label = Promise | str
SILENT = {"not_recorded", "unknown"}
LABELS: Mapping[str, Label] = {
    "site": gettext_lazy("Site"),
    "when": gettext_lazy("When it was"),
    "route": gettext_lazy("By which route"),
    "place": gettext_lazy("Place"),
    "tally": gettext_lazy("Counted"),
    "kit": gettext_lazy("Given"),
    "topics": gettext_lazy("Came up"),
    "needs": gettext_lazy("Needs"),
    "barriers": gettext_lazy("In the way"),
    "behalf": gettext_lazy("Also for others"),
    "mode": gettext_lazy("How"),
    "who_spoke": gettext_lazy("Who spoke"),
    "newness": gettext_lazy("New or returning"),
    "duration": gettext_lazy("How long"),
}


@dataclass(frozen=True)
class Beside:
    """A line of what was sent, and the same line of what stands; "not recorded" where one of them is silent."""

    label: Label
    sent: str
    stands: str

    @property
    def differs(self) -> bool:
        return self.sent != self.stands


def standing(contact: Contact) -> ContactIn:
    """A contact that is there, in the shape in which phones tell one; without its client."""
    plain = {
        name: getattr(contact, name)
        for name in (
            "id", "site_id", "route", "device_time", "kind", "tally", "place", "mode", "who_spoke", "newness", "duration",
        )
    }  # fmt: skip
    return ContactIn.model_construct(
        **plain,
        on_behalf_of=_or_nothing(contact.on_behalf_of, contact.on_behalf_of_nothing),
        kit_lines=[
            KitLineIn.model_construct(
                item_id=line.item_id, kit_version_id=line.kit_version_id, quantity=line.quantity, lot_id=line.lot_id,
                returned=_or_nothing(line.returned, line.returned_nothing),
            )
            for line in contact.kit_lines.all()
        ],
        disclosures=[
            DisclosureIn.model_construct(topic=one.topic, answer=one.answer, raised_by=one.raised_by)
            for one in contact.disclosures.all()
        ],
        needs=[
            NeedIn.model_construct(
                domain=need.domain, urgency=need.urgency, actions=[one.kind for one in need.actions.all()],
                barriers=_barriers(need.barriers.all()),
            )
            for need in contact.needs.all()
        ],
        barriers=_barriers(contact.barriers.all()),
    )  # fmt: skip


def _barriers(rows: Iterable[Any]) -> list[BarrierIn]:
    return [BarrierIn.model_construct(kind=row.kind, level=row.level) for row in rows]


def _or_nothing(number: int | None, nothing: str | None) -> int | Nothing:
    return number if number is not None else Nothing(nothing or Nothing.NOT_RECORDED)


class Teller:
    """Puts what was told into words, with the lists of one programme: codes that are retired there have theirs too."""

    def __init__(self, programme_id: UUID) -> None:
        self.programme_id = programme_id
        self._shower = Shower(programme_id)

    def lines(self, contact: ContactIn) -> dict[str, str]:
        """By the keys of LABELS, in their order; what is silent has no line."""
        site = Site.objects.filter(programme_id=self.programme_id, id=contact.site_id).first()
        at = timezone.localtime(contact.device_time, ZoneInfo(site.time_zone) if site else None)
        behalf = contact.on_behalf_of
        found = {
            "site": site.name if site else _("a site that is not this programme's"),
            "when": date_format(at, "DATETIME_FORMAT"),
            "route": str(ROUTES[contact.route]),
            "place": "" if contact.place in SILENT else self._word("place", contact.place),
            "tally": str(Sentence("%(count)s contact, as a tally", "%(count)s contacts, as a tally", count=contact.tally))
            if contact.kind == ContactKind.TALLY
            else "",
            "kit": ", ".join(sorted(self._given(contact.kit_lines))),
            "topics": ", ".join(sorted(self._topic(one) for one in contact.disclosures)),
            "needs": "; ".join(sorted(self._need(one) for one in contact.needs)),
            "barriers": ", ".join(sorted(self._barrier(one) for one in contact.barriers)),
            "behalf": str(behalf) if isinstance(behalf, int) else "" if behalf in SILENT else nothing_text(behalf),
            "mode": _said(MODES, contact.mode),
            "who_spoke": _said(WHO_SPOKE, contact.who_spoke),
            "newness": _said(NEWNESS, contact.newness),
            "duration": _said(DURATIONS, contact.duration),
        }  # fmt: skip
        return {key: text for key, text in found.items() if text}

    def facts(self, contact: ContactIn) -> tuple[tuple[Label, str], ...]:
        return tuple((LABELS[key], text) for key, text in self.lines(contact).items())

    def beside(self, sent: ContactIn, stands: ContactIn) -> tuple[Beside, ...]:
        """The lines that at least one of the two has."""
        one, other, silence = self.lines(sent), self.lines(stands), nothing_text(Nothing.NOT_RECORDED)
        return tuple(
            Beside(label, one.get(key, silence), other.get(key, silence))
            for key, label in LABELS.items()
            if key in one or key in other
        )

    def _word(self, list_name: str, code: str) -> str:
        return str(self._shower.word(list_name, code))

    def _topic(self, one: DisclosureIn) -> str:
        raised = _said(RAISED_BY, one.raised_by)
        told = f"{self._word('topic', one.topic)}: {ANSWERS[one.answer]}"
        return _("%(told)s (raised by %(who)s)") % {"told": told, "who": raised} if raised else told

    def _need(self, one: NeedIn) -> str:
        done = list(dict.fromkeys(str(ACTIONS[kind]) for kind in one.actions))
        more = [_said(URGENCIES, one.urgency), *done]
        more += [_("in the way: %(what)s") % {"what": self._barrier(barrier)} for barrier in one.barriers]
        return _with(self._word("need_domain", one.domain), more)

    def _barrier(self, one: BarrierIn) -> str:
        return _with(self._word("barrier_kind", one.kind), [_said(BARRIER_LEVELS, one.level)])

    def _given(self, lines: list[KitLineIn]) -> list[str]:
        own = {"programme_id": self.programme_id}
        items = Item.objects.filter(**own, id__in=[one.item_id for one in lines if one.item_id])
        kits = KitVersion.objects.filter(
            **own, id__in=[one.kit_version_id for one in lines if one.kit_version_id]
        ).select_related("kit")
        lots = Lot.objects.filter(**own, id__in=[one.lot_id for one in lines if one.lot_id])
        names: dict[UUID | None, str] = {one.id: one.name for one in items}
        names |= {one.id: one.kit.name for one in kits}
        batches: dict[UUID | None, str] = {one.id: one.batch for one in lots}
        unknown = _("something that is not on the list")
        told = []
        for one in lines:
            more = [_("lot %(batch)s") % {"batch": batches[one.lot_id]}] if one.lot_id in batches else []
            if one.returned not in SILENT:
                back = one.returned if isinstance(one.returned, int) else nothing_text(one.returned)
                more.append(_("brought back: %(back)s") % {"back": back})
            told.append(
                _with(f"{one.quantity} × {names.get(one.item_id or one.kit_version_id, unknown)}", more)
            )
        return told


def _said(words: Mapping[Any, Label], code: str) -> str:
    return "" if code in SILENT else str(words[code])


def _with(name: str, more: Iterable[str]) -> str:
    said = ", ".join(one for one in more if one)
    return f"{name} ({said})" if said else name

"""A row as it will be recorded, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from throughline.records.programme.models import Programme, Site
from throughline.records.supplies.models import Item, KitVersion
from throughline.vocabulary.chain import ContactKind
from throughline.vocabulary.contact import ContactDraft, NeedDraft
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.sentences import Sentence
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


class RowShower:
    """Puts drafts of one programme into words; its lists are read once."""

    def __init__(self, programme: Programme) -> None:
        of = {"programme": programme}
        self._sites = {site.id: site for site in Site.objects.filter(**of)}
        self._items = dict(Item.objects.filter(**of).values_list("id", "name"))
        kits = KitVersion.objects.filter(**of).select_related("kit")
        self._kits = {version.id: version.kit.name for version in kits}
        self._lists = {
            name: listed(programme.id, name, with_retired=True)
            for name in ("place", "topic", "need_domain", "barrier_kind")
        }

    def of(self, draft: ContactDraft) -> list[tuple[str, Any]]:
        """What will be recorded, each with what it is; what is not recorded is left out."""
        return list(self._said(draft))

    def _said(self, draft: ContactDraft) -> Iterator[tuple[str, Any]]:
        site = self._sites[draft.site_id]
        local = draft.device_time.astimezone(ZoneInfo(site.time_zone))
        yield _("When"), f"{date_format(local, 'j F Y')}, {local:%H:%M}"
        yield _("Where"), f"{site.name} · {ROUTES[draft.route]}"
        if draft.place != "not_recorded":
            yield _("Place"), self._lists["place"].get(draft.place, draft.place)
        if draft.kind is ContactKind.TALLY:
            yield _("Tally"), str(Sentence("%(count)s contact", "%(count)s contacts", count=draft.tally))
        else:
            # The code itself stands in the file beside; here it becomes a pseudonym.
            yield _("Who"), _("a client, by the code") if draft.client_code else _("anonymous")
        closed = (
            (MODES, draft.mode),
            (WHO_SPOKE, draft.who_spoke),
            (NEWNESS, draft.newness),
            (DURATIONS, draft.duration),
        )
        details = [str(words[code]) for words, code in closed if code not in ("not_recorded", "unknown")]
        if details:
            yield _("How"), ", ".join(details)
        if not isinstance(draft.on_behalf_of, Nothing):
            yield _("For others"), str(draft.on_behalf_of)
        for line in draft.kit_lines:
            name = self._items[line.item_id] if line.item_id else ""
            name = self._kits[line.kit_version_id] if line.kit_version_id else name
            back = (
                ""
                if isinstance(line.returned, Nothing)
                else _(", %(count)s brought back") % {"count": line.returned}
            )
            yield _("Given"), f"{name} × {line.quantity}{back}"
        for told in draft.disclosures:
            yield _("Told"), f"{self._lists['topic'].get(told.topic, told.topic)}: {ANSWERS[told.answer]}"
        for need in draft.needs:
            yield _("Need"), self._need(need)
        for barrier in draft.barriers:
            yield _("Barrier"), self._lists["barrier_kind"].get(barrier.kind, barrier.kind)

    def _need(self, need: NeedDraft) -> str:
        words = [str(self._lists["need_domain"].get(need.domain, need.domain))]
        if need.urgency != "not_recorded":
            words.append(str(URGENCIES[need.urgency]))
        words += [str(ACTIONS[action]) for action in need.actions]
        return ", ".join(words)

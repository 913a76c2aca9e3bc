"""Opening a round, and settling where its coders differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.actions import AssignmentDraft
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries.agreement import Difference
from throughline.records.inquiry.queries.coders import ToCompare
from throughline.web.inquiry.coding.forms import offer


class RoundForm(forms.Form):
    """Who codes which source: a grid of sources by coders, ticked cell by cell or for a coder as a whole."""

    name = forms.CharField(label=_("Name"), max_length=160)
    is_blind = forms.TypedChoiceField(
        label=_("While it is open"), coerce=lambda given: given == "blind", widget=forms.RadioSelect, initial="blind",
        choices=[
            ("blind", _("each coder sees own codings alone, until the round is closed")),
            ("open", _("coders see each other's codings")),
        ],
    )  # fmt: skip
    every = forms.MultipleChoiceField(label=_("Codes every source"), required=False)
    assigned = forms.MultipleChoiceField(label=_("Who codes which source"), required=False)

    def __init__(
        self, *args: Any, coders: Mapping[str, str], sources: Iterable[Source], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held = {str(one.id): one for one in sources}
        self.coders = dict(sorted(coders.items(), key=lambda one: one[1].casefold()))
        offer(self, "every", list(self.coders.items()))
        offer(self, "assigned", [(f"{pk}:{coder}", "") for pk in self.held for coder in self.coders])

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and not given["every"] and not given["assigned"]:
            self.add_error(None, _("Tick who codes which source."))
        return given

    def assignments(self) -> list[AssignmentDraft]:
        """Of a form that is valid: each source and coder ticked, once."""
        given = self.cleaned_data
        pairs = [(pk, coder) for pk in self.held for coder in given["every"]]
        pairs += [(pk, coder) for pk, _, coder in (one.partition(":") for one in given["assigned"])]
        return [AssignmentDraft(self.held[pk], coder) for pk, coder in dict.fromkeys(pairs)]

    def columns(self) -> list[dict[str, Any]]:
        """The coders, as the head of the grid shows them."""
        chosen = set(self["every"].value() or ())
        return [
            {"coder": coder, "name": name, "is_chosen": coder in chosen}
            for coder, name in self.coders.items()
        ]

    def rows(self) -> list[dict[str, Any]]:
        """The sources with a cell for each coder."""
        chosen = set(self["assigned"].value() or ())
        return [
            {
                "name": source.name,
                "cells": [
                    {"value": f"{pk}:{coder}", "name": name, "is_chosen": f"{pk}:{coder}" in chosen}
                    for coder, name in self.coders.items()
                ],
            }
            for pk, source in self.held.items()
        ]


class ImportedRoundForm(forms.Form):
    """What came with an imported project: who is compared, and on which sources."""

    name = forms.CharField(label=_("Name"), max_length=160)
    coders = forms.MultipleChoiceField(label=_("Coders"), widget=forms.CheckboxSelectMultiple)
    sources = forms.MultipleChoiceField(label=_("Sources"), widget=forms.CheckboxSelectMultiple)
    reads_all = forms.TypedChoiceField(
        label=_("Who read which source"), coerce=lambda given: given == "all", widget=forms.RadioSelect, initial="coded",
        choices=[
            ("coded", _("each coder read the sources in which they coded something")),
            ("all", _("each coder chosen read each source chosen: where they coded nothing, they found nothing")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, brought: ToCompare, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brought = brought
        names = {one.actor: one.name for one in brought.coders}
        told = {
            one.id: ", ".join(sorted(names[actor] for actor in brought.coded_by[one.id]))
            for one in brought.sources
        }
        offer(self, "coders", [(str(one.id), one.name) for one in brought.coders])
        offer(self, "sources", [(str(one.id), f"{one.name} ({told[one.id]})") for one in brought.sources])
        for field in ("coders", "sources"):
            self.fields[field].initial = [pk for pk, _ in self.fields[field].choices]  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> dict[str, Any]:
        """Coders and sources of a form that is valid."""
        given = self.cleaned_data
        return {
            "coders": [one for one in self.brought.coders if str(one.id) in given["coders"]],
            "sources": [one for one in self.brought.sources if str(one.id) in given["sources"]],
            "reads_all": given["reads_all"],
        }


class SettleForm(forms.Form):
    """Whether the code stands on a stretch, and why."""

    source = forms.UUIDField(widget=forms.HiddenInput)
    code = forms.UUIDField(widget=forms.HiddenInput)
    start = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    stands = forms.TypedChoiceField(
        label=_("The code"), coerce=lambda given: given == "yes", choices=[("", _("choose one")), ("yes", _("stands here")), ("no", _("does not stand here"))]
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))

    def is_of(self, one: Difference) -> bool:
        """Whether it was sent of this very stretch, whatever else is wrong with it."""
        place = (one.source.id, one.code.id, one.place.start, one.place.end)
        return [self.data.get(name) for name in ("source", "code", "start", "end")] == list(map(str, place))

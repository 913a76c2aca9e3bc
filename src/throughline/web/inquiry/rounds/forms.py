"""Opening a round, and settling where its coders differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.actions import AssignmentDraft
from throughline.records.inquiry.models import Source
from throughline.records.inquiry.queries.coders import ToCompare
from throughline.web.inquiry.coding.forms import offer


class RoundForm(forms.Form):
    """Every chosen coder codes every chosen source."""

    name = forms.CharField(label=_("Name"), max_length=160)
    is_blind = forms.TypedChoiceField(
        label=_("While it is open"), coerce=lambda given: given == "blind", widget=forms.RadioSelect, initial="blind",
        choices=[
            ("blind", _("each coder sees own codings alone, until the round is closed")),
            ("open", _("coders see each other's codings")),
        ],
    )  # fmt: skip
    coders = forms.MultipleChoiceField(label=_("Coders"), widget=forms.CheckboxSelectMultiple)
    sources = forms.MultipleChoiceField(
        label=_("Sources"), widget=forms.CheckboxSelectMultiple,
        help_text=_("Each coder chosen codes each source chosen."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, coders: Mapping[str, str], sources: Iterable[Source], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held = {str(one.id): one for one in sources}
        offer(self, "coders", sorted(coders.items(), key=lambda one: one[1].casefold()))
        offer(self, "sources", [(pk, one.name) for pk, one in self.held.items()])

    def assignments(self) -> list[AssignmentDraft]:
        given = self.cleaned_data
        return [AssignmentDraft(self.held[pk], coder) for pk in given["sources"] for coder in given["coders"]]


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
        label=_("The code"), coerce=lambda given: given == "yes", choices=[("yes", _("stands here")), ("no", _("does not stand here"))]
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 2}))

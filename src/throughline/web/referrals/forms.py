"""Making a referral, and saying what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.records.programme.models import Organisation, Programme, Site
from throughline.records.referral.actions import Passing
from throughline.rules.sharing import passes_something
from throughline.rules.transitions import NEEDS_SOURCE
from throughline.vocabulary.referral import Door, OutcomeSource, ReferralKind, ReferralState, YesNo
from throughline.vocabulary.sharing import SharingBasis
from throughline.web.badges import REFERRAL_BADGES
from throughline.web.words import DOORS, OUTCOME_SOURCES, REFERRAL_KINDS, SHARING_BASES, choices, listed


def basis_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("On what basis it passes to them"), required=False, coerce=SharingBasis, empty_value=None,
        choices=choices(SHARING_BASES), widget=forms.RadioSelect,
        help_text=_(
            "Needed where the receiver is another organisation. Not where the person is only told where to go."
        ),
    )  # fmt: skip


def notice_field() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("It says that it may not be passed on without the person's consent"), required=False
    )


def passing_of(given: Mapping[str, Any]) -> Passing:
    """What the two fields come to."""
    return Passing(given.get("basis"), YesNo.YES if given.get("notice") else YesNo.NO)


class ReferralForm(forms.Form):
    """A referral for one coded reason, or for a need of a contact (then there is no reason to choose)."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)  # so that a form sent twice refers once
    from_site = forms.ChoiceField(label=_("From"), widget=forms.RadioSelect)
    to_organisation = forms.ChoiceField(label=_("To"))
    reason = forms.ChoiceField(label=_("What for"), widget=forms.RadioSelect)
    kind = forms.TypedChoiceField(
        label=_("In what way"), choices=choices(REFERRAL_KINDS), coerce=ReferralKind, widget=forms.RadioSelect
    )
    door = forms.TypedChoiceField(
        label=_("How it came about"), choices=choices(DOORS), coerce=Door, widget=forms.RadioSelect
    )
    basis = basis_field()
    notice = notice_field()

    def __init__(
        self, *args: Any, programme: Programme, sites: Iterable[Site], organisations: Iterable[Organisation],
        is_for_need: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.sites = {str(site.id): site for site in sites}
        self.organisations = {str(one.id): one for one in organisations}
        _offer(self, "from_site", [(pk, site.name) for pk, site in self.sites.items()])
        _offer(
            self, "to_organisation", [("", "–"), *((pk, one.name) for pk, one in self.organisations.items())]
        )
        if is_for_need:
            del self.fields["reason"]
        else:
            _offer(self, "reason", list(listed(programme.id, "need_domain").items()))

    def clean_from_site(self) -> Site:
        return self.sites[self.cleaned_data["from_site"]]

    def clean_to_organisation(self) -> Organisation:
        return self.organisations[self.cleaned_data["to_organisation"]]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        site, to, kind = (given.get(name) for name in ("from_site", "to_organisation", "kind"))
        if (
            site
            and to
            and kind
            and passes_something(kind, site.organisation_id, to.id)
            and not given.get("basis")
        ):
            self.add_error("basis", _("Say on what basis, where the receiver is another organisation."))
        return given


class MoveForm(forms.Form):
    """The next state, out of those that may follow, and who says so."""

    state = forms.TypedChoiceField(label=_("It is now"), coerce=ReferralState, widget=forms.RadioSelect)
    source = forms.TypedChoiceField(
        label=_("Who says so"), required=False, coerce=OutcomeSource, empty_value=None, widget=forms.RadioSelect,
        choices=choices(OUTCOME_SOURCES),
        help_text=_("Needed for every outcome: referred is not entered, and entered is only what somebody says."),
    )  # fmt: skip
    happened_at = forms.DateTimeField(
        label=_("When, if not now"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    base_version = forms.IntegerField(widget=forms.HiddenInput)
    basis = basis_field()
    notice = notice_field()

    def __init__(
        self, *args: Any, following: Iterable[ReferralState], time_zone: str, is_passing: bool, **kwargs: Any
    ) -> None:
        """`is_passing`: sending it would pass something to another organisation, and that comes next."""
        super().__init__(*args, **kwargs)
        if not is_passing:
            del self.fields["basis"], self.fields["notice"]
        self.time_zone = time_zone
        order = list(ReferralState)
        states = sorted(following, key=order.index)
        _offer(self, "state", [(state.value, REFERRAL_BADGES[state][0]) for state in states])

    def go_on_from(self, version: int) -> None:
        """Somebody else moved it first: what was said stays, to be sent again by who has seen that on the same page."""
        sent: Any = self.data
        self.data = sent = sent.copy()
        sent["base_version"] = str(version)

    def clean_happened_at(self) -> datetime | None:
        given: datetime | None = self.cleaned_data["happened_at"]
        return given.replace(tzinfo=ZoneInfo(self.time_zone)) if given else None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("state") in NEEDS_SOURCE and not given.get("source"):
            self.add_error("source", _("Say who says so; “not known who says so” is an answer too."))
        if given.get("state") is ReferralState.SENT and "basis" in self.fields and not given.get("basis"):
            self.add_error("basis", _("Say on what basis, where the receiver is another organisation."))
        return given


def _offer(form: forms.Form, name: str, offered: list[tuple[str, Any]]) -> None:
    form.fields[name].choices = offered  # type: ignore[attr-defined]  # a choice field

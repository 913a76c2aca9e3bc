"""The form of a contact, built from what a programme offers. Silence in it is "not recorded", never "no"."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from throughline.rules.client_code import hint_words
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierLevel,
    DurationBand,
    Mode,
    Newness,
    RaisedBy,
    Route,
    Urgency,
    WhoSpoke,
)
from throughline.web.record.offer import Offer
from throughline.web.words import (
    ACTIONS,
    ANSWERS,
    BARRIER_LEVELS,
    DURATIONS,
    MODES,
    NEWNESS,
    RAISED_BY,
    REASONS,
    ROUTES,
    URGENCIES,
    WHO_SPOKE,
    choices,
)

TAPPED = (Answer.TOLD, Answer.SAID_NO, Answer.DECLINED)
MOST = 500  # more of one thing at one contact is a slip of the finger


def stepper(**attrs: Any) -> forms.NumberInput:
    return forms.NumberInput(attrs={"data-stepper": "yes", "inputmode": "numeric", **attrs})


class ContactForm(forms.Form):
    """One contact. Fields named item_…, kit_…, topic_…, need_…, done_…, urgency_…, way_… come from the offer."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    site = forms.TypedChoiceField(label=_("Site"), widget=forms.RadioSelect)
    route = forms.TypedChoiceField(
        label=_("By which route"), choices=choices(ROUTES), coerce=Route, widget=forms.RadioSelect
    )
    place = forms.ChoiceField(label=_("Place"), required=False, initial="not_recorded")
    client_code = forms.CharField(
        label=_("Client code"), required=False, max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip
    on_behalf_of = forms.IntegerField(
        label=_("Also for how many other people?"), required=False, min_value=0, max_value=MOST,
        help_text=_("A number only, never who. Left empty: not recorded."), widget=stepper(),
    )  # fmt: skip
    barriers = forms.MultipleChoiceField(
        label=_("What stood in the way"), required=False, widget=forms.CheckboxSelectMultiple
    )
    newness = forms.TypedChoiceField(
        label=_("Is the person new here?"), choices=choices(NEWNESS), coerce=Newness, required=False,
        empty_value=Newness.UNKNOWN, widget=forms.RadioSelect,
    )  # fmt: skip
    tally = forms.IntegerField(
        label=_("Counting several contacts at once?"), required=False, min_value=1, max_value=MOST,
        help_text=_("For a count of contacts of which nothing else is known. Left empty: this is one contact."),
        widget=stepper(),
    )  # fmt: skip
    mode = forms.TypedChoiceField(
        label=_("How"), choices=choices(MODES), coerce=Mode, required=False, empty_value=Mode.NOT_RECORDED,
        initial=Mode.NOT_RECORDED,
    )  # fmt: skip
    who_spoke = forms.TypedChoiceField(
        label=_("Who spoke"), choices=choices(WHO_SPOKE), coerce=WhoSpoke, required=False,
        empty_value=WhoSpoke.NOT_RECORDED, initial=WhoSpoke.NOT_RECORDED,
    )  # fmt: skip
    duration = forms.TypedChoiceField(
        label=_("How long"), choices=choices(DURATIONS), coerce=DurationBand, required=False,
        empty_value=DurationBand.NOT_RECORDED, initial=DurationBand.NOT_RECORDED,
    )  # fmt: skip
    happened_at = forms.DateTimeField(
        label=_("When, if not now"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("In the site's own time."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    is_after_the_fact = forms.BooleanField(
        label=_("It has been given out already: record it, and flag it"), required=False
    )

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.by_id = {str(site.id): site for site in offer.sites}
        site, place, barriers = self.fields["site"], self.fields["place"], self.fields["barriers"]
        site.choices = [(str(one.id), one.name) for one in offer.sites]  # type: ignore[attr-defined]  # a choice field
        place.choices = list(offer.places.items())  # type: ignore[attr-defined]  # a choice field
        barriers.choices = list(offer.barriers.items())  # type: ignore[attr-defined]  # a choice field
        self.fields["client_code"].help_text = _("Left empty: anonymous. %(hint)s.") % {
            "hint": capfirst(str(hint_words(offer.programme.client_code_hint)))
        }
        self._let_stand("on_behalf_of", "tally")
        self._add_things()
        self._add_topics()
        self._add_needs()
        self._add_levels()

    def _add_things(self) -> None:
        for thing in self.offer.things:
            self.fields[thing.field] = forms.IntegerField(
                label=thing.name,
                required=False,
                min_value=0,
                max_value=self.most(thing.field),
                widget=stepper(),
            )
            self.fields[f"back_{thing.field}"] = forms.IntegerField(
                label=_("%(name)s that came back") % {"name": thing.name},
                required=False, min_value=0, max_value=self.most(f"back_{thing.field}"), widget=stepper()
            )  # fmt: skip
            if thing.lots:
                self.fields[f"lot_{thing.field}"] = forms.ChoiceField(
                    label=thing.name, required=False, choices=[("", _("not said")), *thing.lots]
                )

    def most(self, name: str) -> int:
        """The highest number a field takes: what is there already may be more, and stays."""
        return max(MOST, self.initial.get(name) or 0)

    def _let_stand(self, *names: str) -> None:
        for name in names:
            field = self.fields[name]
            field.validators = [MinValueValidator(field.min_value), MaxValueValidator(self.most(name))]  # type: ignore[attr-defined]  # a number's field
            field.widget.attrs["max"] = self.most(name)

    def _add_topics(self) -> None:
        for code, label in self.offer.topics.items():
            name = f"topic_{code}"
            offered = [*TAPPED]
            was = self.initial.get(name)
            if was and was not in offered and was != Answer.NOT_RECORDED:
                offered.append(Answer(was))  # an imported answer that no chip gives stays as it is
            self.fields[name] = forms.ChoiceField(
                label=str(label), required=False, initial="",
                choices=[*((one.value, ANSWERS[one]) for one in offered), ("", _("not recorded"))],
                widget=forms.RadioSelect,
            )  # fmt: skip

            self.fields[f"raised_{code}"] = forms.TypedChoiceField(
                label=_("Who raised it: %(topic)s") % {"topic": label}, required=False, choices=choices(RAISED_BY), coerce=RaisedBy,
                empty_value=RaisedBy.NOT_RECORDED, initial=RaisedBy.NOT_RECORDED,
            )  # fmt: skip

    def _add_levels(self) -> None:
        for code, label in self.offer.barriers.items():
            self.fields[f"level_{code}"] = forms.TypedChoiceField(
                label=_("Level: %(barrier)s") % {"barrier": label}, required=False, choices=choices(BARRIER_LEVELS), coerce=BarrierLevel,
                empty_value=BarrierLevel.NOT_RECORDED, initial=BarrierLevel.NOT_RECORDED,
            )  # fmt: skip

    def _add_needs(self) -> None:
        for code, label in self.offer.domains.items():
            self.fields[f"need_{code}"] = forms.BooleanField(label=str(label), required=False)
            self.fields[f"done_{code}"] = forms.TypedMultipleChoiceField(
                label=_("What was done"), required=False, choices=choices(ACTIONS), coerce=ActionKind,
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip
            self.fields[f"urgency_{code}"] = forms.TypedChoiceField(
                label=_("How soon"), required=False, choices=choices(URGENCIES), coerce=Urgency,
                empty_value=Urgency.NOT_RECORDED, initial=Urgency.NOT_RECORDED, widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"way_{code}"] = forms.MultipleChoiceField(
                label=_("What stood in the way of it"), required=False, choices=list(self.offer.barriers.items()),
                widget=forms.CheckboxSelectMultiple,
            )  # fmt: skip

    def clean_site(self) -> Any:
        return self.by_id[self.cleaned_data["site"]]

    def clean_happened_at(self) -> datetime | None:
        """The moment as the site's clock shows it; the form's own zone is the server's, which means nothing here."""
        given: datetime | None = self.cleaned_data["happened_at"]
        site = self.by_id.get(str(self.data.get("site", "")))
        if given is None or site is None:
            return None
        return given.replace(tzinfo=ZoneInfo(site.time_zone))

    # What the template walks over, in order.

    def thing_rows(self) -> list[dict[str, Any]]:
        return [{"field": self[thing.field], "refusal": thing.refusal} for thing in self.offer.things]

    def back_rows(self) -> list[Any]:
        return [self[f"back_{thing.field}"] for thing in self.offer.things]

    def lot_rows(self) -> list[Any]:
        return [self[f"lot_{thing.field}"] for thing in self.offer.things if thing.lots]

    def raised_rows(self) -> list[Any]:
        return [self[f"raised_{code}"] for code in self.offer.topics]

    def level_rows(self) -> list[Any]:
        return [self[f"level_{code}"] for code in self.offer.barriers]

    def topic_rows(self) -> list[Any]:
        return [self[f"topic_{code}"] for code in self.offer.topics]

    def need_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "need": self[f"need_{code}"], "done": self[f"done_{code}"], "urgency": self[f"urgency_{code}"],
                "way": self[f"way_{code}"],
            }
            for code in self.offer.domains
        ]  # fmt: skip

    def refusals(self) -> list[Any]:
        """Each sentence once that keeps something from leaving at this site today."""
        return list(dict.fromkeys(thing.refusal for thing in self.offer.things if thing.refusal))

    def where(self) -> list[Any]:
        """Site, route and place as they stand, for the line that is opened to change them."""
        places = self.offer.places
        shown = [dict(self.fields["site"].choices).get(str(self["site"].value()), "")]  # type: ignore[attr-defined]  # a choice field
        shown.append(ROUTES.get(str(self["route"].value()), ""))
        place = str(self["place"].value() or "not_recorded")
        return [
            part for part in [*shown, places.get(place, place) if place != "not_recorded" else ""] if part
        ]

    def has_errors_in(self, *names: str) -> bool:
        return any(name in self.errors for name in names)

    @property
    def is_where_open(self) -> bool:
        return self.has_errors_in("site", "route", "place") or len(self.where()) < 2

    @property
    def is_back_open(self) -> bool:
        return any(row.errors or row.value() for row in self.back_rows())

    @property
    def are_lots_open(self) -> bool:
        return any(row.errors or row.value() in dict(row.field.choices[1:]) for row in self.lot_rows())

    @property
    def is_raised_open(self) -> bool:
        return any(row.value() not in (None, "", RaisedBy.NOT_RECORDED) for row in self.raised_rows())

    @property
    def are_barriers_open(self) -> bool:
        levels = any(row.value() not in (None, "", BarrierLevel.NOT_RECORDED) for row in self.level_rows())
        return levels or bool(self["barriers"].value())

    @property
    def is_more_open(self) -> bool:
        return self.has_errors_in("newness", "tally", "mode", "who_spoke", "duration", "happened_at")


class CorrectionForm(ContactForm):
    """A contact as it stands, to be put right. Who it is about is only said again where that changes."""

    base_version = forms.IntegerField(widget=forms.HiddenInput)
    about = forms.ChoiceField(
        label=_("Who it is about"), initial="same", widget=forms.RadioSelect,
        choices=[("same", _("as it was")), ("code", _("another client code")), ("anonymous", _("anonymous"))],
    )  # fmt: skip
    why = forms.ChoiceField(
        label=_("Why is it corrected?"), choices=list(REASONS.items()), widget=forms.RadioSelect,
        help_text=_("What it said before is kept beside it, except where it was about another person: then it is"
                    " destroyed."),
    )  # fmt: skip

    is_overtaken = False

    def go_on_from(self, version: int) -> None:
        """Another correction came first: what was typed stays, to be sent again once somebody has looked at that one."""
        self.is_overtaken = True
        sent: Any = self.data
        self.data = sent = sent.copy()
        sent["base_version"] = str(version)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("about") == "code" and not given.get("client_code"):
            self.add_error("client_code", _("Enter the code, or choose “as it was” or “anonymous”."))
        return given

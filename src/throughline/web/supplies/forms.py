"""Sheets of a shelf: a number beside each item. An empty box is an item that nothing is said of, never a 0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from throughline.records.engagement.queries.stock import COVER_DAYS, CountedItem
from throughline.records.foundation import new_id
from throughline.records.programme.models import Site
from throughline.records.supplies.models import Item, Lot
from throughline.vocabulary.stock import (
    CountedLine,
    StockLine,
    Unit,
    VarianceReason,
    WithdrawnWhy,
    WriteOffReason,
)
from throughline.web.supplies.words import (
    COUNTED_IN,
    UNITS,
    VARIANCE_REASONS,
    WITHDRAWN_WHYS,
    WRITE_OFF_REASONS,
)
from throughline.web.words import choices

MOST = 1_000_000


def number(label: str, *, least: int) -> forms.IntegerField:
    """A box of a sheet; its label is read out, the row shows the item."""
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input"})
    return forms.IntegerField(label=label, required=False, min_value=least, max_value=MOST, widget=widget)


@dataclass(frozen=True)
class Row:
    """One item's line of a sheet: the fields that stand beside it."""

    item: Item
    number: Any
    unit: Any
    key: Any = None
    batch: Any = None
    expires_on: Any = None
    lot: Any = None
    by_lot: tuple[tuple[Lot, Any], ...] = ()


class SheetForm(forms.Form):
    """Items of a programme, those kept at the site first. When it happened is told in the site's own time."""

    least = 1
    happened_at = forms.DateTimeField(
        label=_("When, if not now"), required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        help_text=_("In the site's own time."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, site: Site, items: Sequence[Item], kept: Iterable[UUID],
        lots: Mapping[UUID, Sequence[Lot]], **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.site, self.items, self.kept, self.lots = site, items, set(kept), lots
        for item in items:
            self.fields[f"n_{item.id}"] = number(item.name, least=self.least)
            self.add_beside(item)

    def add_beside(self, item: Item) -> None:
        """What else stands beside an item: the id of its line, so that a form sent twice counts once."""
        self.fields[f"key_{item.id}"] = forms.UUIDField(
            required=False, initial=new_id, widget=forms.HiddenInput
        )

    def clean_happened_at(self) -> datetime | None:
        given: datetime | None = self.cleaned_data["happened_at"]
        return given.replace(tzinfo=ZoneInfo(self.site.time_zone)) if given else None

    def rows(self) -> list[Row]:
        """Lines of the items that are kept here."""
        return [self.row(item) for item in self.items if item.id in self.kept]

    def other_rows(self) -> list[Row]:
        return [self.row(item) for item in self.items if item.id not in self.kept]

    def is_other_open(self) -> bool:
        """Whether to show at once what is not kept here: nothing else is there, or something in it is wrong."""
        return not self.kept or any(name in self.errors for name in self.fields if name != "happened_at")

    def row(self, item: Item) -> Row:
        beside = {
            name: self[f"{field}_{item.id}"]
            for name, field in (
                ("key", "key"), ("batch", "batch"), ("expires_on", "expires"), ("lot", "lot"),
            )
            if f"{field}_{item.id}" in self.fields
        }  # fmt: skip
        by_lot = tuple(
            (lot, self[f"l_{lot.id}"]) for lot in self.lots.get(item.id, ()) if f"l_{lot.id}" in self.fields
        )
        return Row(item, self[f"n_{item.id}"], COUNTED_IN[item.unit], by_lot=by_lot, **beside)

    def stock_lines(self) -> list[StockLine]:
        """The lines with a number, as an action takes them."""
        return list(self._lines())

    def _lines(self) -> Iterator[StockLine]:
        given = self.cleaned_data
        for item in self.items:
            if not given.get(f"n_{item.id}"):
                continue
            yield StockLine(
                item.id, given[f"n_{item.id}"],
                batch=given.get(f"batch_{item.id}") or given.get(f"lot_{item.id}") or "",
                expires_on=given.get(f"expires_{item.id}"), id=given.get(f"key_{item.id}"),
            )  # fmt: skip


class ReceiveForm(SheetForm):
    """A delivery. What expires has a batch number and a day."""

    def add_beside(self, item: Item) -> None:
        super().add_beside(item)
        label = {"item": item.name}
        self.fields[f"batch_{item.id}"] = forms.CharField(
            label=_now("Batch of %(item)s") % label, required=False, max_length=40,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "input"}),
        )  # fmt: skip
        self.fields[f"expires_{item.id}"] = forms.DateField(
            label=_now("%(item)s expires on") % label, required=False,
            widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"),
        )  # fmt: skip


class LeavingForm(SheetForm):
    """What leaves the shelf, of a lot where one is named."""

    def add_beside(self, item: Item) -> None:
        super().add_beside(item)
        lots = self.lots.get(item.id, ())
        if lots:
            named = [(lot.batch, f"{lot.batch}, {date_format(lot.expires_on)}") for lot in lots]
            self.fields[f"lot_{item.id}"] = forms.ChoiceField(
                label=_now("Batch of %(item)s") % {"item": item.name}, required=False,
                choices=[("", _("no batch")), *named], widget=forms.Select(attrs={"class": "input"}),
            )  # fmt: skip


class TransferForm(LeavingForm):
    to_site = forms.ChoiceField(label=_("To which site"))

    def __init__(self, *args: Any, others: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_id = {str(site.id): site for site in others}
        offered = [("", "–"), *((key, site.name) for key, site in self.by_id.items())]
        self.fields["to_site"].choices = offered  # type: ignore[attr-defined]  # a choice field

    def clean_to_site(self) -> Site:
        return self.by_id[self.cleaned_data["to_site"]]


class WriteOffForm(LeavingForm):
    reason = forms.TypedChoiceField(
        label=_("Why it is written off"), choices=choices(WRITE_OFF_REASONS), coerce=WriteOffReason,
        widget=forms.RadioSelect,
    )  # fmt: skip


class CountForm(SheetForm):
    """A blind count: the sheet does not say what the books say. An empty box is not counted; 0 is none there."""

    least = 0
    count_id = forms.UUIDField(widget=forms.HiddenInput)

    def add_beside(self, item: Item) -> None:
        for lot in self.lots.get(item.id, ()):
            words = {"item": item.name, "batch": lot.batch, "day": date_format(lot.expires_on)}
            label = _now("%(item)s, batch %(batch)s, expires %(day)s") % words
            self.fields[f"l_{lot.id}"] = number(label, least=0)

    def counted_lines(self) -> list[CountedLine]:
        given, found = self.cleaned_data, []
        for item in self.items:
            whole = given.get(f"n_{item.id}")
            if whole is not None:
                found.append(CountedLine(item.id, whole))
            for lot in self.lots.get(item.id, ()):
                if given.get(f"l_{lot.id}") is not None:
                    found.append(CountedLine(item.id, given[f"l_{lot.id}"], lot.id))
        return found


class ReasonsForm(forms.Form):
    """Why each item of a count that differs does so."""

    def __init__(self, *args: Any, items: Sequence[CountedItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = {f"why_{one.item.id}": one for one in items if one.needs_reason}
        for name, one in self.items.items():
            self.fields[name] = forms.TypedChoiceField(
                label=_now("Why %(item)s differs") % {"item": one.item.name}, required=False, coerce=VarianceReason,
                empty_value=None, choices=[("", _("not said yet")), *choices(VARIANCE_REASONS)],
                widget=forms.Select(attrs={"class": "input"}),
            )  # fmt: skip
            # What the reader had before their eyes: where late records changed it meanwhile, the reason is of this one.
            self.fields[f"by_{one.item.id}"] = forms.IntegerField(
                initial=one.difference, widget=forms.HiddenInput
            )

    def said(self) -> Iterator[tuple[CountedItem, VarianceReason, int]]:
        for name, one in self.items.items():
            if self.cleaned_data.get(name):
                yield one, self.cleaned_data[name], self.cleaned_data[f"by_{one.item.id}"]

    def row(self, one: CountedItem) -> tuple[Any, Any] | None:
        """The two fields of an item that needs a reason."""
        name = f"why_{one.item.id}"
        return (self[name], self[f"by_{one.item.id}"]) if name in self.items else None


class WithdrawForm(forms.Form):
    why = forms.TypedChoiceField(
        label=_("Why it is withdrawn"), choices=choices(WITHDRAWN_WHYS), coerce=WithdrawnWhy,
        widget=forms.RadioSelect,
    )  # fmt: skip


class CoverForm(forms.Form):
    """For how many days to order."""

    days = forms.IntegerField(
        label=_("To last so many days"), required=False, min_value=1, max_value=365, initial=COVER_DAYS,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip


class ItemForm(forms.Form):
    """A new item of the programme."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As it is called at the counter."))
    kind = forms.ChoiceField(label=_("Kind"))
    unit = forms.TypedChoiceField(
        label=_("What one of it is"), choices=choices(UNITS), coerce=Unit, initial=Unit.PIECE.value,
        widget=forms.RadioSelect,
    )  # fmt: skip
    is_controlled = forms.BooleanField(
        label=_("Controlled: may leave only under a police agreement, where the country needs one"),
        required=False,
    )

    def __init__(self, *args: Any, kinds: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "–"), *kinds.items()]  # type: ignore[attr-defined]  # a choice field


class KitForm(forms.Form):
    """What a kit holds from a day on: a new kit, or a new version of one that has this name."""

    name = forms.CharField(
        label=_("Name of the kit"), max_length=120,
        help_text=_("The name of a kit that is there makes a new version of it; the earlier ones stay as they were."),
    )  # fmt: skip
    from_on = forms.DateField(
        label=_("From which day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, items: Sequence[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            self.fields[f"n_{item.id}"] = number(item.name, least=1)

    def rows(self) -> list[Row]:
        return [Row(item, self[f"n_{item.id}"], COUNTED_IN[item.unit]) for item in self.items]

    def components(self) -> dict[Item, int]:
        given = self.cleaned_data
        return {item: given[f"n_{item.id}"] for item in self.items if given.get(f"n_{item.id}")}

"""Questions as plain forms. A question stands in its address by ids alone: no word of a text or an attribute is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.methods.passages.asking import ANYWHERE, Distance, Relation, Within
from throughline.records.inquiry.models import Code
from throughline.records.inquiry.queries.asking import Question, Step, attributes_of, values_of
from throughline.records.inquiry.queries.material import Attribute, Material, Narrowed, Whose, with_below
from throughline.vocabulary.nothing import Nothing
from throughline.web.words import SOURCE_KINDS, Words

INDENT = "\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}"
RELATIONS: Words = {
    Relation.AND: _("and: the text under both"),
    Relation.OR: _("or: the text under either"),
    Relation.NOT: _("not: the text under the first alone"),
    Relation.OVERLAPS: _("overlaps: whole passages that share text with"),
    Relation.SAME_TURN: _("in the same turn as"),
    Relation.NEAR: _("near"),
    Relation.BEFORE: _("before"),
    Relation.AFTER: _("after"),
}
UNITS: Words = {Distance.CHARACTERS: _("characters"), Distance.TURNS: _("turns")}
WHOSE: Words = {
    Whose.EVERYBODY: _("everybody's"),
    Whose.OWN: _("my own"),
    Whose.AGREED: _("the agreed version"),
}
ATTRIBUTES = {
    "site": _("Site"), "arm": _("Arm"), "phase": _("Phase"), "kind": _("Kind"), "language": _("Language"), "group": _("Group"),
}  # fmt: skip
ARMS_AND_PHASES = {
    "intervention": _("intervention"), "comparison": _("comparison"), "before": _("before"),
    "implementation": _("implementation"), "after": _("after"),
}  # fmt: skip
DISTANT = frozenset({Relation.NEAR, Relation.BEFORE, Relation.AFTER})


def mark_of(words: str) -> str:
    """What stands in an address for an attribute or its value: the words themselves may tell somebody apart."""
    return hashlib.blake2s(words.encode(), digest_size=6).hexdigest()


def attribute_mark(attribute: Attribute) -> str:
    return mark_of(f"{attribute.kind}\0{attribute.name}")


def attribute_label(attribute: Attribute) -> Any:
    return ATTRIBUTES.get(attribute.kind, attribute.name)


def value_label(attribute: Attribute, value: str) -> Any:
    if value == Nothing.NOT_RECORDED.value:
        return _("not recorded")
    if attribute.kind == "kind":
        return SOURCE_KINDS.get(value, value)
    return ARMS_AND_PHASES.get(value, value) if attribute.kind in ("arm", "phase") else value


def indented(codes: Sequence[Code]) -> list[tuple[Code, int]]:
    """Codes in tree order with their depth, book by book; retired ones too, because codings may stand under them."""
    below: dict[UUID | None, list[Code]] = {}
    for code in codes:
        below.setdefault(code.parent_id, []).append(code)
    found: list[tuple[Code, int]] = []
    waiting = [(code, 0) for code in reversed(below.get(None, []))]
    while waiting:
        code, depth = waiting.pop()
        found.append((code, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(code.id, []))]
    return found


class FiltersForm(forms.Form):
    """Which sources and people are asked about: one choice for each attribute that there is."""

    def __init__(self, data: Any, *, everything: Material, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.everything = everything
        self.offered: dict[str, tuple[Attribute, dict[str, str]]] = {}
        for attribute in attributes_of(everything):
            values = {mark_of(value): value for value in values_of(everything, attribute)}
            name = f"f-{attribute_mark(attribute)}"
            self.offered[name] = (attribute, values)
            choices = [("", _("any")), *((mark, value_label(attribute, v)) for mark, v in values.items())]
            self.fields[name] = forms.ChoiceField(
                label=attribute_label(attribute), choices=choices, required=False
            )

    def filters(self) -> list[forms.BoundField]:
        return [self[name] for name in self.offered]

    def narrowed(self) -> Narrowed:
        """What is not a choice is passed over."""
        given = self.cleaned_data if self.is_bound and self.is_valid() else {}
        found: dict[Attribute, frozenset[str]] = {}
        for name, (attribute, values) in self.offered.items():
            if given.get(name):
                found[attribute] = frozenset({values[given[name]]})
        return found


class AskForm(FiltersForm):
    """A code, and how up to two others stand to it."""

    a = forms.ChoiceField(label=_("Code"))
    a_below = forms.BooleanField(label=_("and the codes below it"), required=False)
    relation = forms.ChoiceField(
        label=_("Relation"), required=False, choices=[("", "–"), *((r.value, w) for r, w in RELATIONS.items())]
    )  # fmt: skip
    b = forms.ChoiceField(label=_("Second code"), required=False)
    b_below = forms.BooleanField(label=_("and the codes below it"), required=False)
    within = forms.IntegerField(
        label=_("At most so far"), required=False, min_value=0, max_value=1_000_000,
        help_text=_("For near; for before and after where you want a limit."),
    )  # fmt: skip
    unit = forms.ChoiceField(
        label=_("Counted in"), required=False, choices=[(u.value, w) for u, w in UNITS.items()]
    )
    then = forms.ChoiceField(
        label=_("Then"), required=False,
        choices=[("", "–"), *((r.value, RELATIONS[r]) for r in Relation if r not in DISTANT)],
    )  # fmt: skip
    c = forms.ChoiceField(label=_("Third code"), required=False)
    whose = forms.ChoiceField(label=_("Whose codings"), required=False)

    def __init__(self, data: Any, *, codes: Sequence[Code], has_agreed: bool, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.codes = codes
        listed = [(str(code.id), INDENT * depth + code.name) for code, depth in indented(codes)]
        for name in ("a", "b", "c"):
            self.fields[name].choices = [("", "–"), *listed]  # type: ignore[attr-defined]  # a choice field
        offered = [one for one in WHOSE if has_agreed or one is not Whose.AGREED]
        self.fields["whose"].choices = [(one.value, WHOSE[one]) for one in offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("relation")) != bool(given.get("b")):
            self.add_error("b", _("Choose a relation and a second code, or neither."))
        if bool(given.get("then")) != bool(given.get("c")):
            self.add_error("c", _("Choose a relation and a third code, or neither."))
        if (
            given.get("relation") == Relation.NEAR
            and given.get("within") is None
            and "within" not in self.errors
        ):
            self.add_error("within", _("Say how near: so many characters or turns."))
        return given

    def question(self) -> Question:
        """Of a form that is valid."""
        given = self.cleaned_data
        steps = []
        if given["relation"]:
            relation = Relation(given["relation"])
            within = (
                Within(given["within"], Distance(given["unit"] or "characters"))
                if relation in DISTANT
                else ANYWHERE
            )
            steps.append(Step(relation, self._codes(given["b"], given["b_below"]), within))
        if given["then"]:
            steps.append(Step(Relation(given["then"]), self._codes(given["c"], False)))
        whose = Whose(given["whose"] or Whose.EVERYBODY)
        return Question(self._codes(given["a"], given["a_below"]), tuple(steps), whose)

    def _codes(self, chosen: str, is_with_below: bool) -> frozenset[UUID]:
        pk = UUID(chosen)
        return with_below(self.codes, pk) if is_with_below else frozenset({pk})

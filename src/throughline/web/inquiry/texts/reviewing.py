"""The review of a text as its form holds it: what was proposed, what a reader added, and how each was answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from throughline.records.inquiry.actions import Replacement
from throughline.records.inquiry.queries.aliases import Found, Group, Review, chosen_group
from throughline.vocabulary.study import AliasKind
from throughline.web.inquiry.texts.words import ALIAS_KINDS, WHY_PROPOSED

MOST_ADDED = 1_000
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True)
class Choice:
    """A name as the page shows it and as it was answered. `field`: what its fields begin with, g0 or, added, a0."""

    field: str
    group: Group
    kind: AliasKind
    label: str
    is_replaced: bool
    places: list[tuple[Found, str, bool]]  # where, its value in the form, whether it is replaced
    found_at: str = ""  # of one that a reader added: where it was marked

    @property
    def kind_name(self) -> Any:
        return ALIAS_KINDS[self.kind]

    @property
    def why(self) -> Any:
        return WHY_PROPOSED[self.group.rule]

    def replacements(self) -> list[Replacement]:
        """Everywhere where no place was left alone; else the chosen places."""
        if not self.is_replaced:
            return []
        chosen = [place for place, _, is_chosen in self.places if is_chosen]
        everywhere = len(chosen) == len(self.places)
        return [
            Replacement(one.start, one.end, self.kind, self.label, everywhere=everywhere) for one in chosen
        ]


def choices_of(review: Review, given: QueryDict | None) -> list[Choice]:
    """What is proposed, and what a reader marked besides; `given` is the form as it came back, None at first.

    Invalid where what was marked is no name of this text.
    """
    proposed = [_choice(f"g{number}", group, given) for number, group in enumerate(review.groups)]
    return proposed if given is None else [*proposed, *_added(review, given)]


def _added(review: Review, given: QueryDict) -> Iterator[Choice]:
    taken = [group.label for group in review.groups]
    for number in range(MOST_ADDED):
        marked = given.get(f"a{number}-found", "")
        if not marked:
            return
        span = _SPAN.fullmatch(marked)
        start, end = (int(span[1]), int(span[2])) if span else (0, 0)
        group = chosen_group(review.text, review.known, start, end, taken=taken)
        taken.append(group.label)
        yield _choice(f"a{number}", group, given, marked)


def _choice(field: str, group: Group, given: QueryDict | None, found_at: str = "") -> Choice:
    values = [f"{place.start}-{place.end}" for place in group.places]
    kind, label, is_replaced, chosen = group.kind, group.label, True, set(values)
    if given is not None:
        asked = given.get(f"{field}-kind", "")
        kind = AliasKind(asked) if asked in list(AliasKind) else group.kind
        label = given.get(f"{field}-label", label).strip() or label
        is_replaced = given.get(f"{field}-do") == "replace"
        chosen = set(given.getlist(f"{field}-at"))
    places = [(place, value, value in chosen) for place, value in zip(group.places, values, strict=True)]
    return Choice(field, group, kind, label, is_replaced, places, found_at)

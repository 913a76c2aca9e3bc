"""The review of a text as its form holds it: what was proposed, what a reader added, and how each was answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from throughline.records.inquiry.actions import Replacement
from throughline.records.inquiry.queries.aliases import Found, Group, Review, chosen_group
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.study import AliasKind
from throughline.web.inquiry.texts.words import ALIAS_KINDS, WHY_PROPOSED

MOST_ADDED = 1_000
_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


@dataclass(frozen=True)
class Answer:
    """How a name was answered. `chosen`: the places where it goes; None: everywhere. `found_at`: of one that was added."""

    is_replaced: bool
    kind: str
    label: str
    chosen: frozenset[str] | None
    found_at: str = ""


@dataclass(frozen=True)
class Choice:
    """A name as the page shows it and as it was answered. `field`: what its fields begin with: g and where it stands
    first, or, added, a0.
    """

    field: str
    group: Group
    kind: AliasKind
    label: str
    is_replaced: bool
    places: list[tuple[Found, str, bool]]  # where, its value in the form, whether it is replaced
    found_at: str = ""  # of one that a reader added: where it was marked
    is_answered: bool = True

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

    def told(self) -> dict[str, Any]:
        """As the page's script takes it: of the places their ends alone, for it has the text."""
        chosen = [number for number, (_, _, is_chosen) in enumerate(self.places) if is_chosen]
        return {
            "field": self.field, "term": self.group.term, "kind": self.kind.value, "label": self.label,
            "why": str(self.why), "replaced": self.is_replaced, "marked": self.found_at,
            "places": [(place.start, place.end) for place, _, _ in self.places],
            "chosen": None if len(chosen) == len(self.places) else chosen,
        }  # fmt: skip


def choices_of(review: Review, given: QueryDict | None) -> list[Choice]:
    """What is proposed, and what a reader marked besides; `given` is the form as it came back, None at first.

    Invalid where what was marked is no name of this text, or what came back is none of a form.
    """
    answers = {} if given is None else _answers(given)
    proposed = [
        _choice(field, group, answers.get(field))
        for group in review.groups
        for field in [f"g{group.places[0].start}"]
    ]
    return [*proposed, *_added(review, answers)]


def _answers(given: QueryDict) -> dict[str, Answer]:
    """By the field of each name: from the page's script in one piece, or from the fields of the list."""
    if told := str(given.get("answered", "")):
        return _told_by_script(told)
    fields = [name.removesuffix("-do") for name in given if name.endswith("-do")]
    return {
        field: Answer(
            given[f"{field}-do"] == "replace", given.get(f"{field}-kind", ""), given.get(f"{field}-label", "").strip(),
            frozenset(given.getlist(f"{field}-at")), given.get(f"{field}-found", ""),
        )
        for field in fields
    }  # fmt: skip


def _told_by_script(told: str) -> dict[str, Answer]:
    try:
        return {
            str(field): Answer(
                is_replaced is True, str(kind), str(label).strip(),
                None if chosen is None else frozenset(f"{int(start)}-{int(end)}" for start, end in chosen), str(marked),
            )
            for field, is_replaced, kind, label, chosen, marked in json.loads(told)
        }  # fmt: skip
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(Sentence("What came back is no form of this page. Load it again.")) from error


def _added(review: Review, answers: Mapping[str, Answer]) -> Iterator[Choice]:
    taken = [group.label for group in review.groups]
    for number in range(MOST_ADDED):
        answer = answers.get(f"a{number}")
        if answer is None or not answer.found_at:
            return
        span = _SPAN.fullmatch(answer.found_at)
        start, end = (int(span[1]), int(span[2])) if span else (0, 0)
        group = chosen_group(review.text, review.known, start, end, taken=taken)
        taken.append(group.label)
        yield _choice(f"a{number}", group, answer)


def _choice(field: str, group: Group, answer: Answer | None) -> Choice:
    values = [f"{place.start}-{place.end}" for place in group.places]
    if answer is None:
        places = [(place, value, True) for place, value in zip(group.places, values, strict=True)]
        return Choice(field, group, group.kind, group.label, True, places, is_answered=False)
    kind = AliasKind(answer.kind) if answer.kind in list(AliasKind) else group.kind
    chosen = set(values) if answer.chosen is None else answer.chosen
    places = [(place, value, value in chosen) for place, value in zip(group.places, values, strict=True)]
    label = answer.label or group.label
    return Choice(field, group, kind, label, answer.is_replaced, places, answer.found_at)

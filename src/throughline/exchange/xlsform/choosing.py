"""Which of a question's choices is no answer but a kind of nothing, by how the form names it.

Only what says so in so many words is taken; whoever keeps the form sees which choices were, and may say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import Choice, InstrumentDraft, Question

_NAMED: dict[Nothing, frozenset[str]] = {
    Nothing.DONT_KNOW: frozenset({"dk", "doesnt know", "ne sait pas", "sijui"}),
    Nothing.DECLINED: frozenset(
        {
            "declined", "declined to answer", "refused", "refused to answer", "refuse to answer", "prefer not to say",
            "prefer not to answer", "prefers not to say", "does not want to answer", "do not want to answer",
            "dont want to answer", "would rather not answer", "i would rather not answer",
        }
    ),
    Nothing.NOT_APPLICABLE: frozenset({"not applicable", "n a"}),
}  # fmt: skip
_UNKNOWING = ("dont know", "do not know")  # whatever follows: how many people, the result
_APOSTROPHES = re.compile(r"['\u2019]")
_BETWEEN = re.compile(r"[^0-9a-z]+")


def nothing_of(names: Iterable[str]) -> Nothing | None:
    """The kind of nothing that one of a choice's name and labels says, if one does."""
    plain = {_BETWEEN.sub(" ", _APOSTROPHES.sub("", name.lower())).strip() for name in names}
    if any(name.startswith(_UNKNOWING) for name in plain):
        return Nothing.DONT_KNOW
    return next((kind for kind, known in _NAMED.items() if plain & known), None)


def with_nothings(draft: InstrumentDraft, said: Mapping[tuple[str, str], Nothing | None]) -> InstrumentDraft:
    """The draft with what somebody said of its choices: (question's path, choice's name) -> kind, or None for an answer."""

    def told(question: Question) -> Question:
        if question.choices is None:
            return question
        choices = tuple(
            replace(one, nothing=said.get((question.path, one.name), one.nothing)) for one in question.choices
        )
        return replace(question, choices=choices)

    return replace(draft, questions=tuple(told(one) for one in draft.questions))


def nothings_in(questions: Iterable[Question]) -> list[tuple[Question, Choice]]:
    """Every choice that stands for a kind of nothing, with the question that offers it."""
    return [(asked, one) for asked in questions for one in asked.choices or () if one.nothing]

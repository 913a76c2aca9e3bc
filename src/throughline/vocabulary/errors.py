"""What can go wrong, as sentences that a user can read.

A `Sentence` keeps its English text apart from its parameters, so that the text is a message id which the
web floor translates; below it nobody needs Django to say what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from throughline.vocabulary.sentences import Sentence as Sentence


class ThroughlineError(Exception):
    """Base of every error that carries a sentence; `status` is what HTTP answers."""

    status = 500

    def __init__(self, sentence: Sentence | str) -> None:
        self.sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence)
        super().__init__(self.sentence.english)


class NotAllowed(ThroughlineError):
    """The actor may not do this; the sentence says why and who may."""

    status = 403


class TooSoon(NotAllowed):
    """Not now: so much of it is allowed within a time, and that is used up. Later the same is allowed."""


class NotFound(ThroughlineError):
    """There is no such thing, or the actor may not know that there is."""

    status = 404


class Unready(ThroughlineError):
    """It cannot be done now: a state, a version or another run stands in the way."""

    status = 409


class Invalid(ThroughlineError):
    """What was given cannot be used; `fields` names where, for forms and rejects files."""

    status = 422

    def __init__(self, sentence: Sentence | str, *, fields: Mapping[str, Sentence] | None = None) -> None:
        super().__init__(sentence)
        self.fields: Mapping[str, Sentence] = dict(fields or {})

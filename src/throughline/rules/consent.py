"""What a research consent allows."""

from __future__ import annotations

from datetime import datetime

from throughline.vocabulary.errors import NotAllowed, Sentence
from throughline.vocabulary.study import ConsentScope


def check_may_quote(*, scopes: frozenset[ConsentScope], withdrawn_at: datetime | None) -> None:
    """A quote leaves only with the participant's standing consent to be quoted."""
    if withdrawn_at is not None:
        raise NotAllowed(Sentence("This participant withdrew consent; nothing said may be quoted."))
    if ConsentScope.QUOTE not in scopes:
        raise NotAllowed(Sentence("This participant did not consent to be quoted."))

"""Two who write the same at the same moment: the second is told what it would have been told a moment later.

PostgreSQL has many writers, so what an action has looked for and not found may be there when it writes. The database's own
constraints stop that; this turns it into what the action says of a row that is there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, transaction

from throughline.vocabulary.errors import Invalid, Sentence

Given = ParamSpec("Given")
Written = TypeVar("Written")


def again_if_raced(action: Callable[Given, Written]) -> Callable[Given, Written]:
    """An action that is done once more where somebody else wrote the same: then that is there to be found.

    Each try is one transaction. What fails twice is not a race: Invalid, without the database's own words, which quote the
    row. Not for an action that is given what can be read only once (an iterator), or that writes anywhere else.
    """

    @wraps(action)
    def tried(*args: Given.args, **kwargs: Given.kwargs) -> Written:
        try:
            with transaction.atomic():
                return action(*args, **kwargs)
        except IntegrityError:
            pass
        try:
            with transaction.atomic():
                return action(*args, **kwargs)
        except IntegrityError:
            raise Invalid(
                Sentence(
                    "This record contradicts another one, or names something that is not there. Check what it says."
                )
            ) from None

    return tried

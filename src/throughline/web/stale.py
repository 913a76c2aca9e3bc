"""A page that says something anew in place of what stands carries a mark of what it showed: a stale tab writes over nothing unseen."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django import forms
from django.utils.translation import gettext

FIELD = "seen"  # the hidden field that carries the mark


def mark_of(*standing: Any) -> str:
    """A mark of what stands, from which nobody reads it in passing; the same for the same."""
    return hashlib.sha256(json.dumps(standing, default=str, sort_keys=True).encode()).hexdigest()[:16]


def is_overtaken(form: forms.Form, mark: str) -> bool:
    """Whether something else stands than the page showed. The form says so then, and keeps what was said in it.

    What does not say what it saw (a program, a page from before) is not held up.
    """
    if form.data.get(FIELD, mark) == mark:
        return False
    form.add_error(
        None,
        gettext(
            "This was changed in another window, or by somebody else, since this page was shown. Nothing is written over: look"
            " at what stands there now, and send this again if it is still right."
        ),
    )
    return True

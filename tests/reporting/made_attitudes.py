"""An answer about attitudes, made by the question from six sites in memory."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.evaluation.attitudes_made import Asked, in_memory, six_sites
from throughline.evaluation.questions import attitudes
from throughline.evaluation.results import to_plain


def asked(more: list[Asked] | None = None) -> list[Asked]:
    """Officers of six sites, and three workers of one."""
    few = [a for a in six_sites(3) if a.site == "site-0"]
    workers = [replace(a, group="worker", person=5000 + (a.person or 0)) for a in few]
    return [*six_sites(), *workers, *(more or [])]


def attitudes_answer(more: list[Asked] | None = None) -> Any:
    return to_plain(attitudes.ask(in_memory(asked(more))))

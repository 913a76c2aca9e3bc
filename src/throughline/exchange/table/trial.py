"""What an import would do, told before anything of it is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from throughline.exchange.table.cells import Reject
from throughline.vocabulary.errors import Sentence

MOST_REASONS = 50


@dataclass(frozen=True)
class Reason:
    """Why some rows cannot be used: how many, and the lines of the first."""

    column: str
    sentence: Sentence
    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """What an import would do: rows_read = fresh + known + rejected. `rejects` is the file of rejects, as text.

    `reasons` are the most frequent MOST_REASONS; together with `reasons_left` they are all.
    """

    rows_read: int
    fresh: int
    known: int
    rejected: int
    reasons: tuple[Reason, ...]
    reasons_left: int
    rejects: str
    notes: tuple[Sentence, ...]


def reasons_of(rejects: Sequence[Reject]) -> list[Reason]:
    """Why rows cannot be used, the most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    lines: dict[tuple[str, str], list[int]] = {}
    sentences: dict[tuple[str, str], Sentence] = {}
    for reject in rejects:
        # By the text without what it names: rows with the same id as another name each another line.
        key = (reject.column, reject.reason.text)
        counts[key] += 1
        sentences.setdefault(key, reject.reason)
        if len(lines.setdefault(key, [])) < 5:
            lines[key].append(reject.line)
    return [Reason(key[0], sentences[key], count, tuple(lines[key])) for key, count in counts.most_common()]

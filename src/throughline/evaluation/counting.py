"""Which analyses of a freeze count how many people spoke of their themes: as their approach was when it was frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from throughline.evaluation.opened import OpenFreeze
from throughline.rules.approaches import why_not_counted
from throughline.vocabulary.errors import Sentence


def uncounted_in(freeze: OpenFreeze) -> dict[int, Sentence]:
    """Numbers of the analyses that count nothing, each with why."""
    return _uncounted(freeze.ask("SELECT * FROM analyses"))


def uncounted_beside(folder: Path) -> dict[int, Sentence]:
    """The same from a freeze's files, for results that were written before anybody asked for it."""
    return _uncounted(pq.read_table(folder / "analyses.parquet").to_pylist())


def _uncounted(analyses: Iterable[Mapping[str, Any]]) -> dict[int, Sentence]:
    return {
        row["analysis_no"]: why for row in analyses if (why := why_not_counted(row["approach"])) is not None
    }

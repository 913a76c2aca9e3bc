"""Which analyses of a freeze count how many people spoke of their themes: as they were when it was frozen.

A freeze that is older than the choice holds no table of it: there every codebook approach counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from throughline.evaluation.opened import OpenFreeze
from throughline.rules.approaches import why_not_counted
from throughline.vocabulary.errors import Sentence

TABLE = "counted_analyses"


def uncounted_in(freeze: OpenFreeze) -> dict[int, Sentence]:
    """Numbers of the analyses that count nothing, each with why."""
    counted = freeze.ask("SELECT * FROM counted_analyses") if freeze.holds(TABLE) else None
    return _uncounted(freeze.ask("SELECT * FROM analyses"), counted)


def uncounted_beside(folder: Path) -> dict[int, Sentence]:
    """The same from a freeze's files, for results that were written before anybody asked for it."""
    analyses, counted = (folder / f"{name}.parquet" for name in ("analyses", TABLE))
    held = pq.read_table(counted).to_pylist() if counted.exists() else None
    return _uncounted(pq.read_table(analyses).to_pylist(), held)


def _uncounted(
    analyses: Iterable[Mapping[str, Any]], counted: Iterable[Mapping[str, Any]] | None
) -> dict[int, Sentence]:
    numbers = None if counted is None else {row["analysis_no"] for row in counted}
    whys = {
        row["analysis_no"]: why_not_counted(
            row["approach"], is_asked_for=numbers is None or row["analysis_no"] in numbers
        )
        for row in analyses
    }
    return {number: why for number, why in whys.items() if why is not None}

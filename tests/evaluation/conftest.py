"""A freeze made in this process, from what the database holds now: quick enough for many small worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.evaluation.world import Written
from throughline.evaluation.build import RANGE
from throughline.evaluation.extract import extract
from throughline.evaluation.freeze import _job, _source, silent
from throughline.evaluation.opened import OpenFreeze, open_freeze


@contextmanager
def frozen(written: Written, in_range: int = RANGE) -> Iterator[OpenFreeze]:
    """As `freeze_study` does it, without the child process and the line in the database."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        with _source(folder, silent) as source:
            extract(_job(written.study, folder, source), silent, in_range=in_range)
        with open_freeze(folder) as opened:
            yield opened


@pytest.fixture
def freezer(transactional_db: None) -> Callable[[Written], object]:
    return frozen

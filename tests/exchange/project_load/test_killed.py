"""An import whose process is killed: nothing of it is to be seen, and the next one goes through and clears up."""

from __future__ import annotations

import signal
import time

import pytest

from tests.installation import Installation

IMPORT = """
import sys
from datetime import UTC, datetime
from uuid import UUID
from throughline.exchange.project.document import *
from throughline.exchange.project.load import Into, keep_reading
from throughline.exchange.project.report import ImportReport, Reading
from throughline.records.study.models import Study
from throughline.vocabulary.actor import Actor
text = "They say that the van came late. " * 1000
code, number = ProjectCode(UUID(int=1), "late"), iter(range(2, 10**6))
def lying():
    return tuple(
        ProjectSelection(UUID(int=next(number)), 33 * (n % 990), 33 * (n % 990) + 1 + n // 990, (ProjectCoding(UUID(int=next(number)), code.guid),))
        for n in range(1500)
    )
sources = tuple(ProjectSource(UUID(int=next(number)), f"S{n}", text + str(n), lying()) for n in range(8))
document = ProjectDocument("Killed", codes=(code,), sources=sources)
keep_reading(
    reading=Reading(document, ImportReport("killed.qdpx", "REFI-QDA project", "", ())),
    into=Into(Study.objects.get()), by=Actor.system("command line"), at=datetime.now(UTC),
    progress=lambda stage, done, total: print(stage, done, flush=True),
)
"""
LOOK = """
from throughline.records.audit.queries import verify
from throughline.records.inquiry.models import Analysis, Carried, Code, Coding, Source
from throughline.records.keyring import source_keys
assert not verify().breaks
held = (Analysis.objects.filter(name="Killed").count(), Coding.objects.count(), Code.objects.count(), Carried.objects.count())
keys = {path.stem for path in source_keys().folder.glob("*.key")}
there = {str(one) for one in Source.objects.values_list("id", flat=True)}
print(*held, len(keys - there), len(there - keys))
"""


@pytest.mark.slow
def test_import_killed_leaves_nothing_to_see_and_no_key_after_the_next(mine: Installation) -> None:
    killed = mine.start_python(IMPORT)
    assert killed.stdout is not None
    for line in killed.stdout:
        if line.startswith("keeping"):
            time.sleep(0.2)  # amid its transaction: half of the sources have their keys
            killed.send_signal(signal.SIGKILL)
            break
    assert killed.wait() == -signal.SIGKILL
    *held, _, keyless = map(int, mine.python(LOOK).split())
    assert (held, keyless) == ([0, 0, 0, 0], 0)
    mine.python(IMPORT)
    assert list(map(int, mine.python(LOOK).split())) == [1, 12_000, 1, 10, 0, 0]

"""What reading one file costs, measured in a process of its own.

The peak is the reader's and its greatest child's. The system's own figure for a process (ru_maxrss) starts at the size
of whoever started it, here the test runner; so the reader asks for its own peak, which starts at nothing.
The seconds are of processor time, its own and its children's: on an idle machine no more pass on the wall, since
nothing here waits, and on a busy one they say the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

LIMIT_SECONDS = 10
LIMIT_BYTES = 512 * 1024 * 1024

_MEASURE = """
import json, re, resource, sys, time
from pathlib import Path
from throughline.exchange.transcript.read import read_transcript
from throughline.vocabulary.errors import Invalid
path = Path(sys.argv[1])
data, began = path.read_bytes(), time.process_time()
try:
    document = read_transcript(data, path.name)
    answer = {"text": document.text, "turns": len(document.turns)}
except Invalid as refused:
    answer = {"refused": str(refused)}
used = resource.getrusage(resource.RUSAGE_CHILDREN)
answer["seconds"] = time.process_time() - began + used.ru_utime + used.ru_stime
own = Path("/proc/self/status")
peak = (
    int(re.search(r"VmHWM:\\s+(\\d+) kB", own.read_text())[1])
    if own.exists()
    else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
)
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({**answer, "bytes": (peak + children) * 1024}))
"""


def processor_seconds() -> float:
    """What this process and the children that it waited for have used so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def measured(path: Path) -> dict[str, Any]:
    """What reading `path` gave (`text` and `turns`, or `refused`), with `seconds` and `bytes`."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3] / "src")},
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def within_limits(path: Path) -> dict[str, Any]:
    """The same, having seen that it kept to the time and memory that are promised."""
    answer = measured(path)
    assert answer["seconds"] < LIMIT_SECONDS
    assert answer["bytes"] < LIMIT_BYTES
    return answer

"""What reading one project file costs, measured in a process of its own: processor seconds and greatest memory."""

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
import importlib, json, re, resource, sys, time
from pathlib import Path
from throughline.vocabulary.errors import Invalid
path, program = Path(sys.argv[1]), sys.argv[2]
read = getattr(importlib.import_module(f"throughline.exchange.{program}.read"), f"read_{program}")
data, began = path.read_bytes(), time.process_time()
try:
    report = read(data, path.name).report
    answer = {
        "counts": {count.kind.value: [count.found, count.understood] for count in report.counts},
        "reasons": {f"{kind.value}: {text}": count for (kind, text), count in report.reasons().items()},
    }
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
answer["own"], answer["child"] = peak * 1024, used.ru_maxrss * 1024
print(json.dumps(answer))
"""


def within_limits(path: Path, program: str) -> dict[str, Any]:
    """What `program`'s reader gave (`counts` and `reasons`, or `refused`), having kept to the time and memory promised.

    The reader and its confined child hold the most memory one after the other: each keeps to the limit.
    """
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path), program],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3] / "src")},
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    assert answer["seconds"] < LIMIT_SECONDS, answer
    assert max(answer["own"], answer["child"]) < LIMIT_BYTES, answer
    return answer

"""What reading spreadsheets costs, measured in a process of its own: processor seconds of each, and the greatest memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

LIMIT_SECONDS = 10
LIMIT_BYTES = 512 * 1024 * 1024

# The peak is this process's and its greatest child's, the confined reader: they hold the most together at worst.
_MEASURE = """
import json, re, resource, sys, time
from pathlib import Path
from throughline.exchange.table.read import read_table
from throughline.vocabulary.errors import Invalid
def used():
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)
told = {}
for path in sorted(Path(sys.argv[1]).glob("*.xls*")):
    began, data = used(), path.read_bytes()
    try:
        said = str(read_table(data, path.name).row_count)
    except Invalid as refused:
        said = str(refused)
    told[path.name] = [said, used() - began]
own, status = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, Path("/proc/self/status")
if status.exists():
    own = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1])
print(json.dumps([told, (own + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) * 1024]))
"""


def within_limits(folder: Path) -> dict[str, str]:
    """What each spreadsheet of a folder gave (its rows, or why it was refused), all within the time and memory promised."""
    source = {"PYTHONPATH": str(Path(__file__).resolve().parents[3] / "src")}
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(folder)], capture_output=True, text=True, timeout=300, check=True,
        env={**os.environ, **source},
    )  # fmt: skip
    told, peak = json.loads(done.stdout)
    assert peak < LIMIT_BYTES
    assert max(seconds for _, seconds in told.values()) < LIMIT_SECONDS
    return {name: str(said) for name, (said, _) in told.items()}

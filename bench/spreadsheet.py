"""What a spreadsheet of 200,000 rows costs to bring in: read, tried and kept, with processor time and peak memory.

A made-up log of twelve columns as services keep them: sites in merged cells, dates in three formats, words for yes and no, own
words that are left out, five thousand codes. `throughline import contacts` brings it into a new installation on the embedded
database, as the background work of the pages does. Printed: bytes of the file, processor seconds of the reader's own process and
of the rest, the greatest memory of either (each holds its most after the other), contacts a second; then the same file once more,
which adds nothing. Promised: the reader keeps to 512 MB, and every row is there or among the rejects.

    python -m bench.spreadsheet [--rows 200000]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import date, timedelta
from pathlib import Path

from tests.exchange.table.workbooks import Cell, sheet_xml, workbook
from tests.installation import Installation, new_place

HEAD = [
    "No", "Where", "Date", "Time", "Client", "Foil", "Foil back", "Crack told", "Housing told", "Needs", "New?", "Remarks",
]  # fmt: skip
SHIFT = 40  # rows of one site, in one merged cell
CODES = 5_000
LIMIT_BYTES = 512 * 1024 * 1024
MAPPING = """
name: bench
kind: contacts
id: No
file: {merged: fill}
site: {column: Where, values: {HAR: Harrowmere}}
when:
  date: {column: Date, format: [iso, DD/MM/YYYY, D Mon YYYY]}
  time: {column: Time, format: HH:mm}
route: service
client: {code: Client}
newness: {column: "New?", values: {yes: new, no: returning}}
kit: [{column: Foil, item: Foil, returned: Foil back}]
disclosures:
  - {column: Crack told, topic: crack_use, values: {Y: told, N: said_no}}
  - {column: Housing told, topic: housing, values: {Y: told, N: said_no}}
needs: [{column: Needs, values: {housing: housing, wound: wound_care}}]
"""
SET_UP = """
from datetime import UTC, datetime
from tests.cast import SYSTEM, make_cast
from throughline.records.supplies.actions import add_item
cast = make_cast()
add_item(programme=cast.programme, name="Foil", kind="foil", by=SYSTEM, at=datetime.now(UTC))
"""
MEASURE = """
import json, re, resource, time
from pathlib import Path
from throughline.cli.main import app
began = time.perf_counter()
try:
    app(["import", "contacts", {log!r}, "--mapping", {mapping!r}, "--programme", "lantern"], standalone_mode=False)
except SystemExit as ended:
    assert not ended.code, ended.code
own, child = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
from throughline.records.engagement.models import Contact
print()
print(json.dumps([own.ru_utime + own.ru_stime, child.ru_utime + child.ru_stime, peak * 1024, child.ru_maxrss * 1024,
                  time.perf_counter() - began, Contact.objects.arrived().count()]))
"""


def log_of(rows: int) -> bytes:
    """The spreadsheet. Every hundredth row has a date that nobody can read."""
    start = date(2021, 1, 1)
    lines: list[list[Cell]] = []
    for n in range(rows):
        day = start + timedelta(days=n * 1_000 // rows)
        shapes: tuple[Cell, ...] = (
            float((day - date(1899, 12, 30)).days), f"{day:%d/%m/%Y}", f"{day.day} {day:%b} {day.year}",
        )  # fmt: skip
        lines.append([
            n, "HAR" if n % SHIFT == 0 else None, "some day" if n % 100 == 99 else shapes[n % 3], f"{9 + n % 9}:{n % 60:02d}",
            f"AB{n % 28 + 1:02d}{n % 12 + 1:02d}{1950 + n % 50}F" if n % 5 else None, n % 4 or None, n % 3, "Y" if n % 3 else "N",
            "Y" if n % 7 == 0 else None, "housing" if n % 11 == 0 else None, "no" if n % 13 else "yes", "came in from the rain",
        ])  # fmt: skip
    areas = "".join(
        f'<mergeCell ref="B{first + 2}:B{min(first + SHIFT, rows) + 1}"/>' for first in range(0, rows, SHIFT)
    )
    xml = sheet_xml([HEAD, *lines])
    return workbook({"Log": xml.replace("</sheetData>", f"</sheetData><mergeCells>{areas}</mergeCells>")})


def imported(place: Installation, log: Path, mapping: Path) -> list[float]:
    process = place.start_python(MEASURE.format(log=str(log), mapping=str(mapping)))
    told, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"the import ended with {process.returncode}")
    return [float(one) for one in json.loads(told.strip().rpartition("\n")[2])]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as temporary:
        folder = Path(temporary)
        place = new_place(folder / "home")
        made = place.throughline("init", "--programme", "Bench", "--organisation", "Bench network")
        assert made.returncode == 0, made.stderr
        place.python(SET_UP)
        log, mapping = folder / "log.xlsx", folder / "mapping.yaml"
        log.write_bytes(log_of(rows))
        mapping.write_text(MAPPING)
        print(f"{rows:,} rows of {len(HEAD)} columns, {log.stat().st_size / 1e6:.1f} MB")
        print(f"{'':14}{'read s':>8}{'rest s':>8}{'read MB':>9}{'rest MB':>9}{'wall s':>8}{'contacts':>10}")
        for name in ("first time", "once more"):
            own, child, peak, child_peak, wall, contacts = imported(place, log, mapping)
            print(
                f"{name:14}{child:>8.1f}{own:>8.1f}{child_peak / 1e6:>9.0f}{peak / 1e6:>9.0f}{wall:>8.0f}{int(contacts):>10,}",
                flush=True,
            )
            assert contacts == rows - rows // 100, "a row is neither there nor rejected"
            assert child_peak < LIMIT_BYTES, "the reader took more memory than is promised"
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

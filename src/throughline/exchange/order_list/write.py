"""An order list as bytes: CSV and XLSX. The bytes are the same for the same order."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import xlsxwriter

COLUMNS = ("item", "kind", "unit", "order")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = frozenset("=+-@\t\r\n")
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # in files that insist on a day, so that no clock is in them


@dataclass(frozen=True)
class OrderLine:
    """So many of one item. Neither what is on hand nor what was used is told to whoever delivers."""

    item: str
    kind: str
    unit: str
    quantity: int


@dataclass(frozen=True)
class Order:
    site: str
    lines: tuple[OrderLine, ...]


def _csv(order: Order) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow(COLUMNS)
    for line in order.lines:
        # What a spreadsheet would run as a formula is written as words.
        words = (f"'{cell}" if cell[:1] in _FORMULA else cell for cell in (line.item, line.kind, line.unit))
        writer.writerow([*words, line.quantity])
    return sink.getvalue().encode("utf-8-sig")


def _xlsx(order: Order) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": f"Order for {order.site}", "created": _MADE})
        sheet, bold = book.add_worksheet("Order"), book.add_format({"bold": True})
        for place, (name, width) in enumerate(zip(COLUMNS, (36, 24, 10, 10), strict=True)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, name, bold)
        for row, line in enumerate(order.lines, start=1):
            for place, cell in enumerate((line.item, line.kind, line.unit)):
                sheet.write_string(row, place, cell)
            sheet.write_number(row, 3, line.quantity)
        sheet.freeze_panes(1, 0)
    return out.getvalue()


WRITERS: Mapping[str, Callable[[Order], bytes]] = {"csv": _csv, "xlsx": _xlsx}

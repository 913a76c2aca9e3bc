"""An address as a QR code that a phone's camera reads: dark squares on white, whatever the page's colours."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]  # ships no types
from qrcode.main import QRCode  # type: ignore[import-untyped]  # ships no types

QUIET = 4  # squares kept white at each side: ISO/IEC 18004


@dataclass(frozen=True)
class Code:
    """`size` squares at each side, the quiet zone with them; `path`: the dark ones, as an SVG path."""

    size: int
    path: str


def code_of(address: str) -> Code:
    """The code of an address; 15 percent of it may be worn off a printed sheet."""
    made = QRCode(border=QUIET, error_correction=ERROR_CORRECT_M)
    made.add_data(address)
    made.make(fit=True)
    rows: list[list[bool]] = made.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    return Code(len(rows), path)

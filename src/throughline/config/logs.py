"""Log lines carry ids, types and places; never what an exception says, for a database quotes whole rows there."""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType

OPENS = re.compile(r"(/answer/)[^/\s'\"]+")  # the token of a link stands in its address


class FramesOnly(logging.Formatter):
    """An exception as its type and the places it passed, without its words; no address that opens something."""

    def format(self, record: logging.LogRecord) -> str:
        return OPENS.sub(r"\1...", super().format(record))

    def formatException(
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, trace = ei
        frames = "".join(traceback.format_list(traceback.extract_tb(trace)))
        return f"{frames}{kind.__name__ if kind else ''} (its words are not logged)"

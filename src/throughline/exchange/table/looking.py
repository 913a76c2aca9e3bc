"""A table read for somebody who says what its columns mean: its header found where it is not said."""

from __future__ import annotations

import functools
from dataclasses import replace

from django.conf import settings

from throughline.exchange.table.document import TableDocument, TableShape
from throughline.exchange.table.profile import likely_header
from throughline.exchange.table.read import read_table
from throughline.vocabulary.errors import Invalid


def look_at_table(data: bytes, filename: str, shape: TableShape) -> TableDocument:
    """A sheet of a name that this file does not have gives way to its first: names of months change. Raises Invalid."""
    read = functools.partial(read_table, data, filename, max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    try:
        document = read(shape)
    except Invalid:
        if shape.sheet is None:
            raise
        shape = replace(shape, sheet=None)
        document = read(shape)
    if not shape.header_line and (found := likely_header(document)) != document.header_line:
        document = read(replace(shape, header_line=found))
    return document

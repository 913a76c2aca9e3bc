"""Writes XML 1.0 that any reader takes: escaped, without characters that XML cannot hold, in UTF-8."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sized
from datetime import UTC, datetime

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_IN_ATTRIBUTE = _ESCAPES | {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_TEXT = str.maketrans(_ESCAPES)
_ATTRIBUTE = str.maketrans(_IN_ATTRIBUTE)
_UNKEEPABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NONE: Mapping[str, object] = {}


class Writer:
    """Elements in the order in which they are opened, written, closed."""

    def __init__(self) -> None:
        self._out = io.StringIO()
        self._out.write('<?xml version="1.0" encoding="utf-8"?>\n')

    def bytes(self) -> bytes:
        """All that was written."""
        return self._out.getvalue().encode("utf-8")

    @contextlib.contextmanager
    def element(
        self, tag: str, attributes: Mapping[str, object] = _NONE, *, always: tuple[str, ...] = ()
    ) -> Iterator[None]:
        """An element around what is written within. Attributes that are None or empty go, but for those of `always`."""
        self.open(tag, attributes, always=always)
        yield
        self.close(tag)

    @contextlib.contextmanager
    def list_of(self, tag: str, things: Sized) -> Iterator[None]:
        """An element around what is written within, where there are any things; the schemas have no empty lists."""
        if things:
            self.open(tag)
        yield
        if things:
            self.close(tag)

    def open(
        self, tag: str, attributes: Mapping[str, object] = _NONE, *, always: tuple[str, ...] = ()
    ) -> None:
        """The start of an element."""
        self._start(tag, attributes, always, ">")

    def close(self, tag: str) -> None:
        """The end of an element."""
        self._out.write(f"</{tag}>\n")

    def empty(self, tag: str, attributes: Mapping[str, object]) -> None:
        """An element with nothing in it."""
        self._start(tag, attributes, (), "/>\n")

    def text(self, tag: str, words: str, *, always: bool = False) -> None:
        """An element of text; nothing where there are no words, unless `always`."""
        if words or always:
            self._out.write(f"<{tag}>{_clean(words).translate(_TEXT)}</{tag}>\n")

    def _start(self, tag: str, attributes: Mapping[str, object], always: tuple[str, ...], end: str) -> None:
        self._out.write(f"<{tag}")
        for name, value in attributes.items():
            if value is None or (value == "" and name not in always):
                continue
            self._out.write(f' {name}="{_clean(written(value)).translate(_ATTRIBUTE)}"')
        self._out.write(end)


def written(value: object) -> str:
    """A value as XML Schema writes it; moments in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _clean(words: str) -> str:
    return _UNKEEPABLE.sub("\ufffd", words)

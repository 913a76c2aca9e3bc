"""Strangers' XML -> a tree of elements: no declarations, no entities, no depth that a form does not have."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from throughline.vocabulary.errors import Invalid, Sentence

MAX_BYTES = 24_000_000
MAX_DEPTH = 60
_DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


class _Builder(ElementTree.TreeBuilder):
    """Counts how deep it stands."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Invalid(
                Sentence("The form nests deeper than %(most)d levels, as no form does.", most=MAX_DEPTH)
            )
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def tree_of(xml: str | bytes) -> Element:
    """The root element of an XML document in UTF-8.

    Raises Invalid for what is not XML, is too large, nests too deep or declares a document type or entities.
    """
    if len(xml) > MAX_BYTES:
        raise Invalid(
            Sentence("What was sent is too large for a filled form (at most %(most)d MB).", most=MAX_BYTES // 1_000_000)
        )  # fmt: skip
    try:
        text = xml.decode("utf-8-sig") if isinstance(xml, bytes) else xml
    except UnicodeDecodeError:
        raise Invalid(Sentence("What was sent is no filled form: it is not text in UTF-8.")) from None
    if _DECLARES.search(text):
        raise Invalid(
            Sentence("What was sent was not read: it declares entities of its own, as no form does.")
        )
    parser = ElementTree.XMLParser(target=_Builder())  # noqa: S314 - nothing is declared, so nothing unfolds
    try:
        parser.feed(text)
        root: Element = parser.close()
    except (ElementTree.ParseError, ValueError):
        raise Invalid(Sentence("What was sent is no filled form: it is not sound XML.")) from None
    return root


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""

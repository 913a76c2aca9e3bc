"""Strangers' XML -> a tree of elements: no declarations, no entities, no depth that a form does not have."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from throughline.vocabulary.errors import Invalid, Sentence

MAX_BYTES = 4_000_000  # of a filled form
MAX_ELEMENTS = 100_000
FORM_BYTES = 24_000_000  # of a form itself: its choices may be places in thousands
FORM_ELEMENTS = 2_000_000
MAX_DEPTH = 60
MAX_NAME = 200  # characters of an element's name, with its namespace
MAX_ATTRIBUTES = 60
AT_ONCE = 1 << 16  # characters given to the parser
TOO_LARGE = Sentence("What was sent is too large for a filled form (at most %(most)s MB).")
_DECLARES = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# the parser writes a namespace out in front of each name, before anybody can count
_LONG_NAMESPACE = re.compile(r"""xmlns(?:[^<"']{200}|[^<"']{0,199}(?:"[^<"]{100}|'[^<']{100}))""")


class _Builder(ElementTree.TreeBuilder):
    """Counts how deep it stands, and how much there is."""

    def __init__(self, most_elements: int) -> None:
        super().__init__()
        self._depth, self._count, self._most = 0, 0, most_elements

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH:
            raise Invalid(
                Sentence("The form nests deeper than %(most)s levels, as no form does.", most=MAX_DEPTH)
            )
        if self._count > self._most or len(tag) > MAX_NAME or len(attrs) > MAX_ATTRIBUTES:
            raise Invalid(Sentence("What was sent holds more, or longer names, than a form does."))
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)


def tree_of(xml: str | bytes, *, most_bytes: int = MAX_BYTES, most_elements: int = MAX_ELEMENTS) -> Element:
    """The root element of an XML document in UTF-8.

    Raises Invalid for what is not XML, is too large, nests too deep, holds too much or declares a document type or entities.
    """
    if len(xml) > most_bytes:
        raise Invalid(TOO_LARGE.given(most=most_bytes // 1_000_000))
    try:
        text = xml.decode("utf-8-sig") if isinstance(xml, bytes) else xml
    except UnicodeDecodeError:
        raise Invalid(Sentence("What was sent is no filled form: it is not text in UTF-8.")) from None
    if _DECLARES.search(text):
        raise Invalid(
            Sentence("What was sent was not read: it declares entities of its own, as no form does.")
        )
    if _LONG_NAMESPACE.search(text):
        raise Invalid(Sentence("What was sent was not read: it names a namespace longer than any form's."))
    parser = ElementTree.XMLParser(target=_Builder(most_elements))  # noqa: S314 - nothing is declared, so nothing unfolds
    try:
        for start in range(0, len(text), AT_ONCE):  # what is refused is not read to its end
            parser.feed(text[start : start + AT_ONCE])
        root: Element = parser.close()
    except (ElementTree.ParseError, ValueError):
        raise Invalid(Sentence("What was sent is no filled form: it is not sound XML.")) from None
    return root


def local(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""

"""The frozen shape of a codebook, whichever file it came from, and the columns that tables of it have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from throughline.vocabulary.study import CodeOrigin


class CodebookFormat(StrEnum):
    """By the end of a file's name."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    QDC = "qdc"


@dataclass(frozen=True)
class CodebookCode:
    """A code: `slug` is what it is known by, `parent` the slug of the one above it. `line`: where the file says so.

    `guid` is known where the file has one; `origin` None and `colour` 0 where it does not say.
    """

    slug: str
    name: str
    parent: str | None = None
    definition: str = ""
    include: str = ""
    exclude: str = ""
    example: str = ""
    origin: CodeOrigin | None = None
    colour: int = 0
    is_retired: bool = False
    guid: UUID | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class CodebookDocument:
    """Codes in tree order: a code, then all below it. `unread`: columns of the file that mean nothing here."""

    name: str
    codes: tuple[CodebookCode, ...]
    has_examples: bool = True
    unread: tuple[str, ...] = field(default=(), compare=False)


# Column -> the words that files write over it, in small letters, with blanks between them; the first is what we write.
COLUMNS: dict[str, tuple[str, ...]] = {
    "slug": ("code", "slug", "id", "code id"),
    "name": ("name", "code name", "codename", "label", "title", "tag"),
    "parent": ("under", "parent", "stands under", "parent code", "parent id", "parent tag"),
    "definition": ("definition", "description", "code description", "meaning", "what it means"),
    "include": ("use it for", "include", "inclusion", "inclusion criteria", "when to use", "includes"),
    "exclude": (
        "do not use it for",
        "exclude",
        "exclusion",
        "exclusion criteria",
        "when not to use",
        "excludes",
    ),
    "example": ("example", "examples", "typical exemplars", "example quote", "quote", "quotation"),
    "origin": ("origin", "where it comes from"),
    "colour": ("colour", "color"),
    "retired": ("retired",),
}
# What other programs write over a definition where they have no other column for one.
COMMENTS = ("comment", "code comment", "memo")
# What stands above codes without being in a row of its own; read where no column says what a code stands under.
# Where a code comes from, where it says that; other programs write other things under it.
TYPES = ("type", "code type")
SUBGROUPS = ("subtheme", "sub theme", "subcategory", "sub category", "subgroup", "sub group")
GROUPS = ("theme", "category", "code group", "code group 1", "group")


def in_tree_order(codes: Iterable[CodebookCode]) -> tuple[CodebookCode, ...]:
    """A code, then all below it, brothers in the order given. Codes that hang in a circle are left out."""
    below: dict[str | None, list[CodebookCode]] = {}
    for code in codes:
        below.setdefault(code.parent, []).append(code)
    order: list[CodebookCode] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        code = waiting.pop()
        order.append(code)
        waiting += reversed(below.get(code.slug, []))
    return tuple(order)

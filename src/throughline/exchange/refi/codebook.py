"""Codes and sets of REFI-QDA elements."""

from __future__ import annotations

import re
from collections.abc import Sequence
from uuid import UUID

from throughline.exchange.project.document import ProjectCode, ProjectSet, tree_order
from throughline.exchange.project.report import Kind
from throughline.exchange.refi.draft import Draft
from throughline.exchange.refi.node import Node
from throughline.vocabulary.errors import Sentence

_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE)
_AGAIN = Sentence("the same code, with the same GUID and name, stands in the file before; it was taken once")


def colour_of(written: str) -> str:
    """`#rrggbb` in small letters; empty for what is no colour."""
    bare = written.strip().lower()
    if not _COLOUR.match(bare):
        return ""
    return "#" + "".join(2 * digit for digit in bare[1:]) if len(bare) == 4 else bare


def codes_of(nodes: Sequence[Node], draft: Draft) -> tuple[ProjectCode, ...]:
    """The codes of the top elements and all below them, in tree order.

    A code that stands inside itself or in two places is one code, at its first place; its subcodes join there.
    """
    codes: dict[UUID, ProjectCode] = {}
    waiting: list[tuple[Node, UUID | None]] = [(node, None) for node in reversed(nodes)]
    while waiting:
        node, parent = waiting.pop()
        first = draft.find(Kind.CODE, node.guid)
        if first is not None and codes[first].name == node.get("name"):
            draft.ledger.lose(Kind.CODE, node.get("name"), _AGAIN)
            guid = first
        else:
            draft.ledger.found(Kind.CODE)
            guid = draft.take(Kind.CODE, node.guid, len(codes))
            codes[guid] = _code(node, guid, parent, draft)
        waiting.extend((child, guid) for child in reversed(node.all("Code")))
    return tree_order(tuple(codes.values()))


def _code(node: Node, guid: UUID, parent: UUID | None, draft: Draft) -> ProjectCode:
    written = node.get("color")
    colour = colour_of(written)
    if written and not colour:
        draft.ledger.note(Sentence("Colours that are none and were left out: %(count)s."))
    return ProjectCode(
        guid,
        node.get("name"),
        parent,
        node.words("Description"),
        colour,
        is_codable=node.get("isCodable").strip().lower() not in ("false", "0"),
        notes=draft.notes(node),
    )


def set_of(node: Node, draft: Draft) -> ProjectSet:
    """A set, with those of its members that exist."""
    name = node.get("name")

    def members(kind: Kind, tag: str) -> tuple[UUID, ...]:
        return draft.references(kind, (child.target for child in node.all(tag)), name)

    draft.ledger.found(Kind.SET)
    return ProjectSet(
        draft.take(Kind.SET, node.guid, name),
        name,
        node.words("Description"),
        members(Kind.CODE, "MemberCode"),
        members(Kind.TEXT, "MemberSource"),
        members(Kind.NOTE, "MemberNote"),
    )

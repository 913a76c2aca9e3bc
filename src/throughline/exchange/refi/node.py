"""An element of a REFI-QDA file, freed of its namespace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


class Node:
    """An element: its name without a namespace, attributes, own text, and the elements in it."""

    __slots__ = ("attributes", "children", "tag", "text")

    def __init__(self, packed: list[Any]) -> None:
        self.tag: str = packed[0]
        self.attributes: Mapping[str, str] = packed[1]
        self.text: str = packed[2]
        self.children = [Node(child) for child in packed[3]]

    def get(self, name: str) -> str:
        """An attribute; empty where it is absent."""
        return self.attributes.get(name, "")

    @property
    def guid(self) -> str:
        """The GUID as it is written; empty where it is absent."""
        return self.get("guid")

    @property
    def target(self) -> str:
        """What a reference points to; older files write it as its own GUID."""
        return self.get("targetGUID") or self.get("guid")

    @property
    def number(self) -> int:
        """The number under which selections in it were handed over; 0 for what holds none."""
        return int(self.attributes.get("#", 0))

    def all(self, *tags: str) -> list[Node]:
        """The elements of these names directly in it."""
        return [child for child in self.children if child.tag in tags]

    def words(self, tag: str) -> str:
        """The text of the first element of this name in it; empty without one."""
        return next((child.text for child in self.children if child.tag == tag), "")

    def walk(self) -> Iterator[Node]:
        """It and everything in it."""
        yield self
        for child in self.children:
            yield from child.walk()

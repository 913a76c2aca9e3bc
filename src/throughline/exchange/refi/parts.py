"""The parts of a REFI-QDA file as the confined reader hands them over."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import Path

from throughline.exchange.project.confined import lines_from, too_large
from throughline.exchange.refi.lying import Lying
from throughline.exchange.refi.node import Node
from throughline.vocabulary.errors import Invalid, Sentence

_WORKER = Path(__file__).with_name("worker.py")

_REFUSALS = {
    "zip": Sentence(
        "%(file)s is damaged or cut off: its container cannot be opened. Export the project again and import that."
    ),
    "locked": Sentence(
        "%(file)s is protected by a password. Export the project without one and import that."
    ),
    "no project": Sentence(
        "%(file)s is an archive without a project file (.qde) in it. Check that it is the right file, or export the"
        " project as REFI-QDA again."
    ),
    "cut": Sentence(
        "%(file)s is cut off: its project ends in the middle, at line %(where)s. Export the project again."
    ),
    "xml": Sentence(
        "%(file)s is no well-formed XML from line %(where)s on. Export the project again and import that."
    ),
    "declaration": Sentence(
        "%(file)s was not read: it declares entities of its own (line %(where)s), which no program for REFI-QDA writes and"
        " which can pull in other files. Export the project again."
    ),
    "deep": Sentence(
        "%(file)s has elements within each other too deep to read (line %(where)s). Export the project again."
    ),
    "root": Sentence(
        "%(file)s is not a REFI-QDA project or codebook: it begins with the element %(where)s. Check that it is the right"
        " file."
    ),
    "other": Sentence(
        "%(file)s is not a REFI-QDA project or codebook: it is neither an archive nor XML. Check that it is the right"
        " file."
    ),
}


@dataclass(slots=True)
class Parts:
    """A file taken apart.

    `listed` are (name of the list, element). `lying` are selections, already as the caller's function made them, by the
    number of the element that holds them. `files` are texts by the path that the project gives; `absent` says of the others
    why they are not there. `controls` counts characters that XML cannot hold and that were replaced.
    """

    root: Node
    listed: list[tuple[str, Node]] = field(default_factory=list)
    lying: dict[int, list[Lying]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    controls: int = 0


def parts_of(data: bytes, filename: str) -> Parts:
    """Take a .qdpx, .qde or .qdc apart. Raises Invalid with a sentence for everything else and for what is hostile."""
    parts = Parts(Node(["", {}, "", []]))
    for line in lines_from(_WORKER, data, filename):
        match line:
            case ["root", tag, attributes]:
                parts.root = Node([tag, attributes, "", []])
            case ["node", _, number, packed] if packed[0].endswith("Selection"):
                parts.lying.setdefault(number, []).append(Lying.of(Node(packed)))
            case ["node", parent, _, packed]:
                parts.listed.append((parent, Node(packed)))
            case ["file", path, content]:
                parts.files[path] = base64.b64decode(content)
            case ["absent", path, reason]:
                parts.absent[path] = reason
            case ["control", count]:
                parts.controls = count
            case ["error", "bomb", _]:
                raise too_large(filename)
            case ["error", code, where]:
                raise Invalid(_REFUSALS[code].given(file=filename, where=where))
    return parts

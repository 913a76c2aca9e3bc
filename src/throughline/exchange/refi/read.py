"""A REFI-QDA project or codebook -> `ProjectDocument` and the report on it. Pure: nothing is stored or asked outside.

What real programs write is taken as well as what the standard says: the project file under another name, sources in another
folder or written without a scheme, older namespaces, any order of elements, comments as descriptions. The bytes are taken
apart in a confined process: 120 MB of file, six seconds and half a second for each megabyte, 440 MB of memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from throughline.exchange.project.document import ProjectDocument, ProjectLink, ProjectNote
from throughline.exchange.project.report import Kind, Reading
from throughline.exchange.refi.codebook import codes_of, set_of
from throughline.exchange.refi.draft import Draft
from throughline.exchange.refi.lying import codings_in
from throughline.exchange.refi.node import Node
from throughline.exchange.refi.parts import Parts, parts_of
from throughline.exchange.refi.sources import SOURCE_TAGS, Sources
from throughline.exchange.refi.texts import Texts
from throughline.exchange.refi.things import case_of, link_of, note_of, user_of, variable_of
from throughline.vocabulary.errors import Sentence

_NOTHING_BESIDE: Mapping[str, bytes] = MappingProxyType({})
_MAPS = Sentence("maps and models are not kept; the codes and links in them are")
_ON_NOTE = Sentence("it lies on a memo, and only sources can be coded here")
_CONTROLS = Sentence("Characters that no text can hold and that were replaced by \ufffd: %(count)s.")
_GUESSED = Sentence(
    "Texts that are not in Unicode and were read as %(encoding)s, which is a guess: %(count)s. Look at their letters."
)
_UNKNOWN = Sentence("an element that REFI-QDA 1.5 does not have in this place")
_LISTED = frozenset(
    {
        "User",
        "Code",
        "Variable",
        "Case",
        "Note",
        "Link",
        "Set",
        "Graph",
        "Description",
        "NoteRef",
        *SOURCE_TAGS,
    }
)
_INNER = frozenset(
    [
        "Description",
        "NoteRef",
        "Code",
        "CodeRef",
        "VariableValue",
        "VariableRef",
        "SourceRef",
        "SelectionRef",
        "MemberCode",
        "MemberSource",
        "MemberNote",
        "PlainTextContent",
        "Coding",
        "Representation",
        "TextDescription",
        "Transcript",
        "SyncPoint",
        "TextValue",
        "BooleanValue",
        "IntegerValue",
        "FloatValue",
        "DateValue",
        "DateTimeValue",
        "Vertex",
        "Edge",
    ]
)


def read_refi(data: bytes, filename: str, beside: Mapping[str, bytes] = _NOTHING_BESIDE) -> Reading:
    """Read a .qdpx, .qde or .qdc.

    `beside`: texts by file name, for a .qde whose sources lie in a folder beside it. Raises Invalid with a sentence for
    what is no such file and for what is damaged, locked, hostile or too large; everything less is in the report.
    """
    parts = parts_of(data, filename)
    draft = Draft()
    if parts.controls:
        draft.ledger.note(_CONTROLS, parts.controls)
    listed = _Listed(parts, draft)
    texts = Texts(parts, beside)
    users = [user_of(node, draft) for node in listed.of("User")]
    notes = _notes(listed.of("Note"), texts, draft)
    codes = codes_of(listed.of("Code"), draft)
    variables = [variable_of(node, draft) for node in listed.of("Variable")]
    sources = Sources(parts, texts, draft)
    for node in listed.of("Source"):
        sources.add(node)
    root = parts.root
    placed, offsets = sources.finish(root.get("origin"))
    for encoding, count in texts.guessed.items():
        draft.ledger.note(_GUESSED.given(encoding=encoding), count)
    cases = [case_of(node, draft) for node in listed.of("Case")]
    sets = [set_of(node, draft) for node in listed.of("Set")]
    links = _links(listed.of("Link"), draft)
    for node in listed.of("Graph"):
        draft.ledger.lose(Kind.GRAPH, node.get("name") or node.guid, _MAPS)
    about = draft.references(Kind.NOTE, (node.target for node in listed.of("NoteRef")), root.get("name"))
    made = draft.made_of(root)
    document = ProjectDocument(
        root.get("name"),
        root.get("origin"),
        next((node.text for node in listed.of("Description")), ""),
        made,
        (*users, *draft.users),
        codes,
        tuple(variables),
        tuple(cases),
        placed,
        notes,
        links,
        tuple(sets),
        about,
    )
    form = "REFI-QDA codebook" if root.tag == "CodeBook" else "REFI-QDA project"
    return Reading(document, draft.ledger.report(document, filename, form, offsets))


class _Listed:
    """What stands in the lists of a file, by the name of the element; what has no place there is in the report."""

    def __init__(self, parts: Parts, draft: Draft) -> None:
        self._nodes: dict[str, list[Node]] = {}
        for parent, node in parts.listed:
            if node.tag in _LISTED and (parent == "Project" or node.tag not in ("Description", "NoteRef")):
                self._nodes.setdefault("Source" if node.tag in SOURCE_TAGS else node.tag, []).append(node)
            else:
                draft.ledger.lose(Kind.OTHER, node.tag, _UNKNOWN, parent)
            for inner in node.walk():
                if inner is not node and inner.tag not in _INNER:
                    draft.ledger.lose(Kind.OTHER, inner.tag, _UNKNOWN, node.get("name") or node.tag)

    def of(self, tag: str) -> list[Node]:
        """The elements of this name, in the order of the file."""
        return self._nodes.get(tag, [])


def _notes(nodes: list[Node], texts: Texts, draft: Draft) -> tuple[ProjectNote, ...]:
    notes = []
    for node in nodes:
        note = note_of(node, texts, draft)
        notes += [note] if note else []
        for coding in codings_in(node):
            draft.ledger.lose(Kind.CODING, coding.guid, _ON_NOTE, node.get("name"))
        for reference in node.all("NoteRef"):
            draft.ledger.lose(Kind.REFERENCE, reference.target, _ON_NOTE, node.get("name"))
        for value in node.all("VariableValue"):
            draft.ledger.lose(Kind.VALUE, value.tag, _ON_NOTE, node.get("name"))
    return tuple(notes)


def _links(nodes: list[Node], draft: Draft) -> tuple[ProjectLink, ...]:
    return tuple(link for node in nodes if (link := link_of(node, draft)))

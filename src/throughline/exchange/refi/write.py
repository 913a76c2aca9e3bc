"""`ProjectDocument` -> .qdpx and .qdc, valid against the schemas of REFI-QDA 1.5. Pure; the same document gives the same bytes.

Element order is that of Project.xsd. Texts are UTF-8 with line feeds, each a file of its own under the source's GUID. Nothing is
left out of a project: reading what was written gives the same document, with Throughline as its origin, for the origin tells a
reader how offsets are counted. A codebook holds codes and sets of codes only.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from throughline.exchange.project.document import (
    Made,
    ProjectCase,
    ProjectCode,
    ProjectCoding,
    ProjectDocument,
    ProjectLink,
    ProjectNote,
    ProjectSelection,
    ProjectSet,
    ProjectSource,
    VariableValue,
)
from throughline.exchange.refi.placing import ORIGIN
from throughline.exchange.refi.xml import Writer, written
from throughline.vocabulary.errors import Invalid, Sentence

Thing = TypeVar("Thing")

PROJECT_SPACE = "urn:QDA-XML:project:1.0"
CODEBOOK_SPACE = "urn:QDA-XML:codebook:1.0"
# Zip has no moment before this one; a fixed one keeps the bytes the same from day to day.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_qdpx(document: ProjectDocument) -> bytes:
    """The project as an archive: project.qde and a text for each source."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "project.qde", write_qde(document))
        for source in document.sources:
            _put(archive, f"sources/{source.guid}.txt", source.text.encode("utf-8"))
    return packed.getvalue()


def write_qde(document: ProjectDocument) -> bytes:
    """The project file alone; it refers to texts beside it."""
    out = Writer()
    made = document.made
    attributes = {
        "xmlns": PROJECT_SPACE,
        "name": document.name,
        "origin": ORIGIN,
        "creatingUserGUID": made.by,
        "creationDateTime": made.at,
        "modifyingUserGUID": made.changed_by,
        "modifiedDateTime": made.changed_at,
    }
    with out.element("Project", attributes, always=("name",)):
        with out.list_of("Users", document.users):
            for user in document.users:
                out.empty("User", {"guid": user.guid, "name": user.name, "id": user.short})
        if document.codes:
            with out.element("CodeBook"), out.element("Codes"):
                _codes(out, document.codes, lambda code: _notes(out, code.notes))
        with out.list_of("Variables", document.variables):
            for variable in document.variables:
                kind = {"guid": variable.guid, "name": variable.name, "typeOfVariable": variable.kind.value}
                with out.element("Variable", kind, always=("name",)):
                    out.text("Description", variable.description)
        _each(out, "Cases", document.cases, _case)
        _each(out, "Sources", document.sources, _source)
        _each(out, "Notes", document.notes, _note)
        _each(out, "Links", document.links, _link)
        _each(out, "Sets", document.sets, _set)
        out.text("Description", document.description)
        _notes(out, document.about)
    return out.bytes()


def write_qdc(document: ProjectDocument) -> bytes:
    """The codebook. Raises Invalid without codes, for the standard has no empty codebook."""
    if not document.codes:
        raise Invalid(Sentence("There are no codes to export yet. Add a code first."))
    out = Writer()
    with out.element("CodeBook", {"xmlns": CODEBOOK_SPACE, "origin": ORIGIN}):
        with out.element("Codes"):
            _codes(out, document.codes, lambda code: None)
        groups = [group for group in document.sets if group.codes]
        with out.list_of("Sets", groups):
            for group in groups:
                with out.element("Set", {"guid": group.guid, "name": group.name}, always=("name",)):
                    out.text("Description", group.description)
                    for code in group.codes:
                        out.empty("MemberCode", {"guid": code})
    return out.bytes()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _MOMENT)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


def _each(out: Writer, tag: str, things: Sequence[Thing], write: Callable[[Writer, Thing], None]) -> None:
    with out.list_of(tag, things):
        for thing in things:
            write(out, thing)


def _codes(out: Writer, codes: Iterable[ProjectCode], more: Callable[[ProjectCode], None]) -> None:
    """The tree, from codes in tree order: a code's element closes where the next is not below it."""
    path: list[UUID] = []
    for code in codes:
        while path and path[-1] != code.parent:
            out.close("Code")
            path.pop()
        attributes = {
            "guid": code.guid,
            "name": code.name,
            "isCodable": code.is_codable,
            "color": code.colour,
        }
        out.open("Code", attributes, always=("name",))
        out.text("Description", code.description)
        more(code)
        path.append(code.guid)
    for _ in path:
        out.close("Code")


def _case(out: Writer, case: ProjectCase) -> None:
    with out.element("Case", {"guid": case.guid, "name": case.name}):
        out.text("Description", case.description)
        _references(out, "CodeRef", case.codes)
        _values(out, case.values)
        _references(out, "SourceRef", case.sources)
        _references(out, "SelectionRef", case.selections)


def _source(out: Writer, source: ProjectSource) -> None:
    attributes = {"guid": source.guid, "name": source.name, "plainTextPath": f"internal://{source.guid}.txt"}
    with out.element("TextSource", {**attributes, **_made(source.made)}, always=("name",)):
        out.text("Description", source.description)
        for selection in source.selections:
            _selection(out, selection)
        for coding in source.codings:
            _coding(out, coding)
        _notes(out, source.notes)
        _values(out, source.values)


def _selection(out: Writer, selection: ProjectSelection) -> None:
    attributes = {
        "guid": selection.guid,
        "name": selection.name,
        "startPosition": selection.start,
        "endPosition": selection.end,
        **_made(selection.made),
    }
    with out.element("PlainTextSelection", attributes):
        out.text("Description", selection.description)
        for coding in selection.codings:
            _coding(out, coding)
        _notes(out, selection.notes)


def _coding(out: Writer, coding: ProjectCoding) -> None:
    attributes = {"guid": coding.guid, "creatingUser": coding.by, "creationDateTime": coding.at}
    with out.element("Coding", attributes):
        out.empty("CodeRef", {"targetGUID": coding.code})
        _notes(out, coding.notes)


def _note(out: Writer, note: ProjectNote) -> None:
    with out.element("Note", {"guid": note.guid, "name": note.name, **_made(note.made)}):
        out.text("Description", note.description)
        out.text("PlainTextContent", note.text, always=True)


def _link(out: Writer, link: ProjectLink) -> None:
    attributes = {
        "guid": link.guid,
        "name": link.name,
        "direction": link.direction.value if link.direction else "",
        "color": link.colour,
        "originGUID": link.origin,
        "targetGUID": link.target,
    }
    with out.element("Link", attributes):
        _notes(out, link.notes)


def _set(out: Writer, group: ProjectSet) -> None:
    with out.element("Set", {"guid": group.guid, "name": group.name}, always=("name",)):
        out.text("Description", group.description)
        _references(out, "MemberCode", group.codes)
        _references(out, "MemberSource", group.sources)
        _references(out, "MemberNote", group.notes)


def _values(out: Writer, values: Iterable[VariableValue]) -> None:
    for one in values:
        with out.element("VariableValue"):
            out.empty("VariableRef", {"targetGUID": one.variable})
            value = one.value
            if isinstance(value, str):
                out.text("TextValue", value, always=True)
            elif isinstance(value, bool):
                out.text("BooleanValue", "true" if value else "false")
            elif isinstance(value, int):
                out.text("IntegerValue", str(value))
            elif isinstance(value, Decimal):
                out.text("FloatValue", format(value, "f"))
            elif isinstance(value, datetime):
                out.text("DateTimeValue", written(value))
            elif isinstance(value, date):
                out.text("DateValue", value.isoformat())


def _notes(out: Writer, notes: Iterable[UUID]) -> None:
    _references(out, "NoteRef", notes)


def _references(out: Writer, tag: str, targets: Iterable[UUID]) -> None:
    for target in targets:
        out.empty(tag, {"targetGUID": target})


def _made(made: Made) -> dict[str, object]:
    return {
        "creatingUser": made.by,
        "creationDateTime": made.at,
        "modifyingUser": made.changed_by,
        "modifiedDateTime": made.changed_at,
    }

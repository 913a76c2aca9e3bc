"""Users, memos, variables, cases and links of REFI-QDA elements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from throughline.exchange.project.document import (
    Direction,
    ProjectCase,
    ProjectLink,
    ProjectNote,
    ProjectUser,
    Value,
    Variable,
    VariableKind,
    VariableValue,
)
from throughline.exchange.project.report import Kind
from throughline.exchange.project.stamps import instant_of
from throughline.exchange.refi.codebook import colour_of
from throughline.exchange.refi.draft import Draft
from throughline.exchange.refi.node import Node
from throughline.exchange.refi.texts import Text, Texts
from throughline.vocabulary.errors import Sentence

_VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_MAX_DIGITS = 300


def user_of(node: Node, draft: Draft) -> ProjectUser:
    """A user."""
    draft.ledger.found(Kind.USER)
    return ProjectUser(draft.take(Kind.USER, node.guid, node.get("name")), node.get("name"), node.get("id"))


def note_of(node: Node, texts: Texts, draft: Draft) -> ProjectNote | None:
    """A memo; None, and listed, where its text is not there. One that is all description keeps that."""
    draft.ledger.found(Kind.NOTE)
    text = texts.of(node)
    description = node.words("Description")
    if not isinstance(text, Text) and not description:
        draft.ledger.refuse(Kind.NOTE, node.get("name") or node.guid, text)
        return None
    guid = draft.take(Kind.NOTE, node.guid, node.get("name"))
    body = text.words if isinstance(text, Text) else ""
    return ProjectNote(guid, node.get("name"), body, description, draft.made_of(node))


def variable_of(node: Node, draft: Draft) -> Variable:
    """A variable; one of an unknown type holds text."""
    draft.ledger.found(Kind.VARIABLE)
    guid = draft.take(Kind.VARIABLE, node.guid, node.get("name"))
    written = node.get("typeOfVariable")
    kind = next((kind for kind in VariableKind if kind.value.lower() == written.lower()), VariableKind.TEXT)
    return Variable(guid, node.get("name"), kind, node.words("Description"))


def values_of(node: Node, draft: Draft) -> tuple[VariableValue, ...]:
    """The values that an element has; what is no value of its type, or of no variable, is listed."""
    values = []
    for child in node.all("VariableValue"):
        draft.ledger.found(Kind.VALUE)
        written = next((ref.target for ref in child.all("VariableRef")), "")
        variable = draft.find(Kind.VARIABLE, written)
        if variable is None:
            gone = Sentence("it is of a variable that the project does not hold")
            draft.ledger.refuse(Kind.VALUE, written, gone, node.get("name"))
            continue
        try:
            values.append(VariableValue(variable, _value(child)))
        except (ValueError, InvalidOperation):
            wrong = Sentence("it is no value of its type")
            draft.ledger.refuse(Kind.VALUE, written, wrong, node.get("name"))
    return tuple(values)


def _value(node: Node) -> Value:
    held = next(iter(node.all(*_VALUES)), None)
    if held is None:
        return None
    text = held.text.strip()
    if held.tag == "TextValue":
        return held.text
    if len(text) > _MAX_DIGITS:
        raise ValueError(text)
    if held.tag == "BooleanValue":
        if text.lower() not in _TRUTH:
            raise ValueError(text)
        return _TRUTH[text.lower()]
    if held.tag == "IntegerValue":
        return int(text)
    if held.tag == "FloatValue":
        number = Decimal(text)
        if not number.is_finite() or abs(number.adjusted()) > _MAX_DIGITS:
            raise ValueError(text)
        return number
    if held.tag == "DateValue":
        return date.fromisoformat(text[:10])
    moment = instant_of(text)
    if moment is None:
        raise ValueError(text)
    return moment


def case_of(node: Node, draft: Draft) -> ProjectCase:
    """A case, with those of its codes, sources and selections that exist."""
    draft.ledger.found(Kind.CASE)
    name = node.get("name")
    return ProjectCase(
        draft.take(Kind.CASE, node.guid, name),
        name,
        node.words("Description"),
        draft.references(Kind.CODE, (child.target for child in node.all("CodeRef")), name),
        values_of(node, draft),
        draft.references(Kind.TEXT, (child.target for child in node.all("SourceRef")), name),
        draft.references(Kind.SELECTION, (child.target for child in node.all("SelectionRef")), name),
    )


def link_of(node: Node, draft: Draft) -> ProjectLink | None:
    """A link; None, and listed, where one of its ends does not exist."""
    draft.ledger.found(Kind.LINK)
    origin, target = (draft.find_any(node.get(end)) for end in ("originGUID", "targetGUID"))
    if origin is None or target is None:
        loose = Sentence("one of the two things that it joins was not imported")
        draft.ledger.refuse(Kind.LINK, node.get("name") or node.guid, loose)
        return None
    written = node.get("direction")
    direction = next((way for way in Direction if way.value == written), None)
    guid = draft.take(Kind.LINK, node.guid, node.get("name"))
    return ProjectLink(
        guid, origin, target, node.get("name"), direction, colour_of(node.get("color")), draft.notes(node)
    )

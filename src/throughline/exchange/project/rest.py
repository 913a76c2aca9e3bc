"""What of a project has no field among the records, as JSON and back: nothing of it is lost, and defaults take no room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from throughline.exchange.project.document import Made, Value, VariableValue

Rest = dict[str, Any]
_NOBODY = Made()


def rest_of(**parts: object) -> Rest:
    """The parts that say something: None, empty and False go."""
    return {name: _plain(part) for name, part in parts.items() if part not in (None, "", (), [], {}, False)}


def named(original: str, given: str) -> Rest:
    """The name in the file where the row had to get another; `as` tells whether it still bears that one."""
    return {} if original == given else {"name": original, "as": given}


def name_of(rest: Mapping[str, Any], current: str) -> str:
    """The name in the file, unless somebody gave the row a new one since."""
    return str(rest.get("name", "")) if "as" in rest and rest["as"] == current else current


def guids(written: Iterable[str] | None) -> tuple[UUID, ...]:
    """GUIDs as `rest_of` wrote them."""
    return tuple(UUID(one) for one in written or ())


def guid_or_none(written: str | None) -> UUID | None:
    return UUID(written) if written else None


def moment_of(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def made_rest(made: Made) -> Rest:
    return rest_of(by=made.by, at=made.at, changed_by=made.changed_by, changed_at=made.changed_at)


def made_of(rest: Mapping[str, Any] | None) -> Made:
    if not rest:
        return _NOBODY
    return Made(
        guid_or_none(rest.get("by")),
        moment_of(rest.get("at")),
        guid_or_none(rest.get("changed_by")),
        moment_of(rest.get("changed_at")),
    )


def values_rest(values: Iterable[VariableValue]) -> list[list[str]]:
    """[variable, type, words] for each value."""
    return [[one.variable.hex, *_typed(one.value)] for one in values]


def values_of(rest: Iterable[list[str]] | None) -> tuple[VariableValue, ...]:
    return tuple(VariableValue(UUID(guid), _value(kind, words)) for guid, kind, words in rest or ())


def words_of(value: Value) -> str:
    """A value as an attribute of a person or source shows it."""
    return _typed(value)[1]


def _typed(value: Value) -> tuple[str, str]:
    match value:
        case None:
            return "none", ""
        case bool():
            return "boolean", "true" if value else "false"
        case int():
            return "integer", str(value)
        case Decimal():
            return "float", str(value)
        case datetime():
            return "moment", value.isoformat()
        case date():
            return "date", value.isoformat()
        case _:
            return "text", value


def _value(kind: str, words: str) -> Value:
    match kind:
        case "none":
            return None
        case "boolean":
            return words == "true"
        case "integer":
            return int(words)
        case "float":
            return Decimal(words)
        case "moment":
            return datetime.fromisoformat(words)
        case "date":
            return date.fromisoformat(words)
        case _:
            return words


def _plain(part: object) -> object:
    match part:
        case UUID():
            return part.hex
        case datetime():
            return part.isoformat()
        case list() | tuple():
            return [_plain(one) for one in part]
        case _:
            return part

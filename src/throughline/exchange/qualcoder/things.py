"""QualCoder's attributes, cases and journal."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from throughline.exchange.project.document import (
    ProjectCase,
    ProjectNote,
    Value,
    Variable,
    VariableKind,
    VariableValue,
)
from throughline.exchange.project.report import Kind
from throughline.exchange.project.tables import Row, Tables
from throughline.exchange.qualcoder.draft import Draft
from throughline.vocabulary.errors import Sentence

_NO_CASE = Sentence("the case that it belongs to is not in the project")
_NO_VARIABLE = Sentence("it is of an attribute that the project does not hold")
_NO_BEARER = Sentence("the case or source that it is of was not imported")
_NOT_NUMBERS = Sentence("Values of numeric attributes that are no numbers and were kept as text: %(count)s.")


class Values:
    """The attributes, and their values by the kind and number of what bears them."""

    def __init__(self, tables: Tables, draft: Draft) -> None:
        self._draft = draft
        self.variables: dict[str, Variable] = {}
        for row in tables.of("attribute_type"):
            draft.ledger.found(Kind.VARIABLE)
            name = row.text("name")
            kind = VariableKind.FLOAT if row.text("valuetype") == "numeric" else VariableKind.TEXT
            guid = draft.guid("attribute", name)
            self.variables[name] = Variable(guid, name, kind, row.text("memo"))
        self._rows: dict[tuple[str, int | None], list[Row]] = {}
        for row in tables.of("attribute"):
            draft.ledger.found(Kind.VALUE)
            self._rows.setdefault((row.text("attr_type"), row.number("id")), []).append(row)

    def of(self, bearer: str, number: int | None) -> tuple[VariableValue, ...]:
        """The values of a "case" or a "file"; each is asked for once."""
        values = []
        for row in self._rows.pop((bearer, number), []):
            variable = self.variables.get(row.text("name"))
            if variable is None:
                self._draft.ledger.refuse(Kind.VALUE, row.text("name"), _NO_VARIABLE)
            else:
                values.append(VariableValue(variable.guid, self._value(row.text("value"), variable.kind)))
        return tuple(values)

    def refuse_rest(self) -> None:
        """List the values of what was not imported."""
        for rows in self._rows.values():
            for row in rows:
                self._draft.ledger.refuse(Kind.VALUE, row.text("name"), _NO_BEARER)

    def _value(self, text: str, kind: VariableKind) -> Value:
        if not text:
            return None
        if kind is not VariableKind.FLOAT:
            return text
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and abs(number.adjusted()) < 300:
            return number
        self._draft.ledger.note(_NOT_NUMBERS)
        return text


def cases_of(
    tables: Tables,
    whole: Mapping[int, list[UUID]],
    stretches: Mapping[int, list[UUID]],
    values: Values,
    draft: Draft,
) -> tuple[ProjectCase, ...]:
    """The cases, with the sources that are wholly theirs and their stretches of others, both by the case's number."""
    cases = []
    known = {row.number("caseid") or 0 for row in tables.of("cases")}
    for case, held in (*whole.items(), *stretches.items()):
        for guid in held if case not in known else ():
            draft.ledger.refuse(Kind.REFERENCE, str(guid), _NO_CASE)
    for row in tables.of("cases"):
        draft.ledger.found(Kind.CASE)
        number = row.number("caseid")
        cases.append(
            ProjectCase(
                draft.guid("case", row.text("caseid")),
                row.text("name"),
                row.text("memo"),
                values=values.of("case", number),
                sources=tuple(whole.get(number or 0, ())),
                selections=tuple(stretches.get(number or 0, ())),
            )
        )
    return tuple(cases)


def add_journal(tables: Tables, draft: Draft) -> None:
    """The journal's entries become memos on nothing in particular."""
    for row in tables.of("journal"):
        draft.ledger.found(Kind.NOTE)
        guid = draft.guid("journal", row.text("jid"))
        text, made = row.text("jentry"), draft.made(row)
        draft.notes.append(ProjectNote(guid, row.text("name"), text, made=made))

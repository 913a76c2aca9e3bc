"""REDCap's data dictionary (CSV) -> questions. Fields marked as identifiers are never read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.mapping import folded
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.surveys import Choice, Question, QuestionType

# What REDCap calls the columns, as people download them and as its API gives them.
NAMES = {
    "name": ("variable / field name", "field_name"),
    "form": ("form name", "form_name"),
    "type": ("field type", "field_type"),
    "label": ("field label", "field_label"),
    "choices": ("choices, calculations, or slider labels", "select_choices_or_calculations"),
    "validation": (
        "text validation type or show slider number",
        "text_validation_type_or_show_slider_number",
    ),
    "identifier": ("identifier?", "identifier"),
    "branching": ("branching logic (show field only if...)", "branching_logic"),
}
NEEDED = ("name", "type")
TYPES = {
    "radio": QuestionType.SELECT_ONE, "dropdown": QuestionType.SELECT_ONE, "sql": QuestionType.SELECT_ONE,
    "yesno": QuestionType.SELECT_ONE, "truefalse": QuestionType.SELECT_ONE, "checkbox": QuestionType.SELECT_MULTIPLE,
    "notes": QuestionType.TEXT, "calc": QuestionType.CALCULATE, "slider": QuestionType.RANGE, "file": QuestionType.FILE,
    "descriptive": QuestionType.NOTE,
}  # fmt: skip
YES_NO = (Choice("1", {"en": "Yes"}), Choice("0", {"en": "No"}))
TRUE_FALSE = (Choice("1", {"en": "True"}), Choice("0", {"en": "False"}))
TAGS = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Dictionary:
    """`status`: field -> the column that says whether its form was begun. `first` names the record, and `first_label` heads it where labels do."""

    questions: tuple[Question, ...]
    status: Mapping[str, str]
    first: str
    identifiers: int
    first_label: str = ""


def read_dictionary(document: TableDocument, nothing: Mapping[str, Nothing]) -> Dictionary:
    """`nothing`: folded code -> kind, the mapping's missing data codes. Invalid where the table is no data dictionary."""
    places = _places(document)
    questions: list[Question] = []
    status: dict[str, str] = {}
    first = first_label = ""
    identifiers = 0
    for row in document.rows():
        if row.fault is not None:
            raise Invalid(
                Sentence("%(file)s, line %(line)s: the row does not fit its header.", file=document.filename, line=row.line)
            )  # fmt: skip
        cells = {what: row.cells[place].strip() for what, place in places.items()}
        name = cells["name"]
        if name and not first:
            first, first_label = name, TAGS.sub("", cells.get("label", "")).strip()
        if not name or name == first:
            continue
        if folded(cells.get("identifier", "")) == "y":
            identifiers += 1
            continue
        questions.append(_question(cells, nothing))
        if cells.get("form"):
            status[name] = f"{cells['form']}_complete"
    if not questions:
        raise Invalid(Sentence("%(file)s names no field besides the record's.", file=document.filename))
    return Dictionary(tuple(questions), status, first, identifiers, first_label)


def _places(document: TableDocument) -> dict[str, int]:
    header = [folded(name) for name in document.header]
    places = {
        what: header.index(next(name for name in names if name in header))
        for what, names in NAMES.items()
        if set(names) & set(header)
    }
    absent = [NAMES[what][0] for what in NEEDED if what not in places]
    if absent:
        raise Invalid(
            Sentence(
                "%(file)s is no data dictionary of REDCap: it has no column `%(column)s`. Download it under Project Setup, Data"
                " Dictionary.",
                file=document.filename, column=absent[0],
            )
        )  # fmt: skip
    return places


def _question(cells: Mapping[str, str], nothing: Mapping[str, Nothing]) -> Question:
    kind, validation = folded(cells["type"]), folded(cells.get("validation", ""))
    choices: tuple[Choice, ...] | None = None
    if kind in ("radio", "dropdown", "checkbox"):
        choices = _choices(cells.get("choices", ""), nothing)
    elif kind in ("yesno", "truefalse"):
        choices = YES_NO if kind == "yesno" else TRUE_FALSE
    return Question(
        cells["name"], _type(kind, validation), {"default": TAGS.sub("", cells.get("label", ""))[:300]}, choices,
        is_conditional=bool(cells.get("branching")),
    )  # fmt: skip


def _type(kind: str, validation: str) -> QuestionType:
    if kind != "text":
        return TYPES.get(kind, QuestionType.TEXT)
    if validation.startswith(("integer", "number")):
        return QuestionType.DECIMAL if validation.startswith("number") else QuestionType.INTEGER
    if validation.startswith("datetime"):
        return QuestionType.DATETIME
    if validation.startswith("date"):
        return QuestionType.DATE
    # a time of minutes and seconds is no time of day
    return QuestionType.TIME if validation in ("time", "time_hh_mm_ss") else QuestionType.TEXT


def _choices(text: str, nothing: Mapping[str, Nothing]) -> tuple[Choice, ...]:
    """`1, Yes | 0, No`: codes and labels; a code that the mapping calls nothing is no answer."""
    found = []
    for piece in text.split("|"):
        code, _, label = piece.strip().partition(",")
        if code.strip():
            code = code.strip()
            found.append(Choice(code, {"default": TAGS.sub("", label).strip()}, nothing.get(folded(code))))
    return tuple(found)

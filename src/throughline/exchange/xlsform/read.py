"""An XLSForm's bytes -> `InstrumentDraft`. Pure: nothing is stored, nothing outside is asked.

The compiler (pyxform) runs in a confined process. What it refuses is refused here with sheet, row and reason.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from throughline.exchange.confine import Ending, run_confined
from throughline.exchange.xlsform.questions import asked_in
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.surveys import UNANSWERED, InstrumentDraft

MAX_BYTES = 16 * 1024 * 1024
MEMORY_BYTES = 900_000_000  # of addresses; 0.9 MB of place names take 70 MB of memory
CPU_SECONDS = 20  # the same take 3

_REFUSALS = {
    "password": Sentence("%(file)s is protected by a password. Open it, take the password off (Save as, without one) and choose it"
    " again."),
    "damaged": Sentence("%(file)s is damaged, cut off or not a spreadsheet: it cannot be opened. Open it in Excel or LibreOffice,"
    " which may repair it, save it as XLSX and choose that."),
    "bomb": Sentence("%(file)s unfolds to far more than its size, as no form does. Copy its sheets into a new spreadsheet."),
    "entities": Sentence("%(file)s was not read: its part %(part)s declares entities of its own, which no spreadsheet program writes"
    " and which can pull in other files. Copy its sheets into a new spreadsheet."),
    "memory": Sentence("%(file)s takes more memory to read than a form may: often one stray cell far below or right of a sheet."
    " Delete the empty rows and columns."),
    "slow": Sentence("%(file)s takes more time to compile than a form may. Check that it is the right file."),
    "no_spreadsheet": Sentence("%(file)s is not a spreadsheet. A form is an XLSX or XLS file with a sheet named survey."),
    "external_choices": Sentence("%(file)s keeps choices on sheet external_choices, which a browser cannot show. Move them to sheet"
    " choices, ask with select_one instead of select_one_external and keep the choice_filter."),
    "tripped": Sentence("%(file)s was not taken: the compiler of forms gave up on it (%(what)s), without a row. Its sheets are:"
    " %(sheets)s. Check the last rows that you changed."),
}  # fmt: skip
_ROW = re.compile(r"\[row : (?P<row>\d+|None)\]\s*(?P<rest>.*)\Z", re.DOTALL)
_SHEET = re.compile(r"On the '(?P<sheet>[^']+)' sheet, (?P<rest>.*)\Z", re.DOTALL)
_NAMES_SHEET = re.compile(r"'?\b(survey|choices|settings|entities|osm)\b'? (?:sheet|worksheet)")
_MORE = re.compile(r"\s*(?:Learn more|More info)[^:]*: *\S+?\)?\.?(?=\s|\Z)")
_NO_SURVEY = "You must have a sheet named 'survey'"


@dataclass(frozen=True, slots=True)
class FormFault:
    """What is wrong with a form: `sheet` "" and `row` 0 where the compiler does not say. `reason`: its words, in English."""

    sheet: str
    row: int
    reason: str


class FormRefused(Invalid):
    """The compiler refuses the form; `faults` in its order, the first of them in the sentence."""

    def __init__(self, sentence: Sentence, faults: tuple[FormFault, ...] = ()) -> None:
        super().__init__(sentence)
        self.faults = faults


def read_xlsform(file_name: str, content: bytes) -> InstrumentDraft:
    """The form in a spreadsheet. Raises FormRefused (an Invalid), saying what is wrong where and how to mend it."""
    name = PurePath(file_name.replace("\\", "/")).name[:120] or "form.xlsx"
    if len(content) > MAX_BYTES:
        raise FormRefused(
            Sentence("%(file)s is too large for a form (at most %(most)s MB).", file=name, most=MAX_BYTES >> 20)
        )  # fmt: skip
    return draft_of(name, content, _answered(name, content))


def draft_of(name: str, content: bytes, answer: dict[str, Any]) -> InstrumentDraft:
    """What the compiler's answer says. Raises FormRefused."""
    _check(name, answer)
    try:
        asked = asked_in(str(answer["xform"]))
    except Invalid as unread:
        why = Sentence(
            "it compiles to a form that holds too much to be read, names longer than a form's, or signs that no form can hold"
        )
        raise FormRefused(Sentence("%(file)s was not taken: %(reason)s.", file=name, reason=why)) from unread
    if all(one.type in UNANSWERED for one in asked.questions):
        raise FormRefused(Sentence("%(file)s asks nothing: its sheet survey has no questions.", file=name))
    return InstrumentDraft(
        file_name=name, content=content, xform=str(answer["xform"]), form_id=asked.form_id, version=asked.version,
        title=asked.title or PurePath(name).stem, questions=asked.questions, languages=asked.languages,
        content_hash=hashlib.sha256(content).hexdigest(),
        warnings=tuple(_warning(str(one)) for one in answer["warnings"]),
    )  # fmt: skip


def _answered(name: str, content: bytes) -> dict[str, Any]:
    worker = str(Path(__file__).with_name("worker.py"))
    argv = [sys.executable, "-I", worker, PurePath(name).stem]
    outcome = run_confined(argv, content, memory_bytes=MEMORY_BYTES, cpu_seconds=CPU_SECONDS)
    if outcome.ending is not Ending.FINE:
        raise _refused("slow" if outcome.ending is Ending.TOO_SLOW else "memory", name)
    try:
        answer: dict[str, Any] = json.loads(outcome.output)
    except ValueError:
        raise _refused("memory", name) from None
    return answer


def _check(name: str, answer: dict[str, Any]) -> None:
    if "error" not in answer:
        return
    if answer["error"] == "refused":
        raise _by_the_compiler(name, answer)
    sheets = ", ".join(str(one)[:60] for one in answer.get("sheets", ())[:20])
    raise _refused(
        str(answer["error"]), name, part=str(answer.get("part", ""))[:80], what=str(answer.get("what", ""))[:60],
        sheets=sheets,
    )  # fmt: skip


def _refused(code: str, name: str, **more: object) -> FormRefused:
    return FormRefused(_REFUSALS[code].given(file=name, **more))


def _by_the_compiler(name: str, answer: dict[str, Any]) -> FormRefused:
    reasons = [str(one) for one in answer["reasons"]]
    sheets = [str(one)[:60] for one in answer["sheets"]]
    if not sheets:
        return _refused("damaged", name)
    if reasons[0].startswith(_NO_SURVEY):
        sentence = Sentence(
            "%(file)s is no form: it has no sheet named survey. Its sheets are: %(sheets)s.",
            file=name, sheets=tuple(sheets[:20]),
        )  # fmt: skip
        return FormRefused(sentence, (FormFault("survey", 0, _NO_SURVEY),))
    faults = tuple(fault_of(one) for one in reasons)
    if answer["doubled"]:
        faults = tuple(FormFault(str(sheet), 1, faults[0].reason) for sheet in answer["doubled"])
    return FormRefused(_sentence(name, faults[0], int(answer["count"]) - 1), faults)


def _sentence(name: str, first: FormFault, more: int) -> Sentence:
    places = {"file": name, "sheet": first.sheet, "row": first.row, "reason": first.reason, "more": more}
    if not first.sheet:
        return Sentence("%(file)s was not taken: %(reason)s", **places)
    if not first.row:
        return Sentence("%(file)s was not taken. Sheet %(sheet)s: %(reason)s", **places)
    if more > 0:
        return Sentence(
            "%(file)s was not taken. Sheet %(sheet)s, row %(row)s: %(reason)s (And %(more)s more faults.)",
            **places,
        )
    return Sentence("%(file)s was not taken. Sheet %(sheet)s, row %(row)s: %(reason)s", **places)


def fault_of(message: str) -> FormFault:
    """Sheet, row and reason of one message of the compiler, which words them in several ways."""
    rest, row, sheet = _MORE.sub("", message).strip(), 0, ""
    if found := _ROW.match(rest):
        row, rest = int(found["row"]) if found["row"] != "None" else 0, found["rest"].strip()
        sheet = "survey"  # of which it speaks where it names none
    if named := _SHEET.match(rest):
        sheet, rest = named["sheet"], named["rest"]
    elif not row and (named := _NAMES_SHEET.search(rest)):
        sheet = named[1]
    # what follows in further lines is the row itself, as the compiler holds it
    reason = rest.split("\n", 1)[0].strip() or message[:200]
    return FormFault(sheet, row, (reason[:1].upper() + reason[1:])[:400])


def _warning(message: str) -> str:
    lines = [line.strip() for line in _MORE.sub("", message).splitlines() if line.strip()]
    found = fault_of(" ".join(lines))
    if not found.row:
        return " ".join(lines)[:600]
    return f"Sheet {found.sheet}, row {found.row}: {found.reason}"

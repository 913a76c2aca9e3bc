"""A report with all its words settled: what DOCX and PDF are written from, so that they tell what the HTML tells.

Plain values only (it becomes JSON for the typesetter). Words of people are content here and never markup: no writer reads
them for anything but their characters. Characters that no document can hold are replaced, visibly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from throughline import __version__
from throughline.reporting.document import (
    CHECKLIST_COLUMNS,
    TOLD,
    TOLD_IN_PART,
    Block,
    Bullets,
    Cell,
    ChecklistBlock,
    Facts,
    FigureBlock,
    JointBlock,
    Paragraph,
    Quote,
    Report,
    Section,
    TableBlock,
)
from throughline.reporting.html import words
from throughline.reporting.wording import moment_text
from throughline.vocabulary.errors import Sentence

Settled = dict[str, Any]
REPLACED = "\N{REPLACEMENT CHARACTER}"
_LANGUAGE = re.compile(r"[a-z]{2,3}")
# Control characters but for tabs and ends of lines, halves of a surrogate pair, and code points that are no character.
_NO_CHARACTER = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_UNWRITABLE = re.compile(f"[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTER}]")


def settled(report: Report) -> Settled:
    """Everything that a reader gets, in order."""
    fiction = [
        gettext("This programme is fiction."),
        gettext("Its people, places and numbers were made up to show the software."),
    ]
    return {
        "title": told(report.title),
        "programme": told(report.programme),
        "fiction": fiction if report.is_fiction else [],
        "facts": [
            [gettext("Freeze"), told(report.freeze)],
            [gettext("Hash of the freeze"), told(report.content_hash)],
            [gettext("Written"), moment_text(report.made_at)],
            [gettext("Profile"), told(report.profile.name)],
        ],
        "contents": gettext("Contents"),
        "language": language_of(report.language),
        "sections": [_section(section) for section in report.sections],
        "footer": gettext(
            "Made with Throughline %(version)s. Numbers in this report passed the door for tables, words the door for words."
        )
        % {"version": __version__},
    }


def told(given: Sentence | str) -> str:
    """A sentence or words as they are read, without what no document can hold."""
    return _UNWRITABLE.sub(REPLACED, words(given))


def language_of(code: str) -> str:
    """The language of some words, `en` where their code names none: a typesetter takes two or three letters."""
    found = code.lower().split("-")[0].split("_")[0]
    return found if _LANGUAGE.fullmatch(found) else "en"


def _all(given: Iterable[Sentence | str]) -> list[str]:
    return [told(one) for one in given]


def _section(section: Section) -> Settled:
    return {
        "anchor": section.anchor,
        "heading": told(section.heading),
        "blocks": [_block(block) for block in section.blocks],
    }


def _block(block: Block) -> Settled:
    match block:
        case Paragraph():
            style = "heading" if block.is_heading else "note" if block.is_note else "text"
            return {"kind": "paragraph", "text": told(block.sentence), "style": style}
        case Bullets():
            return {"kind": "bullets", "lead": told(block.lead), "items": _all(block.sentences)}
        case Facts():
            return {"kind": "facts", "rows": [_all(row) for row in block.rows]}
        case TableBlock():
            return _table(block)
        case FigureBlock():
            return {
                "kind": "figure", "name": block.name, "title": told(block.title), "description": told(block.description),
                "svg": block.svg, "notes": _all(block.notes),
            }  # fmt: skip
        case JointBlock():
            return _joint(block)
        case ChecklistBlock():
            return _checklist(block)


def _table(block: TableBlock) -> Settled:
    return {
        "kind": "table",
        "name": block.name,
        "caption": told(block.caption),
        "heads": [{"text": told(name), "is_number": is_number} for name, is_number in block.heads],
        "rows": [[_cell(one) for one in row] for row in block.rows],
        "notes": _all(block.notes),
    }


def _cell(cell: Cell) -> Settled:
    return {"text": told(cell.shown), "kind": cell.kind.value}


def _joint(block: JointBlock) -> Settled:
    unjudged = gettext("Nobody has judged yet how numbers and words fit here.")
    judgement = told(block.judgement) if block.judgement else "" if block.is_judged else unjudged
    return {
        "kind": "joint",
        "name": told(block.name),
        "numbers": [
            gettext("Numbers"),
            _all(block.numbers)
            or [told(block.why_none) if block.why_none else gettext("No numbers left here.")],
        ],
        "said": [
            gettext("What people said"),
            _all(block.said) or [gettext("No theme speaks to this.")],
        ],
        "judgement": judgement,
        "in_words": gettext("In their words"),
        "quotes": [_quote(quote) for quote in block.quotes],
        "no_quote": "" if block.quotes or block.earlier else gettext("No quote left here."),
        "earlier": _all(block.earlier),
    }


def _checklist(block: ChecklistBlock) -> Settled:
    rows = [
        {
            "number": row.number,
            "topic": told(row.topic),
            "lead": told(TOLD_IN_PART if row.rest else TOLD) if row.told else "",
            "told": [{"anchor": anchor, "heading": told(heading)} for anchor, heading in row.told],
            "rest": told(row.rest) if row.rest else "",
        }
        for row in block.rows
    ]
    return {
        "kind": "checklist", "name": block.name, "caption": told(block.caption), "columns": _all(CHECKLIST_COLUMNS),
        "rows": rows, "page": gettext("page"),
    }  # fmt: skip


def _quote(quote: Quote) -> Settled:
    who = ", ".join(_all(quote.who)) or gettext("a participant")
    against = f" · {gettext('against the theme')}" if quote.is_contrary else ""
    return {"text": told(quote.text), "who": who + against, "language": language_of(quote.language)}

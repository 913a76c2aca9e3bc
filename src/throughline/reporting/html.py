"""One self-contained HTML file: style sheet within, no script, nothing fetched from anywhere."""

from __future__ import annotations

from pathlib import Path

from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from throughline import __version__
from throughline.reporting.document import (
    CHECKLIST_COLUMNS,
    TOLD,
    TOLD_IN_PART,
    Bullets,
    Cell,
    ChecklistBlock,
    Facts,
    FigureBlock,
    JointBlock,
    Kind,
    Paragraph,
    Report,
    TableBlock,
)
from throughline.reporting.wording import moment_text
from throughline.vocabulary.sentences import Sentence

TEMPLATES = Path(__file__).parent / "templates"
_KINDS: dict[type, str] = {
    Paragraph: "paragraph",
    Bullets: "bullets",
    Facts: "facts",
    TableBlock: "table",
    FigureBlock: "figure",
    JointBlock: "joint",
    ChecklistBlock: "checklist",
}


def render_report(report: Report) -> str:
    """The whole page as text. The words of the report come from its sentences alone, escaped."""
    context = {
        "report": report,
        "rows": [
            {"section": section, "blocks": [(_KINDS[type(block)], block) for block in section.blocks]}
            for section in report.sections
        ],
        "style": mark_safe((TEMPLATES / "report" / "report.css").read_text(encoding="utf-8")),  # noqa: S308  # our own file
        "written": moment_text(report.made_at),
        "version": __version__,
        "checklist_columns": CHECKLIST_COLUMNS,
        "told": TOLD,
        "told_in_part": TOLD_IN_PART,
    }
    return _engine().get_template("report/report.html").render(Context(context))


def _engine() -> Engine:
    return Engine(
        dirs=[str(TEMPLATES)],
        libraries={"i18n": "django.templatetags.i18n"},
        builtins=["throughline.reporting.html_tags"],
        autoescape=True,
    )


def cell_html(cell: Cell) -> SafeString:
    """What a cell reads; a kind of nothing and suppressed carry their class."""
    if cell.kind in (Kind.NOTHING, Kind.SUPPRESSED):
        return format_html('<span class="{}">{}</span>', cell.kind.value, cell.shown)
    return format_html("{}", cell.shown)


def words(given: Sentence | str) -> str:
    """A sentence in the language that is switched on."""
    return str(given)

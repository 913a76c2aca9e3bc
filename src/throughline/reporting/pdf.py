"""The report as PDF: typeset in this process with the fonts that come with the typesetter, tagged for who listens to it.

The template is ours; everything else is data to it. It is given an empty folder as all that it may read, no folder of
packages and no fonts of the machine, so the same report gives the same bytes anywhere.
"""

from __future__ import annotations

import functools
import json
import re
import tempfile
from collections.abc import Iterator
from typing import Any, cast

import typst
from django.utils.translation import gettext

from throughline.reporting.document import Report
from throughline.reporting.html import TEMPLATES
from throughline.reporting.settled import Settled, settled

TEMPLATE = TEMPLATES / "report" / "report.typ"
TAGGED = "ua-1"  # refuses to be written without a title, alternative texts, headings in order
NO_GLYPH = "[?]"
FONT = "Libertinus Serif"
_NOT_DISPLAYED = "could not be displayed"


def render_pdf(report: Report) -> bytes:
    """The whole file. Characters that none of its fonts has are marked, and the first page says so."""
    content = _settable(settled(report))
    day = report.made_at.date()
    content["day"] = {"year": day.year, "month": day.month, "day": day.day}
    for figure in figures_of(content):
        figure["svg"] = standing_alone(figure["svg"])
    inputs, stamp = {"report": json.dumps(content)}, int(report.made_at.timestamp())
    try:
        return typeset(TEMPLATE.read_bytes(), inputs, stamp=stamp, standard=TAGGED)
    except typst.TypstError:
        # Words may hold what no standard allows, such as a mark that joins to nothing: tagged still, without its seal.
        return typeset(TEMPLATE.read_bytes(), inputs, stamp=stamp)


def typeset(source: bytes, inputs: dict[str, str], *, stamp: int = 0, standard: str = "") -> bytes:
    """A PDF of our own source. Raises typst.TypstError."""
    return _run(source, inputs, format="pdf", timestamp=stamp, pdf_standards=[standard] if standard else [])


def drawn(svg: str, *, dots_per_inch: float = 200) -> bytes:
    """A figure as PNG, on white."""
    source = b'#set page(width: auto, height: auto, margin: 4pt)\n#image(bytes(sys.inputs.svg), format: "svg", width: 420pt)'
    return _run(source, {"svg": standing_alone(svg)}, format="png", ppi=dots_per_inch)


def standing_alone(svg: str) -> str:
    """A figure of `figures.figure` as a file of its own: with its namespace, and a font that is at hand."""
    named = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return named.replace('font-family="inherit"', f'font-family="{FONT}"')


def _run(source: bytes, inputs: dict[str, str], **given: Any) -> bytes:
    with tempfile.TemporaryDirectory(prefix="throughline-typst-") as empty:
        made = typst.compile(
            source, root=empty, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs,
            package_path=empty, package_cache_path=empty, **given,
        )  # fmt: skip
    return cast(bytes, made)


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def figures_of(content: Settled) -> Iterator[Settled]:
    """The figures of all sections, in order."""
    return (
        block for section in content["sections"] for block in section["blocks"] if block["kind"] == "figure"
    )


def _settable(content: Settled) -> Settled:
    """With a mark for each run of characters that no font has, and a sentence that says so where there is one."""
    held = {one for one in set().union(*_texts(content)) if ord(one) > 126}
    missing = (
        ""
        if _has_glyphs("".join(sorted(held)))
        else "".join(one for one in sorted(held) if not _has_glyphs(one))
    )
    if not missing:
        return content | {"missing": []}
    run = re.compile(f"[{re.escape(missing)}]+")
    told = gettext(
        "Some characters of this report are in none of the fonts of this file: %(mark)s stands for them. The same report as"
        " HTML or Word has them."
    )
    replaced: Settled = _replaced(content, run)
    return replaced | {"missing": [told % {"mark": NO_GLYPH}]}


@functools.lru_cache(maxsize=4096)
def _has_glyphs(characters: str) -> bool:
    """Whether the typesetter's own fonts can set all of these. It says so itself: a tagged file may not lack a glyph."""
    source = (
        b'#set document(title: "-")\n'
        b'#set text(font: ("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono"))\n'
        b'#sys.inputs.told.clusters().join(" ")'
    )
    try:
        typeset(source, {"told": characters or "-"}, standard=TAGGED)
    except typst.TypstError as error:
        if _NOT_DISPLAYED not in error.message:
            raise
        return False
    return True


def _texts(given: Any) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, dict):
        for one in given.values():
            yield from _texts(one)
    elif isinstance(given, list):
        for one in given:
            yield from _texts(one)


def _replaced(given: Any, run: re.Pattern[str]) -> Any:
    if isinstance(given, str):
        return run.sub(NO_GLYPH, given)
    if isinstance(given, dict):
        return {name: _replaced(one, run) for name, one in given.items()}
    return [_replaced(one, run) for one in given] if isinstance(given, list) else given

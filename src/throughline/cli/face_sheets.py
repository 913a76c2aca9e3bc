"""import face-sheet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from throughline.cli.boundary import FOUND
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, warn

if TYPE_CHECKING:
    from throughline.exchange.face_sheet.load import FaceMatch


def face_sheet(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or another spreadsheet: one row to a participant or source.")],
    analysis: Annotated[str, typer.Option(help="Name of the analysis, where there are several.")] = "",
    match: Annotated[
        str, typer.Option(help="Column that names participants by label or sources by name (default: the one that fits best).")
    ] = "",
    leave_out: Annotated[list[str] | None, typer.Option(help="A column that is not kept; may be given again.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what matches and what does not; keep nothing.")] = False,
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Bring what is known of participants or sources beside their words: their attributes, and the facts of sources.

    All rows that match are kept together, or none. Rows that name nobody are told and left out; then the exit code
    is 1. Arm and phase are never kept: they follow from site and day.

    Example: `throughline import face-sheet people.xlsx --analysis "What helps" --match Label --dry-run`
    """
    open_installation()
    from throughline.exchange.face_sheet.load import keep_face_sheet, match_face_sheet, names_in
    from throughline.exchange.face_sheet.read import read_face_sheet
    from throughline.records.inquiry.queries import analysis_named
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    by = Actor.system("command line")
    of = analysis_named(programme_named(programme).id, analysis)
    names = [] if match else names_in(of, by)
    sheet = read_face_sheet(file.read_bytes(), file.name, match=match, names=names)
    found = match_face_sheet(sheet=sheet, analysis=of, leave_out=leave_out or (), by=by)
    if not dry_run:
        keep_face_sheet(match=found, by=by, at=datetime.now(UTC))
    _tell(found, dry_run=dry_run)
    if found.unmatched or found.refused:
        raise typer.Exit(FOUND)


def _tell(found: FaceMatch, *, dry_run: bool) -> None:
    """Lines are named, not what stands in them: a terminal is read over one's shoulder."""
    done = "would be kept" if dry_run else "kept"
    say(
        f"By the column {found.sheet.match}: {len(found.people):,} participants and {len(found.sources):,} sources {done}."
    )
    for name in found.derived:
        say(f"The column {name} is left out: it follows from site and day.")
    for row in found.unmatched:
        warn(f"Line {row.line} names nobody in this analysis.")
    for one in found.refused:
        warn(f"Line {one.line}: {one.sentence}")
    if found.unsaid:
        warn(f"{len(found.unsaid):,} of the analysis are not in the sheet.")

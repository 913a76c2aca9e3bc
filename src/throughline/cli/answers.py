"""import answers: a survey's, given elsewhere."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from throughline.cli.given import text_of
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import progress, say, warn

if TYPE_CHECKING:
    from throughline.exchange.answers.tables import GivenFile


def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV, TSV, XLSX or another spreadsheet; ODK's ZIP of tables, where a form has repeats."
        ),
    ],
    wave: Annotated[str, typer.Option(help="Code of the wave in which they were given.")],
    mapping: Annotated[Path, typer.Option(help="YAML that says what each column means (docs/mappings.md).")],
    dictionary: Annotated[
        Path | None, typer.Option(help="REDCap: the project's data dictionary (CSV).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything; keep nothing.")
    ] = False,
    programme: InProgramme = "",
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejected rows go (default: FILE.rejects.csv, beside FILE).")
    ] = None,
) -> None:
    """Import answers to a survey from REDCap, Kobo, ODK or a plain table. All usable rows arrive together, or none.

    Missing codes become one of five kinds of nothing. The same file again adds nothing; each row that cannot be used goes to the
    rejects file with its line, column and reason, without its values.

    Example: `throughline import answers wave-2.csv --wave after --mapping redcap.yaml --dictionary dictionary.csv --dry-run`
    """
    open_installation()
    from throughline.exchange.answers.load import import_answers
    from throughline.exchange.answers.mapping import AnswersMapping
    from throughline.exchange.table.mapping import read_mapping
    from throughline.records.programme.queries import programme_named
    from throughline.records.surveys.queries import wave_named
    from throughline.vocabulary.actor import Actor

    asked = wave_named(programme_named(programme).id, wave)
    read = read_mapping(text_of(mapping), mapping.name, AnswersMapping)
    target = rejects or file.with_name(f"{file.name}.rejects.csv")
    with progress() as report:
        report("importing", 0, 1)
        done = import_answers(
            file=_given(file), mapping=read, wave=asked, dictionary=_given(dictionary) if dictionary else None,
            is_dry=dry_run, rejects_path=target, by=Actor.system("command line"), at=datetime.now(UTC),
        )  # fmt: skip
        report("importing", 1, 1)
    became = "would be recorded" if dry_run else "recorded"
    say(
        f"{done.rows_read:,} rows read: {done.recorded:,} {became}, {done.known:,} known already, {done.rejected:,} rejected,"
        f" {done.left_out:,} of another wave; {done.questions:,} questions."
    )
    for note in done.notes:
        warn(str(note))
    if done.rejected:
        warn(f"Rejected rows, with reasons: {target}")


def _given(path: Path) -> GivenFile:
    from throughline.exchange.answers.tables import GivenFile

    return GivenFile(path.name, path.read_bytes())

"""import contacts, incidents and transcripts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.place import open_installation
from throughline.cli.show import progress, say, warn
from throughline.vocabulary.errors import Invalid, Sentence

if TYPE_CHECKING:
    from throughline.exchange.table.importing import ImportReport

InProgramme = Annotated[str, typer.Option(help="Short name of the programme, where there are several.")]
Table = Annotated[Path, typer.Argument(help="CSV, TSV, XLSX or another spreadsheet.")]
MappingFile = Annotated[Path, typer.Option(help="YAML that says what each column means (docs/mappings.md).")]
RejectsFile = Annotated[
    Path | None, typer.Option(help="Where rejected rows go (default: FILE.rejects.csv, beside FILE).")
]


def add_to(app: typer.Typer) -> None:
    importing = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown", help="Bring in what others recorded elsewhere."
    )
    importing.command("contacts")(told(contacts))
    importing.command("incidents")(told(incidents))
    app.add_typer(importing, name="import", rich_help_panel="Work")


def contacts(
    file: Table, mapping: MappingFile, programme: InProgramme = "", rejects: RejectsFile = None
) -> None:
    """Import a contact log. Either all usable rows of FILE arrive, together, or none.

    Client codes become keyed pseudonyms on the way. The same file again adds nothing. Each row that cannot be used goes
    to the rejects file with its line, column and reason, without its values.

    Example: `throughline import contacts log-2026.csv --mapping our-log.yaml`
    """
    open_installation()
    from throughline.exchange.contacts_csv.load import import_contacts
    from throughline.exchange.contacts_csv.mapping import ContactMapping

    _import(import_contacts, ContactMapping, file, mapping, programme, rejects)


def incidents(
    file: Table, mapping: MappingFile, programme: InProgramme = "", rejects: RejectsFile = None
) -> None:
    """Import incidents (overdoses) as police, ambulance or others list them. All usable rows arrive together, or none.

    Rows of one incident become its people and doses. The same file again adds nothing; rejects as for contacts.

    Example: `throughline import incidents naloxone-2024.csv --mapping city.yaml`
    """
    open_installation()
    from throughline.exchange.incidents_csv.load import import_incidents
    from throughline.exchange.incidents_csv.mapping import IncidentMapping

    _import(import_incidents, IncidentMapping, file, mapping, programme, rejects)


def _import(
    load: Any, kind: Any, file: Path, mapping_file: Path, programme: str, rejects: Path | None
) -> None:
    from throughline.exchange.table.mapping import read_mapping
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    by, at = Actor.system("command line"), datetime.now(UTC)
    read = read_mapping(_text(mapping_file), mapping_file.name, kind)
    target = rejects or file.with_name(f"{file.name}.rejects.csv")
    with progress() as report:
        done: ImportReport = load(
            data=file.read_bytes(), filename=file.name, mapping=read, programme=tenant, by=by, at=at,
            progress=lambda rows, total: report("importing", rows, total), rejects_path=target,
        )  # fmt: skip
    say(
        f"{done.rows_read:,} rows read: {done.imported:,} imported, {done.known:,} known already, {done.rejected:,} rejected."
    )
    for note in done.notes:
        warn(str(note))
    if done.rejected:
        warn(f"Rejected rows, with reasons: {target}")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(Sentence("%(path)s is not UTF-8 text.", path=path)) from None

"""import contacts, incidents, answers, attitudes, transcripts and coded projects."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from throughline.cli import answers, attitudes, codebooks, projects
from throughline.cli.boundary import FOUND, of_the_machine, told
from throughline.cli.face_sheets import face_sheet
from throughline.cli.given import text_of
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import progress, say, warn
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import SourceKind

if TYPE_CHECKING:
    from throughline.exchange.table.importing import ImportReport
    from throughline.exchange.table.trial import Trial
    from throughline.exchange.transcript.load import TranscriptResult
    from throughline.records.programme.models import Programme

Table = Annotated[Path, typer.Argument(help="CSV, TSV, XLSX or another spreadsheet.")]
MappingFile = Annotated[
    Path,
    typer.Option(
        help="YAML that says what each column means (docs/mappings.md); or the name of one that is kept."
    ),
]
RejectsFile = Annotated[
    Path | None, typer.Option(help="Where rejected rows go (default: FILE.rejects.csv, beside FILE).")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and check everything; keep nothing.")]
OtherRows = Annotated[
    bool, typer.Option("--other-rows", help="This very file came in under another name, and these are other rows of it.")
]  # fmt: skip
SHOWN_REASONS = 10  # of a dry run, the most frequent first; each row stands in the rejects file


def add_to(app: typer.Typer) -> None:
    importing = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown", help="Bring in what others recorded elsewhere."
    )
    importing.command("contacts")(told(contacts))
    importing.command("incidents")(told(incidents))
    importing.command("answers")(told(answers.import_))
    importing.command("attitudes")(told(attitudes.import_))
    importing.command("transcripts")(told(transcripts))
    importing.command("face-sheet")(told(face_sheet))
    importing.command("project")(told(projects.import_))
    importing.command("codebook")(told(codebooks.import_))
    app.add_typer(importing, name="import", rich_help_panel="Work")


def contacts(
    file: Table, mapping: MappingFile, dry_run: DryRun = False, programme: InProgramme = "", rejects: RejectsFile = None,
    other_rows: OtherRows = False,
) -> None:  # fmt: skip
    """Import a contact log. Either all usable rows of FILE arrive, together, or none.

    Client codes become keyed pseudonyms on the way. The same file again adds nothing; under another name, or recognised by
    other columns, it would come a second time and is refused. Each row that cannot be used goes to the rejects file with its
    line, column and reason, without its values, in a dry run too.

    Example: `throughline import contacts log-2026.csv --mapping our-log.yaml --dry-run`
    """
    open_installation()
    from throughline.exchange.contacts_csv.again import check_same_rows
    from throughline.exchange.contacts_csv.load import import_contacts
    from throughline.exchange.contacts_csv.mapping import ContactMapping
    from throughline.exchange.contacts_csv.trying import try_contacts

    given = _given(ContactMapping, file, mapping, programme, is_another=other_rows)
    check_same_rows(given["programme"], given["mapping"].name, given["mapping"].id or ())
    if dry_run:
        _try(try_contacts, given, _rejects_of(file, rejects))
    else:
        _import(import_contacts, given, _rejects_of(file, rejects))


def incidents(
    file: Table, mapping: MappingFile, dry_run: DryRun = False, programme: InProgramme = "", rejects: RejectsFile = None,
    other_rows: OtherRows = False,
) -> None:  # fmt: skip
    """Import incidents (overdoses) as police, ambulance or others list them. All usable rows arrive together, or none.

    Rows of one incident become its people and doses. The same file again adds nothing, and is refused under another name;
    rejects as for contacts.

    Example: `throughline import incidents naloxone-2024.csv --mapping city.yaml`
    """
    open_installation()
    from throughline.exchange.incidents_csv.load import import_incidents
    from throughline.exchange.incidents_csv.mapping import IncidentMapping
    from throughline.exchange.incidents_csv.trying import check_same_incidents, try_incidents

    given = _given(IncidentMapping, file, mapping, programme, is_another=other_rows)
    check_same_incidents(given["programme"], given["mapping"])
    if dry_run:
        _try(try_incidents, given, _rejects_of(file, rejects))
    else:
        _import(import_incidents, given, _rejects_of(file, rejects))


def transcripts(
    files: Annotated[list[Path], typer.Argument(help="docx, odt, rtf, html, txt, md, vtt, srt or pdf; one or more.")],
    analysis: Annotated[str, typer.Option(help="Name of the analysis they belong to, where there are several.")] = "",
    kind: Annotated[SourceKind, typer.Option(help="What they are.")] = SourceKind.INTERVIEW,
    site: Annotated[str, typer.Option(help="Name of the site they come from (default: of no one site).")] = "",
    language: Annotated[str, typer.Option(help="Such as en or fr.")] = Nothing.NOT_RECORDED.value,
    deidentified: Annotated[
        bool, typer.Option("--deidentified", help="Names, places and numbers have been taken out: words may be quoted.")
    ] = False,
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Import transcripts: their text and untouched file are encrypted under a key of their own, their speakers found.

    The same file again adds nothing. A file that cannot be read is named with the reason and does not keep the others
    out; then the exit code is 1.

    Example: `throughline import transcripts interviews/*.docx --analysis "What helps" --site Harbour --language en`
    """
    open_installation()
    from throughline.exchange.transcript.load import (
        About,
        Outcome,
        TranscriptFile,
        TranscriptResult,
        import_transcripts,
    )
    from throughline.records.inquiry.queries import analysis_named
    from throughline.records.programme.queries import programme_named, site_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    at_site = site_named(tenant.id, site) if site else None
    analysis_of_them = analysis_named(tenant.id, analysis)
    about = About(kind=kind, site=at_site, language=language, is_deidentified=deidentified)
    by, at, results = Actor.system("command line"), datetime.now(UTC), []
    with progress() as report:
        # One after the other: a folder of long recordings' captions need not fit into memory.
        for done, path in enumerate(files, start=1):
            try:
                given = TranscriptFile(path.name, path.read_bytes())
            except OSError as error:
                results.append(TranscriptResult(path.name, Outcome.REFUSED, sentence=_why_not_read(error)))
            else:
                results += import_transcripts(
                    files=[given], analysis=analysis_of_them, about=about, by=by, at=at
                )
            report("reading", done, len(files))
    for result in results:
        _tell(result)
    if any(result.outcome is Outcome.REFUSED for result in results):
        raise typer.Exit(FOUND)


def _why_not_read(error: OSError) -> Sentence:
    return Sentence("%(why)s", why=of_the_machine(error) or "It cannot be read from its disk.")


def _tell(result: TranscriptResult) -> None:
    if result.sentence is not None:
        warn(f"{result.filename}: {result.sentence}")
        return
    if result.turns:
        say(f"{result.filename}: {result.turns:,} turns, {len(result.speakers)} speakers")
    else:
        say(f"{result.filename}: there already")
    for note in result.notes:
        warn(f"{result.filename}: {note}")


def _import(load: Any, given: dict[str, Any], target: Path) -> None:
    with progress() as report:
        done: ImportReport = load(
            **given, clock=lambda: datetime.now(UTC), rejects_path=target,
            progress=lambda rows, total: report("importing", rows, total),
        )  # fmt: skip
    say(
        f"{done.rows_read:,} rows read: {done.imported:,} imported, {done.known:,} known already, {done.rejected:,} rejected."
    )
    _tell_rejects(done, target)


def _try(try_out: Any, given: dict[str, Any], target: Path) -> None:
    from throughline.exchange.table.rejects import RejectsFile

    with progress() as report, RejectsFile(target) as kept:
        done: Trial = try_out(
            **given, at=datetime.now(UTC), on_reject=kept.add,
            progress=lambda rows, total: report("reading", rows, total),
        )  # fmt: skip
        kept.keep()
    say(
        f"{done.rows_read:,} rows read: {done.fresh:,} would be imported, {done.known:,} known already,"
        f" {done.rejected:,} rejected. Nothing was kept."
    )
    for one in done.reasons[:SHOWN_REASONS]:
        rows = "1 row" if one.count == 1 else f"{one.count:,} rows"
        warn(f"{rows}, first in line {one.lines[0]:,}: {one.column}: {one.sentence}")
    _tell_rejects(done, target)


def _given(kind: Any, file: Path, mapping_file: Path, programme: str, *, is_another: bool) -> dict[str, Any]:
    """What an import is given. Invalid where this very file came in under another name, unless these are other rows of it."""
    from throughline.exchange.contacts_csv.again import check_not_counted_twice
    from throughline.exchange.table.mapping import read_mapping
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    tenant, data = programme_named(programme), file.read_bytes()
    mapping = read_mapping(_mapping_text(mapping_file, tenant, kind), mapping_file.name, kind)
    if not is_another:
        try:
            check_not_counted_twice(tenant, mapping.name, sha256(data).hexdigest(), mapping.kind)
        except Invalid as twice:
            raise Invalid(twice.sentence, fields={"--other-rows": twice.fields["is_another"]}) from None
    return {
        "data": data, "filename": file.name, "programme": tenant, "by": Actor.system("command line"), "mapping": mapping
    }  # fmt: skip


def _rejects_of(file: Path, rejects: Path | None) -> Path:
    return rejects or file.with_name(f"{file.name}.rejects.csv")


def _tell_rejects(done: ImportReport | Trial, target: Path) -> None:
    for note in done.notes:
        warn(str(note))
    if done.rejected:
        warn(f"Rejected rows, with reasons: {target}")


def _mapping_text(given: Path, programme: Programme, kind: Any) -> str:
    """The file; where there is none of that name, the mapping of this kind that pages kept by it."""
    from throughline.exchange.kept_mappings import yaml_of_kept
    from throughline.records.programme.models import ImportMapping

    of = kind.model_fields["kind"].default
    kept = (
        None
        if given.exists()
        else ImportMapping.objects.filter(programme=programme, kind=of, name=str(given)).first()
    )
    return yaml_of_kept(kept) if kept else text_of(given)

"""import project, export project and codings: coded projects of other programs, in and out."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from throughline.cli import codebooks
from throughline.cli.boundary import told
from throughline.cli.named import study_named
from throughline.cli.options import UNSAID, ForWhom, InProgramme, OfStudy
from throughline.cli.place import open_installation, write_private
from throughline.cli.show import progress, say, table, warn
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import Approach, SourceKind

if TYPE_CHECKING:
    from throughline.exchange.project.load import ProjectImport

OfAnalysis = Annotated[str, typer.Option(help="Name of the analysis, where the study has several.")]
_MOST_BESIDE = 120_000_000  # bytes of texts beside a project file: as much as a project may have
_SHOWN = 20


def add_to(app: typer.Typer) -> None:
    exporting = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown", help="Hand an analysis on to another program."
    )
    exporting.command("project")(told(export))
    exporting.command("codebook")(told(codebooks.export))
    app.add_typer(exporting, name="export", rich_help_panel="Work")
    app.command(rich_help_panel="Work")(told(codings))


def import_(
    file: Annotated[
        Path, typer.Argument(help="REFI-QDA (.qdpx, .qde, .qdc), Taguette (.sqlite3) or QualCoder (.qda, its folder, or a ZIP of it).")
    ],
    study: OfStudy = "",
    analysis: Annotated[
        str, typer.Option(help="Name of an analysis to add it to (default: a new one, named after the project).")
    ] = "",
    approach: Annotated[
        Approach | None,
        typer.Option(help="Approach of a new analysis (default: reflexive where one person coded, else codebook)."),
    ] = None,
    kind: Annotated[SourceKind, typer.Option(help="What its sources are.")] = SourceKind.INTERVIEW,
    language: Annotated[str, typer.Option(help="Such as en or fr.")] = Nothing.NOT_RECORDED.value,
    deidentified: Annotated[
        bool, typer.Option("--deidentified", help="Names, places and numbers have been taken out: the team may read it.")
    ] = False,
    project: Annotated[
        str | None, typer.Option(help="Name or number of the project, where a Taguette file holds several.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be kept, and keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Import a project that was coded elsewhere: its codes, texts, codings, coders, cases, memos, sets and links.

    All of it arrives, or nothing. The same project again adds nothing. The report says of each kind how many the file
    has, how many became rows, how many are carried along for an export, and what was not understood, with the reason. A
    text beside a .qde (in its folder or in `sources/`) is used.

    Example: `throughline import project interviews.qdpx --study "Pipes and training" --dry-run`
    """
    open_installation()
    from throughline.exchange.project.load import Into, ProjectFile, import_project
    from throughline.exchange.project.told import as_plain
    from throughline.vocabulary.actor import Actor

    of = study_named(programme, study)
    target = _analysis(of, analysis) if analysis else None
    into = Into(of, target, approach, kind, language, deidentified)
    read_from = file / "data.qda" if file.is_dir() and (file / "data.qda").is_file() else file
    given = ProjectFile(file.name, read_from.read_bytes(), _beside(read_from), project)
    with progress() as report:
        done = import_project(
            file=given, into=into, is_dry_run=dry_run, by=Actor.system("command line"), at=datetime.now(UTC),
            progress=report,
        )  # fmt: skip
    if as_json:
        sys.stdout.write(json.dumps(as_plain(done), ensure_ascii=False, indent=1) + "\n")
    else:
        _tell(done)


def export(
    file: Annotated[
        Path, typer.Argument(help="File to write: .qdpx (with texts), .qde (without), .qdc (the codebook alone).")
    ],
    study: OfStudy = "",
    analysis: OfAnalysis = "",
    recipient: ForWhom = UNSAID,
    untouched: Annotated[
        bool, typer.Option("--untouched", help="Let texts leave that are not de-identified; the ledger keeps it.")
    ] = False,
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Export an analysis as a REFI-QDA project that other programs open, valid against the standard.

    Things keep the identifiers that they came with; importing the file gives the same project. No coding is left out.
    Its words leave: that is a line of the ledger. Texts that still may name somebody do not, unless you say so.

    Example: `throughline export project pipes.qdpx --study "Pipes and training" --recipient "Dr. Reader, Hill University"`
    """
    open_installation()
    from throughline.exchange.new_file import check_new_file
    from throughline.exchange.project.leave import ProjectFormat, export_project
    from throughline.vocabulary.actor import Actor

    ending = file.suffix.removeprefix(".").lower()
    if ending not in set(ProjectFormat):
        raise Invalid(
            Sentence(
                "Give the file a name that ends in .qdpx, .qde or .qdc: %(name)s does not.", name=file.name
            )
        )
    check_new_file(file)
    left = export_project(
        analysis=_analysis(study_named(programme, study), analysis), form=ProjectFormat(ending), recipient=recipient,
        is_untouched=untouched, by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    write_private(file, left.data)
    say(
        f"{left.codes:,} codes, {left.sources:,} sources, {left.codings:,} codings, {left.notes:,} memos,"
        f" {left.cases:,} cases, {left.users:,} coders."
    )
    if ending != ProjectFormat.QDC:
        say(
            f"{left.themes:,} themes, {left.cells:,} framework cells, {left.entries:,} shared journal entries and"
            f" {left.decisions:,} decisions, as sets, links and memos."
        )
    for one in left.stays:
        say(str(one))
    say(f"Written: {file}")


def codings(
    study: OfStudy = "",
    analysis: OfAnalysis = "",
    format: Annotated[str, typer.Option(help="csv or json.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="File to write (default: standard output).")] = None,
    recipient: ForWhom = UNSAID,
    programme: InProgramme = "",
) -> None:
    """List all codings of an analysis: source, code, analyst, start and end in code points, words.

    Every coding is a row, one whose words a correction took as well. Its words are in it where the source is de-identified and everybody in the
    passage agreed to be quoted; else the row says why not. Words leave: that is a line of the ledger.

    Example: `throughline codings --study "Pipes and training" --format csv --out codings.csv`
    """
    open_installation()
    from throughline.exchange.codings.dump import CodingsFormat, export_codings
    from throughline.exchange.new_file import check_new_file
    from throughline.vocabulary.actor import Actor

    if format not in set(CodingsFormat):
        raise Invalid(Sentence("There is no format %(name)s. There are: csv, json.", name=format))
    if out is not None:
        check_new_file(out)
    left = export_codings(
        analysis=_analysis(study_named(programme, study), analysis), form=CodingsFormat(format), recipient=recipient,
        by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    if out is None:
        sys.stdout.buffer.write(left.data)
        sys.stdout.flush()
    else:
        write_private(out, left.data)
        say(f"{left.codings:,} codings. Written: {out}")
    if left.kept_back:
        warn(f"Codings without their words, which may not leave: {left.kept_back:,}")
    if left.gone:
        warn(f"Codings whose words a correction took, with the version in which they went: {left.gone:,}")


def _tell(done: ProjectImport) -> None:
    from throughline.exchange.project.report import NAMES

    report = done.report
    table(
        f"{report.format}: {report.filename}",
        ["kind", "in the file", "kept", "carried", "not understood"],
        [
            (
                str(NAMES[one.kind]),
                f"{one.found:,}",
                f"{one.rows:,}",
                f"{one.carried:,}",
                f"{one.not_understood:,}",
            )
            for one in done.became
        ],
    )
    if report.offsets is not None:
        say(f"Offsets count {report.offsets.mode}.")
    for note in report.notes:
        say(str(note))
    for refusal in report.refusals[:_SHOWN]:
        where = f", in {refusal.place}" if refusal.place else ""
        warn(f"Not understood: {NAMES[refusal.kind]}, {refusal.what}{where}: {refusal.reason}")
    if len(report.refusals) > _SHOWN:
        warn(f"And {len(report.refusals) - _SHOWN:,} more; --json lists them all.")
    said = {
        "added": "Imported into the analysis %s (%s).",
        "would_be_added": "Nothing was kept. It would be imported into the analysis %s (%s).",
        "there_already": "Nothing was added: this very project is there already, as the analysis %s (%s).",
    }
    say(said[done.outcome.value] % (done.analysis, done.approach.value.replace("_", " ")))


def _beside(file: Path) -> dict[str, bytes]:
    """The texts that lie beside a project file alone."""
    found: dict[str, bytes] = {}
    if file.suffix.lower() != ".qde":
        return found
    room = _MOST_BESIDE
    for folder in (file.parent, file.parent / "sources", file.parent / "Sources"):
        for path in sorted(folder.glob("*.txt")) if folder.is_dir() else ():
            if path.name not in found and path.is_file() and path.stat().st_size <= room:
                found[path.name] = path.read_bytes()
                room -= len(found[path.name])
    return found


def _analysis(study: Any, name: str) -> Any:
    from throughline.records.inquiry.queries.projects import analysis_of_study

    return analysis_of_study(study, name)

"""freeze, evaluate and report."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli import asking, covering, funnel, releasing, telling
from throughline.cli.boundary import told
from throughline.cli.named import freeze_named, study_named
from throughline.cli.options import ForWhom, InProgramme, OfFreeze, OfStudy
from throughline.cli.place import open_installation
from throughline.cli.show import progress, say, table
from throughline.vocabulary.errors import Invalid, Sentence, Unready


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Work")(told(freeze))
    questions = typer.Typer(rich_markup_mode="markdown")
    questions.callback(invoke_without_command=True)(told(evaluate))
    funnel.add_to(questions)
    asking.add_to(questions)
    telling.add_to(questions)
    covering.add_to(questions)
    app.add_typer(questions, name="evaluate", rich_help_panel="Work")
    app.command(rich_help_panel="Work")(told(report))
    releasing.add_to(app)


def freeze(
    name: Annotated[str, typer.Argument(help="Small letters, digits, hyphens. A name is never used twice.")],
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """Freeze what a study's programme has recorded, under a name: Parquet files with a manifest of counts and hashes.

    Writes a folder below THROUGHLINE_FREEZES and the audit heads. The same data gives the same hash. Arm and phase are
    derived from site and day. An interrupted run leaves nothing.

    Example: `throughline freeze 2026-03`
    """
    open_installation()
    from throughline.evaluation.freeze import folder_of, freeze_study
    from throughline.vocabulary.actor import Actor

    of = study_named(programme, study)
    with progress() as report:
        made = freeze_study(
            study=of, name=name, by=Actor.system("command line"), at=datetime.now(UTC), progress=report
        )
    table(
        f"{made.name}  {made.content_hash}",
        ["table", "rows"],
        [(t, f"{n:,}") for t, n in sorted(made.rows.items())],
    )
    say(f"Written: {folder_of(made)}")


def evaluate(
    asked: typer.Context,
    freeze: OfFreeze = "",
    programme: InProgramme = "",
    study: OfStudy = "",
    seed: Annotated[int | None, typer.Option(help="Seed of what is drawn at random (default: drawn, and kept).")] = None,
) -> None:  # fmt: skip
    """Ask a freeze its questions: funnel, exposures, contrast, series, components, who answered, theme coverage, joint display.

    Writes the results beside the freeze's files, replacing earlier ones. They leave only through the doors (pages, API,
    report, one question's answer by its name). The same freeze and seed give the same results.

    Example: `throughline evaluate --freeze 2026-03 --seed 7`
    """
    if asked.invoked_subcommand is not None:
        return
    open_installation()
    from throughline.evaluation.runs import evaluate as ask
    from throughline.vocabulary.actor import Actor

    found = freeze_named(freeze, programme, study)
    with progress() as report:
        folder = ask(
            freeze=found, by=Actor.system("command line"), at=datetime.now(UTC), progress=report,
            seed=secrets.randbelow(2**31) if seed is None else seed,
        )  # fmt: skip
    say(f"Evaluated {found.name}. Results: {folder}")


def report(
    file: Annotated[Path, typer.Argument(help="File to write: .html, .docx or .pdf. It must not exist yet.")],
    recipient: ForWhom,
    freeze: OfFreeze = "",
    programme: InProgramme = "",
    study: OfStudy = "",
    profile: Annotated[
        str, typer.Option(help="How small numbers are kept back: lt5, hes or le7_round5.")
    ] = "lt5",
    form: Annotated[
        str, typer.Option("--format", help="html, docx or pdf (default: what the file's name tells).")
    ] = "",
    checklist: Annotated[
        list[str] | None,
        typer.Option(
            help="trend, tidier, gramms, rtarg, coreq, srqr, or none; say it again for another one (default: rtarg for a"
            " reflexive analysis, coreq for another)."
        ),
    ] = None,
    contamination: Annotated[
        str,
        typer.Option(
            help="The survey question that tells who got or used a pipe of the programme: what reached comparison sites."
        ),
    ] = "",
) -> None:
    """Write the report of an evaluated freeze as one file that needs nothing else: HTML, Word or PDF, with the same content.

    This lets numbers and words out: small counts are suppressed under the profile, quotes leave only with consent and
    de-identified, and every table and quote becomes a line of the ledger. What a door refuses is named in the report. Each
    item of a checklist is told with its section (in a PDF with its page too), or as not recorded and where to record it.

    Example: `throughline report findings.pdf --recipient "Commissioner" --freeze 2026-03 --checklist trend`
    """
    open_installation()
    from throughline.methods.suppression import PROFILES
    from throughline.reporting.build import build_report
    from throughline.reporting.checklists import chosen_of
    from throughline.reporting.files import format_of, write_report
    from throughline.vocabulary.actor import Actor

    if profile not in PROFILES:
        names = ", ".join(PROFILES)
        raise Invalid(
            Sentence("There is no profile %(name)s. There are: %(names)s.", name=profile, names=names)
        )
    written_as, checklists = format_of(file, form), chosen_of(checklist) if checklist else None
    if file.exists():
        raise Unready(Sentence("%(path)s exists already. Choose another name.", path=file))
    if not file.resolve().parent.is_dir():
        raise Invalid(Sentence("There is no folder %(path)s.", path=file.resolve().parent))
    found = freeze_named(freeze, programme, study)
    with progress() as told_of:
        made = build_report(
            freeze=found, recipient=recipient, profile=PROFILES[profile], by=Actor.system("command line"),
            at=datetime.now(UTC), progress=told_of, checklists=checklists, contamination=contamination,
        )  # fmt: skip
    write_report(made, file, written_as)
    say(f"Written: {file}")

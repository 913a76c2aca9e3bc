"""source list and erase."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import say, table, warn
from throughline.vocabulary.errors import NotFound, Sentence

OfAnalysis = Annotated[str, typer.Option(help="Name of the analysis, where there are several.")]


def add_to(app: typer.Typer) -> None:
    source = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="Transcripts and other sources of an analysis. They come with `throughline import transcripts`.",
    )
    source.command("list")(told(list_))
    source.command("erase")(told(erase))
    app.add_typer(source, name="source", rich_help_panel="Work")


def list_(analysis: OfAnalysis = "", programme: InProgramme = "") -> None:
    """List the sources of an analysis, erased ones too. Opens none of them.

    Example: `throughline source list --analysis "What helps"`
    """
    open_installation()
    from throughline.records.inquiry.queries.catalogue import Sought, catalogue
    from throughline.vocabulary.actor import Actor

    of = _analysis(analysis, programme)
    rows = catalogue(Actor.system("command line"), of, Sought())
    table(
        f"{of.name}: sources",
        ["source", "kind", "site", "characters", "the team reads it"],
        [
            (
                one.name, one.kind.replace("_", " "), one.site.name if one.site else "of no one site", f"{one.characters:,}",
                "erased" if one.erased_at else "yes" if one.is_deidentified else "not yet",
            )
            for one in rows
        ],
    )  # fmt: skip


def erase(
    name: Annotated[str, typer.Argument(help="The source's name.")],
    analysis: OfAnalysis = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: it was confirmed elsewhere.")] = False,
    programme: InProgramme = "",
) -> None:
    """Erase a source for good: its text, its recording and the memos beside it. Lists what left before.

    It cannot be taken back: the source's own key is destroyed. That there was a source, and the places of its codings, stay.
    Where a person wants all of their words gone, withdraw them: `throughline participant withdraw --help`. An export of
    the keys made before still opens the source in a backup: destroy it, and make a new one. Reports that may quote it are deleted.

    Example: `throughline source erase "Interview 9" --analysis "What helps"`
    """
    open_installation()
    from throughline.records.inquiry.actions import erase_source
    from throughline.records.inquiry.models import Source
    from throughline.records.inquiry.queries.participants import released_between
    from throughline.reporting.written import take_back_reports
    from throughline.vocabulary.actor import Actor

    by, at, of = Actor.system("command line"), datetime.now(UTC), _analysis(analysis, programme)
    rows = list(
        Source.objects.filter(analysis=of, name__iexact=name, erased_at=None).select_related("analysis")[:2]
    )
    if len(rows) > 1:
        raise NotFound(
            Sentence("Several sources of %(analysis)s have this name. Erase the one on its page.", analysis=of.name)
        )  # fmt: skip
    if not rows:
        raise NotFound(
            Sentence("There is no such source in %(analysis)s. See: throughline source list", analysis=of.name)
        )  # fmt: skip
    row = rows[0]
    if not yes:
        typer.confirm(f"Erase {row.name} of {of.name} for good?", abort=True, err=True)
    released = released_between(by, of, row.added_at, at)
    erase_source(source=row, by=by, at=at)
    reports = take_back_reports(of.study, at=at)
    say(f"Erased. {reports} reports deleted that may quote it.")
    for one in released.releases:
        warn(
            f"Left on {one.released_at:%Y-%m-%d} by the door for {one.door}: {one.what}, to {one.recipient}."
        )
    for freeze in released.freezes:
        warn(f"The freeze {freeze.name} holds numbers it was counted in.")


def _analysis(name: str, programme: str) -> Any:
    from throughline.records.inquiry.queries import analysis_named
    from throughline.records.programme.queries import programme_named

    return analysis_named(programme_named(programme).id, name)

"""matrix and disagreements: tables of an analysis as files, each through its door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.inquiring import FORMATS, OfAnalysis, analysis_named, round_named
from throughline.cli.named import study_named
from throughline.cli.options import ForWhom, InProgramme, OfStudy
from throughline.cli.place import open_installation, write_private
from throughline.cli.show import say, warn
from throughline.vocabulary.errors import Invalid, NotFound, Sentence

if TYPE_CHECKING:
    from throughline.evaluation.passages import PassagesLeft
    from throughline.records.inquiry.queries.material import Attribute, Material

NewFile = Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx or .docx. It must not exist yet.")]


class Kind(StrEnum):
    """What a matrix tells."""

    CODES = "codes"
    ATTRIBUTE = "attribute"
    FRAMEWORK = "framework"
    SATURATION = "saturation"


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Work")(told(matrix))
    app.command(rich_help_panel="Work")(told(disagreements))


def matrix(
    file: NewFile,
    recipient: ForWhom,
    of: Annotated[
        Kind,
        typer.Option(
            help="codes by codes, codes by an attribute, the framework matrix (cases by themes), or saturation."
        ),
    ] = Kind.CODES,
    attribute: Annotated[
        str,
        typer.Option(help="Which attribute, with --of attribute: site, arm, phase, group, or its own name."),
    ] = "",
    by_turn: Annotated[
        bool, typer.Option("--by-turn", help="Codes that stand in the same turn, not on the same words.")
    ] = False,
    base_size: Annotated[int, typer.Option(help="Saturation: sources that stand first.")] = 4,
    run_length: Annotated[int, typer.Option(help="Saturation: sources looked at together.")] = 2,
    profile: Annotated[str, typer.Option(help="lt5, hes, le7_round5 or custom:THRESHOLD.")] = "lt5",
    study: OfStudy = "",
    analysis: OfAnalysis = "",
    programme: InProgramme = "",
) -> None:
    """Write a matrix of an analysis to a file: codes by codes, codes by an attribute, the framework matrix, saturation.

    Counts leave by the door for tables: small ones are suppressed under the profile, others where they would tell one. The
    framework matrix leaves by the door for words: de-identified sources, consent to be quoted, no labels. Only what the
    approach of the analysis uses. Each is a line of the ledger.

    Example: `throughline matrix sites.xlsx --of attribute --attribute site --recipient "Advisory group"`
    """
    open_installation()
    form = _form_of(file)
    analysis_row = analysis_named(study_named(programme, study), analysis)
    if of is Kind.FRAMEWORK:
        left = _framework(analysis_row, form, recipient)
    elif of is Kind.SATURATION:
        left = _saturation(analysis_row, form, recipient, profile, base_size, run_length)
    else:
        left = _counts(
            analysis_row, form, recipient, profile, attribute if of is Kind.ATTRIBUTE else None, by_turn
        )
    _write(file, left, "cells or figures")


def disagreements(
    file: NewFile,
    recipient: ForWhom,
    round: Annotated[str, typer.Option(help="Name of the round. It must be closed.")],
    study: OfStudy = "",
    analysis: OfAnalysis = "",
    programme: InProgramme = "",
) -> None:
    """Write where the coders of a closed round differ to a file, side by side, with what was settled and why.

    Through the door for words: only de-identified words of people who agreed to be quoted. Coders are numbers, the same as in
    a file of their agreement. It is a line of the ledger.

    Example: `throughline disagreements differ.docx --round "First round" --recipient "Second coder"`
    """
    open_installation()
    from throughline.evaluation.disagreements_leaving import release_differences
    from throughline.records.inquiry.queries.agreement import differences_of
    from throughline.reporting.agreement_table import differences_table
    from throughline.reporting.table_files import table_file

    form, by = _form_of(file), _by()
    row = round_named(study_named(programme, study), analysis, round)
    _row, found, compared = differences_of(by, row.id)
    left = release_differences(
        round=row, differences=found, compared=compared, recipient=recipient,
        write=lambda shown, withheld: table_file(form, differences_table("Where coders differ", shown, withheld)),
        by=by, at=datetime.now(UTC),
    )  # fmt: skip
    _write(file, left, "stretches")


def _framework(analysis: Any, form: str, recipient: str) -> PassagesLeft:
    from throughline.evaluation.matrix_leaving import release_matrix
    from throughline.reporting.table_files import matrix_table, table_file

    return release_matrix(
        analysis=analysis, recipient=recipient,
        write=lambda matrix: table_file(form, matrix_table("Framework matrix", matrix)), by=_by(), at=datetime.now(UTC),
    )  # fmt: skip


def _saturation(
    analysis: Any, form: str, recipient: str, profile: str, base_size: int, run_length: int
) -> PassagesLeft:
    from throughline.evaluation.doors import profile_named
    from throughline.evaluation.numbers import release_figures
    from throughline.methods.saturation import THRESHOLD
    from throughline.records.inquiry.queries.material import material_for
    from throughline.records.inquiry.queries.saturating import saturation_of
    from throughline.reporting.table_files import saturation_table, table_file
    from throughline.vocabulary.study import ApproachUse

    if base_size < 1 or run_length < 1:
        raise Invalid(Sentence("--base-size and --run-length are at least 1."))
    found = saturation_of(
        material_for(_by(), analysis), base_size=base_size, run_length=run_length, threshold=THRESHOLD
    )
    return release_figures(
        analysis=analysis, use=ApproachUse.SATURATION, what="saturation", sources=found.n, profile=profile_named(profile),
        recipient=recipient, write=lambda: table_file(form, saturation_table(found)), by=_by(), at=datetime.now(UTC),
    )  # fmt: skip


def _counts(
    analysis: Any, form: str, recipient: str, profile: str, attribute: str | None, by_turn: bool
) -> PassagesLeft:
    from throughline.evaluation.code_tables import CodeTable, by_attribute, by_code
    from throughline.evaluation.doors import profile_named
    from throughline.evaluation.numbers import release_code_table
    from throughline.records.inquiry.queries.material import material_for
    from throughline.reporting.table_files import counts_table, table_file

    material = material_for(_by(), analysis)
    count: Callable[[int], CodeTable]
    if attribute is None:
        count = lambda enough: by_code(material, is_by_turn=by_turn, enough=enough)  # noqa: E731
    else:
        chosen = _attribute(material, attribute)
        count = lambda enough: by_attribute(material, chosen, enough=enough)  # noqa: E731
    return release_code_table(
        everything=material, count=count, profile=profile_named(profile), recipient=recipient,
        write=lambda table: table_file(form, counts_table(table)), by=_by(), at=datetime.now(UTC),
    )  # fmt: skip


def _attribute(material: Material, name: str) -> Attribute:
    from throughline.records.inquiry.queries.asking import attributes_of

    offered = attributes_of(material)
    wanted = name.casefold()
    for one in offered:
        if wanted == (one.name or one.kind).casefold():
            return one
    names = "; ".join(one.name or one.kind for one in offered) or "none"
    raise NotFound(Sentence("There is no attribute %(name)s. There are: %(names)s.", name=name, names=names))


def _form_of(file: Path) -> str:
    from throughline.exchange.new_file import check_new_file

    form = file.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise Invalid(Sentence("Name the file .csv, .xlsx or .docx."))
    check_new_file(file)
    return form


def _by() -> Any:
    from throughline.vocabulary.actor import Actor

    return Actor.system("command line")


def _write(file: Path, left: PassagesLeft, what: str) -> None:
    write_private(file, left.content)
    say(f"{left.shown:,} {what}. Written: {file}")
    if left.withheld:
        warn(f"Suppressed or kept back: {left.withheld:,}")

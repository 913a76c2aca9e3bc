"""evaluate contrast: one question of a freeze, asked now and printed."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.named import freeze_named
from throughline.cli.options import UNSAID, ForWhom, InProgramme, OfFreeze, OfStudy
from throughline.cli.place import open_installation
from throughline.cli.show import say, table


def add_to(questions: typer.Typer) -> None:
    questions.command()(told(contrast))


def contrast(
    recipient: ForWhom = UNSAID,
    freeze: OfFreeze = "",
    programme: InProgramme = "",
    study: OfStudy = "",
    seed: Annotated[
        int | None, typer.Option(help="Seed of the bootstrap beyond 12 sites (default: drawn, and printed).")
    ] = None,
    by: Annotated[
        str, typer.Option(help="A survey question whose answers make groups: do the arms differ more in one?")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Every figure, as JSON.")] = False,
) -> None:
    """Ask a freeze whether the arms changed differently: the headline of each outcome, and the sensitivity table beside it.

    The headline (site changes) is the answer; the table shows how much hangs on that choice, and has p only for outcomes that
    a locked plan names as primary. This lets numbers out: it is a line of the ledger. Figures of single sites are not printed;
    they leave through the door for tables. Counts under 8 are suppressed, the others rounded to 5. With `--by`, groups of
    one attribute are set against each other, where at least 8 people of each answered at every site.

    Example: `throughline evaluate contrast --freeze 2026-03 --json`
    """
    open_installation()
    from throughline.evaluation.pooled import release_contrast
    from throughline.vocabulary.actor import Actor

    found = release_contrast(
        freeze=freeze_named(freeze, programme, study), recipient=recipient, by=Actor.system("command line"), at=datetime.now(UTC),
        seed=secrets.randbelow(2**31) if seed is None else seed, groups=by,
    )  # fmt: skip
    if as_json:
        say(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False))
        return
    for outcome in found["outcomes"]:
        _print(outcome)
    if by:
        _print_groups(found["subgroups"])
    say(f"Counts as {found['counts']} tells them. Seed of the bootstrap: {found['seed']}.")


def _print(outcome: Any) -> None:
    from throughline.reporting import sensitivity

    lines = [] if outcome["sensitivity"] is None else outcome["sensitivity"]["lines"]
    rows = [
        sensitivity.headline_row(outcome),
        *(sensitivity.row(line, outcome["outcome"]["kind"]) for line in lines),
    ]
    table(
        outcome["outcome"]["code"],
        ["way", "difference", "95% interval", "df", "p", "n"],
        [(str(row.way), row.estimate, row.interval, row.df, row.p, row.n) for row in rows],
    )
    for row in rows:
        if row.refused:
            say(f"{row.way}: {row.refused}")
    say("")


def _print_groups(told: Any) -> None:
    from throughline.reporting import subgroups

    table(
        f"By {told['by']}: {subgroups.standing(told)}",
        ["outcome", "group", "arms differ, group", "arms differ, others", "difference", "95% interval", "df"],
        [subgroups.cells(row) for row in told["rows"]],
    )
    for row in told["rows"]:
        if row["refused"]:
            say(f"{row['outcome']['code']}, {subgroups.group(row)}: {subgroups.refusal(row)}")
    say("")

"""import attitudes; attitudes define and erase: what officers and workers answered, and how it is scored."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.given import text_of
from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation
from throughline.cli.show import progress, say, warn
from throughline.vocabulary.attitudes import AttitudeGroup

OfScale = Annotated[str, typer.Option(help="Name of the scale, as its scoring key says it.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown", help="How questionnaires of attitudes are scored."
    )
    group.command("define")(told(define))
    group.command("erase")(told(erase))
    app.add_typer(group, name="attitudes", rich_help_panel="Work")


def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX or another spreadsheet.")],
    scale: OfScale,
    mapping: Annotated[
        Path | None,
        typer.Option(
            help="YAML that says what each column means, where it has another name (docs/mappings.md)."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything; keep nothing.")
    ] = False,
    programme: InProgramme = "",
    rejects: Annotated[
        Path | None, typer.Option(help="Where rejected rows go (default: FILE.rejects.csv, beside FILE).")
    ] = None,
) -> None:
    """Import what officers and workers answered to a questionnaire, before, after or later. All usable rows arrive together, or none.

    A row is one questionnaire: columns site, group (officer, worker, other), moment (before, after, follow_up), taken_on, and
    item_1, item_2 ..., or the subscales' names where only scores are known. A column label links a person's before and after;
    it is keyed on the way and kept nowhere. course and trained_on name the training. The same file again adds nothing; each
    row that cannot be used goes to the rejects file with its line, column and reason, without its values.

    Example: `throughline import attitudes training-day.csv --scale "Role and support" --dry-run`
    """
    open_installation()
    from throughline.exchange.attitudes.load import import_attitudes
    from throughline.exchange.attitudes.mapping import AttitudesMapping
    from throughline.exchange.table.mapping import read_mapping
    from throughline.records.programme.queries import programme_named
    from throughline.records.workforce.queries import scale_named
    from throughline.vocabulary.actor import Actor

    of = scale_named(programme_named(programme).id, scale)
    read = read_mapping(text_of(mapping), mapping.name, AttitudesMapping) if mapping else None
    target = rejects or file.with_name(f"{file.name}.rejects.csv")
    with progress() as report:
        report("importing", 0, 1)
        done = import_attitudes(
            data=file.read_bytes(), filename=file.name, scale=of, mapping=read, is_dry=dry_run, rejects_path=target,
            by=Actor.system("command line"), at=datetime.now(UTC),
        )  # fmt: skip
        report("importing", 1, 1)
    became = "would be recorded" if dry_run else "recorded"
    say(
        f"{done.rows_read:,} rows read: {done.recorded:,} {became}, {done.known:,} known already, {done.rejected:,} rejected."
    )
    for note in done.notes:
        warn(str(note))
    if done.rejected:
        warn(f"Rejected rows, with reasons: {target}")


def define(
    file: Annotated[Path, typer.Argument(help="YAML with the scoring key (docs/mappings.md).")],
    programme: InProgramme = "",
) -> None:
    """Say how a questionnaire is scored: its subscales with item numbers, which are reversed, the range, which way is better, and how
    many items may be missing. Take it from the instrument's own manual; no key is built in, and no item text is kept.

    The key may be mended until answers were scored by it. After that another key is another scale.

    Example: `throughline attitudes define role-and-support.yaml`
    """
    open_installation()
    from throughline.exchange.attitudes.key import read_key
    from throughline.records.programme.queries import programme_named
    from throughline.records.workforce.actions import define_attitude_scale
    from throughline.vocabulary.actor import Actor

    name, key = read_key(text_of(file), file.name)
    scale = define_attitude_scale(
        programme=programme_named(programme), name=name, key=key, by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{scale.name}: {len(key.items)} items, answered from {key.lowest} to {key.highest}.")
    for one in key.subscales:
        way = "higher is better" if one.is_higher_better else "lower is better"
        say(
            f"  {one.name}: {len(one.items)} items, {len(one.reversed_items)} reversed, {way}, {one.may_miss} may be missing"
        )


def erase(
    scale: OfScale,
    site: Annotated[str, typer.Option(help="Name of the site.")],
    group: Annotated[AttitudeGroup, typer.Option(help="As which they answered.")],
    programme: InProgramme = "",
    label: Annotated[
        str,
        typer.Option(
            prompt="Label", hide_input=True, help="What the person wrote on theirs (default: it is asked)."
        ),
    ] = "",
) -> None:
    """Destroy all that one person answered to a scale, found by their own label. Freezes that were made before still hold the scores,
    under a number: make them again.

    Example: `throughline attitudes erase --scale "Role and support" --site Harrowmere --group worker`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named, site_named
    from throughline.records.workforce.actions import erase_assessments
    from throughline.records.workforce.queries import scale_named
    from throughline.vocabulary.actor import Actor

    tenant = programme_named(programme)
    gone = erase_assessments(
        scale=scale_named(tenant.id, scale), site=site_named(tenant.id, site), group=group, label=label,
        by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{gone} questionnaires erased.")

"""link waves: respondents of two waves, by self-generated codes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.named import study_named
from throughline.cli.options import InProgramme, OfStudy
from throughline.cli.place import open_installation
from throughline.cli.show import say, table


def add_to(app: typer.Typer) -> None:
    linking = typer.Typer(no_args_is_help=True, help="Link waves of a survey.", rich_markup_mode="markdown")
    linking.command("waves")(told(waves))
    app.add_typer(linking, name="link", rich_help_panel="Work")


def waves(
    first: Annotated[str, typer.Option("--from", help="Code of the first wave.")],
    second: Annotated[str, typer.Option("--to", help="Code of the second wave.")],
    study: OfStudy = "",
    programme: InProgramme = "",
    least_days: Annotated[int, typer.Option(help="Fewest days from the first answer to the second.")] = 1,
    most_days: Annotated[int, typer.Option(help="Most days from the first answer to the second.")] = 730,
    as_json: Annotated[bool, typer.Option("--json", help="Every count, as JSON.")] = False,
) -> None:
    """Link two waves by keyed codes and tell counts: match rates by arm, the linked beside the others, and how many links are
    expected by chance. Counts of 1 to 4 are suppressed. No pair, code or person is told; who may link looks at pairs on the page.

    Linking is optional: no estimate needs it. Done again, it replaces what nobody decided on.

    Example: `throughline link waves --study "Lantern" --from before --to after --json`
    """
    open_installation()
    from throughline.evaluation.linking import counts_of
    from throughline.records.surveys.actions import link_two_waves
    from throughline.records.surveys.queries import wave_of
    from throughline.vocabulary.actor import Actor

    by, of = Actor.system("command line"), study_named(programme, study)
    linking = link_two_waves(
        first=wave_of(of, first), second=wave_of(of, second), least_days=least_days, most_days=most_days,
        by=by, at=datetime.now(UTC),
    )  # fmt: skip
    found = counts_of(linking, by=by)
    if as_json:
        say(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False))
        return
    rows = [tuple(str(one[name]) for name in ("arm", "n", "linked", "waiting")) for one in found["arms"]]
    table(f"{first} and {second}", ["arm", "respondents", "linked", "waiting"], rows)
    say(f"Links expected by chance, at most: {found['expected_false_at_most']}")
    for note in found["notes"]:
        say(note)

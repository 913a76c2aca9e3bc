"""evaluate coverage: how many people spoke of each theme, where the analysis counts that."""

from __future__ import annotations

import json
from typing import Any

import typer

from throughline.cli.boundary import told
from throughline.cli.options import UNSAID, AsJson, ForWhom, InProgramme, OfFreeze, OfStudy, UnderProfile
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.cli.telling import released


def add_to(questions: typer.Typer) -> None:
    questions.command()(told(coverage))


def coverage(
    recipient: ForWhom = UNSAID,
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """How many of those who could have spoken of a theme did, of an evaluated freeze: n of N, and by one attribute at a time.

    Where an analysis does not count, as a reflexive one, the answer says so and why. Printing lets numbers out: those of fewer
    than three people are not told, nor what would give such a number away, and each call that tells a count is a line of the
    ledger.

    Example: `throughline evaluate coverage --freeze 2026-03 --json`
    """
    open_installation()
    from throughline.reporting.coverage_left import release_coverage
    from throughline.reporting.wording import sentence_of

    answer = released(release_coverage, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    themes = answer["themes"]
    if themes:
        table("Spoke of it", ["theme", "everybody"], [(one["name"], _told(one["overall"])) for one in themes])
        for name in themes[0]["by"]:
            values = sorted({row["value"] for one in themes for row in one["by"][name]})
            table(
                f"By {name.removeprefix('participant_')}",
                ["theme", *values],
                [_row(one, name, values) for one in themes],
            )
    for why in answer["uncounted"]:
        say(str(sentence_of(why)))
    if not themes and not answer["uncounted"]:
        say("No theme was written when this was frozen.")


def _row(theme: Any, name: str, values: list[str]) -> tuple[str, ...]:
    own = {row["value"]: row for row in theme["by"][name]}
    return (theme["name"], *(_told(own[one]) if one in own else "not applicable" for one in values))


def _told(row: Any) -> str:
    from throughline.reporting.wording import coverage_text
    from throughline.vocabulary.nothing import SUPPRESSED

    return SUPPRESSED if row["of"] == SUPPRESSED else coverage_text(row)

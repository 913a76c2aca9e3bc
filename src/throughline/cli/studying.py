"""study detect: before any data, what a study can detect, and what more sites, waves and respondents would bring."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from throughline.cli import studies
from throughline.cli.boundary import told
from throughline.cli.named import study_named
from throughline.cli.options import InProgramme, OfStudy
from throughline.cli.place import open_installation
from throughline.cli.show import say, table


def add_to(app: typer.Typer) -> None:
    studying = typer.Typer(
        no_args_is_help=True,
        rich_markup_mode="markdown",
        help="Design a study: sites, phases, what it can detect.",
    )
    studying.command("add")(told(studies.add))
    studying.command("site")(told(studies.site))
    studying.command("phase")(told(studies.phase))
    studying.command("list")(told(studies.list_))
    studying.command("detect")(told(detect))
    app.add_typer(studying, name="study", rich_help_panel="Work")


def detect(
    study: OfStudy = "",
    programme: InProgramme = "",
    share: Annotated[
        float | None, typer.Option(help="Percent who say yes before (default: 50, where it has to be largest).")
    ] = None,
    sd: Annotated[float | None, typer.Option(help="Of a mean, in place of a share: standard deviation of one person's value.")] = None,
    rho: Annotated[
        float | None, typer.Option(help="How alike people of one site are: the intra-site correlation (default: a guess, .02).")
    ] = None,
    respondents: Annotated[int | None, typer.Option(help="At each site in each wave (default: the study's target).")] = None,
    intervention: Annotated[int | None, typer.Option(help="Intervention sites (default: the study's).")] = None,
    comparison: Annotated[int | None, typer.Option(help="Comparison sites (default: the study's).")] = None,
    before: Annotated[int | None, typer.Option(help="Waves before (default: the study's).")] = None,
    after: Annotated[int | None, typer.Option(help="Waves after (default: the study's).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Every figure, as JSON.")] = False,
) -> None:  # fmt: skip
    """What a study can detect before it has any data: the smallest difference between the arms that is found in 80 of 100 studies
    like it (two-sided 5%), and the same with more respondents, more sites and more waves. The same figures as on the study's page.

    Of what was recorded only the numbers of sites, waves and targets are read. With `--respondents`, `--intervention` and
    `--comparison` no study is needed.

    Example: `throughline study detect --share 44 --rho 0.01 --respondents 120 --intervention 3 --comparison 3 --json`
    """  # fmt: skip
    open_installation()
    from throughline.evaluation.detecting import begin_with, can_detect
    from throughline.evaluation.results import to_plain
    from throughline.methods.few_clusters.detectable import Planned
    from throughline.vocabulary.errors import Invalid, Sentence

    if share is not None and sd is not None:
        raise Invalid(Sentence("Give a share or a standard deviation, not both."))
    is_told = None not in (respondents, intervention, comparison)
    begin = begin_with(None if is_told and not study and not programme else study_named(programme, study))
    planned = Planned(
        begin.respondents if respondents is None else respondents,
        begin.rho if rho is None else rho,
        begin.intervention if intervention is None else intervention,
        begin.comparison if comparison is None else comparison,
        share=None if sd is not None else begin.share if share is None else share / 100,
        sd=sd,
        waves=(begin.waves[0] if before is None else before, begin.waves[1] if after is None else after),
    )
    found = can_detect(planned)
    if as_json:
        say(
            json.dumps(
                to_plain(found) | {"beyond": found.beyond}, indent=1, ensure_ascii=False, allow_nan=False
            )
        )
        return
    _print(found)


def _print(found: Any) -> None:
    here, study = found.here, found.here.study

    def amount(number: float) -> str:
        return f"{number:.3g}" if study.share is None else f"{number * 100:.1f} points"

    told = f"{study.intervention} + {study.comparison} sites, {study.waves[0]} + {study.waves[1]} waves, {study.respondents:g} respondents"
    say(
        f"{told} at each site in each wave, correlation {study.rho:g}: a difference of {amount(here.difference)} "
        f"is found in {here.power * 100:.0f} of 100 studies like this one."
    )
    if study.rho:
        say(
            f"With respondents without end: {amount(here.floor)}. From {found.enough} on it lies within a tenth of that."
        )
    if found.beyond:
        say(
            "A share cannot move that far, "
            + ("either way." if found.beyond == "both" else "one of the two ways.")
        )
    for title, more in (
        (
            "Respondents at each site in each wave",
            [(f"{one.study.respondents:g}", one) for one in found.respondents],
        ),
        (
            "Intervention + comparison sites",
            [(f"{one.study.intervention} + {one.study.comparison}", one) for one in found.sites],
        ),
        (
            "Waves before + after",
            [(f"{one.study.waves[0]} + {one.study.waves[1]}", one) for one in found.waves],
        ),
    ):
        rows: list[tuple[str, ...]] = [
            (label + (" (this study)" if one.study == study else ""), amount(one.difference))
            for label, one in more
        ]
        table(title, ["", "can be detected"], rows)
    for sentence in (*here.assumptions, *found.cannot_show):
        say(str(sentence))
    say(f"Method: {found.method}, power {here.power:g}, level {here.level:g}")

"""study add, site, phase and list: as much of a design as a freeze needs. The rest is on the study's page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from throughline.cli.given import day_of, name_of
from throughline.cli.named import study_named
from throughline.cli.options import InProgramme, OfStudy
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import ArmKind, PhaseKind


def add(
    title: Annotated[str, typer.Argument(help="Title of the study.")],
    design: Annotated[str, typer.Option(help="Such as: before and after, three sites and three.")],
    registration: Annotated[str, typer.Option(help="Number of its registration, where there is one.")] = "",
    programme: InProgramme = "",
) -> None:
    """Add a study, without sites yet. A freeze is always of a study.

    Outcomes and analysis plans are added on its page.

    Example: `throughline study add "Pipes and training" --design "before and after, three sites and three"`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named
    from throughline.records.study.actions import create_study
    from throughline.vocabulary.actor import Actor

    made = create_study(
        programme=programme_named(programme), title=name_of(title, "The title", 200), design=name_of(design, "--design", 200),
        registration_id=registration.strip() or Nothing.NOT_RECORDED.value, by=Actor.system("command line"),
        at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{made.title} was added. Next: throughline study site --help")


def site(
    name: Annotated[str, typer.Argument(help="Name of a site of the programme.")],
    arm: Annotated[ArmKind, typer.Option(help="Its arm in this study.")],
    study: OfStudy = "",
    programme: InProgramme = "",
) -> None:
    """Add a site to a study, in an arm. Arm and phase of a contact follow from site and day, and are stored nowhere else.

    Example: `throughline study site Harrowmere --arm intervention`
    """
    open_installation()
    from throughline.records.programme.queries import site_named
    from throughline.records.study.actions import add_study_site
    from throughline.vocabulary.actor import Actor

    found = study_named(programme, study)
    row = add_study_site(
        study=found, site=site_named(found.programme_id, name), arm=arm, by=Actor.system("command line"),
        at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{row.site.name} is in {found.title}: {row.arm}.")


def phase(
    name: Annotated[str, typer.Argument(help="Name of a site of the study.")],
    kind: Annotated[PhaseKind, typer.Argument(help="Which phase.")],
    first: Annotated[str, typer.Option("--from", help="Its first day there, as 2025-04-01.")],
    last: Annotated[str, typer.Option("--to", help="Its last day; leave out while it goes on.")] = "",
    study: OfStudy = "",
    programme: InProgramme = "",
) -> None:
    """Say which days a phase has at a site, both ends included. Said again, it replaces; phases never overlap.

    Example: `throughline study phase Harrowmere before --from 2025-04-01 --to 2025-09-30`
    """
    open_installation()
    from throughline.records.study.actions import set_phase
    from throughline.records.study.queries import study_sites
    from throughline.vocabulary.actor import Actor

    found = study_named(programme, study)
    sites = {row.site.name.casefold(): row for row in study_sites(found)}
    if name.casefold() not in sites:
        names = ", ".join(row.site.name for row in sites.values()) or "none yet"
        raise NotFound(
            Sentence("%(name)s is not in this study. There are: %(names)s.", name=name, names=names)
        )
    row = set_phase(
        study_site=sites[name.casefold()], kind=kind, from_on=day_of(first, "--from"),
        to_on=day_of(last, "--to") if last else None, by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    say(f"{sites[name.casefold()].site.name}, {row.kind}: {row.from_on} to {row.to_on or 'still open'}.")


def list_(programme: InProgramme = "") -> None:
    """List the studies of a programme, with the arm and the phases of each site. Reads only.

    Example: `throughline study list`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named
    from throughline.records.study.models import Phase, Study
    from throughline.records.study.queries import study_sites

    tenant = programme_named(programme)
    studies = list(Study.objects.filter(programme=tenant).order_by("title"))
    if not studies:
        say(f"{tenant.name} has no study yet. Add one: throughline study add --help")
    for one in studies:
        days: dict[object, list[str]] = {}
        for row in Phase.objects.filter(study_site__study=one).order_by("from_on"):
            days.setdefault(row.study_site_id, []).append(
                f"{row.kind} {row.from_on} to {row.to_on or 'still open'}"
            )
        table(
            f"{one.title} ({one.design})",
            ["site", "arm", "phases"],
            [(row.site.name, row.arm, "; ".join(days.get(row.id, ["none yet"]))) for row in study_sites(one)],
        )

"""agreement, imported-round and quotes: what an analysis asks of its codings, on the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from throughline.cli.boundary import told
from throughline.cli.named import study_named
from throughline.cli.options import ForWhom, InProgramme, OfStudy
from throughline.cli.place import open_installation, write_private
from throughline.cli.show import say, table, warn
from throughline.vocabulary.errors import Invalid, NotFound, Sentence

if TYPE_CHECKING:
    from throughline.methods.agreement.coefficient import Coefficient
    from throughline.methods.agreement.nominal import NominalAgreement
    from throughline.methods.agreement.pooled import Pooled
    from throughline.records.inquiry.queries.agreement import RoundAgreement

OfAnalysis = Annotated[str, typer.Option(help="Name of the analysis, where the study has several.")]
FORMATS = ("csv", "xlsx", "docx")


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Work")(told(agreement))
    app.command("imported-round", rich_help_panel="Work")(told(imported_round))
    app.command(rich_help_panel="Work")(told(quotes))


def agreement(
    round: Annotated[str, typer.Option(help="Name of the round. It must be closed.")],
    study: OfStudy = "",
    analysis: OfAnalysis = "",
    level: Annotated[str, typer.Option(help="What a unit is: character, turn or sentence.")] = "character",
    over: Annotated[
        str, typer.Option(help="Of turns (what participants said) or text (all of it).")
    ] = "turns",
    domain: Annotated[
        str,
        typer.Option(
            help="A code whose children exclude each other: adds the unitizing family, or Fleiss' kappa."
        ),
    ] = "",
    seed: Annotated[int, typer.Option(help="Seed of the draws of sources for intervals.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")] = False,
    programme: InProgramme = "",
) -> None:
    """Tell how far the coders of a closed round agree: per code, per source, per pair and over all.

    Percent agreement, Cohen's kappa and Krippendorff's alpha, with intervals from 10 sources on; a figure that is not
    defined says why. Only for analyses whose approach compares coders. Coders are shown by id. Changes nothing.

    Example: `throughline agreement --round "First round" --study "Pipes and training" --level turn --json`
    """
    open_installation()
    import numpy as np

    from throughline.methods.agreement.codings import Level
    from throughline.records.inquiry.actions.compared import Over
    from throughline.records.inquiry.queries.agreement import Asked, agreement_of
    from throughline.vocabulary.actor import Actor

    if level not in set(Level) or over not in set(Over):
        raise Invalid(Sentence("--level is character, turn or sentence; --over is turns or text."))
    row = round_named(study_named(programme, study), analysis, round)
    asked = Asked(Level(level), Over(over), _code(row.analysis, domain).id if domain else None)
    found = agreement_of(
        Actor.system("command line"), row.id, asked, rng=np.random.default_rng(seed), at=datetime.now(UTC)
    )
    if as_json:
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
        return
    _tell_agreement(row.name, found)


def _tell_agreement(name_of_round: str, found: RoundAgreement) -> None:
    """The figures as tables."""
    names = found.compared.codes
    everywhere = [
        ("all sources", found.over_all),
        *((found.compared.sources[UUID(pk)].name, one) for pk, one in found.in_source.items()),
    ]
    table(
        f"{name_of_round}: all coders, over all codes; then in each source alone, which has no interval",
        ["source", "units", "agreement", "interval", "pooled kappa", "interval", "alpha", "interval"],
        [
            (
                name, f"{one.n:,}", *(told(c) for c in (one.observed, one.kappa, one.alpha) for told in (_shown, _interval)),
            )
            for name, one in everywhere
        ],
    )  # fmt: skip
    table(
        f"{name_of_round}: each code, over all coders and sources",
        ["code", "units", "sources", "agreement", "alpha", "interval"],
        [
            (
                names[UUID(one.code)].name, f"{one.n:,}", f"{one.sources:,}", _shown(one.observed), _shown(one.alpha),
                _interval(one.alpha),
            )
            for one in found.per_code
        ],
    )  # fmt: skip
    table(
        "Each pair of coders, over all codes",
        ["coders", "units", "agreement", "pooled kappa", "interval"],
        [
            (
                f"{p.first} – {p.second}",
                f"{p.n:,}",
                _shown(p.observed),
                _shown(p.kappa),
                _interval(p.kappa),
            )
            for p in found.pooled
        ],
    )
    _tell_domain(found)
    for why in _why_not(found):
        say(str(why))


def _why_not(found: RoundAgreement) -> list[Sentence]:
    """Why figures of these tables are not defined: each reason once."""
    whole = [found.over_all, *found.in_source.values()]
    shown = [
        *(c for one in whole for c in (one.observed, one.kappa, one.alpha)),
        *(c for one in found.per_code for c in (one.observed, one.alpha)),
        *(c for one in found.pooled for c in (one.observed, one.kappa)),
    ]
    return list(dict.fromkeys(one.why_not for one in shown if one.why_not is not None))


def _tell_domain(found: RoundAgreement) -> None:
    """Of codes that exclude each other: the unitizing family over characters, else one value a unit."""
    names = found.compared.codes
    if found.domain is not None and found.domain.unitizing is not None:
        family = found.domain.unitizing
        figures = (
            ("u-alpha: where passages lie, and their codes", family.u_alpha),
            ("binary alpha: where passages lie", family.boundary_alpha),
            ("cu-alpha: codes where passages meet", family.cu_alpha),
            ("coverage of cu-alpha", family.coverage),
            *((f"on {names[UUID(one.code)].name}", one.alpha) for one in family.per_code),
        )
        table(
            f"Codes below {found.domain.parent.name}, which exclude each other: {family.n:,} characters",
            ["over all coders", "value", "interval"],
            [(name, _shown(one), _interval(one)) for name, one in figures],
        )
        if family.overlaps:
            warn(f"Passages where one coder put two of these codes: {len(family.overlaps):,}")
    if found.domain is not None and found.domain.nominal is not None:
        nominal = found.domain.nominal
        rows = (
            ("Krippendorff's alpha", nominal.alpha),
            ("Fleiss' kappa", nominal.fleiss),
            ("mean kappa of pairs", nominal.mean_kappa),
        )
        table(
            f"Codes below {found.domain.parent.name}, which exclude each other: {nominal.n:,} units",
            ["over all coders", "value", "interval"],
            [(name, _shown(one), _interval(one)) for name, one in rows],
        )  # fmt: skip


def imported_round(
    name: Annotated[str, typer.Argument(help="Name of the round to make.")],
    study: OfStudy = "",
    analysis: OfAnalysis = "",
    coder: Annotated[
        list[str] | None, typer.Option(help="A coder by name; say it again for another one (default: all that came).")
    ] = None,
    read_all: Annotated[
        bool,
        typer.Option("--read-all", help="Each coder read each source: where they coded nothing, they found nothing."),
    ] = False,
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Compare people who coded an imported project, in a round that is closed as soon as it is made.

    It takes the sources that at least two of them read and that are in no round yet; who coded something in a source has
    read it. Their codings stay as they came. Then `throughline agreement --round NAME` tells how far they agree. Only for
    analyses whose approach compares coders (`throughline import project --approach coding_reliability`).

    Example: `throughline imported-round "As it came" --study "Pipes and training" --coder Anna --coder Ben`
    """
    open_installation()
    from throughline.records.inquiry.actions import make_round_of_imported
    from throughline.records.inquiry.models import Coder
    from throughline.vocabulary.actor import Actor

    of = analysis_named(study_named(programme, study), analysis)
    chosen = None
    if coder:
        there = Coder.objects.filter(analysis=of).order_by("name")
        unknown = [one for one in coder if not there.filter(name__iexact=one).exists()]
        if unknown:
            names = "; ".join(there.values_list("name", flat=True)) or "none yet"
            raise NotFound(
                Sentence(
                    "No coder %(name)s came with a project. There are: %(names)s.",
                    name=unknown[0],
                    names=names,
                )
            )
        wanted = {one.casefold() for one in coder}
        chosen = [one for one in there if one.name.casefold() in wanted]
    row = make_round_of_imported(
        analysis=of, name=name, coders=chosen, reads_all=read_all, by=Actor.system("command line"),
        at=datetime.now(UTC),
    )  # fmt: skip
    pairs = list(row.assignments.values_list("source", "coder"))
    say(
        f"{row.name}: {len({who for _, who in pairs})} coders, {len({pk for pk, _ in pairs}):,} sources,"
        f" {row.codings.count():,} codings. See: throughline agreement --round {row.name!r}"
    )


def quotes(
    file: Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx or .docx. It must not exist yet.")],
    code: Annotated[
        list[str], typer.Option(help="A code by its short or full name; say it again for another one.")
    ],
    recipient: ForWhom,
    study: OfStudy = "",
    analysis: OfAnalysis = "",
    programme: InProgramme = "",
) -> None:
    """Write the passages under codes to a file, through the door for words.

    Only words of de-identified sources leave, only where everybody who speaks agreed to be quoted, and with no more of
    group, site, arm and phase than at least three participants share. It is a line of the ledger.

    Example: `throughline quotes rent.docx --code rent --recipient "Advisory group"`
    """
    open_installation()
    from throughline.evaluation.passages import release_passages
    from throughline.exchange.new_file import check_new_file
    from throughline.records.inquiry.queries.material import coded_in, material_for
    from throughline.reporting.words_files import file_of
    from throughline.vocabulary.actor import Actor

    form = file.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise Invalid(Sentence("Name the file .csv, .xlsx or .docx."))
    check_new_file(file)
    by, of = Actor.system("command line"), analysis_named(study_named(programme, study), analysis)
    chosen = [_code(of, one) for one in code]
    material = material_for(by, of)
    coded = coded_in(material, codes=[one.id for one in chosen])
    title = ", ".join(one.name for one in chosen)
    left = release_passages(
        material=material, found=[(one.name, coded.of([one.id])) for one in chosen], what=f"passages: {title}",
        recipient=recipient, write=file_of(form, title), by=by, at=datetime.now(UTC),
    )  # fmt: skip
    write_private(file, left.content)
    say(f"{left.shown:,} passages. Written: {file}")
    if left.withheld:
        warn(f"Passages that may not leave: {left.withheld:,}")


def analysis_named(study: Any, name: str) -> Any:
    from throughline.records.inquiry.queries.projects import analysis_of_study

    return analysis_of_study(study, name)


def round_named(study: Any, analysis: str, name: str) -> Any:
    from throughline.records.inquiry.models import Round

    rows = Round.objects.filter(analysis__study=study).select_related("analysis").order_by("opened_at")
    if analysis:
        rows = rows.filter(analysis__name__iexact=analysis)
    found = list(rows.filter(name__iexact=name))
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFound(Sentence("Several analyses have a round of this name. Say which with --analysis."))
    names = "; ".join(rows.values_list("name", flat=True)) or "none yet"
    raise NotFound(Sentence("There is no such round. There are: %(names)s.", names=names))


def _code(analysis: Any, name: str) -> Any:
    from throughline.records.inquiry.models import Code

    rows = Code.objects.filter(codebook__analysis=analysis)
    found = rows.filter(slug=name).first() or rows.filter(name__iexact=name).first()
    if found is None:
        raise NotFound(Sentence("There is no code %(name)s in this analysis.", name=name))
    return found


def _shown(one: Coefficient) -> str:
    return "not defined" if one.value is None else f"{one.value:.3f}"


def _interval(one: Coefficient) -> str:
    return "none" if one.interval is None else f"{one.interval.low:.3f} to {one.interval.high:.3f}"


def _as_json(found: RoundAgreement) -> dict[str, Any]:
    """Figures by code, source and pair; a coefficient is {value, low, high} or {value: null, why_not}."""
    compared, domain = found.compared, found.domain
    names = {str(pk): code.name for pk, code in compared.codes.items()}

    def agreement_json(one: Any) -> dict[str, Any]:
        return {
            "code": names[one.code], "units": one.n, "missing_units": one.missing.total, "sources": one.sources,
            "observed": _number(one.observed), "alpha": _number(one.alpha),
            "pairs": [
                {
                    "coders": [pair.first, pair.second], "units": pair.n, "both": pair.both,
                    "first_only": pair.only_first, "second_only": pair.only_second, "neither": pair.neither,
                    "observed": _number(pair.observed), "kappa": _number(pair.kappa),
                }
                for pair in one.pairs
            ],
        }  # fmt: skip

    told: dict[str, Any] = {
        "methods": sorted({one.method for one in found.per_code} | {one.method for one in found.pooled}),
        "round": compared.round.name,
        "analysis": compared.round.analysis.name,
        "level": found.asked.level.value,
        "over": found.asked.over.value,
        "sources_left_out": found.left_out,
        "codes": [agreement_json(one) for one in found.per_code],
        "sources": [
            {"source": compared.sources[UUID(pk)].name, "over_all": _pooled_json(found.in_source[pk]), "codes": [agreement_json(one) for one in codes]}
            for pk, codes in found.by_source.items()
        ],
        "over_all": _pooled_json(found.over_all),
        "pairs": [
            {"coders": [p.first, p.second], "units": p.n, "codes": p.codes, "observed": _number(p.observed), "pooled_kappa": _number(p.kappa)}
            for p in found.pooled
        ],
        "assumptions": sorted({str(rule) for one in found.per_code for rule in one.assumptions}),
    }  # fmt: skip
    if domain is not None and domain.unitizing is not None:
        family = domain.unitizing
        told["domain"] = {
            "method": family.method, "parent": domain.parent.name, "units": family.n, "u_alpha": _number(family.u_alpha),
            "boundary_alpha": _number(family.boundary_alpha), "cu_alpha": _number(family.cu_alpha),
            "coverage": _number(family.coverage), "overlaps": len(family.overlaps),
            "codes": [
                {"code": names[one.code], "alpha": _number(one.alpha), "coverage": _number(one.coverage)}
                for one in family.per_code
            ],
            "assumptions": [str(rule) for rule in family.assumptions],
        }  # fmt: skip
    if domain is not None and domain.nominal is not None:
        told["domain"] = _nominal_json(domain.nominal) | {
            "parent": domain.parent.name, "units_with_two_codes": domain.torn,
        }  # fmt: skip
    return told


def _pooled_json(one: Pooled) -> dict[str, Any]:
    """All coders over all codes."""
    return {
        "units": one.n, "sources": one.sources, "codes": one.codes, "observed": _number(one.observed),
        "pooled_kappa": _number(one.kappa), "alpha": _number(one.alpha),
    }  # fmt: skip


def _nominal_json(found: NominalAgreement) -> dict[str, Any]:
    """All coders on codes that exclude each other, and each pair of them; coders by id."""
    return {
        "method": found.method, "units": found.n, "missing_units": found.missing.total, "sources": found.sources,
        "alpha": _number(found.alpha), "fleiss_kappa": _number(found.fleiss), "mean_kappa": _number(found.mean_kappa),
        "pairs": [
            {
                "coders": [pair.first, pair.second], "units": pair.n, "missing_units": pair.missing.total,
                "observed": _number(pair.observed), "kappa": _number(pair.kappa),
            }
            for pair in found.pairs
        ],
        "assumptions": [str(rule) for rule in found.assumptions],
    }  # fmt: skip


def _number(one: Coefficient) -> dict[str, Any]:
    if one.value is None:
        return {"value": None, "why_not": str(one.why_not)}
    found: dict[str, Any] = {"value": one.value}
    if one.interval is not None:
        found |= {"low": one.interval.low, "high": one.interval.high}
    return found

"""What must agree between the parts of the parameters, so that a draw never leaves 0..1 or names a missing town."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import sqrt
from typing import TYPE_CHECKING

from throughline.vocabulary.chain import ActionKind
from throughline.vocabulary.study import ArmKind

if TYPE_CHECKING:
    from throughline.example.parameters import Correlation, CrackUse, FurtherNeed, Parameters

# A normal curve cut at 2 standard deviations keeps .7737 of its variance (Johnson, Kotz, Balakrishnan 1994, 13.10);
# stretched back to variance 1, it ends here.
CUT = 2.0
STRETCH = 1 / sqrt(0.7737413)
FURTHEST = CUT * STRETCH


def spread(correlation: Correlation, share: float) -> tuple[float, float]:
    """Standard deviations of the site and the site-phase part, for an outcome with this share of yes."""
    variance = share * (1 - share)
    return sqrt(correlation.site * variance), sqrt(correlation.site_phase * variance)


def check_parts_agree(parameters: Parameters) -> None:
    """Raise ValueError with all disagreements at once."""
    found = [*_towns(parameters), *_days(parameters), *_shares(parameters), *_maps(parameters)]
    if found:
        raise ValueError("; ".join(found))


def _towns(p: Parameters) -> Iterator[str]:
    names = [site.name for site in p.sites]
    if len(set(names)) < len(names):
        yield "two sites have the same name"
    if {site.arm for site in p.sites} != set(ArmKind):
        yield "each arm needs at least one site"
    used: dict[str, Iterable[str]] = {
        "agreements": [a.area for a in p.agreements],
        "components": [c.site for c in p.components],
        "adaptations": [a.site for a in p.adaptations],
        "provisions": [x.site for x in p.provisions],
        "trainings": [t.site for t in p.trainings],
        "reporting.none": p.reporting.none,
        "reporting.partial": p.reporting.partial,
        "incidents.per_month": p.incidents.per_month,
        "population": p.population,
    }
    for part, towns in used.items():
        for town in sorted(set(towns) - set(names)):
            yield f"{part} names {town}, which is not one of the sites"
    for adaptation in p.adaptations:
        if not any(c.site == adaptation.site and c.kind is adaptation.component for c in p.components):
            yield f"adaptations: {adaptation.site} has no component {adaptation.component.value}"


def _days(p: Parameters) -> Iterator[str]:
    for site in p.sites:
        if not p.period.from_on < site.implementation_from < site.after_from <= p.period.to_on:
            yield f"{site.name}: implementation and after must begin in this order within the period"
        for name, window, low, high in (
            ("before", p.survey.windows.before, p.period.from_on, site.implementation_from),
            ("after", p.survey.windows.after, site.after_from, p.period.to_on),
        ):
            if not low <= window[0] <= window[1] <= high:
                yield f"survey.windows.{name} does not lie in that phase at {site.name}"
    for training in p.trainings:
        if training.course not in p.courses:
            yield f"trainings names the course {training.course}, which is not among the courses"
        if training.completed > training.attended:
            yield f"trainings at {training.site}: more completed than attended"


def _shares(p: Parameters) -> Iterator[str]:
    crack, need, drift = p.crack_use, p.further_need, p.drift
    for route, base in crack.told_of_recorded.items():
        reach = FURTHEST * sum(spread(drift.told, base)) + drift.client_spread
        yield from _inside(
            f"crack_use.told_of_recorded.{route.value}", base, crack.secular, crack.equipment_effect, reach
        )
    parts: dict[str, CrackUse | FurtherNeed] = {"crack_use": crack, "further_need": need}
    for name, part in parts.items():
        for route, base in part.recorded.items():
            yield from _inside(f"{name}.recorded.{route.value}", base, 0, part.recorded_training_effect, 0)
    reach = FURTHEST * sum(spread(drift.need, need.where_crack_told))
    told, rest = need.training_effect_where_told, need.training_effect_where_not
    yield from _inside("further_need.where_crack_told", need.where_crack_told, need.secular, told, reach)
    yield from _inside("further_need.where_not", need.where_not, need.secular, rest, reach)
    for code, question in p.survey.questions.items():
        reach = FURTHEST * sum(spread(drift.survey, question.before))
        yield from _inside(
            f"survey.questions.{code}", question.before, question.secular, question.effect, reach
        )
        if sum(question.missing.values()) >= 1:
            yield f"survey.questions.{code}: nobody would answer"


def _inside(name: str, base: float, secular: float, effect: float, reach: float) -> Iterator[str]:
    """Whether a share stays in 0..1 at the furthest site, with and without the programme."""
    ends = [base, base + secular, base + secular + effect]
    if min(ends) - reach < 0 or max(ends) + reach > 1:
        yield (
            f"{name}: between {min(ends) - reach:.3f} and {max(ends) + reach:.3f} over sites and people, outside 0..1;"
            " make effects or drift smaller"
        )


def _maps(p: Parameters) -> Iterator[str]:
    if abs(sum(route.share for route in p.routes.values()) - 1) > 1e-9:
        yield "routes: their shares must add up to 1"
    for name, given in (
        ("crack_use.recorded", p.crack_use.recorded),
        ("crack_use.told_of_recorded", p.crack_use.told_of_recorded),
        ("further_need.recorded", p.further_need.recorded),
    ):
        if set(given) != set(p.routes):
            yield f"{name} must give one share for each of the routes"
    for name, actions in (
        ("without", p.response.without),
        ("with_programme", p.response.with_programme),
        ("barrier_where", p.response.barrier_where),
    ):
        if set(actions) != set(ActionKind):
            yield f"response.{name} must give one share for each kind of action"
    if abs(sum(share for share, _ in p.response.barriers.values()) - 1) > 1e-9:
        yield "response.barriers: their shares must add up to 1"
    for name, none in (
        ("crack_use", p.crack_use.unrecorded),
        ("further_need", p.further_need.unrecorded),
    ):
        if abs(none.not_asked + none.declined + none.dont_know + none.no_row - 1) > 1e-9:
            yield f"{name}.unrecorded: its shares must add up to 1"
    domains = [domain for target in p.referral.targets.values() for domain in target.needs]
    if sorted(domains) != sorted(p.further_need.domains):
        yield "referral.targets: each need must go to exactly one target"

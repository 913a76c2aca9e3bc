"""How far coders of a round agree, as the API tells it."""

from __future__ import annotations

from uuid import UUID

from throughline.api.inquiry.people import WhoOut, people_of
from throughline.api.shapes import Out
from throughline.methods.agreement.codings import Level
from throughline.methods.agreement.coefficient import Coefficient
from throughline.records.inquiry.actions.compared import Over
from throughline.records.inquiry.models import Round
from throughline.records.inquiry.queries.agreement import Domain, RoundAgreement, parents_in


class CoefficientOut(Out):
    """1 is perfect agreement. `value` is null with `why_not` where it is not defined."""

    value: float | None
    low: float | None
    high: float | None
    why_not: str | None
    no_interval: str | None


class PairAgreementOut(Out):
    first: WhoOut
    second: WhoOut
    n: int
    observed: CoefficientOut
    kappa: CoefficientOut


class CodeAgreementOut(Out):
    """All coders on one code, over the `n` units that at least two coded."""

    code_id: UUID
    code: str
    n: int
    sources: int
    observed: CoefficientOut
    alpha: CoefficientOut


class SourceAgreementOut(Out):
    """All coders over all codes in one source, which has no interval."""

    source_id: UUID
    n: int
    observed: CoefficientOut
    kappa: CoefficientOut
    alpha: CoefficientOut


class UnitizingOut(Out):
    """Over characters: where passages lie (`boundary_alpha`), their codes where they meet (`cu_alpha`), and both (`u_alpha`).

    `overlaps`: how often one coder put two of the codes on the same words.
    """

    n: int
    u_alpha: CoefficientOut
    boundary_alpha: CoefficientOut
    cu_alpha: CoefficientOut
    coverage: CoefficientOut
    overlaps: int


class ExclusiveOut(Out):
    """Over turns or sentences: one value a unit."""

    n: int
    alpha: CoefficientOut
    fleiss: CoefficientOut
    mean_kappa: CoefficientOut


class DomainOut(Out):
    """Codes below `parent_id`, declared to exclude each other: one of the two, by the level.

    `torn` units have two of the codes by one coder: they count for that coder as without a value.
    """

    parent_id: UUID
    code_ids: list[UUID]
    unitizing: UnitizingOut | None
    nominal: ExclusiveOut | None
    torn: int


class RoundAgreementOut(Out):
    """`left_out` sources may not be seen by this account. `over_all` is over all codes, `pairs` likewise by two coders.

    `parents`: codes below which two or more of the round stand, each of which could be declared a domain.
    """

    level: Level
    over: Over
    codes: list[CodeAgreementOut]
    pairs: list[PairAgreementOut]
    over_all_observed: CoefficientOut
    over_all_kappa: CoefficientOut
    over_all_alpha: CoefficientOut
    sources: list[SourceAgreementOut]
    parents: list[UUID]
    domain: DomainOut | None
    assumptions: list[str]
    left_out: int


def shown_agreement(row: Round, found: RoundAgreement) -> RoundAgreementOut:
    """Every figure of a round's agreement that its page shows."""
    people = people_of(row.analysis, found.compared.continuum.coders)
    return RoundAgreementOut(
        level=found.asked.level, over=found.asked.over, left_out=found.left_out,
        codes=[
            CodeAgreementOut(
                code_id=UUID(one.code), code=found.compared.codes[UUID(one.code)].name, n=one.n, sources=one.sources,
                observed=_told(one.observed), alpha=_told(one.alpha),
            )
            for one in found.per_code
        ],
        pairs=[
            PairAgreementOut(
                first=people[one.first], second=people[one.second], n=one.n, observed=_told(one.observed),
                kappa=_told(one.kappa),
            )
            for one in found.pooled
        ],
        sources=[
            SourceAgreementOut(
                source_id=UUID(source_id), n=one.n, observed=_told(one.observed), kappa=_told(one.kappa),
                alpha=_told(one.alpha),
            )
            for source_id, one in found.in_source.items()
        ],
        parents=[one.id for one in parents_in(found.compared)],
        domain=_domain(found.domain) if found.domain else None,
        over_all_observed=_told(found.over_all.observed), over_all_kappa=_told(found.over_all.kappa),
        over_all_alpha=_told(found.over_all.alpha),
        assumptions=list(dict.fromkeys(str(said) for one in found.per_code for said in one.assumptions)),
    )  # fmt: skip


def _domain(one: Domain) -> DomainOut:
    family, nominal = one.unitizing, one.nominal
    return DomainOut(
        parent_id=one.parent.id, code_ids=[code.id for code in one.codes], torn=one.torn,
        unitizing=None if family is None else UnitizingOut(
            n=family.n, u_alpha=_told(family.u_alpha), boundary_alpha=_told(family.boundary_alpha),
            cu_alpha=_told(family.cu_alpha), coverage=_told(family.coverage), overlaps=len(family.overlaps),
        ),
        nominal=None if nominal is None else ExclusiveOut(
            n=nominal.n, alpha=_told(nominal.alpha), fleiss=_told(nominal.fleiss), mean_kappa=_told(nominal.mean_kappa),
        ),
    )  # fmt: skip


def _told(one: Coefficient) -> CoefficientOut:
    return CoefficientOut(
        value=one.value, low=one.interval.low if one.interval else None,
        high=one.interval.high if one.interval else None, why_not=str(one.why_not) if one.why_not else None,
        no_interval=str(one.no_interval) if one.no_interval else None,
    )  # fmt: skip

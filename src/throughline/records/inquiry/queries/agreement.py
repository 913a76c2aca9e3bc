"""How far the coders of a closed round agree, and where they differ. Only where the analysis's approach asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from django.db.models import Q

from throughline.methods.agreement.codings import Codings, Continuum, Level, place
from throughline.methods.agreement.coefficient import Resampling
from throughline.methods.agreement.disagreements import Disagreement, disagreements
from throughline.methods.agreement.nominal import NominalAgreement, nominal_agreement
from throughline.methods.agreement.per_code import CodeAgreement, agreement_by_source, agreement_per_code
from throughline.methods.agreement.pooled import Pooled, PooledPair, pooled, pooled_by_source
from throughline.methods.agreement.unitizing import Unitizing, unitizing
from throughline.methods.passages.spans import Spans
from throughline.methods.sentences import sentences
from throughline.records.inquiry.actions.compared import (
    Compared,
    Over,
    Stretches,
    check_comparable,
    compared,
    newest_settlements,
)
from throughline.records.inquiry.actions.sources import read_source
from throughline.records.inquiry.models import Code, Coding, Round, Settlement, Source, blind_sources
from throughline.records.inquiry.queries.material import material_for
from throughline.records.inquiry.queries.reading import SEALED, round_for
from throughline.records.programme.models import Membership
from throughline.rules.approaches import check_approach_uses
from throughline.rules.permissions import Permission
from throughline.rules.roles import permissions_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.study import ApproachUse

NO_CODE = "none"  # the value of a unit of a domain under none of its codes


@dataclass(frozen=True)
class Asked:
    """At which level, over which text, and of which parent the codes are declared to exclude each other (None: of none)."""

    level: Level = Level.CHARACTER
    over: Over = Over.TURNS
    parent: UUID | None = None
    with_intervals: bool = True


@dataclass(frozen=True)
class Domain:
    """The codes below one parent, declared exclusive: over characters the unitizing family, over units one value each.

    `torn` units have two of the codes by one coder: they count for that coder as without a value.
    """

    parent: Code
    codes: tuple[Code, ...]
    unitizing: Unitizing | None
    nominal: NominalAgreement | None
    torn: int


@dataclass(frozen=True)
class RoundAgreement:
    """Agreement of a round; `left_out` of its sources may not be seen by who asks. Codes, coders and sources by id."""

    compared: Compared
    asked: Asked
    per_code: tuple[CodeAgreement, ...]
    by_source: Mapping[str, tuple[CodeAgreement, ...]]
    pooled: tuple[PooledPair, ...]
    over_all: Pooled
    in_source: Mapping[str, Pooled]
    domain: Domain | None
    left_out: int


@dataclass(frozen=True)
class Difference:
    """A stretch on which coders differ, and what was settled last, if anything."""

    place: Disagreement
    source: Source
    code: Code
    settlement: Settlement | None


def agreement_of(
    actor: Actor, round_id: UUID, asked: Asked, *, rng: np.random.Generator, at: datetime
) -> RoundAgreement:
    """Per code, per source, per pair and over all. NotFound where the round is out of sight; Unready while it is open.

    Sentences take the texts, which are opened (and audited) for it.
    """
    row, sources, left_out = _round(actor, round_id)

    def cut(source: Source, stretches: Stretches) -> Stretches:
        text = read_source(source=source, reason="agreement", by=actor, at=at)
        return tuple(
            (start + begin, start + end)
            for start, stop in stretches
            for begin, end in sentences(text[start:stop])
        )

    found = compared(row, sources, level=asked.level, over=asked.over, cut=cut)
    resampling = Resampling(rng) if asked.with_intervals else None
    per_code = agreement_per_code(found.continuum, found.codings, resampling=resampling)
    domain = _domain(found, asked, resampling)
    over_all = pooled(found.continuum, found.codings, resampling=resampling)
    return RoundAgreement(
        compared=found,
        asked=asked,
        per_code=per_code,
        by_source=agreement_by_source(found.continuum, found.codings),
        pooled=over_all.pairs if per_code else (),
        over_all=over_all,
        in_source=pooled_by_source(found.continuum, found.codings),
        domain=domain,
        left_out=left_out,
    )


def differences_of(actor: Actor, round_id: UUID) -> tuple[Round, list[Difference], Compared]:
    """Where the coders of a closed round differ, over all of the text, by source, place and code."""
    row, sources, _ = _round(actor, round_id)
    found = compared(row, sources)
    settled = newest_settlements(row)
    shown = _without_withdrawn(actor, row, disagreements(found.continuum, found.codings))
    places = [
        Difference(
            one,
            found.sources[UUID(one.source)],
            found.codes[UUID(one.code)],
            settled.get((UUID(one.source), UUID(one.code), one.start, one.end)),
        )
        for one in shown
    ]
    return (
        row,
        sorted(places, key=lambda one: (one.source.name, one.place.start, one.place.end, one.code.name)),
        found,
    )


def _without_withdrawn(actor: Actor, row: Round, places: Sequence[Disagreement]) -> list[Disagreement]:
    """Those that touch no turn of a participant who withdrew."""
    material = material_for(actor, row.analysis)
    held = [one for one in places if UUID(one.source).hex in material.numbers]
    spans = Spans.of((material.numbers[UUID(one.source).hex], one.start, one.end) for one in held)
    return [held[at] for at in material.kept(spans).tolist()]


def progress_of(actor: Actor, round: Round) -> dict[tuple[UUID, str], int]:
    """(source, coder) -> codings in the round, of what the actor may see: in a blind round own ones alone."""
    rows = Coding.objects.visible_to(actor).standing().filter(round=round).values_list("source_id", "analyst")
    found: dict[tuple[UUID, str], int] = {}
    for place_ in rows:
        found[place_] = found.get(place_, 0) + 1
    return found


def blind_now(actor: Actor, round: Round) -> frozenset[UUID]:
    """The sources of a round on which this actor sees own codings alone."""
    return frozenset(blind_sources(actor).filter(assignments__round=round).values_list("id", flat=True))


def parents_in(found: Compared) -> list[Code]:
    """Codes below which at least two codes of the round stand: each could be declared a domain."""
    below: dict[UUID, int] = {}
    for code in found.codes.values():
        if code.parent_id is not None:
            below[code.parent_id] = below.get(code.parent_id, 0) + 1
    chosen = [pk for pk, count in below.items() if count > 1]
    return list(Code.objects.filter(id__in=chosen).order_by("codebook__name", "place"))


def _round(actor: Actor, round_id: UUID) -> tuple[Round, list[Source], int]:
    row = round_for(actor, round_id)
    check_approach_uses(row.analysis, ApproachUse.AGREEMENT)
    check_comparable(row)
    every = Source.objects.filter(assignments__round=row, erased_at=None).distinct()
    seen = (
        Source.objects.visible_to(actor)
        .filter(id__in=every.values("id"))
        .exclude(id__in=blind_sources(actor).values("id"))
    )
    sources = list(seen.select_related("analysis").defer(*SEALED).order_by("name", "id"))
    return row, sources, every.count() - len(sources)


def _domain(found: Compared, asked: Asked, resampling: Resampling | None) -> Domain | None:
    if asked.parent is None:
        return None
    parent = next((one for one in parents_in(found) if one.id == asked.parent), None)
    if parent is None:
        raise NotFound(Sentence("Below this code no two codes of the round stand."))
    codes = tuple(one for one in found.codes.values() if one.parent_id == parent.id)
    names = [str(one.id) for one in codes]
    if asked.level is Level.CHARACTER:
        family = unitizing(found.continuum, found.codings, codes=names, resampling=resampling)
        return Domain(parent, codes, family, None, 0)
    values, torn = _values(found.continuum, found.codings, names)
    lengths = found.continuum.lengths
    of = np.repeat(np.arange(len(lengths)), lengths).tolist()
    return Domain(parent, codes, None, nominal_agreement(values, sources=of, resampling=resampling), torn)


def _values(
    continuum: Continuum, codings: Codings, codes: Sequence[str]
) -> tuple[dict[str, list[str | None]], int]:
    """For each coder the one code of a unit, NO_CODE where there is none, None where the coder did not read or put two."""
    chosen = set(codings.positions_of(codes))
    placed = place(continuum, codings)
    torn: set[tuple[str, int]] = set()
    values: dict[str, list[str | None]] = {}
    for at, coder in enumerate(continuum.coders):
        read = np.repeat(continuum.present[:, at], continuum.lengths)
        values[coder] = [NO_CODE if there else None for there in read.tolist()]
    columns = (placed.coder, placed.code, placed.first, placed.last)
    for who, code, first, last in zip(*(column.tolist() for column in columns), strict=True):
        if code not in chosen:
            continue
        coder, name = continuum.coders[who], codings.codes[code]
        for unit in range(first, last):
            if values[coder][unit] not in (NO_CODE, name):
                torn.add((coder, unit))
            values[coder][unit] = name
    for coder, unit in torn:
        values[coder][unit] = None
    return values, len(torn)


def who_may_code(programme_id: UUID, on: date) -> dict[str, str]:
    """Actor's id -> name of everybody who may code in a programme on a day: whom a round can be given to."""
    rows = Membership.objects.filter(programme_id=programme_id, from_on__lte=on, account__is_active=True)
    rows = rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=on)).select_related("account")
    return {
        str(row.account_id): row.account.display_name
        for row in rows
        if Permission.APPLY_CODE in permissions_of(row.role_set())
    }

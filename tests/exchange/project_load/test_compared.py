"""Coders who came with a project are compared in a round of their own: as if they had coded here."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.cast import SYSTEM, Cast
from tests.exchange.project_load.projects import AT, a_project, guid, reading_of
from tests.records.made import a_source_draft, a_study, an_analyst, events
from throughline.exchange.project.document import (
    ProjectCode,
    ProjectCoding,
    ProjectDocument,
    ProjectSelection,
    ProjectSource,
    ProjectUser,
)
from throughline.exchange.project.load import Into, ProjectFile, import_project, keep_reading
from throughline.methods.agreement.per_code import CodeAgreement
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions.compared import Over
from throughline.records.inquiry.models import Analysis, Code, Coder, Coding, Round, Settlement, Source
from throughline.records.inquiry.queries.agreement import Asked, agreement_of, differences_of
from throughline.records.inquiry.queries.coders import to_compare
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import Approach, CodeOrigin, SourceKind

pytestmark = pytest.mark.django_db
Marks = NDArray[np.bool_]
CODERS = ("Ann", "Ben", "Cy")
CODES = ("door", "rent", "van")
TEXTS = (
    "We came back later and nobody asked. " * 6,
    "The van stood there on a cold morning. " * 5,
    "One alone.",
)
OVER_TEXT = Asked(over=Over.TEXT, with_intervals=False)


def placed() -> list[tuple[int, str, str, int, int]]:
    """(text, coder, code, start, end): the third text is coded by Ann alone, the second by Ann and Ben."""
    draw = random.Random(3)
    rows = {(2, "Ann", "van", 0, 3)}
    for text, who in ((0, CODERS), (1, CODERS[:2])):
        for coder in who:
            for _ in range(12):
                start = draw.randrange(len(TEXTS[text]) - 30)
                rows.add((text, coder, draw.choice(CODES), start, start + draw.randint(1, 30)))
    return sorted(rows)


def a_document() -> ProjectDocument:
    users = {name: guid(1, number) for number, name in enumerate(CODERS, 1)}
    codes = {name: guid(2, number) for number, name in enumerate(CODES, 1)}
    laid = [
        (text, ProjectSelection(guid(9, n), start, end, (ProjectCoding(guid(10, n), codes[code], users[coder], AT),)))
        for n, (text, coder, code, start, end) in enumerate(placed(), 1)
    ]  # fmt: skip
    sources = tuple(
        ProjectSource(guid(3, n + 1), f"Text {n + 1}", text, tuple(one for at, one in laid if at == n))
        for n, text in enumerate(TEXTS)
    )
    return ProjectDocument(
        "Three coders", users=tuple(ProjectUser(pk, name) for name, pk in users.items()),
        codes=tuple(ProjectCode(pk, name) for name, pk in codes.items()), sources=sources,
    )  # fmt: skip


@pytest.fixture
def came(cast: Cast, now: datetime) -> Analysis:
    into = Into(a_study(cast), approach=Approach.CODING_RELIABILITY, is_deidentified=True)
    done = keep_reading(reading=reading_of(a_document()), into=into, by=cast.rosa.actor, at=now)
    return Analysis.objects.get(id=done.analysis_id)


def made(analysis: Analysis, by: Actor, now: datetime, **more: object) -> Round:
    return actions.make_round_of_imported(analysis=analysis, name="Brought", by=by, at=now, **more)  # type: ignore[arg-type]  # told by each test


def figures(found: tuple[CodeAgreement, ...], names: dict[str, str]) -> dict[str, object]:
    """Of each code, by name: units, alpha, and of each pair of coders (by name) kappa."""
    codes = {str(code.id): code.name for code in Code.objects.all()}
    return {
        codes[one.code]: (
            one.n, one.alpha.value, one.observed.value,
            {tuple(sorted((names[p.first], names[p.second]))): (p.n, p.both, p.kappa.value) for p in one.pairs},
        )
        for one in found
    }  # fmt: skip


def compared(analysis: Analysis, round: Round, names: dict[str, str], now: datetime) -> dict[str, object]:
    found = agreement_of(SYSTEM, round.id, OVER_TEXT, rng=np.random.default_rng(1), at=now)
    assert {source.name for source in found.compared.sources.values()} == {"Text 1", "Text 2"}
    return figures(found.per_code, names)


def coded_here(cast: Cast, now: datetime) -> dict[str, object]:
    """The same by three people with accounts, in a round on the same texts."""
    by, people = cast.rosa.actor, {name: an_analyst(cast, name).actor for name in CODERS}
    analysis = actions.open_analysis(
        study=a_study(cast, "Made here"), name="Here", question="?", approach=Approach.CODING_RELIABILITY, by=by, at=now,
    )  # fmt: skip
    book = actions.add_codebook(analysis=analysis, name="Codes", by=by, at=now)
    drafts = [actions.CodeDraft(name, name, CodeOrigin.INDUCTIVE) for name in CODES]
    codes = {code.name: code for code in actions.add_codes(codebook=book, drafts=drafts, by=by, at=now)}
    sources = [
        actions.add_source(analysis=analysis, draft=a_source_draft(text, name=f"Text {n}"), by=by, at=now)
        for n, text in enumerate(TEXTS, 1)
    ]
    around = actions.open_round(
        analysis=analysis, name="Here", by=by, at=now,
        assignments=[actions.AssignmentDraft(sources[text], people[who].id) for text, who in ASSIGNED],
    )  # fmt: skip
    for text, coder, code, start, end in placed():
        if text < 2:
            actions.apply_code(
                source=sources[text], code=codes[code], start=start, end=end, by=people[coder], at=now
            )
    actions.close_round(round=around, by=by, at=now)
    return compared(analysis, around, {people[name].id: name for name in CODERS}, now)


ASSIGNED = [(0, "Ann"), (0, "Ben"), (0, "Cy"), (1, "Ann"), (1, "Ben")]


def test_make_round_of_imported_gives_what_the_same_codings_give_here(
    cast: Cast, now: datetime, came: Analysis
) -> None:
    rosa = cast.rosa.actor
    offered = to_compare(rosa, came)
    assert [one.name for one in offered.coders] == list(CODERS)
    assert [one.name for one in offered.sources] == ["Text 1", "Text 2"]
    around = made(came, rosa, now)
    assert around.closed_at == now and to_compare(rosa, came).sources == ()
    names = dict(Coder.objects.filter(analysis=came).values_list("actor", "name"))
    texts = {source.id: source.name for source in Source.objects.filter(analysis=came)}
    assert sorted((texts[one.source_id], names[one.coder]) for one in around.assignments.all()) == [
        (f"Text {text + 1}", who) for text, who in ASSIGNED
    ]
    assert compared(came, around, names, now) == coded_here(cast, now)
    assert not Coding.objects.get(source__name="Text 3", source__analysis=came).round
    assert [(one.reason, one.count) for one in (events("round_opened")[0], events("round_closed")[0])] == [
        ("imported", 2)
    ] * 2

    _, differences, _ = differences_of(rosa, around.id)
    one = differences[0]
    actions.settle_disagreement(
        round=around, source=one.source, code=one.code, start=one.place.start, end=one.place.end, stands=True,
        reason="It does.", by=rosa, at=now,
    )  # fmt: skip
    assert Settlement.objects.get().stands
    version = actions.write_agreed_version(round=around, by=rosa, at=now)
    assert version.passages and version.unsettled == len(differences) - 1


def test_make_round_of_imported_takes_who_and_what_is_chosen(
    cast: Cast, now: datetime, came: Analysis
) -> None:
    rosa = cast.rosa.actor
    coders = {one.name: one for one in Coder.objects.filter(analysis=came)}
    pair = [coders["Ann"], coders["Cy"]]
    with pytest.raises(Invalid, match="coded by two"):
        made(came, rosa, now, coders=[coders["Ann"]])
    second = Source.objects.filter(analysis=came, name="Text 2")
    with pytest.raises(Invalid, match="coded by two"):
        made(came, rosa, now, coders=pair, sources=list(second))
    around = made(came, rosa, now, coders=pair, reads_all=True)
    held = around.assignments.values_list("source__name", "coder")
    assert sorted(held) == sorted((f"Text {n}", one.actor) for n in (1, 2, 3) for one in pair), (
        "who read a text and found nothing there is among its coders"
    )
    with pytest.raises(Invalid, match="called Brought already"):
        made(came, rosa, now)
    again = [one.name for one in to_compare(rosa, came).coders]
    assert again == [], "Ben is alone with what Ann and Cy are compared on"


def test_make_round_of_imported_is_for_who_leads_rounds_where_coders_are_compared(
    cast: Cast, now: datetime, came: Analysis
) -> None:
    for by in (an_analyst(cast, "Una").actor, cast.chen.actor, cast.dana.actor, cast.stranger):
        with pytest.raises(NotAllowed):
            made(came, by, now)
    Analysis.objects.filter(id=came.id).update(approach=Approach.CODEBOOK_TEMPLATE.value)
    came.refresh_from_db()
    with pytest.raises(Unready, match="approach"):
        made(came, cast.rosa.actor, now)
    assert not Round.objects.exists()


def test_nobody_whom_a_file_names_is_compared(cast: Cast, now: datetime) -> None:
    into = Into(a_study(cast), approach=Approach.CODING_RELIABILITY)
    done = keep_reading(reading=reading_of(a_project()), into=into, by=cast.rosa.actor, at=now)
    offered = to_compare(cast.rosa.actor, Analysis.objects.get(id=done.analysis_id))
    assert [one.name for one in offered.coders] == ["Anna", "Ben"] and len(offered.sources) == 1


@pytest.mark.realdata
def test_two_coders_of_a_qualcoder_project_are_compared_character_by_character(
    cast: Cast, now: datetime, shared_data: Path
) -> None:
    path = shared_data / "coded" / "serdif_qualcoder_v8_data.qda"
    into = Into(a_study(cast), None, Approach.CODING_RELIABILITY, SourceKind.INTERVIEW, "en", True)
    given = ProjectFile(path.name, path.read_bytes())
    done = import_project(file=given, into=into, by=cast.rosa.actor, at=now)
    analysis = Analysis.objects.get(id=done.analysis_id)
    around = made(analysis, cast.rosa.actor, now)
    found = agreement_of(SYSTEM, around.id, OVER_TEXT, rng=np.random.default_rng(1), at=now)
    pair = sorted({one.coder for one in around.assignments.all()})
    assert len(pair) == 2 and len(found.compared.sources) > 1
    assert Coding.objects.filter(round=around).count() == len(found.compared.rows) > 500
    for one in found.per_code:
        assert one.pairs[0].kappa.value == pytest.approx(
            _kappa(found.compared.sources, UUID(one.code), pair), abs=1e-9
        )


def _kappa(sources: Iterable[UUID], code: UUID, pair: list[str]) -> float | None:
    """Cohen's, from every character of every source: written out, with nothing of what computes it elsewhere."""
    lines: tuple[list[Marks], list[Marks]] = ([], [])
    for source in Source.objects.filter(id__in=list(sources)):
        for line, who in zip(lines, pair, strict=True):
            text = np.zeros(source.characters, dtype=bool)
            for start, end in Coding.objects.filter(source=source, code=code, analyst=who).values_list(
                "start", "end"
            ):
                text[start:end] = True
            line.append(text)
    one, other = (np.concatenate(line) for line in lines)
    expected = one.mean() * other.mean() + (1 - one.mean()) * (1 - other.mean())
    return None if expected == 1 else float(((one == other).mean() - expected) / (1 - expected))

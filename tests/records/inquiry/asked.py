"""An analysis to ask: three interviews at two sites in two arms and phases, four people, three codes, two coders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tests.cast import START, SYSTEM, Cast, Person
from tests.records.made import a_code, a_consent, a_source_draft, a_study, an_analyst
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Code, Coding, Participant, Source
from throughline.records.programme.models import Site
from throughline.records.study import actions as study
from throughline.records.study.models import Study
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import Approach, ArmKind, ConsentScope, PhaseKind

TEXTS = (
    "Interviewer: What is a pipe for?\nP01: It is a reason to come in. Then we talk about rent.\nP02: Rent first, for me.",
    "Interviewer: And the van?\nP03: The van comes, so I come in. Nobody asks about rent.",
    "Interviewer: Who talks?\nP04: We all talk. A reason to come is a reason to talk.",
)


@dataclass(frozen=True)
class Asked:
    cast: Cast
    analysis: Analysis
    sources: tuple[Source, ...]
    people: tuple[Participant, ...]
    reason: Code
    rent: Code
    talk: Code
    una: Person

    def put(self, code: Code, words: str, of: int = 0, *, by: Actor | None = None, nth: int = 0) -> Coding:
        """A code on these very words of a source."""
        place = -1
        for _ in range(nth + 1):
            place = TEXTS[of].index(words, place + 1)
        return actions.apply_code(
            source=self.sources[of], code=code, start=place, end=place + len(words), by=by or self.una.actor, at=START
        )  # fmt: skip


def make_asked(cast: Cast, approach: Approach = Approach.CODEBOOK_TEMPLATE) -> Asked:
    of = a_study(cast)
    _in_arm(of, cast.site, ArmKind.INTERVENTION)
    _in_arm(of, cast.other_site, ArmKind.COMPARISON)
    analysis = actions.open_analysis(
        study=of,
        name="What is said",
        question="What is said of pipes?",
        approach=approach,
        with_counts=True,
        with_saturation=True,
        by=SYSTEM,
        at=START,
    )
    sites = (cast.site, cast.other_site, cast.site)
    sources = tuple(
        actions.add_source(
            analysis=analysis,
            draft=a_source_draft(text, name=f"Interview {n}", site=site),
            by=SYSTEM,
            at=START,
        )
        for n, (text, site) in enumerate(zip(TEXTS, sites, strict=True), start=1)
    )
    people = []
    for label, source, group in (
        ("P01", 0, "crack"),
        ("P02", 0, "heroin"),
        ("P03", 1, "crack"),
        ("P04", 2, "crack"),
    ):
        person = actions.add_participant(
            analysis=analysis, label=label, group=group, attributes={"housing": "none" if label == "P03" else "own"},
            consent=a_consent(of, ConsentScope.TAKE_PART, ConsentScope.QUOTE), by=SYSTEM, at=START,
        )  # fmt: skip
        actions.assign_speaker(source=sources[source], speaker=label, participant=person, by=SYSTEM, at=START)
        people.append(person)
    for source in sources:
        actions.assign_speaker(source=source, speaker="Interviewer", participant=None, by=SYSTEM, at=START)
    return Asked(
        cast, analysis, sources, tuple(people), a_code(analysis, "reason"), a_code(analysis, "rent"),
        a_code(analysis, "talk"), an_analyst(cast, "Una"),
    )  # fmt: skip


def _in_arm(of: Study, site: Site, arm: ArmKind) -> None:
    placed = study.add_study_site(study=of, site=site, arm=arm, by=SYSTEM, at=START)
    kind = PhaseKind.BEFORE if arm is ArmKind.COMPARISON else PhaseKind.AFTER
    study.set_phase(study_site=placed, kind=kind, from_on=date(2025, 1, 1), to_on=None, by=SYSTEM, at=START)


def words_of(asked: Asked, rows: list[tuple[int, int, int]]) -> list[str]:
    return [TEXTS[source][start:end] for source, start, end in rows]

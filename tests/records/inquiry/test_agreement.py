"""Agreement of rounds through the records, where coders differ, settling it, and the agreed version."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from tests.cast import START, SYSTEM, Cast
from tests.records.inquiry.asked import TEXTS, Asked, make_asked
from tests.records.made import a_study, an_analyst, events
from throughline.methods.agreement.codings import Level
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions.compared import Over
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import Code, Coder, Coding, Round, Settlement
from throughline.records.inquiry.queries import agreement as query
from throughline.records.inquiry.queries.agreement import RoundAgreement, agreement_of, differences_of
from throughline.records.inquiry.queries.asking import Question, passages_of
from throughline.records.inquiry.queries.material import Whose, material_for
from throughline.records.study.actions import withdraw_research_consent
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.study import Approach, CodeOrigin, SourceKind

pytestmark = pytest.mark.django_db
RNG = np.random.default_rng(1)


class Compared:
    """Two coders on the first source, in a round: they differ on where one passage begins, and on one more."""

    def __init__(self, cast: Cast, now: datetime, *more: str) -> None:
        self.asked: Asked = make_asked(cast, Approach.CODING_RELIABILITY)
        for slug in more:
            draft = actions.CodeDraft(slug, slug, CodeOrigin.INDUCTIVE, "talk")
            actions.add_code(codebook=self.asked.reason.codebook, draft=draft, by=SYSTEM, at=now)
        self.una, self.yusuf, self.rosa = (
            self.asked.una.actor,
            an_analyst(cast, "Yusuf").actor,
            cast.rosa.actor,
        )
        self.source = self.asked.sources[0]
        self.round: Round = actions.open_round(
            analysis=self.asked.analysis, name="First", by=self.rosa, at=now,
            assignments=[actions.AssignmentDraft(self.source, who.id) for who in (self.una, self.yusuf)],
        )  # fmt: skip
        self.asked.put(self.asked.reason, "It is a reason to come in", by=self.una)
        self.asked.put(self.asked.reason, "a reason to come in", by=self.yusuf)
        self.asked.put(self.asked.rent, "rent", by=self.una)
        self.asked.put(self.asked.rent, "rent", by=self.yusuf)
        self.asked.put(self.asked.rent, "Rent first", by=self.yusuf)

    def close(self, now: datetime) -> None:
        actions.close_round(round=self.round, by=self.rosa, at=now)

    def agreement(self, now: datetime, by: Actor | None = None, **asked: object) -> RoundAgreement:
        wanted = query.Asked(**asked)  # type: ignore[arg-type]  # by name
        return agreement_of(by or self.rosa, self.round.id, wanted, rng=RNG, at=now)

    def settle(self, words: str, code: Code, now: datetime, **more: object) -> Settlement:
        start = TEXTS[0].index(words)
        given = {"stands": True, "reason": "It is what she says.", "by": self.rosa, "at": now} | more
        return actions.settle_disagreement(
            round=self.round, source=self.source, code=code, start=start, end=start + len(words), **given  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.fixture
def made(cast: Cast, now: datetime) -> Compared:
    return Compared(cast, now)


def test_agreement_counts_what_participants_said(made: Compared, now: datetime) -> None:
    made.close(now)
    found = {made_code(made, one.code): one for one in made.agreement(now).per_code}
    said = len(" It is a reason to come in. Then we talk about rent.") - 1 + len("Rent first, for me.")
    reason = found["reason"]
    pair = reason.pairs[0]
    both, only = len("a reason to come in"), len("It is ")
    assert (pair.n, pair.both, pair.only_first + pair.only_second) == (said, both, only)
    assert reason.observed.value == pytest.approx((said - only) / said)
    assert pair.kappa.value is not None and 0 < pair.kappa.value < 1
    assert reason.alpha.interval is None and "it takes 10" in str(reason.alpha.no_interval)
    everything = {made_code(made, one.code): one for one in made.agreement(now, over=Over.TEXT).per_code}
    assert everything["reason"].pairs[0].n == len(TEXTS[0])


def made_code(made: Compared, pk: str) -> str:
    return str(Code.objects.get(id=pk).name)


def test_agreement_by_turn_by_sentence_by_source_and_pooled(made: Compared, now: datetime) -> None:
    made.close(now)
    turns = {made_code(made, one.code): one for one in made.agreement(now, level=Level.TURN).per_code}
    assert turns["reason"].observed.value == 1 and turns["reason"].n == 2
    assert turns["rent"].observed.value == 0.5
    before = len(events("source_read"))
    found = made.agreement(now, level=Level.SENTENCE)
    assert {one.n for one in found.per_code} == {3} and len(events("source_read")) == before + 1
    assert list(found.by_source) == [str(made.source.id)]
    (pair,) = found.pooled
    assert pair.codes == 2 and pair.observed.value == pytest.approx((1 + 2 / 3) / 2)


def test_a_domain_has_the_family_or_one_value_a_unit(cast: Cast, now: datetime) -> None:
    made = Compared(cast, now, "one", "two")
    one, two = Code.objects.get(slug="one"), Code.objects.get(slug="two")
    for who in (made.una, made.yusuf):
        made.asked.put(one, "Then we talk", by=who)
        made.asked.put(two, "for me", by=who)
    made.close(now)
    family = made.agreement(now, parent=made.asked.talk.id).domain
    assert family is not None and family.unitizing is not None and family.unitizing.u_alpha.value == 1
    units = made.agreement(now, parent=made.asked.talk.id, level=Level.TURN).domain
    assert units is not None and units.nominal is not None
    assert units.nominal.alpha.value == 1 and units.torn == 0
    with pytest.raises(NotFound):
        made.agreement(now, parent=one.id)


def test_codes_of_a_domain_that_overlap_are_told(cast: Cast, now: datetime) -> None:
    made = Compared(cast, now, "one", "two")
    for slug in ("one", "two"):
        made.asked.put(Code.objects.get(slug=slug), "Then we talk", by=made.una)
    made.close(now)
    family = made.agreement(now, parent=made.asked.talk.id).domain
    assert family is not None and family.unitizing is not None
    assert family.unitizing.u_alpha.value is None and len(family.unitizing.overlaps) == 1
    units = made.agreement(now, parent=made.asked.talk.id, level=Level.TURN).domain
    assert units is not None and units.torn == 1


def test_an_open_round_is_compared_by_nobody(made: Compared, now: datetime) -> None:
    for by in (made.una, made.rosa, SYSTEM):
        with pytest.raises(Unready, match="Close it first"):
            made.agreement(now, by=by)
        with pytest.raises(Unready):
            differences_of(by, made.round.id)
    with pytest.raises(Unready):
        made.settle("It is ", made.asked.reason, now)
    with pytest.raises(Unready):
        actions.write_agreed_version(round=made.round, by=made.rosa, at=now)
    made.close(now)
    for by in (made.asked.cast.dana.actor, made.asked.cast.bob.actor, made.asked.cast.stranger):
        with pytest.raises(NotFound):
            made.agreement(now, by=by)


def test_progress_in_a_blind_round_is_ones_own(made: Compared, now: datetime) -> None:
    assert query.progress_of(made.una, made.round) == {(made.source.id, made.una.id): 2}
    assert query.blind_now(made.una, made.round) == {made.source.id}
    assert query.progress_of(made.rosa, made.round)[made.source.id, made.yusuf.id] == 3
    made.close(now)
    assert len(query.progress_of(made.una, made.round)) == 2
    assert query.blind_now(made.una, made.round) == frozenset()


def test_a_source_coded_blindly_again_is_left_out_for_its_coders(made: Compared, now: datetime) -> None:
    made.close(now)
    actions.open_round(
        analysis=made.asked.analysis, name="Second", by=made.rosa, at=now,
        assignments=[actions.AssignmentDraft(made.source, made.una.id)],
    )  # fmt: skip
    found = made.agreement(now, by=made.una)
    assert (found.left_out, found.per_code) == (1, ())
    assert differences_of(made.una, made.round.id)[1] == []
    assert made.agreement(now, by=made.rosa).left_out == 0


def test_differences_are_settled_with_a_reason(made: Compared, now: datetime) -> None:
    made.close(now)
    _, found, _ = differences_of(made.rosa, made.round.id)
    told = [(one.code.name, TEXTS[0][one.place.start : one.place.end], one.place.coded_by) for one in found]
    assert told == [("reason", "It is ", (made.una.id,)), ("rent", "Rent first", (made.yusuf.id,))]
    row = made.settle("It is ", made.asked.reason, now)
    assert len(row.codings) == 1 and len(events("disagreement_settled")) == 1
    again = made.settle("It is ", made.asked.reason, now, stands=False, reason="Not part of it.")
    _, found, _ = differences_of(made.rosa, made.round.id)
    assert found[0].settlement == again and found[1].settlement is None


def test_differences_on_what_a_participant_said_who_withdrew_are_not_shown(
    made: Compared, now: datetime
) -> None:
    made.close(now)
    withdraw_research_consent(consent=made.asked.people[1].consent, by=made.rosa, at=now)
    _, found, _ = differences_of(made.rosa, made.round.id)
    assert [TEXTS[0][one.place.start : one.place.end] for one in found] == ["It is "]


def test_settling_what_is_no_difference_is_refused(made: Compared, now: datetime) -> None:
    made.close(now)
    with pytest.raises(Invalid, match="do not differ"):
        made.settle("a reason", made.asked.reason, now)
    with pytest.raises(Invalid, match="do not differ"):
        made.settle("It is ", made.asked.rent, now)
    with pytest.raises(Invalid, match="Say why"):
        made.settle("It is ", made.asked.reason, now, reason="  ")
    with pytest.raises(NotAllowed):
        made.settle("It is ", made.asked.reason, now, by=made.una)
    assert not Settlement.objects.exists()


def agreed_words(made: Compared) -> list[tuple[str, str]]:
    rows = Coding.objects.filter(analyst=f"{AGREED}{made.round.id}", removed_at=None).order_by("start")
    return [(row.code.name, TEXTS[0][row.start : row.end]) for row in rows]


def test_the_agreed_version_is_what_all_have_and_what_was_settled(made: Compared, now: datetime) -> None:
    made.close(now)
    changes = made.source.changes
    first = actions.write_agreed_version(round=made.round, by=made.rosa, at=now)
    assert (first.passages, first.written, first.removed, first.unsettled) == (2, 2, 0, 2)
    assert agreed_words(made) == [("reason", "a reason to come in"), ("rent", "rent")]
    made.settle("It is ", made.asked.reason, now)
    made.settle("Rent first", made.asked.rent, now, stands=False)
    second = actions.write_agreed_version(round=made.round, by=made.rosa, at=now)
    assert (second.passages, second.written, second.removed, second.unsettled) == (2, 1, 1, 0)
    assert agreed_words(made) == [("reason", "It is a reason to come in"), ("rent", "rent")]
    assert [event.count for event in events("agreed_version_written")] == [2, 2]
    assert Coder.objects.get(actor=second.analyst).name == "Agreed: First"
    made.source.refresh_from_db()
    assert made.source.changes > changes + 2
    material = material_for(made.una, made.asked.analysis)
    ids = frozenset({made.asked.reason.id})
    assert len(passages_of(material, Question(ids))) == 2, "the coders' own"
    assert len(passages_of(material, Question(ids, whose=Whose.AGREED))) == 1


def _published(
    cast: Cast,
    text: str,
    turns: int,
    coders: list[str],
    places: list[tuple[str, str, int, int]],
    now: datetime,
) -> tuple[Round, Code]:
    """A closed round on one source: (coder, value, start, end); values are codes below one parent."""
    analysis = actions.open_analysis(
        study=a_study(cast),
        name="Published",
        question="?",
        approach=Approach.CODING_RELIABILITY,
        by=SYSTEM,
        at=START,
    )
    book = actions.add_codebook(analysis=analysis, name="Values", by=SYSTEM, at=START)
    values = sorted({value for _, value, _, _ in places})
    drafts = [actions.CodeDraft("all", "All", CodeOrigin.DEDUCTIVE)]
    drafts += [actions.CodeDraft(f"v{one}", one, CodeOrigin.DEDUCTIVE, "all") for one in values]
    actions.add_codes(codebook=book, drafts=drafts, by=SYSTEM, at=START)
    codes = {code.slug: code for code in Code.objects.filter(codebook=book)}
    size = len(text) // turns
    source = actions.add_source(
        analysis=analysis, by=SYSTEM, at=START,
        draft=actions.SourceDraft(
            "Published", SourceKind.INTERVIEW, text, text.encode(), "a" * 64, "text",
            tuple(actions.TurnDraft(at * size, (at + 1) * size, "P01") for at in range(turns)), is_deidentified=True,
        ),
    )  # fmt: skip
    people = {who: an_analyst(cast, f"Coder{who}").actor for who in coders}
    around = actions.open_round(
        analysis=analysis, name="Published", by=cast.rosa.actor, at=START,
        assignments=[actions.AssignmentDraft(source, actor.id) for actor in people.values()],
    )  # fmt: skip
    for who, actor in people.items():
        own = [actions.CodingDraft(codes[f"v{v}"], start, end) for of, v, start, end in places if of == who]
        actions.apply_codes(source=source, drafts=own, by=actor, at=START)
    return actions.close_round(round=around, by=cast.rosa.actor, at=now), codes["all"]


@pytest.mark.realdata
def test_fleiss_example_through_the_records(cast: Cast, now: datetime, shared_vectors: Path) -> None:
    """30 patients as turns, six raters as coders (who of the six said which is not published: any order gives the same)."""
    vector = json.loads((shared_vectors / "fleiss_1971.json").read_text())
    rows, coders = vector["data"], [str(at) for at in range(6)]
    places = [
        (who, str(value), unit * 2, unit * 2 + 2)
        for unit, values in enumerate(rows)
        for who, value in zip(coders, values, strict=True)
    ]
    around, parent = _published(cast, "ab" * len(rows), len(rows), coders, places, now)
    wanted = query.Asked(level=Level.TURN, parent=parent.id, with_intervals=False)
    domain = agreement_of(cast.rosa.actor, around.id, wanted, rng=RNG, at=now).domain
    assert domain is not None and domain.nominal is not None and domain.nominal.n == 30
    assert domain.nominal.fleiss.value == pytest.approx(vector["kappa"], abs=vector["tolerance"])


@pytest.mark.realdata
def test_the_unitizing_example_through_the_records(cast: Cast, now: datetime, shared_vectors: Path) -> None:
    vector = json.loads((shared_vectors / "alpha_u_book2019_fig12_11.json").read_text())
    coders = list(vector["coders"])
    places = [
        (who, str(value), start, end) for who, held in vector["coders"].items() for start, end, value in held
    ]
    around, parent = _published(cast, "x" * vector["L"], 1, coders, places, now)
    wanted = query.Asked(parent=parent.id, with_intervals=False)
    domain = agreement_of(cast.rosa.actor, around.id, wanted, rng=RNG, at=now).domain
    assert domain is not None and domain.unitizing is not None
    family = domain.unitizing
    published = vector["published"]
    assert family.n == vector["L"]
    assert family.u_alpha.value == pytest.approx(published["u_alpha"], abs=5e-4)
    assert family.cu_alpha.value == pytest.approx(published["cu_alpha"], abs=5e-4)

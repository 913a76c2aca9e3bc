"""Questions to the codings: relations, filters, who sees what, matrices, quotes in context."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from django.db.models import Count, Max

from tests.cast import START, SYSTEM, Cast
from tests.records.inquiry.asked import Asked, make_asked, words_of
from tests.records.made import a_source_draft, an_analyst, events
from throughline.methods.passages.asking import Distance, Relation, Within
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Code, Coder, Coding
from throughline.records.inquiry.queries.asking import (
    Question,
    Step,
    attributes_of,
    code_by_attribute,
    code_by_code,
    in_context,
    passages_of,
    values_of,
)
from throughline.records.inquiry.queries.columns import standing_in_sight
from throughline.records.inquiry.queries.material import (
    ARM,
    GROUP,
    KIND,
    PHASE,
    SITE,
    Attribute,
    Narrowed,
    Whose,
    coded_in,
    codes_of,
    has_agreed_version,
    material_for,
    sees_only_own,
    with_below,
)
from throughline.records.study.actions import withdraw_research_consent
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound
from throughline.vocabulary.study import Approach, CodeOrigin

pytestmark = pytest.mark.django_db
EVERYTHING: Narrowed = {}


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return make_asked(cast)


@pytest.fixture
def coded(asked: Asked) -> Asked:
    asked.put(asked.reason, "a reason to come in")
    asked.put(asked.rent, "talk about rent")
    asked.put(asked.talk, "Then we talk about rent.")
    asked.put(asked.rent, "Rent first, for me.")
    asked.put(asked.reason, "so I come in", 1)
    asked.put(asked.rent, "asks about rent", 1)
    asked.put(asked.talk, "We all talk", 2)
    asked.put(asked.reason, "A reason to come is a reason to talk.", 2)
    asked.put(asked.talk, "to talk", 2)
    return asked


def said(
    asked: Asked, code: Code, *steps: Step, narrowed: Narrowed = EVERYTHING, by: Actor | None = None
) -> list[str]:
    material = material_for(by or asked.una.actor, asked.analysis, narrowed)
    numbers = {facts.source_id: number for number, facts in enumerate(material.sources)}
    back = {numbers[source.id]: at for at, source in enumerate(asked.sources) if source.id in numbers}
    rows = passages_of(material, Question(frozenset({code.id}), steps)).rows()
    return words_of(asked, [(back[source], start, end) for source, start, end in rows])


def step(relation: Relation, code: Code, within: Within | None = None) -> Step:
    return Step(relation, frozenset({code.id}), within or Within())


def test_passages_stand_as_asked(coded: Asked) -> None:
    a = coded
    assert said(a, a.talk, step(Relation.AND, a.rent)) == ["talk about rent"]
    assert said(a, a.talk, step(Relation.NOT, a.rent)) == ["Then we ", ".", "We all talk", "to talk"]
    assert said(a, a.talk, step(Relation.OVERLAPS, a.reason)) == ["to talk"]
    assert said(a, a.reason, step(Relation.SAME_TURN, a.rent)) == ["a reason to come in", "so I come in"]
    assert said(a, a.rent, step(Relation.AFTER, a.talk)) == ["Rent first, for me."]
    assert said(a, a.rent, step(Relation.NEAR, a.reason, Within(1, Distance.TURNS))) == [
        "talk about rent", "Rent first, for me.", "asks about rent",
    ]  # fmt: skip
    assert said(a, a.reason, step(Relation.BEFORE, a.rent, Within(20))) == [
        "a reason to come in",
        "so I come in",
    ]
    both = said(a, a.reason, step(Relation.SAME_TURN, a.rent), step(Relation.NOT, a.talk))
    assert both == ["a reason to come in", "so I come in"]


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        (SITE, "Saltby", ["asks about rent"]),
        (ARM, "intervention", ["talk about rent", "Rent first, for me."]),
        (PHASE, "before", ["asks about rent"]),
        (KIND, "focus_group", []),
        (GROUP, "heroin", ["Rent first, for me."]),
        (Attribute("participant", "housing"), "own", ["talk about rent", "Rent first, for me."]),
    ],
)
def test_passages_of_some_sources_or_people(
    coded: Asked, attribute: Attribute, value: str, expected: list[str]
) -> None:
    assert said(coded, coded.rent, narrowed={attribute: frozenset({value})}) == expected


def test_attributes_are_those_that_somebody_wrote_down(coded: Asked) -> None:
    material = material_for(coded.una.actor, coded.analysis)
    assert [(one.kind, one.name) for one in attributes_of(material)] == [
        ("site", ""), ("arm", ""), ("phase", ""), ("group", ""), ("kind", ""), ("language", ""), ("participant", "housing"),
    ]  # fmt: skip
    assert values_of(material, GROUP) == ("crack", "heroin")
    assert values_of(material, PHASE) == ("after", "before")


def test_codes_below_a_code_are_asked_with_it(coded: Asked, now: datetime) -> None:
    book = coded.reason.codebook
    actions.add_code(
        codebook=book,
        draft=actions.CodeDraft("van", "Van", CodeOrigin.INDUCTIVE, "reason"),
        by=SYSTEM,
        at=now,
    )
    van = Code.objects.get(slug="van")
    coded.put(van, "The van comes", 1)
    ids = with_below(codes_of(coded.una.actor, coded.analysis), coded.reason.id)
    assert ids == {coded.reason.id, van.id}
    material = material_for(coded.una.actor, coded.analysis)
    assert len(passages_of(material, Question(ids))) == 4


def test_the_same_passage_by_two_coders_is_one(coded: Asked) -> None:
    coded.put(coded.rent, "talk about rent", by=coded.cast.rosa.actor)
    assert said(coded, coded.rent).count("talk about rent") == 1
    material = material_for(coded.cast.rosa.actor, coded.analysis)
    assert len(coded_in(material, whose=Whose.OWN).spans) == 1


def test_code_by_code_counts_pairs_that_share_text(coded: Asked) -> None:
    material = material_for(coded.una.actor, coded.analysis)
    names = {str(code.id): code.name for code in codes_of(coded.una.actor, coded.analysis)}
    found = code_by_code(material)
    at = {names[code]: place for place, code in enumerate(found.codes)}
    table = found.passages
    assert [table[at[one], at[one]] for one in ("reason", "rent", "talk")] == [3, 3, 3]
    assert table[at["talk"], at["rent"]] == 1 and table[at["talk"], at["reason"]] == 1
    assert table[at["rent"], at["reason"]] == 0
    by_turn = code_by_code(material, is_by_turn=True).passages
    assert by_turn[at["rent"], at["reason"]] == 2


def test_code_by_attribute_counts_passages_and_sources(coded: Asked) -> None:
    found = code_by_attribute(material_for(coded.una.actor, coded.analysis), GROUP)
    rows = {code.name: found.passages[at].tolist() for at, code in enumerate(found.codes)}
    assert found.values == ("crack", "heroin")
    assert rows == {"reason": [3, 0], "rent": [2, 1], "talk": [3, 0]}
    sites = code_by_attribute(material_for(coded.una.actor, coded.analysis), SITE)
    assert {code.name: sites.sources[at].tolist() for at, code in enumerate(sites.codes)}["talk"] == [2, 0]


def test_quotes_stand_in_their_context(coded: Asked, now: datetime) -> None:
    material = material_for(coded.una.actor, coded.analysis)
    spans = passages_of(material, Question(frozenset({coded.rent.id})))
    before = len(events("source_read"))
    first = in_context(material, spans.where(slice(0, 1)), at=now)[0]  # type: ignore[arg-type]  # a slice chooses too
    assert (first.text, first.speakers, first.turn) == ("talk about rent", ("P01",), 2)
    assert first.before.endswith("Then we ") and first.after.startswith(". P02: Rent")
    assert len(events("source_read")) == before + 1, "the sources of this page alone are opened"


def test_a_source_that_may_not_be_read_is_not_asked(coded: Asked, now: datetime) -> None:
    draft = a_source_draft("P09: Zoë's rent.", name="Raw", is_deidentified=False)
    raw = actions.add_source(analysis=coded.analysis, draft=draft, by=SYSTEM, at=now)
    actions.apply_code(source=raw, code=coded.rent, start=0, end=5, by=coded.cast.rosa.actor, at=now)
    for by, sources in ((coded.una.actor, 3), (coded.cast.rosa.actor, 4), (coded.cast.chen.actor, 3)):
        material = material_for(by, coded.analysis)
        assert len(material.sources) == sources
        assert len(passages_of(material, Question(frozenset({coded.rent.id})))) == sources
    for by in (coded.cast.dana.actor, coded.cast.stranger, coded.cast.bob.actor):
        with pytest.raises(NotFound):
            material_for(by, coded.analysis)


def test_nothing_of_who_withdrew_is_found(coded: Asked, now: datetime) -> None:
    withdraw_research_consent(consent=coded.people[0].consent, by=coded.cast.rosa.actor, at=now)
    assert said(coded, coded.rent) == ["Rent first, for me.", "asks about rent"]
    assert said(coded, coded.talk) == ["We all talk", "to talk"]
    material = material_for(coded.una.actor, coded.analysis)
    assert code_by_attribute(material, GROUP).passages.sum() == 6


def test_what_was_removed_or_erased_is_not_found(coded: Asked, now: datetime) -> None:
    actions.remove_coding(coding=Coding.objects.filter(code=coded.rent)[0], by=coded.una.actor, at=now)
    assert len(said(coded, coded.rent)) == 2
    actions.erase_source(source=coded.sources[1], by=coded.cast.rosa.actor, at=now)
    assert said(coded, coded.reason) == ["a reason to come in", "A reason to come is a reason to talk."]


def test_a_blind_round_hides_others_codings_from_every_question(cast: Cast, now: datetime) -> None:
    asked = make_asked(cast, Approach.CODING_RELIABILITY)
    una, other = asked.una.actor, an_analyst(cast, "Yusuf").actor
    source = asked.sources[0]
    around = actions.open_round(
        analysis=asked.analysis, name="One", by=cast.rosa.actor, at=now,
        assignments=[actions.AssignmentDraft(source, who.id) for who in (una, other)],
    )  # fmt: skip
    asked.put(asked.reason, "a reason to come in", by=una)
    asked.put(asked.rent, "talk about rent", by=other)
    everybody = (una, other, cast.rosa.actor, cast.chen.actor, SYSTEM)
    assert _told(una, asked) == {asked.reason.id} and _told(other, asked) == {asked.rent.id}
    for by in everybody:
        assert _told(by, asked) == {one.code_id for one in Coding.objects.visible_to(by).standing()}
    actions.close_round(round=around, by=cast.rosa.actor, at=now)
    assert all(_told(by, asked) == {asked.reason.id, asked.rent.id} for by in everybody)


def test_columns_hold_what_may_be_seen_of_everybody_of_oneself_and_of_what_was_agreed(
    cast: Cast, now: datetime
) -> None:
    asked = make_asked(cast, Approach.CODING_RELIABILITY)
    una, other = asked.una.actor, an_analyst(cast, "Yusuf").actor
    for by, words in ((una, "a reason to come in"), (other, "come in"), ("rqda:elsa", "Then we talk")):
        who = by if isinstance(by, Actor) else other
        row = asked.put(asked.talk, words, by=who)
        Coding.objects.filter(id=row.id).update(analyst=by.id if isinstance(by, Actor) else by)
    elsa = Coder.objects.create(
        programme=cast.programme, analysis=asked.analysis, actor="rqda:elsa", name="Elsa", joined_to=una.id
    )
    made = Coder.objects.create(
        programme=cast.programme, analysis=asked.analysis, actor="agreed:1", name="Agreed"
    )
    Coding.objects.filter(id=asked.put(asked.rent, "talk about rent", by=other).id).update(analyst=made.actor)
    for by in (una, other, cast.rosa.actor, cast.chen.actor):
        seen = Coding.objects.visible_to(by).standing()
        material = material_for(by, asked.analysis)
        for whose, rows in (
            (Whose.EVERYBODY, seen.exclude(analyst=made.actor)),
            (Whose.OWN, seen.filter(analyst=by.id)),
            (Whose.AGREED, seen.filter(analyst=made.actor)),
        ):
            coded = coded_in(material, whose=whose)
            held = {
                (material.sources[source].source_id, coded.codes[code].id, start, end)
                for (source, start, end), code in zip(coded.spans.rows(), coded.code.tolist(), strict=True)
            }
            assert held == {(row.source_id, row.code_id, row.start, row.end) for row in rows}
            assert len(coded.spans) == len(held)
        assert has_agreed_version(material) == seen.filter(analyst=made.actor).exists()
    assert coded_in(material_for(una, asked.analysis), codes=[]).code.tolist() == []
    assert elsa.actor in {row.analyst for row in Coding.objects.visible_to(una)}


def test_codings_far_behind_in_a_long_text_are_read_once_too(coded: Asked) -> None:
    """Where a row is too large for one number it is compared column by column."""
    end = 2**31 - 1
    rows = [
        Coding(programme=coded.cast.programme, source=coded.sources[0], code=coded.rent, analyst=who, start=end - size,
               end=end, applied_at=START)
        for who, size in ((coded.una.actor.id, 3), ("another", 3), ("another", 2))
    ]  # fmt: skip
    before = coded_in(material_for(coded.una.actor, coded.analysis)).spans.rows()
    Coding.objects.bulk_create(rows)
    material = material_for(coded.una.actor, coded.analysis)
    number = material.numbers[coded.sources[0].id]
    found = coded_in(material).spans.rows()
    assert sorted(found) == sorted([*before, (number, end - 3, end), (number, end - 2, end)])


@pytest.mark.sqlite
def test_codings_are_read_from_an_index_alone(coded: Asked) -> None:
    rows = standing_in_sight(coded.una.actor, coded.analysis).order_by().values("source_id", "code_id")
    plan = rows.annotate(n=Count("*"), last=Max("end")).explain()
    assert "inquiry_coding USING INDEX inquiry_coding_once (source_id=?)" in plan, plan


def _told(by: Actor, asked: Asked) -> set[UUID]:
    """The codes of which any question tells this actor anything."""
    material = material_for(by, asked.analysis)
    found = coded_in(material)
    told = {found.codes[place].id for place in found.code.tolist()}
    assert {UUID(pk) for pk in code_by_code(material).codes} == told
    assert {code.id for code in code_by_attribute(material, SITE).codes} == told
    return told


def test_sees_only_own_says_so_while_a_round_is_blind(cast: Cast, now: datetime) -> None:
    asked = make_asked(cast, Approach.CODING_RELIABILITY)
    assert sees_only_own(asked.una.actor, asked.analysis)
    assert not sees_only_own(cast.rosa.actor, asked.analysis)
    around = actions.open_round(
        analysis=asked.analysis, name="All", by=cast.rosa.actor, at=START,
        assignments=[actions.AssignmentDraft(one, asked.una.actor.id) for one in asked.sources],
    )  # fmt: skip
    actions.close_round(round=around, by=cast.rosa.actor, at=now)
    assert not sees_only_own(asked.una.actor, asked.analysis)

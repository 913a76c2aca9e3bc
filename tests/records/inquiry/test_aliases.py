"""Names are taken out with one label over the whole analysis; what lay on them lies on what stands for them."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import SYSTEM, Cast
from tests.examples import examples
from tests.records.made import a_code, a_source, a_source_draft, a_study, an_analysis, an_analyst, events
from throughline.methods.identifiers import occurrences
from throughline.records.inquiry import actions, queries
from throughline.records.inquiry.actions import Replacement
from throughline.records.inquiry.models import Alias, Analysis, Source, SourceVersion
from throughline.records.inquiry.queries.aliases import next_label, review_of
from throughline.records.keyring import source_keys
from throughline.vocabulary.errors import Invalid, NotFound, Unready
from throughline.vocabulary.study import AliasKind

pytestmark = pytest.mark.django_db
TEXT = "Jane Smith: My keyworker Kayleigh Brown is kind.\nInterviewer: Is she?\nJane Smith: KAYLEIGH'S from Leeds, so is Jane Smith."
PERSON, PLACE = AliasKind.PERSON, AliasKind.PLACE


@pytest.fixture
def source(cast: Cast) -> Source:
    return a_source(an_analysis(cast), a_source_draft(TEXT, name="Jane Smith, March", is_deidentified=False))


def text_of(source: Source) -> str:
    row = Source.objects.get(id=source.id)
    return source_keys().open(row.id).decrypt(bytes(row.text)).decode()


def at(words: str, kind: AliasKind, label: str, text: str = TEXT, *, everywhere: bool = True) -> Replacement:
    start = text.index(words)
    return Replacement(start, start + len(words), kind, label, everywhere)


TAKEN_OUT = [
    at("Jane Smith", PERSON, "woman 1"), at("Kayleigh Brown", PERSON, "worker 3"), at("KAYLEIGH", PERSON, "worker 3"),
    at("Leeds", PLACE, "town A"),
]  # fmt: skip


def taken_out(source: Source, now: datetime, by: object, parts: list[Replacement] | None = None) -> Source:
    return actions.deidentify_source(
        source=source, replacements=TAKEN_OUT if parts is None else parts, base_version=1, by=by, at=now  # type: ignore[arg-type]  # an Actor
    )  # fmt: skip


def test_deidentify_source_replaces_in_words_labels_and_name(
    cast: Cast, now: datetime, source: Source
) -> None:
    code = a_code(source.analysis)
    start = TEXT.index("keyworker Kayleigh")
    coding = actions.apply_code(source=source, code=code, start=start, end=start + 24, by=SYSTEM, at=now)
    row = taken_out(source, now, cast.rosa.actor)
    assert text_of(source) == (
        "[woman 1]: My keyworker [worker 3] is kind.\nInterviewer: Is she?\n[woman 1]: [worker 3]'S from [town A],"
        " so is [woman 1]."
    )
    assert (row.is_deidentified, row.version, row.name) == (True, 2, "[woman 1], March")
    assert list(row.turns.order_by("number").values_list("speaker", flat=True)) == [
        "[woman 1]", "Interviewer", "[woman 1]",
    ]  # fmt: skip
    coding.refresh_from_db()
    assert text_of(source)[coding.start : coding.end] == "keyworker [worker 3]"
    analyst = an_analyst(cast)
    assert "Kayleigh" not in queries.text_of(analyst.actor, row, now)
    version = SourceVersion.objects.get()
    assert actions.read_version(version=version, by=cast.rosa.actor, at=now).text == TEXT
    assert [event.target_id for event in events("source_deidentified")] == [str(source.id)]


def test_deidentify_source_of_one_place_leaves_the_others(cast: Cast, now: datetime, source: Source) -> None:
    taken_out(source, now, cast.rosa.actor, [at("Jane Smith", PERSON, "woman 1", everywhere=False)])
    assert text_of(source).startswith("[woman 1]: My") and text_of(source).count("Jane Smith") == 2
    assert not Alias.objects.exists()


def test_deidentify_source_puts_terms_on_the_list_sealed(cast: Cast, now: datetime, source: Source) -> None:
    taken_out(source, now, cast.rosa.actor)
    found = {
        line.label: line.terms
        for _, line in actions.read_aliases(analysis=source.analysis, by=cast.rosa.actor, at=now)
    }
    assert found == {
        "worker 3": ("KAYLEIGH", "Kayleigh Brown"),
        "woman 1": ("Jane Smith",),
        "town A": ("Leeds",),
    }
    assert events("aliases_read")
    with connection.cursor() as cursor:
        for table in ("inquiry_alias", "audit_auditevent"):
            cursor.execute(f"SELECT * FROM {table}")
            assert "Kayleigh" not in str(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor]
            )


def test_deidentify_source_of_many_names_asks_no_more_of_the_database(cast: Cast, now: datetime) -> None:
    """A long hearing has a thousand names in as many turns; while they are kept nobody else can write."""
    asked, study = [], a_study(cast)
    for count in (3, 40):
        names = [f"Dora{letter}" for letter in "abcdefghijklmnopqrstuvwxyzßàáâãäåæçèéêëìí"[:count]]
        text = "\n".join(f"{name}: I am {name}." for name in names)
        analysis = an_analysis(cast, study, f"Of {count}")
        source = a_source(analysis, a_source_draft(text, name=f"Hearing {count}", is_deidentified=False))
        found = review_of(cast.rosa.actor, source, now).groups
        parts = [Replacement(g.places[0].start, g.places[0].end, g.kind, g.label) for g in found]
        assert len(parts) == count
        with CaptureQueriesContext(connection) as asking:
            taken_out(source, now, cast.rosa.actor, parts)
        assert Alias.objects.filter(analysis=analysis).count() == count and "Dora" not in text_of(source)
        asked.append(len(asking))
    assert asked[1] <= asked[0] + 40 + 4, "one more for each speaker, whose turns are told apart"


def test_deidentify_source_again_finds_nothing(cast: Cast, now: datetime, source: Source) -> None:
    row = taken_out(source, now, cast.rosa.actor)
    review = review_of(cast.rosa.actor, row, now)
    assert review.groups == () and review.speakers == ()


def test_review_proposes_the_label_that_the_analysis_uses(cast: Cast, now: datetime, source: Source) -> None:
    taken_out(source, now, cast.rosa.actor)
    other = a_source(
        source.analysis, a_source_draft("P02: Kayleigh brown is in Bolton.", is_deidentified=False)
    )
    groups = review_of(cast.rosa.actor, other, now).groups
    assert [(one.term, one.label, one.is_known) for one in groups] == [
        ("Kayleigh brown", "worker 3", True), ("Bolton", "place A", False),
    ]  # fmt: skip


def test_review_gives_a_name_and_its_part_one_label(cast: Cast, now: datetime, source: Source) -> None:
    groups = review_of(cast.rosa.actor, source, now).groups
    assert [(one.term, one.label, len(one.places)) for one in groups] == [
        ("Jane Smith", "person 1", 3), ("Kayleigh Brown", "person 2", 1), ("KAYLEIGH", "person 2", 1),
        ("Leeds", "place A", 1),
    ]  # fmt: skip


def test_deidentify_source_refuses_another_label_for_the_same_words(
    cast: Cast, now: datetime, source: Source
) -> None:
    actions.add_alias(
        analysis=source.analysis, kind=PLACE, label="town B", terms=["leeds"], by=cast.rosa.actor, at=now
    )
    with pytest.raises(Invalid, match="town B stands for these words already"):
        taken_out(source, now, cast.rosa.actor)
    assert text_of(source) == TEXT and not Source.objects.get().is_deidentified


@pytest.mark.parametrize("label", ["", "x" * 61, "a [b] c", "Jane Smith's friend", "the leeds one"])
def test_deidentify_source_refuses_a_label_that_tells(
    cast: Cast, now: datetime, source: Source, label: str
) -> None:
    parts = [at("Jane Smith", PERSON, label), at("Leeds", PLACE, "town A")]
    with pytest.raises(Invalid):
        taken_out(source, now, cast.rosa.actor, parts)


def test_deidentify_source_of_a_text_that_changed(cast: Cast, now: datetime, source: Source) -> None:
    actions.correct_text(source=source, text="x", turn=2, base_version=1, by=cast.rosa.actor, at=now)
    with pytest.raises(Unready, match="meanwhile"):
        taken_out(source, now, cast.rosa.actor)
    with pytest.raises(Invalid, match="outside the text"):
        actions.deidentify_source(
            source=source, replacements=[Replacement(0, 9999, PERSON, "x")], base_version=2, by=SYSTEM, at=now
        )


def test_list_is_for_who_holds_the_sources(cast: Cast, now: datetime, source: Source) -> None:
    alias = actions.add_alias(
        analysis=source.analysis,
        kind=PERSON,
        label="worker 3",
        terms=["Kayleigh"],
        by=cast.rosa.actor,
        at=now,
    )
    for name, actor in cast.everybody().items():
        seen = list(Alias.objects.visible_to(actor))
        assert seen == ([alias] if name == "rosa" else [])
    more = actions.add_alias(
        analysis=source.analysis,
        kind=PERSON,
        label="[worker 3]",
        terms=["Kay", "kayleigh"],
        by=SYSTEM,
        at=now,
    )
    ((_, line),) = actions.read_aliases(analysis=source.analysis, by=SYSTEM, at=now)
    assert more == alias and line.terms == ("Kay", "Kayleigh")
    actions.remove_alias(alias=alias, by=cast.rosa.actor, at=now)
    assert not Alias.objects.exists() and events("alias_removed")


def test_add_alias_without_its_key_is_refused(cast: Cast, now: datetime, source: Source) -> None:
    """A list that cannot be opened any more is not written on under a new key."""
    arguments = {"analysis": source.analysis, "kind": PERSON, "by": SYSTEM, "at": now}
    actions.add_alias(**arguments, label="a", terms=["x"])
    source_keys().destroy(source.analysis_id)
    with pytest.raises(NotFound):
        actions.add_alias(**arguments, label="b", terms=["y"])


def test_next_label_is_free() -> None:
    assert next_label(PERSON, ["person 1", "person 3"]) == "person 2"
    assert next_label(PLACE, [f"place {one}" for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]) == "place AA"


NAMES = ["Ann", "Ann Lee", "Bo", "Mill Lane", "Zoë", "0161 496 0000"]
SPEECH = st.lists(
    st.sampled_from([*NAMES, "said", "ann's", "BO", "the", "Mill", "so."]), min_size=1, max_size=12
)


@settings(
    max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.sampled_from([*NAMES[:3], "P01"]), SPEECH), min_size=1, max_size=5), st.data())
def test_no_accepted_term_is_left_in_words_or_labels(
    cast: Cast, now: datetime, lines: list[tuple[str, list[str]]], data: st.DataObject
) -> None:
    text = "\n".join(f"{who}: {' '.join(words)}" for who, words in lines)
    Alias.objects.all().delete()
    Source.objects.all().delete()
    analysis = Analysis.objects.first() or an_analysis(cast)
    source = a_source(analysis, a_source_draft(text, is_deidentified=False))
    chosen = data.draw(st.lists(st.sampled_from(NAMES), unique=True))
    parts = [
        Replacement(*occurrences(text, [name])[0], PERSON, f"person {number}")
        for number, name in enumerate(chosen)
        if occurrences(text, [name])
    ]
    accepted = [text[part.start : part.end] for part in parts]
    row = taken_out(source, now, cast.rosa.actor, parts)
    held = [text_of(row), row.name, *row.turns.values_list("speaker", flat=True)]
    assert [one for one in held if occurrences(one, accepted)] == []
    assert row.turns.count() == len(lines)

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.methods.coverage import (
    PREFERENCE,
    OwnTurnCoding,
    Presence,
    finest_shared_attributes,
    theme_coverage,
)
from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid

PRESENT = [
    Presence("P1", "interview 1", asked=True, spoke=True),
    Presence("P2", "interview 2", asked=True, spoke=True),
    Presence("P3", "interview 3", asked=False, spoke=True),
    Presence("P4", "focus group", asked=True, spoke=False),
    Presence("P1", "focus group", asked=True, spoke=True),
]
CODED = [
    OwnTurnCoding("P1", "interview 1"),
    OwnTurnCoding("P1", "focus group"),
    OwnTurnCoding(None, "interview 2"),
    OwnTurnCoding("P3", "interview 3"),
]


def test_theme_with_question_is_counted_among_those_asked() -> None:
    (found,) = theme_coverage(PRESENT, CODED, is_open=False)
    assert (found.n, found.of, found.unasked, found.missing) == (1, 3, 1, Missing(not_asked=1))
    assert "had the question asked" in str(found.assumptions[0])


def test_open_theme_is_counted_among_those_who_spoke() -> None:
    (found,) = theme_coverage(PRESENT, CODED, is_open=True)
    assert (found.n, found.of, found.unasked, found.missing) == (2, 3, 0, Missing(not_recorded=1))


def test_interviewers_turn_counts_for_nobody() -> None:
    (found,) = theme_coverage(PRESENT, [OwnTurnCoding(None, "interview 1")] * 5, is_open=False)
    assert (found.n, found.of) == (0, 3)


def test_coverage_by_one_attribute_names_those_without_it() -> None:
    found = theme_coverage(
        PRESENT, CODED, is_open=False, attribute={"P1": "peer", "P2": "practitioner", "P3": "peer"}
    )
    assert [(row.value, row.n, row.of, row.unasked) for row in found] == [
        ("not_recorded", 0, 1, 0),
        ("peer", 1, 1, 1),
        ("practitioner", 0, 1, 0),
    ]


def test_coding_of_someone_who_was_not_there_is_refused() -> None:
    with pytest.raises(Invalid, match="is not among its participants"):
        theme_coverage(PRESENT, [OwnTurnCoding("P2", "interview 1")], is_open=True)


people = st.sampled_from([f"P{i}" for i in range(6)])
sources = st.sampled_from(["a", "b", "c"])
presences = st.lists(
    st.builds(Presence, participant=people, source=sources, asked=st.booleans(), spoke=st.booleans()),
    unique_by=lambda row: (row.participant, row.source),
)


@given(presences, st.data(), st.booleans())
def test_values_of_an_attribute_add_up_to_everyone(
    rows: list[Presence], data: st.DataObject, is_open: bool
) -> None:
    coded = data.draw(st.lists(st.sampled_from(rows))) if rows else []
    codings = [OwnTurnCoding(row.participant, row.source) for row in coded]
    attribute = data.draw(st.dictionaries(people, st.sampled_from(["x", "y"])))
    (whole,) = theme_coverage(rows, codings, is_open=is_open)
    parts = theme_coverage(rows, codings, is_open=is_open, attribute=attribute)
    assert 0 <= whole.n <= whole.of
    for name in ("n", "of", "unasked"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    assert whole.of + whole.missing.total == len({row.participant for row in rows})


def cast(*rows: tuple[str, str, str, str]) -> dict[str, dict[str, str]]:
    return {f"P{i}": dict(zip(PREFERENCE, row, strict=True)) for i, row in enumerate(rows)}


PEERS = ("peer", "Aldmoor", "intervention", "after")
OFFICER = ("police", "Aldmoor", "intervention", "after")


def test_quote_carries_all_where_three_share_all() -> None:
    found = finest_shared_attributes("P0", cast(PEERS, PEERS, PEERS, OFFICER))
    assert found == tuple(zip(PREFERENCE, PEERS, strict=True))


def test_quote_of_the_only_officer_does_not_say_police() -> None:
    found = finest_shared_attributes("P3", cast(PEERS, PEERS, PEERS, OFFICER))
    assert found == (("site", "Aldmoor"), ("arm", "intervention"), ("phase", "after"))


def test_quote_prefers_group_to_site() -> None:
    rows = cast(
        ("peer", "Aldmoor", "x", "q"),
        ("peer", "Brackwell", "y", "r"),
        ("peer", "Corrie", "z", "s"),
        ("police", "Aldmoor", "u", "t"),
        ("staff", "Aldmoor", "v", "w"),
    )
    assert finest_shared_attributes("P0", rows) == (("group", "peer"),)


def test_quote_carries_nothing_where_nobody_is_alike() -> None:
    assert finest_shared_attributes("P0", cast(PEERS, ("a", "b", "c", "d"), ("e", "f", "g", "h"))) == ()


def test_quote_never_carries_a_kind_of_nothing() -> None:
    silent = ("declined", "Aldmoor", "intervention", "after")
    assert "group" not in dict(finest_shared_attributes("P0", cast(silent, silent, silent)))


def test_quote_of_a_stranger_is_refused() -> None:
    with pytest.raises(Invalid, match="not among the participants"):
        finest_shared_attributes("P9", cast(PEERS))
    with pytest.raises(Invalid, match="At least 2"):
        finest_shared_attributes("P0", cast(PEERS), minimum=1)


rows_of_four = st.tuples(
    st.sampled_from("ab"), st.sampled_from("cde"), st.sampled_from("fg"), st.sampled_from("hi")
)


@given(st.lists(rows_of_four, min_size=1, max_size=10), st.integers(2, 4))
def test_quote_is_shared_by_enough_and_none_finer_is(
    rows: list[tuple[str, str, str, str]], minimum: int
) -> None:
    attributes = cast(*rows)
    found = finest_shared_attributes("P0", attributes, minimum=minimum)

    def sharing(names: tuple[str, ...]) -> int:
        return sum(
            all(other[name] == attributes["P0"][name] for name in names) for other in attributes.values()
        )

    carried = tuple(name for name, _ in found)
    assert not carried or sharing(carried) >= minimum
    for size in range(len(carried) + 1, 5):
        assert all(sharing(names) < minimum for names in itertools.combinations(PREFERENCE, size))
    assert not found or dict(found) == {name: attributes["P0"][name] for name in carried}

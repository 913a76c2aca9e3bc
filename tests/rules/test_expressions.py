"""Outcomes in one line: what is worked out, what stays a kind of nothing, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.rules.expressions import is_code, names_in, read_expression
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing

GIVEN = {"days": Decimal(20), "shared": Decimal(0), "lent": Decimal(1), "route-smoke": Decimal(1), "1405-q": Decimal(3), "a": Nothing.DECLINED, "b": Nothing.NOT_ASKED}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("days >= 20", 1),
        ("days > 20", 0),
        ("shared = 1 or lent = 1", 1),
        ("not shared and lent", 1),
        ("not (shared or lent)", 0),
        ("1 + 2 * days / 5 - 4", 5),
        ("days - -2", 22),
        ("lent + route-smoke = 2", 1),
        ("[1405-q] <> 3", 0),
        ("shared = 1 or lent = 1 and days < 5", 0),
        ("days / 3", Fraction(20, 3)),
        ("days / 3 * 3 = days", 1),
        ("days / 100000", Fraction(1, 5000)),
        ("days * 100000000", 2_000_000_000),
        ("days * 3000000000 = 60000000000", 1),
    ],
)
def test_what_is_worked_out(text: str, value: object) -> None:
    assert read_expression(text).of(GIVEN) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a > 1", Nothing.DECLINED),
        ("b + a", Nothing.DECLINED),
        ("b or shared", Nothing.NOT_ASKED),
        ("b or lent", 1),
        ("a and shared", 0),
        ("a and lent", Nothing.DECLINED),
        ("not a", Nothing.DECLINED),
        ("elsewhere > 1", Nothing.NOT_RECORDED),
        ("days / shared", Nothing.NOT_APPLICABLE),
    ],
)
def test_nothing_is_no_no_and_no_0(text: str, told: object) -> None:
    assert read_expression(text).of(GIVEN) == told


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a >",
        "a b",
        "a = = 2",
        "(a",
        "a)",
        "a; b",
        "and a",
        "1 + 1",
        "days >= 20 000",
        "days [b]",
        "a = 1 or 2",
        "1 and a",
        "20days",
        "a < b < c",
        "(" * 50 + "a" + ")" * 50,
        "-" * 99 + "a",
        "a" * 201,
        "a or" * 99,
        "١ + a",
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_expression(text)
    assert str(refused.value.sentence)


def test_names() -> None:
    assert is_code("route-smoke") and not is_code("route - smoke")
    assert names_in("route - smoke > 1 or [1405-q]") == {"route", "smoke", "1405-q"}
    assert names_in("route-smoke") == {"route-smoke"} and names_in("a >") == {"a >"}


values = st.one_of(st.integers(-3, 3).map(Decimal), st.sampled_from(Nothing))


@settings(max_examples=60)
@given(a=values, b=values)
def test_a_turned_or_is_an_and_of_turned_ones(a: Decimal | Nothing, b: Decimal | Nothing) -> None:
    answers = {"a": a, "b": b}
    assert read_expression("not (a or b)").of(answers) == read_expression("not a and not b").of(answers)
    assert read_expression("a - b").of(answers) == read_expression("a + -b").of(answers)
    assert read_expression("not not a").of(answers) == read_expression("a != 0").of(answers)


measured = st.decimals(-999_999_999, 999_999_999, places=3)


@settings(max_examples=40)
@given(a=measured, b=measured, c=st.integers(1, 999))
def test_what_is_worked_out_is_exact(a: Decimal, b: Decimal, c: int) -> None:
    """Against whole numbers of thousandths."""
    answers = {"a": a, "b": b, "c": Decimal(c)}
    one, other = int(a * 1000), int(b * 1000)
    assert read_expression("a * b").of(answers) == Fraction(one * other, 10**6)
    assert read_expression("(a - b) / c * c + b = a").of(answers) == 1
    assert read_expression("a / c < b / c").of(answers) == (one < other)


@settings(max_examples=60)
@given(st.text(alphabet="ab1 +-*/()<>=![]or.", max_size=20))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        read_expression(text).of({"a": Decimal(1)})
    except Invalid as refused:
        assert str(refused.sentence)

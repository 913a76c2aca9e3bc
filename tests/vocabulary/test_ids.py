"""UUIDv7 by RFC 9562, section 5.7."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.vocabulary.ids import uuid7

INSTANTS = st.integers(min_value=0, max_value=(1 << 48) - 1)
TAILS = st.binary(min_size=10, max_size=10)


def test_uuid7_rfc_9562_appendix_a6() -> None:
    """The RFC's own example: rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F."""
    rand_a, rand_b = 0xCC3, 0x18C4DC0C0C07398F
    tail = ((rand_a << 64) | rand_b).to_bytes(10, "big")
    assert uuid7(0x017F22E279B0, tail) == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(INSTANTS, TAILS)
def test_uuid7_bits(unix_ms: int, tail: bytes) -> None:
    made = uuid7(unix_ms, tail)
    assert made.version == 7
    assert (made.int >> 62) & 0b11 == 0b10
    assert made.int >> 80 == unix_ms
    given_bits = int.from_bytes(tail, "big")
    assert made.int & ((1 << 62) - 1) == given_bits & ((1 << 62) - 1)
    assert (made.int >> 64) & 0xFFF == (given_bits >> 64) & 0xFFF


@given(INSTANTS, INSTANTS, TAILS, TAILS)
def test_uuid7_orders_by_instant(first: int, second: int, one: bytes, other: bytes) -> None:
    if first != second:
        assert (uuid7(first, one) < uuid7(second, other)) == (first < second)
        assert (str(uuid7(first, one)) < str(uuid7(second, other))) == (first < second)


def test_uuid7_same_instant_differs() -> None:
    assert len({uuid7(1_700_000_000_000) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("unix_ms", [-1, 1 << 48])
def test_uuid7_instant_outside_48_bits(unix_ms: int) -> None:
    with pytest.raises(ValueError, match="48 bits"):
        uuid7(unix_ms)


@pytest.mark.parametrize("length", [0, 9, 11])
def test_uuid7_tail_of_another_length(length: int) -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        uuid7(0, bytes(length))

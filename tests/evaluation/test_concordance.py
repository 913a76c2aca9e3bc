"""Words in context: hits, their limits, and expressions that would never end."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from tests.cast import Cast
from tests.records.inquiry.asked import Asked, make_asked, words_of
from tests.records.made import events
from throughline.evaluation.concordance import Wanted, hits_of
from throughline.records.inquiry.queries.material import GROUP, material_for
from throughline.vocabulary.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return make_asked(cast)


def found(asked: Asked, now: datetime, *args: object, group: str = "") -> list[str]:
    narrowed = {GROUP: frozenset({group})} if group else {}
    material = material_for(asked.una.actor, asked.analysis, narrowed)
    wanted = Wanted(*args)  # type: ignore[arg-type]  # in order
    return words_of(asked, hits_of(material, wanted, at=now).hits.rows())


def test_plain_words_are_found_whatever_their_capitals(asked: Asked, now: datetime) -> None:
    assert found(asked, now, "rent") == ["rent", "Rent", "rent"]
    assert found(asked, now, "rent", False, False, True) == ["rent", "rent"]
    assert found(asked, now, "a.reason") == [], "a dot is a dot"
    assert found(asked, now, "reason  to") == ["reason to", "reason to", "reason to"]
    assert found(asked, now, "ask") == ["ask"] and found(asked, now, "ask", False, True) == []
    assert len(events("source_read")) == 3 * 6
    assert {event.reason for event in events("source_read")} == {"search"}


def test_an_expression_is_found_on_its_lines(asked: Asked, now: datetime) -> None:
    assert found(asked, now, r"^P0\d", True) == ["P01", "P02", "P03", "P04"]
    assert found(asked, now, r"x*", True) == [], "a match without text is no hit"
    assert found(asked, now, r"rent|van", True, group="crack") == ["rent", "van", "rent"]


@pytest.mark.parametrize("wrong", ["(", "[a", "*", "a{99999999999}", "  ", "x" * 501])
def test_an_expression_that_is_none_is_refused_in_words(asked: Asked, now: datetime, wrong: str) -> None:
    with pytest.raises(Invalid, match=r"not a regular expression|look for"):
        found(asked, now, wrong, True)


def test_an_expression_that_would_never_end_is_refused(asked: Asked, now: datetime) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid, match="takes too long"):
        found(asked, now, r"([^#]+)+#", True)
    assert time.monotonic() - began < 60

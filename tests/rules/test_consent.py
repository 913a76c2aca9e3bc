"""What may be quoted, over every set of scopes."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain, combinations

import pytest

from throughline.rules.access import may, why_not
from throughline.rules.consent import check_may_quote
from throughline.vocabulary.study import ConsentScope

SCOPES = [frozenset(some) for some in chain.from_iterable(combinations(ConsentScope, n) for n in range(6))]
WITHDRAWN = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("scopes", SCOPES, ids=lambda scopes: "+".join(sorted(scopes)) or "none")
def test_check_may_quote_takes_a_standing_consent_to_quote(scopes: frozenset[ConsentScope]) -> None:
    assert may(check_may_quote, scopes=scopes, withdrawn_at=None) == (ConsentScope.QUOTE in scopes)
    assert not may(check_may_quote, scopes=scopes, withdrawn_at=WITHDRAWN)


def test_check_may_quote_withdrawn_says_so_first() -> None:
    sentence = why_not(check_may_quote, scopes=frozenset(), withdrawn_at=WITHDRAWN)
    assert sentence is not None and "withdrew" in str(sentence)

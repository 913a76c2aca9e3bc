import pytest

from throughline.methods.estimate import Missing
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing


def test_add_missing_keeps_kinds_apart() -> None:
    total = Missing.sum([Missing(declined=2, not_asked=1), Missing(declined=3), Missing(not_recorded=4)])
    assert total == Missing(not_asked=1, declined=5, not_recorded=4)
    assert total.total == 10


def test_from_counts_accepts_every_kind_of_nothing() -> None:
    missing = Missing.from_counts({kind: position for position, kind in enumerate(Nothing, start=1)})
    assert missing.by_kind() == {kind: position for position, kind in enumerate(Nothing, start=1)}


def test_from_counts_refuses_suppressed() -> None:
    with pytest.raises(Invalid, match="suppressed is not a kind of nothing"):
        Missing.from_counts({"suppressed": 3})


def test_missing_refuses_negative_count() -> None:
    with pytest.raises(Invalid, match="a count is 0 or more"):
        Missing(declined=-1)

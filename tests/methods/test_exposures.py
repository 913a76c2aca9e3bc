import pytest

from throughline.methods.exposures import share_of_staff_trained
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.nothing import Nothing


def test_share_of_staff_trained() -> None:
    found = share_of_staff_trained(3, 8)
    assert (found.share, found.n, found.nothing) == (0.375, 8, None)
    assert share_of_staff_trained(0, 8).share == 0.0


def test_unknown_staff_is_nothing_and_not_zero() -> None:
    assert (share_of_staff_trained(0, None).share, share_of_staff_trained(0, None).nothing) == (
        None,
        Nothing.NOT_RECORDED,
    )
    assert (share_of_staff_trained(0, 0).share, share_of_staff_trained(0, 0).nothing) == (
        None,
        Nothing.NOT_APPLICABLE,
    )


def test_without_a_course_that_counts_the_share_is_nothing() -> None:
    found = share_of_staff_trained(None, 8)
    assert (found.share, found.nothing, found.n) == (None, Nothing.NOT_RECORDED, 8)


@pytest.mark.parametrize(("trained", "active"), [(3, 2), (-1, 2), (1, 0)])
def test_more_trained_than_active_is_refused(trained: int, active: int) -> None:
    with pytest.raises(Invalid, match="still active"):
        share_of_staff_trained(trained, active)

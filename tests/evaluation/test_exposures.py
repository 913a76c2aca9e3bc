"""The share of staff trained counts the programme's own training and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.evaluation.conftest import frozen
from tests.evaluation.world import write
from tests.evaluation.worlds import of_six_sites
from throughline.evaluation.questions import exposures
from throughline.vocabulary.nothing import Nothing

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_course_that_is_not_the_programmes_trains_nobody() -> None:
    # The third of the staff, at Brook, completed a refresher only.
    world = replace(of_six_sites(), refreshed=((2, date(2025, 2, 3)),))
    with frozen(write(world)) as freeze:
        answer = exposures.ask(freeze)
    rows = {(row.site, row.month): row.staff_trained for row in answer.rows}
    assert rows["brook", "2025-04"].share == 0
    assert rows["aston", "2025-03"].share == 1
    assert answer.trained_in == "Course"


def test_where_no_course_is_marked_nobody_knows_who_is_trained() -> None:
    with frozen(write(replace(of_six_sites(), is_course_marked=False))) as freeze:
        answer = exposures.ask(freeze)
    assert answer.trained_in is None
    march = next(row for row in answer.rows if (row.site, row.month) == ("aston", "2025-03"))
    assert (march.staff_trained.share, march.staff_trained.nothing) == (None, Nothing.NOT_RECORDED)

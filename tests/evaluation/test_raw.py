"""What a freeze reads of codings: what is coded blindly is not counted before its round is closed."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.cast import START, SYSTEM, Cast
from tests.records.inquiry.asked import make_asked
from throughline.evaluation.dialect import select
from throughline.evaluation.raw import RAW
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis
from throughline.vocabulary.study import Approach


@pytest.mark.django_db
def test_codings_of_an_open_blind_round_are_not_read(cast: Cast) -> None:
    asked = make_asked(cast, Approach.CODING_RELIABILITY)
    asked.put(asked.rent, "Rent first")
    given = [actions.AssignmentDraft(asked.sources[0], asked.una.actor.id)]
    around = actions.open_round(analysis=asked.analysis, name="First", assignments=given, by=SYSTEM, at=START)
    asked.put(asked.rent, "talk about rent")
    asked.put(asked.talk, "We all talk", 2)
    assert len(_read(asked.analysis)) == 2, "the round is of one source"
    actions.close_round(round=around, by=SYSTEM, at=START)
    assert len(_read(asked.analysis)) == 3


def _read(analysis: Analysis) -> list[object]:
    raw = next(one for one in RAW if one.name == "raw_codings")
    kind = "sqlite" if connection.vendor == "sqlite" else "postgres"
    with connection.cursor() as cursor:
        cursor.execute(select(raw, kind, programme=analysis.programme_id, study=analysis.study_id))
        return list(cursor.fetchall())

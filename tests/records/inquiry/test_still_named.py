"""Names that gave way to labels in texts are found where they still stand in what the team wrote."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import a_code, a_participant, a_theme, an_analysis
from throughline.methods.identifiers import Known
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Code, Participant
from throughline.records.inquiry.queries.still_named import Written, still_named
from throughline.vocabulary.errors import NotFound
from throughline.vocabulary.study import AliasKind, ThemeRelationKind

pytestmark = pytest.mark.django_db
KNOWN = [
    Known(AliasKind.PERSON, "person 1", ("Kayleigh Brown", "Kay")),
    Known(AliasKind.PLACE, "town A", ("Leeds",)),
]


def test_names_are_found_by_kind_and_place_as_the_person_may_see_them(cast: Cast, now: datetime) -> None:
    analysis, rosa, chen = an_analysis(cast), cast.rosa.actor, cast.chen.actor
    said = {"by": rosa, "at": now}
    code, theme, other = a_code(analysis), a_theme(analysis), a_theme(analysis, "Other")
    Code.objects.filter(id=code.id).update(definition="What Kay said, and KAY'S mother.", example="in Leeds")
    actions.write_memo(analysis=analysis, text="About okay and Kayak.", **said)
    memo = actions.write_memo(analysis=analysis, title="Kay", text="Nothing more.", **said)
    actions.rewrite_memo(memo=memo, title="person 1", text="kayleigh\nbrown", base_version=1, **said)
    actions.relate_themes(
        origin=theme, target=other, kind=ThemeRelationKind.SUPPORTS, note="in Leeds", **said
    )
    person = a_participant(analysis)
    cell = actions.write_cell(participant=person, theme=theme, summary="Kay comes.", **said)
    actions.write_cell(
        participant=person, theme=theme, summary="Comes.", base_version=1, reason="Leeds", **said
    )
    for who in (rosa, chen):
        actions.write_journal(analysis=analysis, text="Kay again.", by=who, at=now)
    actions.record_decision(analysis=analysis, text="Leeds stays out.", decided_on=now.date(), **said)
    actions.write_position(analysis=analysis, text="I know Kay.", **said)
    found = [(one.kind, one.row.pk, one.places, one.earlier) for one in still_named(rosa, analysis, KNOWN)]
    assert found[:4] == [
        (Written.MEMO, memo.id, 1, 1),
        (Written.CODE, code.id, 3, 0),
        (Written.THEME, theme.id, 1, 0),
        (Written.CELL, cell.id, 1, 1),
    ]
    assert [(kind, places) for kind, _, places, _ in found[4:]] == [
        (Written.JOURNAL, 1), (Written.DECISION, 1), (Written.POSITION, 1),
    ]  # fmt: skip
    Participant.objects.filter(id=person.id).update(withdrawn_at=now, withdrawn_by=SYSTEM.id)
    assert Written.CELL not in {one.kind for one in still_named(rosa, analysis, KNOWN)}
    assert still_named(rosa, analysis, []) == []
    with pytest.raises(NotFound):
        still_named(cast.dana.actor, analysis, KNOWN)

"""Items and kits: a kit's version never changes, a change is a new version."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cast import SYSTEM, Cast
from throughline.records.supplies import actions, queries
from throughline.vocabulary.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db


def test_add_kit_version_holds_from_its_day(cast: Cast, now: datetime) -> None:
    kwargs = {"programme": cast.programme, "by": cast.alice.actor, "at": now}
    pipe = actions.add_item(name="Pipe", kind="safe_inhalation_pipe", is_controlled=True, **kwargs)
    foil = actions.add_item(name="Foil", kind="foil", **kwargs)
    today = now.date()
    first = actions.add_kit_version(name="Kit", components={pipe: 1}, from_on=today, **kwargs)
    second = actions.add_kit_version(
        name="Kit", components={pipe: 2, foil: 3}, from_on=today + timedelta(days=7), **kwargs
    )
    assert (first.version, second.version) == (1, 2)
    assert [v.id for v in queries.kits_for(cast.bob.actor, cast.programme.id, today)] == [first.id]
    assert [v.id for v in queries.kits_for(cast.bob.actor, cast.programme.id, today + timedelta(days=8))] == [
        second.id
    ]
    assert queries.controlled_kinds(set(), {second.id}) == {"safe_inhalation_pipe"}
    assert queries.controlled_kinds({foil.id}, set()) == set()


def test_items_stay_within_their_programme(cast: Cast, now: datetime) -> None:
    item = actions.add_item(programme=cast.elsewhere, name="Foil", kind="foil", by=SYSTEM, at=now)
    with pytest.raises(Invalid):
        actions.add_kit_version(
            programme=cast.programme, name="Kit", components={item: 1}, from_on=now.date(), by=SYSTEM, at=now
        )
    assert queries.items_for(cast.bob.actor, cast.elsewhere.id) == []


def test_add_item_unknown_kind(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid, match="not on this programme's list"):
        actions.add_item(programme=cast.programme, name="X", kind="no_such_kind", by=cast.alice.actor, at=now)


@pytest.mark.parametrize("who", ["bob", "priya", "omar", "chen", "grace", "dana", "stranger"])
def test_add_item_wrong_role(cast: Cast, now: datetime, who: str) -> None:
    with pytest.raises(NotAllowed):
        actions.add_item(programme=cast.programme, name="X", kind="foil", by=cast.everybody()[who], at=now)

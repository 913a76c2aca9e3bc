"""Who coded in another program is said to be somebody here: by the lead, in the audit, and it can be taken back."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.cast import SYSTEM, Cast
from tests.records.made import a_code, a_source, a_study, an_analyst, events
from throughline.records.inquiry import actions
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import Analysis, Coder, Coding
from throughline.records.inquiry.queries.coders import coders_elsewhere, names_elsewhere
from throughline.records.inquiry.queries.workspace import coder_names
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import Approach

pytestmark = pytest.mark.django_db
ELSA = "coder:elsa"


@pytest.fixture
def analysis(cast: Cast, now: datetime) -> Analysis:
    """Coders are compared in it, so that others' codings are hidden until a round opens them."""
    return actions.open_analysis(
        study=a_study(cast),
        name="Brought",
        question="?",
        approach=Approach.CODING_RELIABILITY,
        by=SYSTEM,
        at=now,
    )


@pytest.fixture
def coder(analysis: Analysis, now: datetime) -> Coder:
    source, code = a_source(analysis), a_code(analysis)
    Coding.objects.create(
        programme=analysis.programme, source=source, code=code, analyst=ELSA, start=0, end=5, applied_at=now
    )
    return Coder.objects.create(programme=analysis.programme, analysis=analysis, actor=ELSA, name="Elsa")


def test_join_coder_names_both_and_opens_to_them_what_they_coded(
    cast: Cast, now: datetime, analysis: Analysis, coder: Coder
) -> None:
    yusuf = an_analyst(cast, "Yusuf")
    assert not Coding.objects.visible_to(yusuf.actor).exists()
    joined = actions.join_coder(coder=coder, account=yusuf.account, by=cast.rosa.actor, at=now)
    assert joined.joined_to == yusuf.actor.id
    assert names_elsewhere([ELSA]) == coder_names(analysis, [ELSA]) == {ELSA: "Yusuf (Elsa)"}
    assert Coding.objects.visible_to(yusuf.actor).get().analyst == ELSA  # as it came
    assert not Coding.objects.visible_to(an_analyst(cast, "Zadie").actor).exists()
    (shown,) = coders_elsewhere(cast.rosa.actor, analysis)
    assert (shown.coder, shown.joined_to, shown.codings) == (coder, "Yusuf", 1)
    (event,) = events("coder_joined")
    assert (event.target_id, event.actor_id) == (str(coder.id), cast.rosa.actor.id)


def test_part_coder_takes_it_back(cast: Cast, now: datetime, analysis: Analysis, coder: Coder) -> None:
    yusuf = an_analyst(cast, "Yusuf")
    actions.join_coder(coder=coder, account=yusuf.account, by=cast.rosa.actor, at=now)
    actions.part_coder(coder=coder, by=cast.rosa.actor, at=now)
    assert names_elsewhere([ELSA]) == {ELSA: "Elsa"} and len(events("coder_parted")) == 1
    assert not Coding.objects.visible_to(yusuf.actor).exists()
    with pytest.raises(Unready, match="Nobody said"):
        actions.part_coder(coder=coder, by=cast.rosa.actor, at=now)


def test_join_coder_refuses_who_does_not_lead_a_stranger_to_the_programme_and_an_agreed_version(
    cast: Cast, now: datetime, analysis: Analysis, coder: Coder
) -> None:
    yusuf = an_analyst(cast, "Yusuf")
    for who in (yusuf.actor, cast.chen.actor, cast.grace.actor, cast.dana.actor):
        with pytest.raises(NotAllowed):
            actions.join_coder(coder=coder, account=yusuf.account, by=who, at=now)
        with pytest.raises(NotAllowed):
            actions.part_coder(coder=coder, by=who, at=now)
    with pytest.raises(Invalid, match="not of this programme"):
        actions.join_coder(coder=coder, account=cast.dana.account, by=cast.rosa.actor, at=now)
    agreed = Coder.objects.create(
        programme=analysis.programme, analysis=analysis, actor=f"{AGREED}x", name="Agreed"
    )
    with pytest.raises(Invalid, match="no person"):
        actions.join_coder(coder=agreed, account=yusuf.account, by=cast.rosa.actor, at=now)
    assert [one.coder for one in coders_elsewhere(cast.rosa.actor, analysis)] == [coder]

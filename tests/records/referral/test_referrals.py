"""A referral is made by who may, moves as the table says, and tells a referrer nothing about the person."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.cast import SYSTEM, Cast
from tests.records.made import a_need, a_referral, an_import_run, events
from throughline.records.engagement.models import Need
from throughline.records.foundation import new_id
from throughline.records.programme.models import ImportRun, Site
from throughline.records.referral import actions, queries
from throughline.records.referral.models import Referral, ReferralEvent
from throughline.vocabulary.errors import Invalid, NotAllowed, NotFound, Unready
from throughline.vocabulary.programme import ImportState
from throughline.vocabulary.referral import Door, OutcomeSource, ReferralKind
from throughline.vocabulary.referral import ReferralState as S
from throughline.vocabulary.sharing import SharingBasis

pytestmark = pytest.mark.django_db
SAID = OutcomeSource.PERSON_SAID


def station(cast: Cast) -> Site:
    return Site.objects.get(programme=cast.programme, kind="police_station")


def omars(cast: Cast, now: datetime) -> Referral:
    return actions.make_referral(
        from_site=station(cast), to_organisation=cast.service, door=Door.OFFICER_CONTACT,
        kind=ReferralKind.SIGNPOST, reason="drug_treatment", by=cast.omar.actor, at=now,
    )  # fmt: skip


def move(referral: Referral, state: S, now: datetime) -> Referral:
    return actions.move_referral(
        referral=referral, state=state, source=OutcomeSource.UNKNOWN, happened_at=now,
        base_version=referral.version, by=SYSTEM, at=now,
    )  # fmt: skip


def test_make_referral_for_a_need(cast: Cast, now: datetime) -> None:
    need = a_need(cast)
    referral = actions.make_referral(
        from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.LETTER,
        needs=[need], passing=actions.Passing(SharingBasis.EMERGENCY), by=cast.bob.actor, at=now,
    )  # fmt: skip
    assert (referral.state, referral.version, referral.made_by) == ("sent", 1, cast.bob.actor.id)
    assert list(referral.needs.all()) == [need]
    assert [e.state for e in referral.events.order_by("sequence")] == ["draft", "sent"]
    assert [event.target_id for event in events("referral_made")] == [str(referral.id)]


def test_make_referral_unsent_stays_a_draft(cast: Cast) -> None:
    assert a_referral(cast, is_sent=False).state == "draft"


def test_form_sent_twice_is_one_referral_and_never_a_draft_taken_for_one_that_was_sent(
    cast: Cast, now: datetime
) -> None:
    """Whatever became of it meanwhile."""
    for is_sent in (True, False):
        form = {
            "from_site": cast.site, "to_organisation": cast.housing, "door": Door.SERVICE, "kind": ReferralKind.SIGNPOST,
            "reason": "housing", "referral_id": new_id(), "by": cast.bob.actor, "at": now,
        }  # fmt: skip
        made = actions.make_referral(**form, is_sent=is_sent)
        for state in (S.SENT, S.RECEIVED)[is_sent:]:
            made = move(made, state, now)
            assert actions.make_referral(**form, is_sent=is_sent).id == made.id
            with pytest.raises(Unready, match="said something else"):
                actions.make_referral(**form, is_sent=not is_sent)


@pytest.mark.parametrize("name", ["priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger"])
def test_make_referral_refuses_who_may_not_there(cast: Cast, now: datetime, name: str) -> None:
    with pytest.raises(NotAllowed):
        actions.make_referral(
            from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.LETTER,
            reason="housing", by=cast.everybody()[name], at=now,
        )  # fmt: skip
    assert not Referral.objects.exists() and not events("referral_made")


def test_make_referral_for_both_or_neither_is_refused(cast: Cast, now: datetime) -> None:
    for needs, reason in (([a_need(cast)], "housing"), ([], None)):
        with pytest.raises(Invalid) as refusal:
            actions.make_referral(
                from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.LETTER,
                needs=needs, reason=reason, by=cast.bob.actor, at=now,
            )  # fmt: skip
        assert "reason" in refusal.value.fields


def test_make_referral_with_an_unknown_reason(cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid, match="not on this programme's list"):
        actions.make_referral(
            from_site=cast.site, to_organisation=cast.housing, door=Door.SERVICE, kind=ReferralKind.LETTER,
            reason="warrant", by=cast.bob.actor, at=now,
        )  # fmt: skip


def test_referrer_is_never_answered_known_or_unknown(cast: Cast, now: datetime) -> None:
    """The same sentence for a need that is there and one that is not; and a referral shows nothing of a person."""
    real, made_up = a_need(cast), Need(programme=cast.programme)
    sentences = set()
    for need in (real, made_up):
        with pytest.raises(NotFound) as refusal:
            actions.make_referral(
                from_site=station(cast), to_organisation=cast.service, door=Door.OFFICER_CONTACT,
                kind=ReferralKind.SIGNPOST, needs=[need], by=cast.omar.actor, at=now,
            )  # fmt: skip
        sentences.add(str(refusal.value))
    assert len(sentences) == 1
    before = omars(cast, now)
    a_need(cast)  # the person is known to the service now
    after = omars(cast, now)
    keys = ("from_site_id", "to_organisation_id", "reason", "door", "kind", "state", "version")
    assert [getattr(before, key) for key in keys] == [getattr(after, key) for key in keys]
    assert not {field.name for field in Referral._meta.get_fields()} & {"client", "contact", "pseudonym"}


def test_referrer_sees_that_it_arrived_and_nothing_after(cast: Cast, now: datetime) -> None:
    referral = omars(cast, now)
    for state, source in ((S.RECEIVED, None), (S.ENTERED, SAID)):
        referral = actions.move_referral(
            referral=referral, state=state, source=source, happened_at=now, base_version=referral.version,
            by=SYSTEM, at=now,
        )  # fmt: skip
    later = now + timedelta(days=9)
    (line,) = queries.board_for(cast.omar.actor, cast.programme.id, later)
    assert (line.state, line.days_in_state, line.is_open, line.needs, line.version) == (
        None,
        None,
        None,
        None,
        0,
    )
    assert line.age_days == 9
    assert [e.state for e in queries.events_for(cast.omar.actor, referral.id)] == [
        "draft",
        "sent",
        "received",
    ]
    assert queries.stale_referrals(cast.omar.actor, cast.programme.id, later, days=1) == []


def test_board_without_closed_tells_a_referrer_nothing_of_a_closing(cast: Cast, now: datetime) -> None:
    """Every state that only the service knows looks the same, whichever lists are asked for."""
    kept, moved = omars(cast, now), omars(cast, now)
    for referral in (kept, moved):
        move(referral, S.ACCEPTED, now)
    move(Referral.objects.get(id=moved.id), S.IN_CUSTODY, now)
    later = now + timedelta(days=9)
    for with_closed in (True, False):
        lines = queries.board_for(cast.omar.actor, cast.programme.id, later, with_closed=with_closed)
        seen = [dataclasses.replace(line, referral_id=kept.id) for line in lines]
        assert len(seen) == 2 and seen[0] == seen[1]
    wholly = queries.board_for(SYSTEM, cast.programme.id, later, with_closed=False)
    assert [line.referral_id for line in wholly] == [kept.id]


def test_referrer_does_not_learn_of_custody_from_a_second_arrival(cast: Cast, now: datetime) -> None:
    referral = omars(cast, now)
    for state in (S.RECEIVED, S.ACCEPTED, S.IN_CUSTODY, S.RECEIVED):
        referral = move(referral, state, now)
    line = queries.line_for(cast.omar.actor, referral.id, now)
    assert (line.state, line.days_in_state, line.is_open) == (None, None, None)
    steps = queries.events_for(cast.omar.actor, referral.id)
    assert [event.state for event in steps] == ["draft", "sent", "received"]
    assert queries.line_for(SYSTEM, referral.id, now).state == S.RECEIVED


def test_referral_for_others_is_not_there(cast: Cast, now: datetime) -> None:
    referral = a_referral(cast)
    for name, actor in cast.everybody().items():
        if name in {"alice", "bob"}:
            assert queries.referral_for(actor, referral.id) == referral
        else:
            with pytest.raises(NotFound):
                queries.referral_for(actor, referral.id)
            assert queries.board_for(actor, cast.programme.id, now) == []


def test_referrer_sees_own_ones_only(cast: Cast, now: datetime) -> None:
    a_referral(cast)
    mine = omars(cast, now)
    assert [line.referral_id for line in queries.board_for(cast.omar.actor, cast.programme.id, now)] == [
        mine.id
    ]


def test_move_referral_writes_an_event(cast: Cast, now: datetime) -> None:
    referral = a_referral(cast)
    happened = now - timedelta(days=1)
    moved = actions.move_referral(
        referral=referral,
        state=S.ENTERED,
        source=SAID,
        happened_at=happened,
        base_version=1,
        by=cast.bob.actor,
        at=now,
    )
    assert (moved.state, moved.state_since, moved.version) == ("entered", happened, 2)
    event = moved.events.get(sequence=3)
    assert (event.state, event.source, event.recorded_by) == ("entered", "person_said", cast.bob.actor.id)
    assert [(e.target_id, e.reason) for e in events("referral_moved")] == [(str(referral.id), "entered")]


def test_move_referral_from_an_old_version_is_unready(cast: Cast, now: datetime) -> None:
    referral = a_referral(cast)
    actions.move_referral(
        referral=referral, state=S.RECEIVED, happened_at=now, base_version=1, by=cast.bob.actor, at=now
    )
    with pytest.raises(Unready, match="moved meanwhile: it is received"):
        actions.move_referral(
            referral=referral, state=S.WITHDRAWN, source=SAID, happened_at=now, base_version=1, by=cast.alice.actor,
            at=now,
        )  # fmt: skip
    assert ReferralEvent.objects.filter(referral=referral).count() == 3


@pytest.mark.parametrize("name", ["priya", "omar", "chen", "dana", "stranger"])
def test_move_referral_refuses_who_may_not(cast: Cast, now: datetime, name: str) -> None:
    referral = a_referral(cast)
    with pytest.raises(NotAllowed):
        actions.move_referral(
            referral=referral,
            state=S.RECEIVED,
            happened_at=now,
            base_version=1,
            by=cast.everybody()[name],
            at=now,
        )


def test_move_referral_where_rules_forbid(cast: Cast, now: datetime) -> None:
    referral = a_referral(cast)
    cases: list[tuple[S, OutcomeSource | None, timedelta, type[Exception]]] = [
        (S.COMPLETED, SAID, timedelta(), Unready),
        (S.ENTERED, None, timedelta(), Invalid),
        (S.RECEIVED, None, timedelta(minutes=1), Invalid),
        (S.RECEIVED, None, -timedelta(days=3), Invalid),
    ]
    for state, source, after, kind in cases:
        with pytest.raises(kind):
            actions.move_referral(
                referral=referral, state=state, source=source, happened_at=now + after, base_version=1,
                by=cast.bob.actor, at=now,
            )  # fmt: skip
    referral.refresh_from_db()
    assert (referral.state, referral.version) == ("sent", 1)


def test_board_ages_are_as_of_the_moment_asked(cast: Cast, now: datetime) -> None:
    old = a_referral(cast, at=now - timedelta(days=40, hours=1))
    new = a_referral(cast, at=now - timedelta(hours=23))
    lines = queries.board_for(cast.alice.actor, cast.programme.id, now)
    assert [(line.referral_id, line.age_days, line.state) for line in lines] == [
        (old.id, 40, S.SENT),
        (new.id, 0, S.SENT),
    ]
    (line,) = queries.stale_referrals(cast.alice.actor, cast.programme.id, now, days=28)
    assert line.referral_id == old.id
    actions.move_referral(
        referral=old, state=S.EXPIRED, source=OutcomeSource.UNKNOWN, happened_at=now, base_version=1,
        by=cast.bob.actor, at=now,
    )  # fmt: skip
    assert queries.stale_referrals(cast.alice.actor, cast.programme.id, now, days=0) == [
        dataclasses.replace(queries.line_for(cast.alice.actor, new.id, now))
    ]
    assert len(queries.board_for(cast.alice.actor, cast.programme.id, now, with_closed=False)) == 1


def draft_of(
    cast: Cast, now: datetime, key: str | None, *events: actions.EventDraft
) -> actions.ReferralDraft:
    return actions.ReferralDraft(
        cast.site.id, cast.housing.id, Door.SERVICE, ReferralKind.LETTER, now - timedelta(days=30),
        reason="housing", events=events, origin_key=key,
    )  # fmt: skip


def test_make_referrals_writes_their_way_once(cast: Cast, now: datetime) -> None:
    run = an_import_run(cast)
    way = (actions.EventDraft(S.SENT, now - timedelta(days=30)), actions.EventDraft(S.ENTERED, now, SAID))
    drafts = [draft_of(cast, now, "r1", *way), draft_of(cast, now, "r2"), draft_of(cast, now, "r1")]
    made = actions.make_referrals(programme=cast.programme, drafts=drafts, import_run=run, by=SYSTEM, at=now)
    assert made == actions.ReferralsMade(made=2, known=1)
    first = Referral.objects.get(origin_key="r1")
    assert (first.state, first.state_since, first.events.count()) == ("entered", now, 3)
    assert [(e.count, e.target_id) for e in events("referral_made")] == [(2, str(run.id))]
    assert queries.board_for(cast.alice.actor, cast.programme.id, now) == []
    ImportRun.objects.filter(id=run.id).update(state=ImportState.COMPLETE.value)
    assert len(queries.board_for(cast.alice.actor, cast.programme.id, now)) == 2
    again = actions.make_referrals(
        programme=cast.programme, drafts=drafts, import_run=None, by=SYSTEM, at=now
    )
    assert again == actions.ReferralsMade(made=0, known=3)


def test_make_referrals_with_a_forbidden_step_writes_none(cast: Cast, now: datetime) -> None:
    wrong = draft_of(cast, now, "r2", actions.EventDraft(S.COMPLETED, now, SAID))
    with pytest.raises(Unready):
        actions.make_referrals(
            programme=cast.programme, drafts=[draft_of(cast, now, "r1"), wrong], by=SYSTEM, at=now
        )
    assert not Referral.objects.exists() and not ReferralEvent.objects.exists()


def test_make_referrals_refuses_who_may_not_import(cast: Cast, now: datetime) -> None:
    for name, actor in cast.everybody().items():
        if name != "alice":
            with pytest.raises(NotAllowed):
                actions.make_referrals(
                    programme=cast.programme, drafts=[draft_of(cast, now, None)], by=actor, at=now
                )
    assert actions.make_referrals(
        programme=cast.programme, drafts=[draft_of(cast, now, None)], by=cast.alice.actor, at=now
    ).made == 1  # fmt: skip


def test_referral_state_unknown_is_refused_by_the_database(cast: Cast) -> None:
    referral = a_referral(cast)
    for change in ({"state": "lost"}, {"door": "window"}, {"kind": "shout"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.filter(id=referral.id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReferralEvent.objects.filter(referral=referral, sequence=2).update(sequence=1)

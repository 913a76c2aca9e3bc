"""Reading referrals: the board, a referral's way, what has gone stale; and incidents."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from throughline.records.foundation import within_reach
from throughline.records.referral.models import (
    Incident,
    IncidentPerson,
    IncidentsApart,
    Referral,
    ReferralEvent,
)
from throughline.rules.access import holds
from throughline.rules.permissions import Permission
from throughline.rules.transitions import CLOSED, SHARED_WITH_REFERRER, shared_with_referrer
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import ReferralState

SAME_WITHIN = timedelta(hours=1)
MOST_ALIKE = 10
NEWEST_COMPARED = 20_000
AT_ONCE = 500  # keys asked for in one statement


@dataclass(frozen=True)
class BoardLine:
    """A referral on the board. `state` and what follows from it are None where only the service knows them."""

    referral_id: UUID
    from_site: str
    to_organisation: str
    door: str
    kind: str
    reason: str | None
    needs: int | None
    state: ReferralState | None
    age_days: int  # since it was made, whole days
    days_in_state: int | None
    is_open: bool | None
    version: int


def referrals_for(actor: Actor, programme_id: UUID) -> QuerySet[Referral]:
    rows: QuerySet[Referral] = Referral.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.select_related("from_site", "to_organisation")


def referral_for(actor: Actor, referral_id: UUID) -> Referral:
    """NotFound where the actor may not know of it. For its state on a page use `line_for`."""
    found: Referral | None = (
        Referral.objects.visible_to(actor)
        .filter(id=referral_id)
        .select_related("from_site", "to_organisation")
        .first()
    )
    if found is None:
        raise NotFound(Sentence("There is no such referral."))
    return found


def board_for(
    actor: Actor, programme_id: UUID, as_of: datetime, *, with_closed: bool = True
) -> list[BoardLine]:
    """The referrals an actor may see, the longest waiting first, aged as of a moment.

    Without closed ones, a referral stays whose state only the service knows: that it vanished would tell that it closed.
    """
    rows = _rows_for_lines(actor, programme_id)
    if not with_closed:
        closed = Q(state__in=[state.value for state in CLOSED])
        rows = rows.exclude(_seen_wholly(actor) & closed)
    return [_line(actor, row, as_of) for row in rows.order_by("made_at", "id")]


def line_for(actor: Actor, referral_id: UUID, as_of: datetime) -> BoardLine:
    referral = referral_for(actor, referral_id)
    rows = _rows_for_lines(actor, referral.programme_id)
    return _line(actor, rows.get(id=referral_id), as_of)


def lines_for(
    actor: Actor, programme_id: UUID, referral_ids: Iterable[UUID], as_of: datetime
) -> dict[UUID, BoardLine]:
    """Several referrals as the actor may see them; those that they may not know of are left out."""
    rows = _rows_for_lines(actor, programme_id).filter(id__in=list(referral_ids))
    return {row.id: _line(actor, row, as_of) for row in rows}


def events_for(actor: Actor, referral_id: UUID) -> list[ReferralEvent]:
    """A referral's way, oldest first; a referrer sees the steps up to the first that may not be shared.

    Nothing after it either: being received once more, after custody, tells of the custody.
    """
    referral = referral_for(actor, referral_id)
    events = list(ReferralEvent.objects.filter(referral=referral).order_by("sequence"))
    if _sees_all(actor, referral):
        return events
    return list(takewhile(lambda event: shared_with_referrer(ReferralState(event.state)) is not None, events))


def bases_of(referral: Referral) -> list[str]:
    """On what bases a referral passed to its receiver; none where nothing passed, or it was not sent yet."""
    rows = referral.sharings.order_by("sharing__basis").values_list("sharing__basis", flat=True)
    return list(rows.distinct())


def stale_referrals(actor: Actor, programme_id: UUID, as_of: datetime, *, days: int) -> list[BoardLine]:
    """Still open, and nothing has been heard for at least so many days; the longest silence first."""
    rows = _rows_for_lines(actor, programme_id).filter(_has_gone_stale(actor, as_of, days))
    return [_line(actor, row, as_of) for row in rows.order_by("state_since", "id")]


def count_stale_referrals(
    actor: Actor, programme_id: UUID, as_of: datetime, *, days: int
) -> tuple[int, datetime | None]:
    """How many `stale_referrals` there are, and since when the longest is silent, without reading each of them."""
    rows = Referral.objects.visible_to(actor).filter(
        _has_gone_stale(actor, as_of, days), programme_id=programme_id
    )
    found = rows.aggregate(number=Count("*"), since=Min("state_since"))
    return found["number"], found["since"]


def incidents_for(actor: Actor, programme_id: UUID) -> QuerySet[Incident]:
    """Incidents that count: those merged into another are left out. The newest first."""
    rows: QuerySet[Incident] = Incident.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.filter(merged_into__isnull=True).order_by("-occurred_at", "id")


def incident_for(actor: Actor, incident_id: UUID) -> Incident:
    found: Incident | None = Incident.objects.visible_to(actor).filter(id=incident_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such incident."))
    return found


def likely_same(actor: Actor, incident: Incident) -> list[Incident]:
    """Incidents that may be this one, reported again: within an hour of it, of another file, and at no other place.

    None where its time is not known. One file names an incident once; two of one file are two, and so are those kept apart.
    """
    if incident.occurred_at is None or incident.merged_into_id is not None:
        return []
    rows = incidents_for(actor, incident.programme_id).filter(
        occurred_at__gte=incident.occurred_at - SAME_WITHIN,
        occurred_at__lte=incident.occurred_at + SAME_WITHIN,
    )
    others = rows.exclude(id=incident.id).order_by("occurred_at", "id")[:MOST_ALIKE]
    apart = _kept_apart(incident.programme_id, Q(first=incident) | Q(second=incident))
    return [other for other in others if _may_be_one(incident, other, apart)]


def likely_pairs(actor: Actor, programme_id: UUID) -> list[tuple[Incident, Incident]]:
    """Pairs of `likely_same`, the latest first: among the newest incidents, read once in the order of time."""
    rows = incidents_for(actor, programme_id).filter(occurred_at__isnull=False)[:NEWEST_COMPARED]
    apart = _kept_apart(programme_id, Q())
    found: list[tuple[Incident, Incident]] = []
    near: deque[Incident] = deque()
    for one in rows.only("id", "occurred_at", "place_band", "import_run_id", "programme_id"):
        while near and near[0].occurred_at - one.occurred_at > SAME_WITHIN:  # type: ignore[operator]  # null is filtered out
            near.popleft()
        found += [(one, later) for later in near if _may_be_one(one, later, apart)]
        near.append(one)
    return found


def _kept_apart(programme_id: UUID, which: Q) -> set[frozenset[UUID]]:
    """Pairs of which somebody said that they are two."""
    rows = IncidentsApart.objects.filter(which, programme_id=programme_id)
    return {frozenset(pair) for pair in rows.values_list("first_id", "second_id")}


def _may_be_one(one: Incident, other: Incident, apart: Set[frozenset[UUID]]) -> bool:
    places = {one.place_band, other.place_band} - {Nothing.NOT_RECORDED.value}
    is_one_file = one.import_run_id is not None and one.import_run_id == other.import_run_id
    return len(places) < 2 and not is_one_file and frozenset((one.id, other.id)) not in apart


def people_for(actor: Actor, incident_id: UUID) -> QuerySet[IncidentPerson]:
    """The people of an incident, with their doses."""
    rows: QuerySet[IncidentPerson] = IncidentPerson.objects.visible_to(actor)
    return rows.filter(incident=incident_for(actor, incident_id)).prefetch_related("doses").order_by("id")


def known_people(programme_id: UUID, keys: Sequence[str]) -> set[str]:
    """Those of the keys under which a person of an incident was imported already."""
    known: set[str] = set()
    for start in range(0, len(keys), AT_ONCE):
        rows = IncidentPerson.objects.filter(
            programme_id=programme_id, origin_key__in=keys[start : start + AT_ONCE]
        )
        known |= {key for key in rows.values_list("origin_key", flat=True) if key}
    return known


def _rows_for_lines(actor: Actor, programme_id: UUID) -> QuerySet[Referral]:
    beyond = ReferralEvent.objects.filter(referral=OuterRef("pk")).exclude(
        state__in=[state.value for state in SHARED_WITH_REFERRER]
    )
    return referrals_for(actor, programme_id).annotate(
        need_count=Count("referral_needs"), is_beyond_sharing=Exists(beyond)
    )


def _seen_wholly(actor: Actor) -> Q:
    """The referrals whose state the actor may know, whatever it is; the same rule as `_sees_all`, asked of rows."""
    return within_reach(actor, Permission.SEE_REFERRALS, site="from_site_id")


def _has_gone_stale(actor: Actor, as_of: datetime, days: int) -> Q:
    """Named by the states that are open, and by what the actor sees wholly: an index leads there (`referral_referral_board`).

    Silence of the service is not a referrer's to see: an unshared state has no age either.
    """
    still_open = [state.value for state in ReferralState if state not in CLOSED]
    return _seen_wholly(actor) & Q(state__in=still_open, state_since__lte=as_of - timedelta(days=days))


def _sees_all(actor: Actor, referral: Referral) -> bool:
    return holds(actor, Permission.SEE_REFERRALS, referral.programme_id, referral.from_site_id)


def _line(actor: Actor, row: Referral, as_of: datetime) -> BoardLine:
    state = ReferralState(row.state)
    sees_all = _sees_all(actor, row)
    is_beyond = getattr(row, "is_beyond_sharing", True)
    shown = state if sees_all else None if is_beyond else shared_with_referrer(state)
    return BoardLine(
        referral_id=row.id, from_site=row.from_site.name, to_organisation=row.to_organisation.name,
        door=row.door, kind=row.kind, reason=row.reason,
        needs=getattr(row, "need_count", None) if sees_all else None, state=shown,
        age_days=(as_of - row.made_at).days,
        days_in_state=(as_of - row.state_since).days if shown else None,
        is_open=state not in CLOSED if shown else None, version=row.version if sees_all else 0,
    )  # fmt: skip

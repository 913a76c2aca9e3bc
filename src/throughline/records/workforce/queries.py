"""Reading training: who came, which share of a site's staff is trained, who is still to be; and scales of attitudes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from throughline.records.audit.models import AuditEvent
from throughline.records.foundation import within_reach
from throughline.records.keyring import Purpose, ring
from throughline.records.programme.models import Membership, Site
from throughline.records.workforce.models import (
    Assessment,
    Attendance,
    AttitudeRespondent,
    AttitudeScale,
    Course,
    Training,
)
from throughline.rules.permissions import Permission
from throughline.rules.roles import permissions_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.attitudes import AttitudeGroup, Moment
from throughline.vocabulary.errors import NotFound, Sentence
from throughline.vocabulary.events import Event
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month


@dataclass(frozen=True)
class ShareTrained:
    """People who work with clients at a site on a month's last day, and how many of them have completed a course."""

    site_id: UUID
    month: Month
    trained: int
    staff: int

    @property
    def share(self) -> float | Nothing:
        """0 to 1; not recorded where no staff is known, which is not a share of 0."""
        return self.trained / self.staff if self.staff else Nothing.NOT_RECORDED


@dataclass(frozen=True)
class DueForTraining:
    """Somebody who works with clients at a site and has completed no course yet."""

    membership: Membership
    site: Site


def courses_for(actor: Actor, programme_id: UUID) -> QuerySet[Course]:
    rows: QuerySet[Course] = Course.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.order_by("name")


def trainings_for(actor: Actor) -> QuerySet[Training]:
    """Trainings at the actor's sites, the newest first."""
    rows: QuerySet[Training] = Training.objects.visible_to(actor)
    return rows.select_related("course", "site").order_by("-held_on", "id")


def training_for(actor: Actor, training_id: UUID) -> Training:
    found = trainings_for(actor).filter(id=training_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such training."))
    return found


def attendances_for(actor: Actor, training_id: UUID) -> QuerySet[Attendance]:
    """Who was expected, came and completed, by name."""
    return (
        Attendance.objects.filter(training=training_for(actor, training_id))
        .select_related("membership__account")
        .order_by("membership__account__display_name", "id")
    )


def shares_trained(
    sites: Sequence[Site], months: Iterable[Month], *, course: Course | None = None
) -> list[ShareTrained]:
    """A row per site and month, sites first. The number of queries does not grow with the rows.

    Staff are the accounts with a membership, on the month's last day, whose roles record contacts at the site; one
    person with two memberships counts once.
    """
    if not sites:
        return []
    staff = _staff({site.programme_id for site in sites})
    done = _completed_on({site.programme_id for site in sites}, course)
    rows: list[ShareTrained] = []
    last_days = [(month, month.next().first() - timedelta(days=1)) for month in months]
    for site in sites:
        for month, day in last_days:
            people = {m.account_id for m in staff if _works_at(m, site, day)}
            trained = sum(1 for person in people if done.get(person, date.max) <= day)
            rows.append(ShareTrained(site.id, month, trained, len(people)))
    return rows


def staff_of(site: Site, on: date) -> list[Membership]:
    """Who works with clients at a site on a day, once each, by name; who may see its training is asked before."""
    found: dict[UUID, Membership] = {}
    for membership in _staff({site.programme_id}):
        if membership.account.is_active and _works_at(membership, site, on):
            found.setdefault(membership.account_id, membership)
    return list(found.values())


def due_for_training(actor: Actor, on: date) -> list[DueForTraining]:
    """Staff at the actor's sites who have completed no course by a day, by site and name."""
    sites = list(
        Site.objects.filter(within_reach(actor, Permission.SEE_TRAINING, site="id"))
        .filter(Q(closed_on__isnull=True) | Q(closed_on__gte=on))
        .order_by("name")
    )
    programmes = {site.programme_id for site in sites}
    staff, done = _staff(programmes), _completed_on(programmes, None)
    due: list[DueForTraining] = []
    for site in sites:
        seen: set[UUID] = set()
        for membership in staff:
            person = membership.account_id
            if (
                person in seen
                or not membership.account.is_active
                or not _works_at(membership, site, on)
                or done.get(person, date.max) <= on
            ):
                continue
            seen.add(person)
            due.append(DueForTraining(membership, site))
    return due


def scale_named(programme_id: UUID, name: str) -> AttitudeScale:
    """For the command line. NotFound, naming those there are."""
    rows = AttitudeScale.objects.filter(programme_id=programme_id)
    found: AttitudeScale | None = rows.filter(name=name).first()
    if found is None:
        names = ", ".join(rows.order_by("name").values_list("name", flat=True)) or "none yet"
        raise NotFound(
            Sentence("There is no scale called %(name)s. There are: %(names)s.", name=name, names=names)
        )
    return found


def scales_for(actor: Actor, programme_id: UUID) -> QuerySet[AttitudeScale]:
    """For whoever brings answers in or reads them, by name."""
    rows: QuerySet[AttitudeScale] = AttitudeScale.objects.visible_to(actor).filter(programme_id=programme_id)
    return rows.order_by("name")


def scale_for(actor: Actor, scale_id: UUID) -> AttitudeScale:
    """Raises NotFound where the actor may not see it."""
    found: AttitudeScale | None = AttitudeScale.objects.visible_to(actor).filter(id=scale_id).first()
    if found is None:
        raise NotFound(Sentence("There is no such scale."))
    return found


def counted_scales(actor: Actor, programme_id: UUID) -> QuerySet[AttitudeScale]:
    """The same with `questionnaires`, how many were handed in."""
    return scales_for(actor, programme_id).annotate(questionnaires=Count("assessments"))


def trainings_by_name(programme_id: UUID) -> dict[tuple[str, UUID, date], UUID]:
    """Course, site and day -> training: how a file names one. Of two alike the first."""
    rows = Training.objects.filter(programme_id=programme_id).order_by("-id")
    return {
        (name.casefold(), site_id, day): training_id
        for name, site_id, day, training_id in rows.values_list("course__name", "site_id", "held_on", "id")
    }


def known_assessments(scale: AttitudeScale, keys: Sequence[str]) -> set[str]:
    """Those of the origin keys that were recorded already."""
    rows = Assessment.objects.filter(programme_id=scale.programme_id, scale=scale)
    return set(rows.values_list("origin_key", flat=True)) & set(keys)


def assessed_already(scale: AttitudeScale) -> list[tuple[str, Moment, date]]:
    """Label's key, moment and day of every questionnaire that has a label."""
    rows = Assessment.objects.filter(scale=scale, respondent__isnull=False)
    return [
        (key, Moment(moment), day)
        for key, moment, day in rows.values_list("respondent__label_key", "moment", "taken_on")
    ]


def erased_labels(scale: AttitudeScale) -> set[str]:
    """Keyed labels of whose answers were erased: their row alone is left, so that the same file does not bring them back."""
    rows = AttitudeRespondent.objects.filter(scale=scale, assessments=None)
    return set(rows.values_list("label_key", flat=True))


def missed_erasures(programme_id: UUID, by: Actor, since: datetime) -> int:
    """How often somebody asked since a moment to erase what stands under a label, and nothing stood there."""
    rows = AuditEvent.objects.filter(
        programme_id=programme_id, at__gte=since, action=Event.ATTITUDES_ERASED.value, actor_id=by.id, count=0
    )
    return rows.count()


def label_key_of(scale: AttitudeScale, site_id: UUID, group: AttitudeGroup, label: str) -> str:
    """64 hex digits that stand for a label on one scale, at one site, in one group; "" for no label. Unready without the key.

    The same label on another scale, or as a client's code, comes to something else: nobody can be followed from one to another.
    """
    plain = " ".join(label.split()).casefold()
    if not plain:
        return ""
    key = ring().key(Purpose.ATTITUDES, scale.programme_id, scale.key_version)
    message = f"{scale.id.hex} {site_id.hex} {group.value} {plain}"
    return hmac.new(key, message.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _staff(programme_ids: set[UUID]) -> list[Membership]:
    """Memberships, past ones too, that let somebody record contacts; by name."""
    rows = (
        Membership.objects.filter(programme_id__in=programme_ids)
        .select_related("account")
        .prefetch_related("sites")
        .order_by("account__display_name", "id")
    )
    return [row for row in rows if Permission.RECORD_CONTACT in permissions_of(row.role_set())]


def _works_at(membership: Membership, site: Site, day: date) -> bool:
    if membership.from_on > day or (membership.to_on is not None and membership.to_on < day):
        return False
    if membership.is_all_sites:
        return membership.organisation_id == site.organisation_id
    return any(own.id == site.id for own in membership.sites.all())


def _completed_on(programme_ids: set[UUID], course: Course | None) -> dict[UUID, date]:
    """Account -> the first day on which it completed the course, or any."""
    rows = Attendance.objects.filter(programme_id__in=programme_ids, is_completed=True)
    if course is not None:
        rows = rows.filter(training__course=course)
    first: dict[UUID, date] = {}
    for account_id, day in rows.values_list("membership__account_id", "training__held_on"):
        first[account_id] = min(day, first.get(account_id, day))
    return first

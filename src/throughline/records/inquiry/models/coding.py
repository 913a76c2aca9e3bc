"""Codings: a passage under a code, by an analyst; and who sees whose."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable

from throughline.records.foundation import Record, within_reach
from throughline.records.inquiry.models.codebooks import Code
from throughline.records.inquiry.models.rounds import Assignment, Round
from throughline.records.inquiry.models.sources import Analysis, InquiryQuerySet, Source, readable
from throughline.rules.approaches import BLIND_UNLESS_OPENED
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy

OPEN_AND_BLIND = Q(round__closed_at__isnull=True, round__is_blind=True)  # of an assignment


class CodingQuerySet(InquiryQuerySet):
    def standing(self) -> CodingQuerySet:
        """Those that lie on the text as it is now: neither removed nor left without their words by a correction."""
        return self.filter(removed_at__isnull=True, lost_in__isnull=True)

    def visible_to(self, actor: Actor) -> CodingQuerySet:
        """Own codings, and colleagues' wherever their source is not coded blindly for this actor.

        Own are also those that came with an imported project from a coder who is this actor.
        """
        joined = Coder.objects.filter(joined_to=actor.id).values("actor")
        seen = Q(analyst=actor.id) | Q(analyst__in=joined) | ~Q(source__in=blind_sources(actor).values("id"))
        return self.filter(readable(actor, source="source__") & seen)


def blind_sources(actor: Actor) -> models.QuerySet[Any]:
    """The sources on which an actor sees own codings alone.

    Where an approach compares coders, others' work opens with a round that is open to all or closed, and shuts
    again while a blind one is open. Whoever leads the rounds sees all, unless coding there in a round still open.
    """
    assigned = Assignment.objects.filter(source=OuterRef("pk"))
    opened = Exists(assigned.exclude(OPEN_AND_BLIND))
    shut = Exists(assigned.filter(OPEN_AND_BLIND))
    compared = Source.objects.filter(analysis__approach__in=[one.value for one in BLIND_UNLESS_OPENED])
    return compared.exclude(opened & ~shut).exclude(_leads(actor, assigned))


def shut_sources(actor: Actor) -> models.QuerySet[Any]:
    """The sources on which a blind round is open, but for whoever leads the rounds and does not code there.

    What others choose, place or sum up of these for a theme is not to be seen either: it tells how they read them.
    """
    assigned = Assignment.objects.filter(source=OuterRef("pk"))
    shut = Source.objects.filter(Exists(assigned.filter(OPEN_AND_BLIND)))
    return shut.exclude(_leads(actor, assigned))


def blind_coders(actor: Actor) -> Combinable:
    """Of rows with `analysis` and `written_by`: what others wrote who code blindly in its rounds, as far as it is hidden."""
    coding = Assignment.objects.filter(OPEN_AND_BLIND, round__analysis=OuterRef("analysis"))
    theirs = Exists(coding.filter(coder=OuterRef("written_by"))) & ~Q(written_by=actor.id)
    return theirs & ~_leads(actor, coding)


def written_since_blind(actor: Actor, *, by: str, at: str) -> Q:
    """Of rows with `analysis`: what others wrote (`by`, `at`) since this actor began to code there blindly.

    On no source: but whoever leads the round has seen what other coders do, and whatever they write may tell of it.
    """
    own = Assignment.objects.filter(
        OPEN_AND_BLIND,
        coder=actor.id,
        round__analysis=OuterRef("analysis"),
        round__opened_at__lte=OuterRef(at),
    )
    return Exists(own) & ~Q(**{by: actor.id})


def _leads(actor: Actor, assigned: models.QuerySet[Any]) -> Combinable:
    """Leads the rounds, and codes blindly in none of these that are open."""
    return within_reach(actor, Permission.LEAD_ROUNDS, site=None) & ~Exists(
        assigned.filter(OPEN_AND_BLIND, coder=actor.id)
    )


class Coding(Record):
    """A passage under a code, by an analyst: [start, end) in Unicode code points. Removing keeps a tombstone.

    `version` counts how often its borders moved; `change` is the number, among the changes to its source's codings,
    of the last one that touched it. `round` is the round in which its analyst put it there, if any. `lost_in` is the
    version of the text in which its words are gone; its borders then count in the version before.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="codings")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="codings")
    analyst = models.CharField(max_length=64)  # the actor's id
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    applied_at = models.DateTimeField()
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="codings")
    version = models.PositiveIntegerField(default=1)
    change = models.PositiveBigIntegerField(default=0)
    lost_in = models.PositiveIntegerField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.CharField(max_length=64, null=True, blank=True)

    objects: models.Manager[Any] = CodingQuerySet.as_manager()

    privacy = {
        "source": Privacy.PLAIN, "code": Privacy.PLAIN, "analyst": Privacy.DIRECT, "start": Privacy.PLAIN,
        "end": Privacy.PLAIN, "applied_at": Privacy.PLAIN, "round": Privacy.PLAIN, "version": Privacy.PLAIN,
        "change": Privacy.PLAIN, "lost_in": Privacy.PLAIN, "removed_at": Privacy.PLAIN, "removed_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="inquiry_coding_not_empty"),
            models.UniqueConstraint(
                fields=["source", "code", "analyst", "start", "end"],
                condition=Q(removed_at__isnull=True, lost_in__isnull=True),
                name="inquiry_coding_once",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="inquiry_coding_removed_by_someone",
            ),
        ]
        indexes = [
            models.Index(fields=["source", "start"], name="inquiry_coding_in_source"),
            models.Index(fields=["source", "change"], name="inquiry_coding_by_change"),
        ]


class CodingRevisionQuerySet(InquiryQuerySet):
    def visible_to(self, actor: Actor) -> CodingRevisionQuerySet:
        return self.filter(coding__in=Coding.objects.visible_to(actor))


class CodingRevision(Record):
    """Where a coding lay, and under which code, before its analyst moved it or two codes were merged or split."""

    coding = models.ForeignKey(Coding, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()  # the version that was replaced
    code = models.ForeignKey(
        Code, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # None: the same
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    moved_at = models.DateTimeField()
    moved_by = models.CharField(max_length=64)

    objects: models.Manager[Any] = CodingRevisionQuerySet.as_manager()

    privacy = {
        "coding": Privacy.PLAIN, "version": Privacy.PLAIN, "code": Privacy.PLAIN, "start": Privacy.PLAIN, "end": Privacy.PLAIN,
        "moved_at": Privacy.PLAIN, "moved_by": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["coding", "version"], name="inquiry_coding_revision_once")
        ]


class Coder(Record):
    """Somebody who coded in another program: `actor` stands as analyst on their codings.

    `joined_to` is the id of the account that this is here, as a lead researcher said; "" where nobody did.
    """

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="coders")
    actor = models.CharField(max_length=64)
    name = models.CharField(max_length=160)
    short = models.CharField(max_length=40, blank=True)
    joined_to = models.CharField(max_length=64, blank=True)

    objects: models.Manager[Any] = InquiryQuerySet.as_manager()

    privacy = {
        "analysis": Privacy.PLAIN, "actor": Privacy.DIRECT, "name": Privacy.DIRECT, "short": Privacy.DIRECT,
        "joined_to": Privacy.DIRECT,
    }  # fmt: skip

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "actor"], name="inquiry_coder_once")]

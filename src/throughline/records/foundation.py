"""What every record has: an id made where the record is made, a programme, labels of privacy."""

from __future__ import annotations

import os
import threading
import time
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from throughline.rules.access import grants_with, system_may
from throughline.rules.permissions import Permission
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.ids import uuid7
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.privacy import Privacy

_last, _one_at_a_time = 0, threading.Lock()


def new_id() -> UUID:
    """An id for a record that arrives without one. Its clock part orders rows; it is never read as a date.

    After every other that this process made, so that what is written together is read in that order: 4,096 steps to the
    millisecond, and one more where the clock has not gone on (RFC 9562, 6.2, method 3).
    """
    global _last
    with _one_at_a_time:
        step = _last = max(time.time_ns() * 4096 // 1_000_000, _last + 1)
    return uuid7(step >> 12, (step & 0xFFF).to_bytes(2, "big") + os.urandom(8))


class Labelled(models.Model):
    """Abstract: a model whose every field says how much it tells about a person."""

    privacy: ClassVar[dict[str, Privacy]] = {}

    class Meta:
        abstract = True


class Record(Labelled):
    """Abstract: a row of one programme (the tenant)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey("programme.Programme", on_delete=models.PROTECT, related_name="+")

    privacy = {"id": Privacy.PLAIN, "programme": Privacy.PLAIN}

    class Meta:
        abstract = True


def privacy_of(model: type[models.Model]) -> dict[str, Privacy]:
    """Field name -> label, with what abstract parents say."""
    labels: dict[str, Privacy] = {}
    for parent in reversed(model.__mro__):
        labels |= parent.__dict__.get("privacy", {})
    return labels


def coded(
    words: type[StrEnum], *, default: StrEnum | None = None, **options: Any
) -> models.CharField[Any, Any]:
    """A field that holds a code. Closed words also get `one_of` as a constraint; listed ones are checked by actions."""
    if default is not None:
        options["default"] = default.value
    options.setdefault("max_length", 40)
    return models.CharField(**options)


def one_of(app_label: str, field: str, words: type[StrEnum], *, model: str) -> models.CheckConstraint:
    """The database's own check that a closed word is one of its enum."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": [word.value for word in words]}),
        name=f"{app_label}_{model}_{field}_known",
    )


def nothing_field(**options: Any) -> models.CharField[Any, Any]:
    """The twin of a number or date: which kind of nothing stands there when there is no value."""
    return models.CharField(max_length=20, null=True, blank=True, **options)


def value_or_nothing(app_label: str, field: str, *, model: str) -> models.CheckConstraint:
    """Exactly one of a value and a kind of nothing (its twin, `<field>_nothing`)."""
    # That the twin is there must be said: NULL IN (...) is NULL, and a check that is NULL passes.
    twin = f"{field}_nothing"
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": False, f"{twin}__isnull": True})
        | Q(
            **{
                f"{field}__isnull": True,
                f"{twin}__isnull": False,
                f"{twin}__in": [kind.value for kind in Nothing],
            }
        ),
        name=f"{app_label}_{model}_{field}_or_nothing",
    )


def within_reach(actor: Actor, permission: Permission, *, site: str | None = "site_id") -> Q:
    """The rows an actor's permission reaches: own programmes and, where `site` names a column, own sites."""
    if system_may(actor, permission):
        return ~Q(
            pk__in=[]
        )  # all there are; an empty condition beside another with `or` would be that other alone
    reach = Q(pk__in=[])
    for grant in grants_with(actor, permission):
        rows = Q(programme_id=grant.programme_id)
        if site is not None and not grant.is_all_sites:
            rows &= Q(**{f"{site}__in": list(grant.site_ids)})
        reach |= rows
    return reach

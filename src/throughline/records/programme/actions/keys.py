"""Noting which key versions a programme's pseudonyms are made with."""

from __future__ import annotations

from datetime import datetime

from throughline.records.audit import actions as audit
from throughline.records.keyring import ring
from throughline.records.programme.models import KeyVersion, Programme
from throughline.records.racing import again_if_raced
from throughline.rules.access import check_may_manage_programme
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.events import Event


@again_if_raced
def add_key_versions(*, programme: Programme, by: Actor, at: datetime) -> list[KeyVersion]:
    """Note the versions of the ring that this programme does not know yet: new pseudonyms are made with the newest."""
    check_may_manage_programme(by, programme.id)
    keys = ring()
    known = set(KeyVersion.objects.filter(programme=programme).values_list("version", flat=True))
    added = [
        KeyVersion.objects.create(
            programme=programme, version=version, check_value=keys.check_value(version), added_at=at
        )
        for version in sorted(set(keys.masters) - known)
    ]
    for row in added:
        audit.record(Event.KEY_VERSION_ADDED, target=row, programme_id=programme.id, by=by, at=at)
    return added

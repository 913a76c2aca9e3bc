"""The ring and every source's key become one file."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction

from throughline.exchange.key_export.document import Keys, Lock
from throughline.exchange.key_export.write import check_passphrase, seal
from throughline.exchange.new_file import check_new_file
from throughline.records.audit import actions as audit
from throughline.records.keyring import ring, source_keys, write_private
from throughline.records.programme.models import Programme
from throughline.rules.access import check_may_back_up
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.events import Event


def export_keys(*, path: Path, passphrase: str, by: Actor, at: datetime) -> Lock:
    """Write the key export to `path`, readable by its owner only. Unready where the file is there already."""
    check_may_back_up(by)
    check_passphrase(passphrase)
    check_new_file(path)
    keys = ring()
    if source_keys().renewing():
        raise Unready(
            Sentence(
                "A participant's withdrawal broke off. Do it again, so that it is completed; then export."
            )
        )
    lock = Lock(
        created_at=at.isoformat(), versions={v: keys.check_value(v) for v in sorted(keys.masters)},
        salt=os.urandom(32).hex(), nonce=os.urandom(12).hex(),
    )  # fmt: skip
    content = Keys(ring=keys.to_text(), sources=_sources(), destroyed=frozenset(source_keys().destroyed()))
    write_private(path, seal(content, lock, passphrase))
    with transaction.atomic():
        for programme in Programme.objects.order_by("id"):
            audit.record(
                Event.KEYS_EXPORTED,
                target=("keys", str(keys.current)),
                programme_id=programme.id,
                by=by,
                at=at,
            )
    return lock


def _sources() -> dict[UUID, str]:
    """Each source's key as it lies in its file: wrapped under the ring."""
    folder = source_keys().folder
    return {UUID(path.stem): path.read_bytes().decode() for path in sorted(folder.glob("*.key"))}

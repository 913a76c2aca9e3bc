"""A key export becomes the key file and the sources' keys of this installation."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from throughline.exchange.key_export.read import unseal
from throughline.records.clients.queries.guarded import ids_destroyed
from throughline.records.inquiry.models import Source
from throughline.records.keyring import ENVIRONMENT, KeyRing, ring, save_ring, source_keys, write_private
from throughline.records.surveys.queries import ids_withdrawn
from throughline.rules.access import check_may_back_up
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready


@dataclass(frozen=True)
class KeysImported:
    """Versions in the key file now; keys of sources, responses and kept names put in place, and those left out, of what was erased or withdrawn."""

    versions: tuple[int, ...]
    sources: int
    erased: int


def import_keys(*, path: Path, passphrase: str, by: Actor) -> KeysImported:
    """Put the keys of an export in place. Adds to the ring that is here; Unready where a version is another key.

    A key that is here already stays as it is, and so does the absence of one whose source was erased, whose answers were taken
    back, or whose name was destroyed: as the database says, and as the keys here and the export say, so that an older database
    brings none back either. What the export knows as destroyed is destroyed here, too.
    """
    check_may_back_up(by)
    keys = unseal(path.read_bytes(), passphrase)
    merged = _merged(KeyRing.from_text(keys.ring))
    if not os.environ.get(ENVIRONMENT):
        save_ring(merged, Path(settings.THROUGHLINE_KEY_FILE))
    folder = source_keys().folder
    for pk in keys.destroyed - source_keys().destroyed():
        source_keys().destroy(pk)
    erased = erased_ids() | source_keys().destroyed()
    wanted = {pk: wrapped for pk, wrapped in keys.sources.items() if pk not in erased}
    missing = {pk: wrapped for pk, wrapped in wanted.items() if not (folder / f"{pk}.key").exists()}
    for pk, wrapped in missing.items():
        write_private(folder / f"{pk}.key", wrapped.encode())
    return KeysImported(tuple(sorted(merged.masters)), len(missing), len(keys.sources) - len(wanted))


def _merged(brought: KeyRing) -> KeyRing:
    is_in_environment = bool(os.environ.get(ENVIRONMENT))
    if not is_in_environment and not Path(settings.THROUGHLINE_KEY_FILE).exists():
        return brought
    here = ring()
    for version in set(here.masters) & set(brought.masters):
        if here.masters[version] != brought.masters[version]:
            raise Unready(
                Sentence(
                    "The keys here are others: version %(version)s differs. If nothing was recorded with the key file at"
                    " %(path)s, move it away and try again.",
                    version=version, path=settings.THROUGHLINE_KEY_FILE,
                )
            )  # fmt: skip
    if is_in_environment and set(brought.masters) - set(here.masters):
        raise Unready(
            Sentence(
                "The keys come from THROUGHLINE_KEYS, which lacks versions of this export. Add them there."
            )
        )
    return KeyRing({**brought.masters, **here.masters})


def destroy_left_keys() -> int:
    """Destroy keys of what was erased, taken back or destroyed, where that broke off before its key. Returns how many.

    Those, too, of which only the folder of keys says so: an older database may have been put back since.
    """
    left = (erased_ids() | source_keys().destroyed()) & source_keys().held()
    for pk in left:
        source_keys().destroy(pk)
    return len(left)


def erased_ids() -> set[UUID]:
    """What the database says is erased: sources, responses that were taken back, names."""
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return set()
    if Source._meta.db_table not in connection.introspection.table_names():
        return set()
    sources = Source.objects.filter(erased_at__isnull=False).values_list("id", flat=True)
    return {*sources, *ids_withdrawn(), *ids_destroyed()}

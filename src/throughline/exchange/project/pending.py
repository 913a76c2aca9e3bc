"""Keys of an import on its way: should its process be killed, the next import destroys those that no source came to have.

A file beside the keys names them and is held locked while the import lives; the system lets go of the lock of the dead.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from throughline.records.foundation import new_id
from throughline.records.inquiry.models import Source
from throughline.records.keyring import source_keys

_SUFFIX = ".importing"


@contextlib.contextmanager
def pending_keys(source_ids: Sequence[UUID]) -> Iterator[None]:
    """Say whose keys are about to be made; first destroy those that an import which was killed has left."""
    folder = source_keys().folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    destroy_orphans(folder)
    path = folder / f"{new_id()}{_SUFFIX}"
    begun = path.with_suffix(".new")
    with begun.open("w", encoding="utf-8") as file:
        begun.chmod(0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        json.dump([str(one) for one in source_ids], file)
        file.flush()
        begun.rename(path)  # only now do others see it, locked
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def destroy_orphans(folder: Path) -> int:
    """Destroy the keys of imports whose process is gone, where no source has them. Returns how many there were."""
    destroyed = 0
    for path in folder.glob(f"*{_SUFFIX}"):
        with (
            contextlib.suppress(FileNotFoundError, BlockingIOError),
            path.open("r+", encoding="utf-8") as file,
        ):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for source_id in map(UUID, json.load(file)):
                if not Source.objects.filter(id=source_id).exists():
                    destroyed += (folder / f"{source_id}.key").exists()
                    source_keys().take_back(source_id)
            path.unlink(missing_ok=True)
    return destroyed

"""Where an installation lies, and whether it is fit to be used: asked before any command touches it."""

from __future__ import annotations

import os
from pathlib import Path

from throughline.vocabulary.errors import Sentence, Unready

SETTINGS = "throughline.config.settings"


def prepare() -> None:
    """Read the settings. Refuses an SQLite that can corrupt its log: no command opens a database before this."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    _check_address(os.environ.get("THROUGHLINE_DATABASE", ""))
    import django

    django.setup()
    if database_file() is not None:
        from throughline.config.sqlite import check_version

        sentence = check_version()
        if sentence:
            raise Unready(sentence)


def _check_address(address: str) -> None:
    """Nothing of the address is repeated: it may hold a password."""
    if address and not address.startswith(("postgresql://", "postgres://", "sqlite:")):
        raise Unready(
            Sentence(
                "THROUGHLINE_DATABASE is not the address of a database that Throughline can use. Give"
                " postgresql://user@host:5432/name, or unset it for the embedded database."
            )
        )


def database_file() -> Path | None:
    """The database's file; None where the database is a server."""
    from django.conf import settings

    given = settings.DATABASES["default"]
    return Path(str(given["NAME"])) if str(given["ENGINE"]).endswith("sqlite3") else None


def missing_migrations() -> list[str]:
    """Steps (app.name) that the database lacks to be what this version of Throughline expects."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def open_installation() -> None:
    """Settings, database and keys, all there and fitting each other; otherwise Unready says what to run."""
    prepare()
    path = database_file()
    if path is not None and not path.exists():
        raise Unready(
            Sentence(
                "There is no database at %(path)s. Run: throughline init (or set THROUGHLINE_HOME).",
                path=path,
            )
        )
    missing = missing_migrations()
    if missing:
        raise Unready(
            Sentence(
                "The database is not at this version of Throughline: %(count)s step is missing, %(first)s. Back"
                " it up, then run: throughline migrate",
                "The database is not at this version of Throughline: %(count)s steps are missing, from %(first)s"
                " on. Back it up, then run: throughline migrate",
                count=len(missing), first=missing[0],
            )
        )  # fmt: skip
    check_keys()


def check_keys() -> None:
    """The key ring holds every version that the database was made with, and each is the same key."""
    from throughline.records.keyring import ring
    from throughline.records.programme.models import KeyVersion

    keys = ring()
    for version, value in (
        KeyVersion.objects.order_by("version").values_list("version", "check_value").distinct()
    ):
        if version not in keys.masters or keys.check_value(version) != value:
            raise Unready(
                Sentence(
                    "The key file does not fit this database: version %(version)s is missing or another key. Bring the"
                    " key file that was used with it (throughline keys import FILE).",
                    version=version,
                )
            )


def write_private(path: Path, data: bytes) -> None:
    """A new file that only its owner may read."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)

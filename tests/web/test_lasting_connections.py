"""Connections to the embedded database outlast a request, and never the file that they opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from throughline.config.lasting_sqlite3.base import DatabaseWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_a_connection_lasts_until_an_error_or_until_its_file_is_another(tmp_path: Path) -> None:
    file = tmp_path / "own.sqlite3"
    own = DatabaseWrapper({**connection.settings_dict, "NAME": str(file)}, alias="own")

    def asked(statement: str) -> object:
        own.close_if_unusable_or_obsolete()  # as at the beginning of a request
        with own.cursor() as cursor:
            cursor.execute(statement)
        return own.connection

    first = asked("CREATE TABLE told (words TEXT)")
    assert asked("INSERT INTO told VALUES ('kept')") is first
    with pytest.raises(DatabaseError):
        asked("SELECT nothing FROM nowhere")
    second = asked("SELECT words FROM told")
    assert second is not first, "after an error nobody knows what state it is in"
    file.rename(tmp_path / "moved.sqlite3")
    assert asked("CREATE TABLE told (words TEXT)") is not second, "what is written there would be lost"
    assert file.exists()
    own.close()

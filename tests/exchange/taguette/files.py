"""Taguette's SQLite files for tests, with the tables as Taguette makes them."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE users (login VARCHAR(30) PRIMARY KEY, created DATETIME, hashed_password VARCHAR(120), email VARCHAR(256));
CREATE TABLE projects (id INTEGER PRIMARY KEY, name VARCHAR(200), description TEXT, created DATETIME);
CREATE TABLE project_members (project_id INTEGER, user_login VARCHAR(30), privileges VARCHAR(11));
CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT, description TEXT, filename TEXT, created DATETIME,
    project_id INTEGER, text_direction TEXT, contents TEXT);
CREATE TABLE commands (id INTEGER PRIMARY KEY, date DATETIME, user_login TEXT, project_id INTEGER, document_id INTEGER, payload TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path VARCHAR(200), description TEXT);
CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER, end_offset INTEGER, snippet TEXT);
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
INSERT INTO users VALUES ('ann', '2022-01-01', 'secret-hash', 'ann@example.org'), ('bo', '2022-01-01', NULL, NULL);
INSERT INTO projects VALUES (1, 'Vans', 'What they say', '2022-01-01 10:00:00.5');
INSERT INTO project_members VALUES (1, 'ann', 'ADMIN');
INSERT INTO tags VALUES (1, 1, 'stigma', 'Looks'), (2, 1, 'distance', '');
"""


class Taguette:
    """A project of one document; add highlights, then take the bytes."""

    def __init__(self, contents: str = "<p>They look away.</p>") -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "project.sqlite3"
        self.base = sqlite3.connect(self._path)
        self.base.executescript(_TABLES)
        self.run(
            "INSERT INTO documents VALUES (1, 'P1.odt', '', 'P1.odt', '2022-01-02', 1, 'LEFT_TO_RIGHT', ?)",
            contents,
        )

    def run(self, sql: str, *values: object) -> None:
        """Any change."""
        self.base.execute(sql, values)

    def highlight(
        self, number: int, start: object, end: object, snippet: str, tags: Iterable[int] = (1,)
    ) -> None:
        """A highlight with its tags."""
        self.run("INSERT INTO highlights VALUES (?, 1, ?, ?, ?)", number, start, end, snippet)
        for tag in tags:
            self.run("INSERT INTO highlight_tags VALUES (?, ?)", number, tag)

    def log(self, who: str, **payload: Any) -> None:
        """A line of the log of changes."""
        self.run(
            "INSERT INTO commands (date, user_login, project_id, payload) VALUES ('2022-02-02 12:00:00', ?, 1, ?)",
            who,
            json.dumps(payload),
        )

    def bytes(self) -> bytes:
        """The file."""
        self.base.commit()
        return self._path.read_bytes()

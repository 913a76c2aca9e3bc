"""QualCoder's data.qda for tests, with the tables as QualCoder 3.6 makes them."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

_TABLES = """
CREATE TABLE project (databaseversion text, date text, memo text, about text, bookmarkfile integer, bookmarkpos integer, codername text);
CREATE TABLE source (id integer primary key, name text, fulltext text, mediapath text, memo text, owner text, date text,
    av_text_id integer, risid integer, unique(name));
CREATE TABLE code_image (imid integer primary key, id integer, x1 integer, cid integer, memo text, date text, owner text);
CREATE TABLE code_av (avid integer primary key, id integer, pos0 integer, pos1 integer, cid integer, memo text, date text, owner text);
CREATE TABLE annotation (anid integer primary key, fid integer, pos0 integer, pos1 integer, memo text, owner text, date text);
CREATE TABLE attribute_type (name text primary key, date text, owner text, memo text, caseOrFile text, valuetype text);
CREATE TABLE attribute (attrid integer primary key, name text, attr_type text, value text, id integer, date text, owner text);
CREATE TABLE case_text (id integer primary key, caseid integer, fid integer, pos0 integer, pos1 integer, owner text, date text, memo text);
CREATE TABLE cases (caseid integer primary key, name text, memo text, owner text, date text);
CREATE TABLE code_cat (catid integer primary key, name text, owner text, date text, memo text, supercatid integer);
CREATE TABLE code_text (ctid integer primary key, cid integer, fid integer, seltext text, pos0 integer, pos1 integer, owner text,
    date text, memo text, avid integer, important integer);
CREATE TABLE code_name (cid integer primary key, name text, memo text, catid integer, owner text, date text, color text);
CREATE TABLE journal (jid integer primary key, name text, jentry text, date text, owner text);
CREATE TABLE stored_sql (title text, description text, grouper text, ssql text);
CREATE TABLE graph (grid integer primary key, name text, description text);
INSERT INTO project VALUES ('v8', '2025-03-01 16:47:05', 'About the vans', 'QualCoder 3.6', 0, 0, 'ann');
INSERT INTO code_cat VALUES (1, 'Barriers', 'ann', '2025-03-01', 'what stops', NULL), (2, 'Looks', 'ann', '2025-03-01', '', 1);
INSERT INTO code_name VALUES (1, 'stigma', 'Looks', 2, 'ann', '2025-03-01', '#FFA060'), (2, 'other', '', NULL, 'bo', '2025-03-01', 'x');
INSERT INTO source (id, name, fulltext, mediapath, memo, owner, date) VALUES
    (1, 'P1.txt', 'They look away. 🙂 When we come in.', NULL, 'loud room', 'ann', '2025-03-02 10:00:00');
"""


class QualCoder:
    """A project of one source; add rows, then take the bytes."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "data.qda"
        self.base = sqlite3.connect(self._path)
        self.base.executescript(_TABLES)

    def run(self, sql: str, *values: object) -> None:
        """Any change."""
        self.base.execute(sql, values)

    def code(
        self,
        number: int,
        start: object,
        end: object,
        words: str,
        *,
        code: int = 1,
        memo: str = "",
        who: str = "ann",
    ) -> None:
        """A coding."""
        self.run(
            "INSERT INTO code_text VALUES (?, ?, 1, ?, ?, ?, ?, '2025-03-02 10:00:00', ?, NULL, NULL)",
            number, code, words, start, end, who, memo,
        )  # fmt: skip

    def bytes(self) -> bytes:
        """The file."""
        self.base.commit()
        return self._path.read_bytes()

"""A Taguette project -> `ProjectDocument` and the report on it. Pure: nothing is stored or asked outside.

The file is opened in a confined process. Every highlight is laid on exactly the words that Taguette keeps of it, or is
listed as not understood. Taguette gives its rows no GUIDs: ours are derived from the project's moment of creation and the
rows' numbers, so that the same highlight has the same GUID in a later copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.exchange.project.document import (
    Made,
    ProjectCode,
    ProjectCoding,
    ProjectDocument,
    ProjectSelection,
    ProjectSource,
    ProjectUser,
)
from throughline.exchange.project.guids import Guids, derived
from throughline.exchange.project.offsets import Mark, Misplaced, OffsetMode, OffsetsUsed
from throughline.exchange.project.quoted import REASONS, Place, settle
from throughline.exchange.project.report import Kind, Ledger, Reading
from throughline.exchange.project.stamps import instant_of
from throughline.exchange.project.tables import Row, Tables, tables_of
from throughline.exchange.taguette.history import Author, History
from throughline.exchange.taguette.html import HtmlText, text_of, words_of
from throughline.vocabulary.errors import Invalid, Sentence

_MODES = (OffsetMode.UTF8, OffsetMode.CODE_POINTS, OffsetMode.UTF16)
_NEEDED = ("projects", "documents", "tags", "highlights", "highlight_tags")
# Of the users nothing but their login: the file may hold e-mail addresses and hashes of passwords.
_WANTED = (*_NEEDED, "project_members", "users=login", "commands")
_NO_NUMBER = Sentence("it gives no offsets, or none that are numbers")
_NO_CODE = Sentence("its tag is not in the project")
_NOT_KEPT = Sentence("the highlight that it lies on was not imported")
_NO_HIGHLIGHT = Sentence("the highlight that it lies on is not in the file")
_NOWHERE = Sentence("the document that it lies in is not in the file")
_LOGGED = Sentence(
    "Who coded what, and when, was taken from Taguette's log of changes; the log itself is not kept."
)
_IN_USE = Sentence(
    "The file was copied while Taguette had it open; its latest changes may be missing. Close Taguette, copy it again."
)


def read_taguette(data: bytes, filename: str, project: str | None = None) -> Reading:
    """Read a project of Taguette's SQLite file.

    `project`: its name or number, needed where the file holds several. Raises Invalid with a sentence for what is no such file,
    and for a file of several projects without `project`; everything less is in the report.
    """
    tables = tables_of(data, filename, wanted=_WANTED, needed=_NEEDED, program="Taguette")
    return _Reader(tables, _chosen(tables, filename, project), filename).reading()


def _chosen(tables: Tables, filename: str, wanted: str | None) -> Row:
    projects = tables.of("projects")
    fitting = [row for row in projects if wanted is None or wanted in (row.text("name"), row.text("id"))]
    if len(fitting) == 1:
        return fitting[0]
    if not projects:
        raise Invalid(
            Sentence("%(file)s holds no project. Export the project from Taguette again.", file=filename)
        )
    raise Invalid(
        Sentence(
            "%(file)s holds %(count)s projects: %(names)s. Say which one to read, by its number.",
            file=filename,
            count=len(projects),
            names=tuple(f"{row.text('id')} ({row.text('name')[:60]})" for row in projects[:20]),
        )
    )


class _Reader:
    def __init__(self, tables: Tables, project: Row, filename: str) -> None:
        self._tables, self._project, self._filename = tables, project, filename
        self._ledger = Ledger()
        self._guids = Guids(self._ledger)
        self._key = derived("taguette", project.text("created"), project.text("id"))
        self._history = History(self._mine("commands"))
        self._users: dict[str, ProjectUser] = {}
        self._codes: dict[int, ProjectCode] = {}
        self._tagged: dict[int, list[int]] = {}

    def reading(self) -> Reading:
        """The document and its report."""
        self._take_users()
        self._take_codes()
        sources, used = self._sources()
        project = self._project
        document = ProjectDocument(
            project.text("name"),
            "Taguette",
            project.text("description"),
            Made(at=instant_of(project.text("created"))),
            tuple(self._users.values()),
            tuple(self._codes.values()),
            sources=sources,
        )
        notes = [_LOGGED] if self._history.makers else []
        notes += [_IN_USE] if self._tables.has_log else []
        return Reading(document, self._ledger.report(document, self._filename, "Taguette", used, *notes))

    def _mine(self, table: str) -> list[Row]:
        number = self._project.number("id")
        return [row for row in self._tables.of(table) if row.number("project_id") == number]

    def _guid(self, kind: str, number: object) -> UUID:
        return self._guids.take(str(derived(self._key, kind, number)))

    def _take_users(self) -> None:
        logins = [row.text("user_login") for row in self._mine("project_members")]
        for login in dict.fromkeys([*logins, *sorted(self._history.logins())]):
            self._ledger.found(Kind.USER)
            self._users[login] = ProjectUser(self._guid("user", login), login)

    def _take_codes(self) -> None:
        for row in self._mine("tags"):
            number = row.number("id")
            self._ledger.found(Kind.CODE)
            if number is None or number in self._codes:
                again = Sentence("its number is that of another tag, or none")
                self._ledger.refuse(Kind.CODE, row.text("path"), again)
                continue
            guid = self._guid("tag", number)
            self._codes[number] = ProjectCode(guid, row.text("path"), description=row.text("description"))
        for row in self._tables.of("highlight_tags"):
            tags = self._tagged.setdefault(row.number("highlight_id") or 0, [])
            tags.append(row.number("tag_id") or 0)

    def _sources(self) -> tuple[tuple[ProjectSource, ...], OffsetsUsed | None]:
        lying: dict[int | None, list[Row]] = {}
        for row in self._tables.of("highlights"):
            lying.setdefault(row.number("document_id"), []).append(row)
        documents, texts, rows = self._mine("documents"), [], []
        for document in documents:
            self._ledger.found(Kind.TEXT)
            texts.append(text_of(document.untouched("contents")))
            rows.append(self._with_offsets(lying.pop(document.number("id"), []), document.text("name")))
        self._refuse_strays(lying)
        marks = [[_mark(row) for row in held] for held in rows]
        pairs = [(text.ruler, held) for text, held in zip(texts, marks, strict=True)]
        places, used = settle(pairs, _MODES)
        sources = tuple(self._source(*one) for one in zip(documents, texts, rows, places, strict=True))
        return sources, used

    def _with_offsets(self, rows: Sequence[Row], place: str) -> list[Row]:
        kept = []
        for row in rows:
            self._count(row)
            if row.number("start_offset") is None or row.number("end_offset") is None:
                self._refuse(row, place, _NO_NUMBER)
            else:
                kept.append(row)
        return kept

    def _refuse_strays(self, lying: dict[int | None, list[Row]]) -> None:
        """Highlights in no document of the file; those of the other projects are not this one's."""
        marked = {row.number("id") or 0 for row in self._tables.of("highlights")}
        for highlight, tags in self._tagged.items():
            for tag in tags if highlight not in marked else ():
                self._ledger.lose(Kind.CODING, f"{highlight}, {tag}", _NO_HIGHLIGHT)
        known = {row.number("id") for row in self._tables.of("documents")}
        for number, rows in lying.items():
            if number not in known:
                for row in rows:
                    self._count(row)
                    self._refuse(row, "", _NOWHERE)

    def _count(self, row: Row) -> None:
        self._ledger.found(Kind.SELECTION)
        self._ledger.found(Kind.CODING, len(self._tagged.get(row.number("id") or 0, ())))

    def _refuse(self, row: Row, place: str, why: Sentence) -> None:
        self._ledger.refuse(Kind.SELECTION, row.text("id"), why, place)
        for _ in self._tagged.get(row.number("id") or 0, ()):
            self._ledger.refuse(Kind.CODING, row.text("id"), _NOT_KEPT, place)

    def _source(
        self, document: Row, text: HtmlText, rows: Sequence[Row], places: Sequence[Place]
    ) -> ProjectSource:
        name, selections = document.text("name"), []
        for row, place in zip(rows, places, strict=True):
            if isinstance(place, Misplaced):
                self._refuse(row, name, REASONS[place])
            else:
                selections.append(self._selection(row, *text.carry(*place), name))
        return ProjectSource(
            self._guid("document", document.number("id")),
            name,
            text.text,
            tuple(selections),
            description=document.text("description"),
            made=Made(at=instant_of(document.text("created"))),
            raw=document.untouched("contents").encode("utf-8", "replace"),
        )

    def _selection(self, row: Row, start: int, end: int, place: str) -> ProjectSelection:
        number = row.number("id") or 0
        by, at = self._author(self._history.makers.get(number))
        changed_by, changed_at = self._author(self._history.changers.get(number))
        codings = []
        for tag in self._tagged.get(number, ()):
            code = self._codes.get(tag)
            if code is None:
                self._ledger.refuse(Kind.CODING, f"{number}, {tag}", _NO_CODE, place)
                continue
            guid = self._guid("highlight_tag", f"{number}, {tag}")
            codings.append(ProjectCoding(guid, code.guid, *self._author(self._history.coder(number, tag))))
        made = Made(by, at, changed_by, changed_at)
        return ProjectSelection(self._guid("highlight", number), start, end, tuple(codings), made=made)

    def _author(self, author: Author | None) -> tuple[UUID | None, datetime | None]:
        if author is None:
            return None, None
        login, date = author
        return self._users[login].guid, instant_of(date)


def _mark(row: Row) -> Mark:
    return Mark(
        row.number("start_offset") or 0, row.number("end_offset") or 0, words_of(row.untouched("snippet"))
    )

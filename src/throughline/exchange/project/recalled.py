"""What was carried of imported projects, looked up by row or kind; and the GUIDs of codes and people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from uuid import UUID

from throughline.exchange.project.document import (
    Made,
    ProjectCode,
    ProjectNote,
    ProjectSource,
    ProjectUser,
    tree_order,
)
from throughline.exchange.project.naming import user_of
from throughline.exchange.project.palette import colour_at, place_of
from throughline.exchange.project.rest import guids, name_of
from throughline.records.accounts.queries import display_names
from throughline.records.inquiry.actions.settling import AGREED
from throughline.records.inquiry.models import Analysis, Carried, Code, Coder, Round
from throughline.records.inquiry.queries.projects import project_codes
from throughline.vocabulary.actor import Actor

_LAST = 1 << 40


class Recalled:
    """The carried things of one analysis. Codes that are retired, and that nothing stands under, are left out."""

    def __init__(self, analysis: Analysis, by: Actor) -> None:
        self._analysis = analysis
        self._kinds: dict[str, list[Carried]] = {}
        self._rows: dict[UUID, Carried] = {}
        self._actors: dict[UUID, str] = {}
        self._people: dict[str, UUID | None] = {}
        carried: list[Carried] = list(Carried.objects.visible_to(by).filter(analysis=analysis).order_by("id"))
        for one in sorted(carried, key=lambda one: one.place):
            self._kinds.setdefault(one.kind, []).append(one)
            if one.row is not None:
                self._rows[one.row] = one
        self._codes = {code.id: code for code in project_codes(by, analysis)}
        self.code_guids = frozenset(self.guid(row) for row in self._codes)
        merged = self._merged()
        self._now = {one.guid: merged.get(one.row) for one in self.of("code") if one.row}

    def of(self, kind: str) -> list[Carried]:
        """Those of a kind, in the order of the file."""
        return self._kinds.get(kind, [])

    def only(self, kind: str) -> Carried | None:
        """The one of a kind; None where there are several or none."""
        held = self.of(kind)
        return held[0] if len(held) == 1 else None

    def row(self, row: UUID) -> Carried | None:
        return self._rows.get(row)

    def guid(self, row: UUID) -> UUID:
        """The GUID that a row's thing had, else the row's id."""
        carried = self._rows.get(row)
        return carried.guid if carried else row

    def place_of(self, row: UUID) -> int:
        """Where it stood in its file; what was in none stands last."""
        carried = self._rows.get(row)
        return carried.place if carried else _LAST

    def codes(
        self, known: Collection[UUID], memos: Mapping[UUID, tuple[UUID, ...]]
    ) -> tuple[ProjectCode, ...]:
        """In tree order. `known` are the memos that are exported, `memos` those written since, by the code's row."""
        return tree_order([self._code(code, known, memos.get(code.id, ())) for code in self._codes.values()])

    def code_now(self, guid: UUID) -> UUID | None:
        """What a code of the file is by now: itself, or the one that it was merged into; None where it is retired."""
        return self._now.get(guid)

    def user(self, actor: str) -> UUID | None:
        """The GUID that stands for an analyst."""
        if actor not in self._people:
            guid = self._people[actor] = user_of(actor)
            if guid is not None:
                self._actors[guid] = actor
        return self._people[actor]

    def users(
        self,
        made: Made,
        notes: Iterable[ProjectNote],
        sources: Iterable[ProjectSource],
        *,
        is_blind: bool,
    ) -> tuple[ProjectUser, ...]:
        """Those of the file, and everybody else who is referred to. Blind: whoever is referred to, alone."""
        wanted = dict.fromkeys(_people_in(made, notes, sources))
        known = {
            one.guid: ProjectUser(one.guid, one.rest["name"], one.rest["short"]) for one in self.of("user")
        }
        kept = [user for guid, user in known.items() if guid in wanted or not is_blind]
        others = [guid for guid in wanted if guid not in known]
        return (*kept, *(self._native(others)))

    def _native(self, others: list[UUID]) -> Iterator[ProjectUser]:
        names = display_names(set(others))
        actors = {guid: self._actors.get(guid, str(guid)) for guid in others}
        coders = {
            one.actor: one
            for one in Coder.objects.filter(analysis=self._analysis, actor__in=list(actors.values()))
        }
        agreed = {f"{AGREED}{one.id}": one.name for one in Round.objects.filter(analysis=self._analysis)}
        for guid in others:
            coder, actor = coders.get(actors[guid]), actors[guid]
            name = names.get(str(guid)) or (coder.name if coder else actor)
            if actor in agreed:
                name = f"Agreed version: {agreed[actor]}"
            yield ProjectUser(guid, name, coder.short if coder else "")

    def _merged(self) -> dict[UUID, UUID]:
        into = dict(
            Code.objects.filter(codebook__analysis=self._analysis).values_list("id", "merged_into_id")
        )
        found: dict[UUID, UUID] = {}
        for row in into:
            at, seen = row, {row}
            while at not in self._codes and (following := into.get(at)) is not None and following not in seen:
                at = following
                seen.add(at)
            if at in self._codes:
                found[row] = self.guid(at)
        return found

    def _code(self, code: Code, known: Collection[UUID], memos: tuple[UUID, ...]) -> ProjectCode:
        carried = self._rows.get(code.id)
        rest = carried.rest if carried else {}
        colour = str(rest.get("colour", ""))
        return ProjectCode(
            self.guid(code.id),
            name_of(rest, code.name),
            self.guid(code.parent_id) if code.parent_id in self._codes else None,
            _described(code),
            colour if place_of(colour) == code.colour else colour_at(code.colour),
            not rest.get("heading", False),
            (*(note for note in guids(rest.get("notes")) if note in known), *memos),
        )


def _described(code: Code) -> str:
    """The definition; with what it includes and excludes and an example below it, where somebody wrote these."""
    more = (("Includes", code.include), ("Excludes", code.exclude), ("Example", code.example))
    return "\n\n".join(
        filter(None, [code.definition, *(f"{head}: {words}" for head, words in more if words)])
    )


def _people_in(made: Made, notes: Iterable[ProjectNote], sources: Iterable[ProjectSource]) -> Iterator[UUID]:
    mades = [made, *(note.made for note in notes)]
    for source in sources:
        mades += [source.made, *(selection.made for selection in source.selections)]
        codings = (*source.codings, *(coding for one in source.selections for coding in one.codings))
        yield from (coding.by for coding in codings if coding.by is not None)
    for one in mades:
        yield from (who for who in (one.by, one.changed_by) if who is not None)

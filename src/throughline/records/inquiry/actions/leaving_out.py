"""What others wrote, without the words of who withdrew: memos, codes, themes, their earlier versions, names, the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

from throughline.methods.identifiers import occurrences
from throughline.methods.withdrawn_words import Said, holds, words_in
from throughline.records.foundation import privacy_of
from throughline.records.inquiry.actions.carrying import Standing, TurnNow
from throughline.records.inquiry.models import (
    Code,
    Coding,
    Participant,
    Source,
    Theme,
    ThemePassage,
    ThemeQuote,
)
from throughline.records.study.actions import reword_ledger
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.privacy import Privacy

WORDS_GONE = "[withdrawn]"  # where they spoke, and where others wrote their words
LABEL_GONE = "[withdrew]"  # where their label stood
# A name of fewer words is how people talk, and not a quote, though somebody said just that.
LEAST_OF_A_NAME = 3
LONG_ENOUGH = 150  # a field that takes fewer characters holds a word of a list, or who did something
PLACED: tuple[tuple[type[models.Model], str], ...] = (
    (Coding, "code"), (ThemeQuote, "theme"), (ThemePassage, "theme"),
)  # fmt: skip


@dataclass
class Named:
    """Codes and themes that are called by words of who withdrew; a copy in another analysis is called so, too."""

    ids: set[UUID] = field(default_factory=set)
    names: set[tuple[str, ...]] = field(default_factory=set)

    def look(self, was: Standing, own: Sequence[TurnNow]) -> None:
        """Add those under which a passage of these turns holds what they are called, as in vivo codes are made."""
        for model, key in PLACED:
            rows = model._default_manager.filter(source=was.source, lost_in=None)
            for pk, name, start, end in rows.values_list(f"{key}_id", f"{key}__name", "start", "end"):
                words = words_in(name)
                if pk not in self.ids and len(words) >= LEAST_OF_A_NAME:
                    parts = (was.text[max(start, turn.start) : min(end, turn.end)] for turn in own)
                    if any(holds(words_in(part), words) for part in parts if part):
                        self.ids.add(pk)
                        self.names.add(words)

    def holds(self, pk: UUID, name: str) -> bool:
        return pk in self.ids or words_in(name) in self.names


def leave_out(
    row: Participant, said: Said, named: Named, sources: Sequence[Source], by: Actor, at: datetime
) -> int:
    """Put a mark for words of theirs in all that their programme wrote beside the texts. How many rows were changed."""
    instead = {**_codes_called_anew(row, said, named), **_themes_called_anew(row, said, named)}
    changed = len({pk for pk, _ in instead})
    renamed = {old: new for (_, old), new in instead.items()}
    for model in apps.get_app_config("inquiry").get_models():
        fields = dict(_written(model))
        if not fields:
            continue
        rows: models.QuerySet[Any] = model._default_manager.filter(programme_id=row.programme_id)
        for held in rows.values("id", *fields).iterator(chunk_size=2000):
            new = {name: _left_out(held[name], said, renamed, most) for name, most in fields.items()}
            different = {name: value for name, value in new.items() if value != held[name]}
            if different:
                rows.filter(id=held["id"]).update(**_still_once(model, held["id"], different))
                changed += 1
    for source in sources:
        _leave_label_out(source, row.label)

    def reword(line: str) -> str:
        for old, new in renamed.items():
            line = line.replace(old, new)
        return said.left_out_of(line, WORDS_GONE)

    reword_ledger(programme=row.programme, reword=reword, by=by, at=at)
    return changed


def _written(model: type[models.Model]) -> Iterator[tuple[str, int | None]]:
    """Fields in which somebody writes, with how much they take: all free text, and names long enough to hold a quote."""
    labels = privacy_of(model)
    for one in model._meta.concrete_fields:
        most = getattr(one, "max_length", None)
        is_free = labels.get(one.name) is Privacy.FREE_TEXT and not isinstance(one, models.BinaryField)
        is_long = isinstance(one, (models.CharField, models.TextField)) and (
            most is None or most >= LONG_ENOUGH
        )
        if is_free or is_long:
            yield one.name, most


def _still_once(model: type[models.Model], pk: UUID, new: dict[str, Any]) -> dict[str, Any]:
    """What stands once in the database stands so still: two names may have become the same mark."""
    once = {
        name
        for one in model._meta.constraints
        if isinstance(one, models.UniqueConstraint)
        for name in one.fields
    }
    ending = f" {pk.hex[-6:]}"

    def marked(name: str, value: str) -> str:
        most = getattr(model._meta.get_field(name), "max_length", None) or len(value) + len(ending)
        return value[: most - len(ending)] + ending

    return {name: marked(name, value) if name in once else value for name, value in new.items()}


def _codes_called_anew(row: Participant, said: Said, named: Named) -> dict[tuple[UUID, str], str]:
    """Codes whose name or slug is theirs get others. (Code, what it was called) -> how it is called now."""
    instead: dict[tuple[UUID, str], str] = {}
    rows = Code.objects.filter(programme_id=row.programme_id)
    for pk, name, slug, place in rows.values_list("id", "name", "slug", "place"):
        is_theirs = named.holds(pk, name)
        new = f"{WORDS_GONE} {place + 1}" if is_theirs else said.left_out_of(name, WORDS_GONE)
        is_slug_theirs = is_theirs or said.left_out_of(slug, WORDS_GONE) != slug
        if new == name and not is_slug_theirs:
            continue
        mark = f"withdrawn-{pk.hex[-12:]}" if is_slug_theirs else slug
        rows.filter(id=pk).update(name=new, slug=mark)
        instead |= {(pk, name): new, (pk, slug): mark}
    return instead


def _themes_called_anew(row: Participant, said: Said, named: Named) -> dict[tuple[UUID, str], str]:
    instead: dict[tuple[UUID, str], str] = {}
    rows = Theme.objects.filter(programme_id=row.programme_id)
    for pk, name in rows.values_list("id", "name"):
        new = WORDS_GONE if named.holds(pk, name) else said.left_out_of(name, WORDS_GONE)
        if new != name:
            instead[pk, name] = _still_once(Theme, pk, {"name": new})["name"]
            rows.filter(id=pk).update(name=instead[pk, name])
    return instead


def _leave_label_out(source: Source, label: str) -> None:
    """Out of the name of a file in which others speak too."""
    name = str(Source.objects.values_list("name", flat=True).get(id=source.id))
    parts, reached = [], 0
    for start, end in occurrences(name, [label]):
        parts += [name[reached:start], LABEL_GONE]
        reached = end
    if parts:
        Source.objects.filter(id=source.id).update(name="".join([*parts, name[reached:]]))


def _left_out(value: Any, said: Said, renamed: Mapping[str, str], most: int | None = None) -> Any:
    """`renamed` for a value that is just such a name, as in the earlier versions of codes and themes."""
    if isinstance(value, str):
        return renamed[value] if value in renamed else said.left_out_of(value, WORDS_GONE)[:most]
    if isinstance(value, list):
        return [_left_out(one, said, renamed) for one in value]
    if isinstance(value, dict):
        return {name: _left_out(one, said, renamed) for name, one in value.items()}
    return value

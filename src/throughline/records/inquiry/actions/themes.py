"""Themes in their places: on the board, above and below each other, beside others; and what they rest on without a code."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.blind import check_may_change_themes, check_open_to_themes
from throughline.records.inquiry.actions.coding import check_passage
from throughline.records.inquiry.actions.writing import keep_theme_revision
from throughline.records.inquiry.models import (
    Analysis,
    Source,
    Theme,
    ThemePassage,
    ThemeQuote,
    ThemeRelation,
)
from throughline.rules.access import check_may_write_themes
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event
from throughline.vocabulary.study import ThemeRelationKind, ThemeStatus

NOTE_MOST = 200


@transaction.atomic
def arrange_theme(
    *,
    theme: Theme,
    status: ThemeStatus,
    parent: Theme | None,
    before: Theme | None = None,
    by: Actor,
    at: datetime,
) -> Theme:
    """Put a theme in a lane of the board, under another theme or at the top, before another one or last.

    Another lane or another parent is a new version of the theme; another place in the lane is not.
    """
    check_may_change_themes(by, theme.programme_id, theme.analysis_id)
    Analysis.objects.select_for_update(no_key=True).get(id=theme.analysis_id)
    themes = {one.id: one for one in Theme.objects.filter(analysis_id=theme.analysis_id)}
    row = themes[theme.id]
    parent_id = _parent_within(themes, row, parent)
    if (row.status, row.parent_id) != (status.value, parent_id):
        keep_theme_revision(row)
        Theme.objects.filter(id=row.id).update(
            status=status.value, parent_id=parent_id, version=row.version + 1, written_at=at, written_by=by.id
        )
    siblings = sorted(
        (one for one in themes.values() if one.status == status.value and one.id != row.id),
        key=lambda one: (one.place, one.name),
    )
    place = next((n for n, one in enumerate(siblings) if before and one.id == before.id), len(siblings))
    siblings.insert(place, row)
    for number, one in enumerate(siblings, start=1):
        Theme.objects.filter(id=one.id).exclude(place=number).update(place=number)
    audit.record(
        Event.THEME_WRITTEN, target=row, programme_id=row.programme_id, by=by, at=at, reason="arranged"
    )
    row.refresh_from_db()
    return row


@transaction.atomic
def place_passage(
    *,
    theme: Theme,
    source: Source,
    start: int,
    end: int,
    is_contrary: bool = False,
    by: Actor,
    at: datetime,
) -> ThemePassage:
    """Let a theme rest on a passage without a code, or name one that speaks against it. Placed again, it changes sides."""
    check_may_write_themes(by, theme.programme_id)
    if source.analysis_id != theme.analysis_id:
        raise Invalid(Sentence("The source belongs to another analysis than the theme."))
    check_passage(source, start, end)
    check_open_to_themes(by, [source.id])
    there = ThemePassage.objects.filter(theme=theme, source=source, start=start, end=end).first()
    if there is not None and there.is_contrary == is_contrary and there.lost_in is None:
        raise Unready(Sentence("This very passage is placed with the theme already."))
    passage, _ = ThemePassage.objects.update_or_create(
        programme_id=theme.programme_id, theme=theme, source=source, start=start, end=end,
        defaults={"is_contrary": is_contrary, "lost_in": None, "placed_at": at, "placed_by": by.id},
    )  # fmt: skip
    audit.record(Event.THEME_PASSAGE_PLACED, target=passage, programme_id=theme.programme_id, by=by, at=at)
    return passage


@transaction.atomic
def remove_passage(*, passage: ThemePassage, by: Actor, at: datetime) -> None:
    """Take a passage from a theme; the text and its codings stay as they are."""
    check_may_write_themes(by, passage.programme_id)
    audit.record(Event.THEME_PASSAGE_REMOVED, target=passage, programme_id=passage.programme_id, by=by, at=at)
    ThemePassage.objects.filter(id=passage.id).delete()


@transaction.atomic
def let_quote_go(*, quote: ThemeQuote, by: Actor, at: datetime) -> None:
    """A passage no longer stands for its theme in people's words."""
    check_may_write_themes(by, quote.programme_id)
    audit.record(Event.QUOTE_REMOVED, target=quote, programme_id=quote.programme_id, by=by, at=at)
    ThemeQuote.objects.filter(id=quote.id).delete()


@transaction.atomic
def relate_themes(
    *, origin: Theme, target: Theme, kind: ThemeRelationKind, note: str = "", by: Actor, at: datetime
) -> ThemeRelation:
    """Say how one theme bears on another. Said again of the same two, it replaces."""
    check_may_change_themes(by, origin.programme_id, origin.analysis_id)
    if origin.analysis_id != target.analysis_id:
        raise Invalid(Sentence("The themes belong to different analyses."))
    if origin.id == target.id:
        raise Invalid(
            Sentence("Choose another theme."), fields={"target": Sentence("This is the theme itself.")}
        )
    if len(note) > NOTE_MOST:
        raise Invalid(
            Sentence("The words on a relation have room for %(most)s letters.", most=NOTE_MOST),
            fields={"note": Sentence("Too long.")},
        )
    relation, _ = ThemeRelation.objects.update_or_create(
        programme_id=origin.programme_id, origin=origin, target=target,
        defaults={"kind": kind.value, "note": note.strip(), "related_at": at, "related_by": by.id},
    )  # fmt: skip
    audit.record(Event.THEMES_RELATED, target=relation, programme_id=origin.programme_id, by=by, at=at)
    return relation


@transaction.atomic
def unrelate_themes(*, relation: ThemeRelation, by: Actor, at: datetime) -> None:
    """Take back how one theme bears on another."""
    check_may_change_themes(by, relation.programme_id, relation.origin.analysis_id)
    audit.record(Event.THEMES_UNRELATED, target=relation, programme_id=relation.programme_id, by=by, at=at)
    ThemeRelation.objects.filter(id=relation.id).delete()


def _parent_within(themes: dict[UUID, Theme], row: Theme, parent: Theme | None) -> UUID | None:
    if parent is None:
        return None
    if parent.id not in themes:
        raise Invalid(Sentence("The themes belong to different analyses."))
    seen: set[UUID] = set()
    above: UUID | None = parent.id
    while above is not None and above not in seen:
        if above == row.id:
            raise Invalid(Sentence("The theme %(theme)s cannot stand under itself.", theme=row.name))
        seen.add(above)
        above = themes[above].parent_id
    return parent.id

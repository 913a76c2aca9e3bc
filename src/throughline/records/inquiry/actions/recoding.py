"""Codings that change their code: two codes merged, one split, chosen ones moved. None is ever lost on the way.

A coding's earlier code stays in its revision. Where the same analyst has the new code on the very passage already, the
coding that comes is taken off there (its tombstone stays) and its memos go over to the one that stands. Codings of a
closed round stay as they were compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from throughline.records.audit import actions as audit
from throughline.records.inquiry.actions.blind import check_may_change_codes
from throughline.records.inquiry.actions.codebooks import CodeDraft, add_code
from throughline.records.inquiry.actions.codes import (
    ancestry,
    keep_code_revision,
    locked_code,
    move_code,
)
from throughline.records.inquiry.actions.holding import have_code_alone
from throughline.records.inquiry.actions.numbering import next_changes
from throughline.records.inquiry.actions.writing import keep_theme_revision
from throughline.records.inquiry.models import Code, Coding, CodingRevision, Memo, Source, Theme
from throughline.rules.access import (
    check_may_apply_code,
    check_may_remove_coding,
)
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.events import Event

_CHUNK = 400


@dataclass(frozen=True)
class Recoded:
    """What became of codings, counted among those that the actor may see.

    `moved` stand under the new code; `doubled` were there already and were taken off; `settled` stay under the old code
    because their round is closed; `gone` were taken off by somebody before.
    """

    code: Code
    moved: int = 0
    doubled: int = 0
    settled: int = 0
    gone: int = 0


@transaction.atomic
def merge_codes(*, code: Code, into: Code, by: Actor, at: datetime) -> Recoded:
    """Let one code become part of another: codings, themes, memos and the codes below it follow; it is retired."""
    check_may_change_codes(by, code.programme_id, code.codebook.analysis_id)
    row, target = locked_code(code), Code.objects.select_related("parent").get(id=into.id)
    _check_mergeable(row, target)
    have_code_alone(row.id)
    sources = list(Coding.objects.filter(code=row).values_list("source_id", flat=True).distinct())
    _locked_sources(sources)
    seen = set(Coding.objects.visible_to(by).standing().filter(code=row).values_list("id", flat=True))
    every = list(Coding.objects.filter(code=row).select_related("round").order_by("applied_at", "id"))
    settled = [one for one in every if _is_settled(one)]
    doubled = _recode([one for one in every if not _is_settled(one)], target, by, at)
    _move_below(row, target, by, at)
    Memo.objects.filter(code=row).update(code=target)
    _move_themes(row, target, keeps_old=bool(settled), by=by, at=at)
    keep_code_revision(row, "merged", by, at)
    Code.objects.filter(id=row.id).update(retired_at=row.retired_at or at, merged_into=target)
    audit.record(
        Event.CODES_MERGED, target=row, programme_id=row.programme_id, by=by, at=at,
        count=len(every) - len(settled),
    )  # fmt: skip
    target.refresh_from_db()
    left = {one.id for one in settled}
    return Recoded(target, len(seen - doubled - left), len(seen & doubled), len(seen & left))


@transaction.atomic
def split_code(
    *, code: Code, draft: CodeDraft, codings: Sequence[Coding], by: Actor, at: datetime
) -> Recoded:
    """Make a new code beside one (under the same parent unless the draft says another), and give it chosen codings."""
    check_may_change_codes(by, code.programme_id, code.codebook.analysis_id)
    row = locked_code(code)
    if Coding.objects.filter(id__in=[one.id for one in codings]).exclude(code=row).exists():
        raise Unready(
            Sentence("Some of these passages no longer stand under %(code)s. Look again.", code=row.name)
        )
    made = add_code(codebook=row.codebook, draft=draft, by=by, at=at)
    if draft.parent is None:
        after = Code.objects.filter(codebook_id=row.codebook_id, parent_id=row.parent_id, place__gt=row.place)
        move_code(
            code=made,
            parent=row.parent,
            before=after.exclude(id=made.id).order_by("place").first(),
            by=by,
            at=at,
        )
    keep_code_revision(row, "split", by, at)
    recoded = recode_codings(codings=codings, to=made, by=by, at=at)
    audit.record(
        Event.CODE_SPLIT, target=row, programme_id=row.programme_id, by=by, at=at, count=recoded.moved
    )
    made.refresh_from_db()
    return Recoded(made, recoded.moved, recoded.doubled, gone=recoded.gone)


@transaction.atomic
def recode_codings(*, codings: Sequence[Coding], to: Code, by: Actor, at: datetime) -> Recoded:
    """Put chosen codings under another code. One's own; a colleague's takes the permission to remove it.

    All or none: Unready where one belongs to a closed round.
    """
    check_may_apply_code(by, to.programme_id)
    target = locked_code(to)
    if target.retired_at is not None:
        raise Invalid(Sentence("The code %(code)s is retired. Choose another.", code=target.name))
    _locked_sources({one.source_id for one in codings})
    rows = list(
        Coding.objects.filter(id__in=[one.id for one in codings])
        .select_related("round", "source")
        .order_by("applied_at", "id")
    )
    for row in rows:
        check_may_remove_coding(by, row.programme_id, is_own=row.analyst == by.id)
        if row.source.analysis_id != target.codebook.analysis_id:
            raise Invalid(Sentence("This code belongs to another analysis than the source."))
        if row.round is not None and _is_settled(row):
            raise Unready(
                Sentence(
                    "The round %(round)s is closed: its codings stand as they were compared.",
                    round=row.round.name,
                )
            )
    standing = [row for row in rows if row.removed_at is None and row.lost_in is None]
    moving = [row for row in standing if row.code_id != target.id]
    doubled = _recode(moving, target, by, at)
    audit.record(
        Event.CODINGS_RECODED,
        target=target,
        programme_id=target.programme_id,
        by=by,
        at=at,
        count=len(moving),
    )
    return Recoded(target, len(moving) - len(doubled), len(doubled), gone=len(codings) - len(standing))


def _recode(codings: Iterable[Coding], target: Code, by: Actor, at: datetime) -> set[UUID]:
    """Put codings under a code, with their revisions; the ids of those that stand there already and were taken off."""
    rows = list(codings)
    changes = next_changes({row.source_id for row in rows}, at)
    there = {
        (one.source_id, one.analyst, one.start, one.end): one.id
        for one in Coding.objects.standing().filter(code=target, source__in=changes)
    }
    doubled: dict[UUID, UUID] = {}
    by_source: dict[UUID, list[UUID]] = {}
    for row in rows:
        by_source.setdefault(row.source_id, []).append(row.id)
        if row.removed_at is None and row.lost_in is None:
            kept = there.setdefault((row.source_id, row.analyst, row.start, row.end), row.id)
            if kept != row.id:
                doubled[row.id] = kept
    CodingRevision.objects.bulk_create(
        [
            CodingRevision(
                programme_id=row.programme_id, coding=row, version=row.version, code_id=row.code_id, start=row.start,
                end=row.end, moved_at=at, moved_by=by.id,
            )
            for row in rows
        ],
        batch_size=_CHUNK,
    )  # fmt: skip
    for ids in _chunks(list(doubled)):
        Coding.objects.filter(id__in=ids).update(removed_at=at, removed_by=by.id)
    for source_id, all_ids in by_source.items():
        for ids in _chunks(all_ids):
            Coding.objects.filter(id__in=ids).update(
                code=target, version=F("version") + 1, change=changes[source_id]
            )
    for row_id, kept in doubled.items():
        Memo.objects.filter(coding_id=row_id).update(coding_id=kept)
    return set(doubled)


def _chunks(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[n : n + _CHUNK] for n in range(0, len(ids), _CHUNK)]


def _locked_sources(ids: Iterable[UUID]) -> None:
    """Sources stay as they are until the transaction ends: always locked in the same order, so that nobody waits for ever."""
    list(Source.objects.filter(id__in=list(ids)).order_by("id").select_for_update(no_key=True).values("id"))


def _is_settled(coding: Coding) -> bool:
    return coding.round is not None and coding.round.closed_at is not None


def _check_mergeable(row: Code, target: Code) -> None:
    if row.id == target.id:
        raise Invalid(Sentence("Choose another code than %(code)s itself.", code=row.name))
    if row.codebook_id != target.codebook_id:
        raise Invalid(Sentence("The code %(code)s belongs to another codebook.", code=target.name))
    if row.merged_into_id is not None:
        raise Unready(Sentence("The code %(code)s was merged into another already.", code=row.name))
    if target.retired_at is not None:
        raise Unready(
            Sentence(
                "The code %(code)s is retired. Bring it back into use first, or choose another.",
                code=target.name,
            )
        )


def _move_below(row: Code, target: Code, by: Actor, at: datetime) -> None:
    """The codes below one that is merged go below the target; a target from among them takes its place first."""
    codes = {one.id: one for one in Code.objects.filter(codebook_id=row.codebook_id)}
    if row.id in ancestry(codes, target.id):
        move_code(code=target, parent=row.parent, before=row, by=by, at=at)
    for child in Code.objects.filter(parent=row).order_by("place"):
        move_code(code=child, parent=target, by=by, at=at)


def _move_themes(row: Code, target: Code, *, keeps_old: bool, by: Actor, at: datetime) -> None:
    """Themes that rest on the merged code rest on the target, as a version of their own."""
    for theme in Theme.objects.filter(codes=row):
        keep_theme_revision(theme)
        theme.codes.add(target)
        if not keeps_old:  # else some of its passages stay under it, and the theme rests on them still
            theme.codes.remove(row)
        Theme.objects.filter(id=theme.id).update(version=F("version") + 1, written_at=at, written_by=by.id)

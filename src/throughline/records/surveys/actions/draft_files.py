"""Files of what is half filled: kept while a draft names them, and destroyed with their keys as soon as none does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Sum

from throughline.records.foundation import new_id
from throughline.records.keyring import source_keys
from throughline.records.surveys.actions.attachments import MOST_EACH, MOST_FILES, MOST_TOGETHER, FileDraft
from throughline.records.surveys.models import NO_DRAFT, DraftFile, SurveyResponse
from throughline.records.surveys.queries import draft_name_hash, opened_draft_file
from throughline.vocabulary.errors import Invalid, Sentence


@dataclass(frozen=True)
class HalfFiles:
    """Names that a half-filled form speaks of, and the files that came with it, by these names."""

    named: frozenset[str] = frozenset()
    sent: Mapping[str, FileDraft] = field(default_factory=dict)


NO_FILES = HalfFiles()


def keep_draft_files(response: SurveyResponse, files: HalfFiles, *, is_beside: bool = False) -> None:
    """Part of keeping a draft: what it names stays, what neither draft names any more is destroyed.

    Of files beyond what a response holds none is kept: the whole form would be refused with them. Invalid where another file
    is kept under the same name, for the other draft may speak of that.
    """
    hashes = {draft_name_hash(response, name): name for name in files.named}
    rows = DraftFile.objects.filter(response=response)
    flag = "is_beside" if is_beside else "is_in_draft"
    rows.filter(name_hash__in=hashes).update(**{flag: True})
    left = rows.exclude(name_hash__in=hashes)
    other = "is_in_draft" if is_beside else "is_beside"
    _destroy(left.filter(**{other: False}))
    left.update(**{flag: False})
    there = {row.name_hash: row for row in rows.filter(name_hash__in=hashes)}
    for name_hash, name in sorted(hashes.items(), key=lambda pair: pair[1]):
        sent = files.sent.get(name)
        if sent is None:
            continue
        if name_hash in there:
            _check_same(there[name_hash], sent)
        elif _has_room(rows.filter(**{flag: True}), sent):
            _keep(response, name_hash, sent, is_beside)


def choose_draft_files(response: SurveyResponse, *, is_beside: bool) -> None:
    """Part of choosing between two drafts: only what the chosen one names stays."""
    rows = DraftFile.objects.filter(response=response)
    _destroy(rows.filter(**{"is_beside" if is_beside else "is_in_draft": False}))
    rows.update(is_in_draft=True, is_beside=False)


def forget_drafts(responses: QuerySet[SurveyResponse], **changed: Any) -> None:
    """Destroy what is half filled of these responses, both drafts and all their files; `changed`: what else is written."""
    ids = list(responses.select_for_update(no_key=True, of=("self",)).values_list("id", flat=True))
    SurveyResponse.objects.filter(id__in=ids).update(**NO_DRAFT, **changed)
    destroy_draft_files_of(ids)


def destroy_draft_files_of(response_ids: Iterable[Any]) -> None:
    """The rows, then each key, with which every copy in a backup is closed for good."""
    _destroy(DraftFile.objects.filter(response_id__in=list(response_ids)))


def _destroy(rows: QuerySet[DraftFile]) -> None:
    ids = list(rows.values_list("id", flat=True))
    if ids:
        DraftFile.objects.filter(id__in=ids).delete()
    for file_id in ids:
        source_keys().destroy(file_id)


def _check_same(row: DraftFile, sent: FileDraft) -> None:
    if row.length_bytes != len(sent.data) or opened_draft_file(row) != sent.data:
        raise Invalid(
            Sentence("Another file of this name is kept with this form. Give the new one a name of its own.")
        )


def _has_room(rows: QuerySet[DraftFile], sent: FileDraft) -> bool:
    total = rows.aggregate(bytes=Sum("length_bytes"))["bytes"] or 0
    size = len(sent.data)
    return rows.count() < MOST_FILES and size <= MOST_EACH and total + size <= MOST_TOGETHER


def _keep(response: SurveyResponse, name_hash: str, sent: FileDraft, is_beside: bool) -> None:
    """The key is made first: should the rest be taken back, it is left with nothing that it opens."""
    file_id = new_id()
    DraftFile.objects.create(
        id=file_id, programme_id=response.programme_id, response=response, name_hash=name_hash, is_in_draft=not is_beside,
        is_beside=is_beside, media_type=sent.media_type, length_bytes=len(sent.data),
        sealed=source_keys().create(file_id).encrypt(sent.data),
    )  # fmt: skip

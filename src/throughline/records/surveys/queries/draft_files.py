"""Files of what is half filled, for who fills it in: found by the names that the form has for them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from throughline.records.keyring import source_keys
from throughline.records.surveys.models import DraftFile, SurveyResponse
from throughline.records.surveys.queries.reading import hashed
from throughline.vocabulary.errors import NotFound, Sentence


def draft_name_hash(response: SurveyResponse, name: str) -> str:
    """What is kept of a file's name."""
    return hashed(f"{response.id}:{name}")


def draft_files_of(response: SurveyResponse, names: Collection[str]) -> dict[str, DraftFile]:
    """Name -> file, of those that are kept with the draft, without opening any. For who may fill the response in."""
    hashes = {draft_name_hash(response, name): name for name in names}
    rows = DraftFile.objects.filter(response=response, is_in_draft=True, name_hash__in=hashes).defer("sealed")
    return {hashes[row.name_hash]: row for row in rows}


def draft_file_of(response: SurveyResponse, file_id: UUID) -> DraftFile:
    """A file of the draft. For who may fill the response in; NotFound where there is none."""
    found: DraftFile | None = DraftFile.objects.filter(
        response=response, is_in_draft=True, id=file_id
    ).first()
    if found is None:
        raise NotFound(Sentence("There is no such file."))
    return found


def opened_draft_file(row: DraftFile) -> bytes:
    """The file in the clear."""
    return source_keys().open(row.id).decrypt(bytes(row.sealed))

"""A kind of log that comes again: its rows keep what they are recognised by, and no file is counted twice."""

from __future__ import annotations

from collections.abc import Sequence

from throughline.exchange.contacts_csv.choices import Meaning
from throughline.exchange.contacts_csv.load import KIND
from throughline.records.programme.models import ImportMapping, ImportRun, Programme
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.programme import ImportState


def check_same_rows(programme: Programme, name: str, ids: Sequence[str]) -> None:
    """Rows are recognised by the same columns as long as they go by the same name; else each would come twice."""
    before = ImportMapping.objects.filter(programme=programme, kind=KIND, name=name).first()
    if before is None:
        return
    was = [one["column"] for one in before.choices["columns"] if one["meaning"] == Meaning.ID.value]
    if was != list(ids):
        raise Invalid(
            Sentence(
                "The rows of “%(name)s” have been recognised by: %(columns)s. With other columns those that are here already"
                " would come a second time. Choose the same, or another name if this is another kind of file.",
                name=name, columns=", ".join(was) or "all that they say",
            )
        )  # fmt: skip


def check_not_counted_twice(programme: Programme, name: str, sha256: str, kind: str = KIND) -> None:
    """Raises Invalid where this very file came in under another name, as a file of the same kind."""
    done = ImportRun.objects.filter(
        programme=programme, kind=kind, file_hash=sha256, state=ImportState.COMPLETE.value
    ).exclude(mapping_name=name)
    before = done.order_by("-ended_at").first()
    if before is not None and before.ended_at is not None:
        raise Invalid(
            Sentence(
                "This very file was imported as “%(name)s” on %(day)s. Under another name its rows would be counted a second"
                " time. Give it the same name; or say that these are other rows of it.",
                name=before.mapping_name, day=before.ended_at.date(),
            ),
            fields={"is_another": Sentence("Only where it is so.")},
        )  # fmt: skip

"""Places marked on an earlier version of a source's text: carried through every correction since, as kept codings are.

Who codes without a connection marks passages of the text as it was. They end where a coding would lie by now that had been
there before the first correction: on the same words, or lost with them (`lost_in`), and never on others.
"""

from __future__ import annotations

from dataclasses import dataclass

from throughline.methods.text_mapping import TextMapping, mapping_between, mapping_of_labels
from throughline.records.inquiry.models import Source, SourceVersion
from throughline.records.keyring import source_keys
from throughline.rules.access import check_may_read_source
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.study import TextChange


@dataclass(frozen=True)
class Place:
    """[start, end) in the text as it stands; with `lost_in`, in the text before that version, which has its words no more.

    `before`: where it lay before the last correction; None where it was marked on the text as it stands.
    """

    start: int
    end: int
    lost_in: int | None = None
    before: tuple[int, int] | None = None


class EarlierTextGone(Unready):
    """The version that a passage was marked on is kept no longer: somebody's words were taken out of it for good."""

    status = 410


class Corrections:
    """What became of places in the earlier versions of one source's text. Held for one request: it knows the words."""

    def __init__(self, by: Actor) -> None:
        self._by = by
        self._steps: dict[int, TextMapping] = {}

    def place(self, row: Source, start: int, end: int, version: int | None) -> Place:
        """Where a passage of `version` (None: of the text as it stands) lies in the text of `row`, which is locked.

        Raises Invalid for a passage outside the text it was marked on, NotFound where the text was erased, NotAllowed
        where that version was not this person's to read, and EarlierTextGone where it is kept no longer.
        """
        if row.erased_at is not None:
            raise NotFound(Sentence("The text of this source was erased; its key no longer exists."))
        if version is None or version == row.version:
            _check_inside(start, end, row.characters)
            return Place(start, end)
        if not 0 < version < row.version:
            raise EarlierTextGone(_GONE)
        before = (start, end)
        for step in range(version, row.version):
            mapping = self._mapping(row, step, is_marked_on=step == version)
            if step == version:
                _check_inside(start, end, mapping.old_length)
            before = (start, end)
            found = mapping.span(start, end)
            if found is None:
                return Place(start, end, lost_in=step + 1)
            start, end = found
        return Place(start, end, before=before)

    def _mapping(self, row: Source, version: int, *, is_marked_on: bool) -> TextMapping:
        """From one version to the next: both stand as they are for good, or are gone for good."""
        if version in self._steps:
            return self._steps[version]
        kept = {
            one.version: one
            for one in SourceVersion.objects.filter(source=row, version__in=(version, version + 1))
        }
        was, then = kept.get(version), kept.get(version + 1)
        sealed = row.text if version + 1 == row.version else then and then.text
        if was is None or not was.text or not sealed:
            raise EarlierTextGone(_GONE)
        if is_marked_on:
            check_may_read_source(self._by, row.programme_id, is_deidentified=was.was_deidentified)
        cipher = source_keys().open(row.id)
        old, new = (cipher.decrypt(bytes(words)).decode() for words in (was.text, sealed))
        is_labelled = was.change == TextChange.DEIDENTIFIED.value
        self._steps[version] = mapping_of_labels(old, new) if is_labelled else mapping_between(old, new)
        return self._steps[version]


_GONE = Sentence(
    "The text that this was marked on is kept no longer, since words were taken out of it for good."
    " Mark the passage anew."
)


def _check_inside(start: int, end: int, characters: int) -> None:
    if not 0 <= start < end <= characters:
        raise Invalid(
            Sentence("Mark a passage inside the text: it has %(count)s characters.", count=characters)
        )

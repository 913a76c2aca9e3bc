"""What an export leaves behind, in sentences: what the standard has no place for, and what is nobody's to hand on."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries.projects import project_sources
from throughline.records.inquiry.queries.texts import lost_by_corrections
from throughline.records.inquiry.queries.thematic import staying_of
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence


def staying(by: Actor, analysis: Analysis) -> tuple[Sentence, ...]:
    """For the report of an export; nothing is said of what there is none of."""
    return tuple(_sentences(by, analysis))


def _sentences(by: Actor, analysis: Analysis) -> Iterator[Sentence]:
    there = staying_of(by, analysis)
    lost = lost_by_corrections(by, [one.id for one in project_sources(by, analysis)]).count()
    if lost:
        yield Sentence(
            "Codings whose words a correction of the text took stay here: %(count)s. A project has no place for them;"
            " the list of all codings (throughline codings) holds each, with the version in which its words went.",
            count=lost,
        )  # fmt: skip
    if there.rounds:
        yield Sentence(
            "Rounds stay here: %(rounds)s, with who codes what, blind or not, and %(settlements)s settlements with their"
            " reasons. The codings of each round leave; an agreed version leaves as the codings of a coder of its own.",
            rounds=there.rounds, settlements=there.settlements,
        )  # fmt: skip
    if there.revisions:
        yield Sentence(
            "Earlier versions of themes stay here: %(count)s. Each leaves as it reads now.",
            count=there.revisions,
        )
    if there.positions:
        yield Sentence("What analysts say of where they stand stays here: %(count)s.", count=there.positions)
    yield Sentence("Entries of journals that were not shared stay here, your own as well.")
    yield Sentence("The approach stays here: who imports the project says it anew.")

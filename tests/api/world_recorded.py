"""Two incidents, a source to erase, and what a client says; and bodies that are right for their operations."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from tests.api.world_set_up import Made
from tests.cast import Cast
from tests.records.made import an_incident
from throughline.records.inquiry.actions import SourceDraft, add_source, open_analysis
from throughline.records.study.models import Study
from throughline.vocabulary.study import Approach, SourceKind

if TYPE_CHECKING:
    from tests.api.world import World

TO_ERASE = "Guest 9"
WORDS = "Nobody else is to read this."


def recorded(cast: Cast, study: Study, at: datetime) -> Made:
    """The source lies in an analysis of its own: once a test has destroyed its key, no other reads it."""
    rosa: dict[str, Any] = {"by": cast.rosa.actor, "at": at}
    incident, other = an_incident(cast), an_incident(cast, "incident 2")
    apart = open_analysis(study=study, name="Apart", question="Who?", approach=Approach.REFLEXIVE, **rosa)
    draft = SourceDraft(
        TO_ERASE, SourceKind.INTERVIEW, WORDS, WORDS.encode(), "9" * 64, "txt", is_deidentified=True
    )
    source = add_source(analysis=apart, draft=draft, **rosa)
    return Made(
        {"incident_id": incident.id},
        {"other_incident": other.id, "source_to_erase": source.id},
    )


def bodies_of_recorded(world: World) -> dict[str, dict[str, Any]]:
    site = str(world.cast.site.id)
    return {
        "merge_incidents": {"other_id": str(world.more["other_incident"])},
        "keep_incidents_apart": {"other_id": str(world.more["other_incident"])},
        "describe_client": {"site_id": site, "birth_year_band": "1980-1984"},
        "record_client_state": {"site_id": site, "as_of": "2026-01-05", "housing": "hostel", "injects": "no"},
        "erase_source": {"name": TO_ERASE.lower()},
        "release_differences": {"recipient": "Dr. Reader", "form": "csv"},
    }

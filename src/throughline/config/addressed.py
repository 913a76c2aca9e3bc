"""Which programme a request to the API is about: the one of the row that its address names first.

Pages act in one programme at a time, the one that was chosen. The API names rows of any; a request acts in the programme of
the row it names, so that no role that somebody has in one programme is ever used on what another holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.apps import apps

from throughline.vocabulary.actor import Actor

# Name in an address -> whose id it is. `programme_id` says it itself.
ROWS: dict[str, str] = {
    "agreement_id": "programme.PoliceAgreement",
    "alias_id": "inquiry.Alias",
    "analysis_id": "inquiry.Analysis",
    "answers_mapping_id": "surveys.KeptMapping",
    "approach_id": "surveys.Approach",
    "client_id": "clients.Client",
    "code_id": "inquiry.Code",
    "codebook_id": "inquiry.Codebook",
    "coder_id": "inquiry.Coder",
    "coding_id": "inquiry.Coding",
    "component_id": "programme.Component",
    "consent_id": "clients.Consent",
    "contact_id": "engagement.Contact",
    "count_id": "supplies.StockCount",
    "entry_id": "programme.CodeListEntry",
    "freeze_id": "study.Freeze",
    "incident_id": "referral.Incident",
    "item_id": "supplies.Item",
    "journal_entry_id": "inquiry.JournalEntry",
    "kept_id": "programme.ImportMapping",
    "kit_version_id": "supplies.KitVersion",
    "linking_id": "surveys.WaveLinking",
    "membership_id": "programme.Membership",
    "memo_id": "inquiry.Memo",
    "merge_id": "clients.ClientMerge",
    "movement_id": "supplies.StockMovement",
    "need_id": "engagement.Need",
    "pair_id": "surveys.LinkedPair",
    "participant_id": "inquiry.Participant",
    "partnership_id": "programme.Partnership",
    "passage_id": "inquiry.ThemePassage",
    "plan_id": "surveys.CodePlan",
    "provision_id": "programme.Provision",
    "quote_id": "inquiry.ThemeQuote",
    "referral_id": "referral.Referral",
    "relation_id": "inquiry.ThemeRelation",
    "request_id": "study.RowsRequest",
    "response_id": "surveys.SurveyResponse",
    "round_id": "inquiry.Round",
    "scale_id": "workforce.AttitudeScale",
    "site_id": "programme.Site",
    "source_id": "inquiry.Source",
    "study_id": "study.Study",
    "study_site_id": "study.StudySite",
    "theme_id": "inquiry.Theme",
    "training_id": "workforce.Training",
    "version_id": "surveys.InstrumentVersion",
    "wave_id": "surveys.Wave",
}
# A phone holds records of every programme that its owner records in: each is received, and checked, in its own.
RECORDER = "/api/recorder/"


def acting_where(actor: Actor, path: str, named: Mapping[str, Any]) -> Actor:
    """The actor with the grants of the programme that an address is about; without any where there is no such row.

    An address that names no row keeps them all: what its body names, the operation narrows to (api/session.py).
    """
    if len({grant.programme_id for grant in actor.grants}) < 2 or path.startswith(RECORDER):
        return actor
    first = next((name for name in named if name == "programme_id" or name in ROWS), None)
    if first is None:
        return actor
    programme_id = (
        _uuid(named[first]) if first == "programme_id" else _programme_of(ROWS[first], named[first])
    )
    return replace(actor, grants=() if programme_id is None else actor.grants_in(programme_id))


def _programme_of(label: str, row_id: Any) -> UUID | None:
    rows = apps.get_model(label)._base_manager.filter(pk=_uuid(row_id))
    found: UUID | None = rows.values_list("programme_id", flat=True).first()
    return found


def _uuid(given: Any) -> UUID | None:
    try:
        return given if isinstance(given, UUID) else UUID(str(given))
    except ValueError:
        return None

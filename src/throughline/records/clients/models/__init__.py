"""Who is met, by pseudonym; what was shared of them, and on what basis."""

from throughline.records.clients.models.guarded import EmergencyOpening, IdentityVault
from throughline.records.clients.models.people import (
    Client,
    ClientDescription,
    ClientKey,
    ClientMerge,
    ClientState,
    CodeAttempt,
    LikelyDuplicate,
)
from throughline.records.clients.models.sharing import Consent, Sharing

__all__ = [
    "Client",
    "ClientDescription",
    "ClientKey",
    "ClientMerge",
    "ClientState",
    "CodeAttempt",
    "Consent",
    "EmergencyOpening",
    "IdentityVault",
    "LikelyDuplicate",
    "Sharing",
]

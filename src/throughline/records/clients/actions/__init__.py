"""Client codes become pseudonyms; clients are described, merged, unmerged and kept apart; what is shared is written down."""

from throughline.records.clients.actions.describing import (
    describe_client,
    note_history_read,
    record_client_state,
)
from throughline.records.clients.actions.identifying import (
    ENTRIES_REFUSED,
    GUESSES_FLAGGED,
    GUESSES_REFUSED,
    GUESSING_WINDOW,
    identify_client,
    identify_clients,
    look_up_client,
    pseudonym_of,
)
from throughline.records.clients.actions.merging import keep_clients_apart, merge_clients, unmerge_clients
from throughline.records.clients.actions.sharing import (
    ConsentDraft,
    Receiver,
    note_sharing_list_read,
    record_consent,
    record_sharing,
    revoke_consent,
)

__all__ = [
    "ENTRIES_REFUSED",
    "GUESSES_FLAGGED",
    "GUESSES_REFUSED",
    "GUESSING_WINDOW",
    "ConsentDraft",
    "Receiver",
    "describe_client",
    "identify_client",
    "identify_clients",
    "keep_clients_apart",
    "look_up_client",
    "merge_clients",
    "note_history_read",
    "note_sharing_list_read",
    "pseudonym_of",
    "record_client_state",
    "record_consent",
    "record_sharing",
    "revoke_consent",
    "unmerge_clients",
]

"""Client codes become pseudonyms; clients are described, merged, unmerged and kept apart; what is shared is written down."""

from throughline.records.clients.actions.describing import (
    describe_client,
    note_history_read,
    record_client_state,
)
from throughline.records.clients.actions.emergencies import (
    break_glass,
    end_emergency,
    note_emergency_read,
    read_emergencies,
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
from throughline.records.clients.actions.identity import (
    Identity,
    destroy_identity,
    keep_identity,
    read_identity,
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
    "Identity",
    "Receiver",
    "break_glass",
    "describe_client",
    "destroy_identity",
    "end_emergency",
    "identify_client",
    "identify_clients",
    "keep_clients_apart",
    "keep_identity",
    "look_up_client",
    "merge_clients",
    "note_emergency_read",
    "note_history_read",
    "note_sharing_list_read",
    "pseudonym_of",
    "read_emergencies",
    "read_identity",
    "record_client_state",
    "record_consent",
    "record_sharing",
    "revoke_consent",
    "unmerge_clients",
]

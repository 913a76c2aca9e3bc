"""Client codes become pseudonyms; clients are described, merged, unmerged and kept apart."""

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

__all__ = [
    "ENTRIES_REFUSED",
    "GUESSES_FLAGGED",
    "GUESSES_REFUSED",
    "GUESSING_WINDOW",
    "describe_client",
    "identify_client",
    "identify_clients",
    "keep_clients_apart",
    "look_up_client",
    "merge_clients",
    "note_history_read",
    "pseudonym_of",
    "record_client_state",
    "unmerge_clients",
]

"""Recording what happened at a contact, correcting it, and what is done about needs."""

from throughline.records.engagement.actions.arriving import receive_event, settle_event
from throughline.records.engagement.actions.correcting import REASONS, correct_contact, withdraw_contact
from throughline.records.engagement.actions.needs import close_need, record_action
from throughline.records.engagement.actions.reading import note_answers_opened, note_contact_read
from throughline.records.engagement.actions.recording import Recorded, record_contact, record_contacts
from throughline.records.engagement.actions.resolving import apply_event, drop_event

__all__ = [
    "REASONS",
    "Recorded",
    "apply_event",
    "close_need",
    "correct_contact",
    "drop_event",
    "note_answers_opened",
    "note_contact_read",
    "receive_event",
    "record_action",
    "record_contact",
    "record_contacts",
    "settle_event",
    "withdraw_contact",
]

"""Recording what happened at a contact, correcting it, and what is done about needs."""

from throughline.records.engagement.actions.correcting import REASONS, correct_contact, withdraw_contact
from throughline.records.engagement.actions.needs import close_need, record_action
from throughline.records.engagement.actions.reading import note_contact_read
from throughline.records.engagement.actions.recording import Recorded, record_contact, record_contacts

__all__ = [
    "REASONS",
    "Recorded",
    "close_need",
    "correct_contact",
    "note_contact_read",
    "record_action",
    "record_contact",
    "record_contacts",
    "withdraw_contact",
]

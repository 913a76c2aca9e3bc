"""What the recorder says, in the reader's language; the phone fills in the names and numbers.

They lie in the page, which a phone keeps to open it without a network: nothing here is of anybody.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from throughline.vocabulary.sentences import Sentence
from throughline.web.surveys.words import REASONS_NOT_ELIGIBLE, RESULTS, SCOPES, THROUGH

FORM: Mapping[str, Promise] = {
    "site": _("Site"),
    "route": _("By which route"),
    "place": _("Place"),
    "change": _("Change"),
    "code": _("Client code"),
    "code_hint": _("Left empty: anonymous. %(hint)s."),
    "code_wrong": _("This client code does not follow the rule: %(hint)s."),
    "given_out": _("Given out"),
    "given_already": _("It has been given out already: record it, and flag it"),
    "given_now": _("%(name)s: %(count)s"),
    "repeat_last": _("The same equipment as last time"),
    "nothing_to_give": _("Nothing is given out at this site."),
    "not_offered": _("equipment that is no longer given out"),
    "one_less": _("One less: %(name)s"),
    "one_more": _("One more: %(name)s"),
    "more_at_once": _("%(count)s more: %(name)s"),
    "brought_back": _("Used equipment came back"),
    "came_back_of": _("%(name)s that came back"),
    "agreement_none": _(
        "No police agreement covers %(name)s in %(area)s on %(day)s. Do not give it out. Once there is one, an administrator records it."
    ),
    "agreement_ended": _(
        "The police agreement for %(name)s in %(area)s ended on %(day)s. Do not give it out. Once the police have renewed"
        " it, an administrator records it."
    ),
    "on_behalf": _("Also for how many other people?"),
    "on_behalf_hint": _("A number only, never who."),
    "not_recorded": _("not recorded"),
    "told": _("What the person told"),
    "told_hint": _(
        "Only what they said themselves. Nobody has to be asked: what you leave alone is not recorded."
    ),
    "raised_by": _("Who raised it"),
    "raised_by_whom": _("%(name)s (raised by %(who)s)"),
    "needs": _("Needs"),
    "needs_and_done": _("What they need, and what was done"),
    "how_soon": _("How soon"),
    "what_was_done": _("What was done"),
    "in_the_way": _("What stood in the way"),
    "need_in_the_way": _("Something stood in the way"),
    "barrier_level": _("On whose side: %(name)s"),
    "more": _("More about the contact"),
    "newness": _("Is the person new here?"),
    "mode": _("How"),
    "who_spoke": _("Who spoke"),
    "duration": _("How long"),
    "when": _("When, if not now"),
    "when_hint": _("In the site's own time."),
    "not_yet": _("This time has not come yet. Choose an earlier one, or leave it empty for now."),
    "save": _("Save the contact"),
    "save_again": _("Save and send"),
    "leave_it": _("Leave it as it is"),
    "put_right": _("Put a contact right"),
    "send_again": _("Put right and send again"),
    "kind": _("One contact, or several counted"),
    "kind_single": _("one contact"),
    "kind_tally": _("several, counted only"),
    "tally": _("How many contacts?"),
    "tally_hint": _("A number of which nothing more is known. No client code goes with it."),
    "tally_first": _("Say first how many contacts it was."),
    "tally_counted": _("Contacts counted"),
    "whom": _("Whom it is about"),
    "same_person": _("the same person"),
    "still_anonymous": _("nobody known, as before"),
    "other_code": _("a client code"),
    "anonymous": _("anonymous"),
    "with_code": _("with a client code"),
    "without_code": _("without a client code"),
    "why": _("Why it is corrected"),
    "lot_of": _("Lot: %(name)s"),
    "lot_not_said": _("Lot not said"),
    "lot_named": _("%(batch)s, expires on %(day)s"),
    "lot_expired": _("%(batch)s, expired on %(day)s"),
    "lot_gone": _("a lot that is no longer here"),
    "lots_several": _("several lots"),
    "of_lot": _("lot %(batch)s"),
    "saved": _("The contact is saved on this device."),
    "saved_again": _("What you put right is saved on this device."),
    "undo": _("Undo"),
    "undone": _("The contact is gone; it never left this device."),
    "undone_later": _("The contact is taken back. The server is told, too."),
    "device_full": _(
        "This device has no room left, so the contact is not saved yet. It is still on the screen: make room"
        " (delete photos or apps), or send what waits, then save again."
    ),
    "not_saved": _(
        "This device did not save it. It is still on the screen: save again. Where that does not help, close this page and"
        " open it again: what was saved before is still there."
    ),
}

RECORDS: Mapping[str, Promise] = {
    "parts": _("Parts of the recorder"),
    "tab_record": pgettext_lazy("part of the recorder", "Record"),
    "tab_today": _("Today"),
    "tab_forms": _("Forms"),
    "tab_inbox": _("Came back"),
    "today_empty": _("You have recorded nothing on this device today."),
    "nothing_else": _("Nothing else was recorded."),
    "receipt_none": _("Not sent yet. It is kept on this device."),
    "receipt": _("Received at %(time)s. Receipt %(receipt)s"),
    "receipt_old": _("Received."),
    "receipt_settled": _("It came back and is settled. What stands now is on the plain pages."),
    "receipt_waits": _("Received, and not recorded yet."),
    "came_back": _("Came back."),
    "taken_back": _("Taken back: it does not count."),
    "correct": _("Correct"),
    "take_back": _("Take back"),
    "take_back_sure": _("Really take it back?"),
    "inbox_empty": _("Nothing came back."),
    "inbox_hint": _("The server could not record these as they are. Each stays here until you settle it."),
    "waits_there": _("Waits at the server"),
    "waits_hint": _(
        "These are kept at the server and recorded by themselves once what they follow has come. Each stays here until then."
    ),
    "held_waiting": _("It waits for another record."),
    "held_contact": _("Contact"),
    "held_correction": _("Correction"),
    "held_withdrawal": _("Taken back"),
    "held_form": _("A survey"),
    "held_null": _("A record"),
    "held_open_again": _("Open it again with its answers"),
    "held_rejected": _("It could not be recorded."),
    "held_conflict": _("Somebody else changed this contact meanwhile."),
    "stands_now": _("What stands now"),
    "nothing_stands": _("There is nothing any more that this could be put on. Drop it."),
    "mine_on_top": _("Mine on top"),
    "mine_on_top_sure": _("Really replace what stands now?"),
    "drop": _("Drop it"),
    "drop_why": _("Why it is not to be recorded"),
    "drop_recorded_elsewhere": _("It is recorded elsewhere"),
    "drop_did_not_happen": _("It did not happen"),
    "drop_stands_as_it_is": _("What stands is right"),
    "drop_cannot_be_read": _("It cannot be read"),
    "dropped": _("It is dropped."),
}

FORMS: Mapping[str, Promise | str] = {
    "forms_hint": _(
        "These open without a connection. What is answered is kept on this device, sealed, and sent later."
    ),
    "forms_none": _("No form is open at your sites now."),
    "forms_ask": _("Ask somebody"),
    "forms_files": _(
        "It asks for pictures or files. They are kept on this device, sealed, and go with the answers: at most 3 MB together."
        " Take no picture by which somebody could be recognised."
    ),
    "forms_too_large": _(
        "This form is too large for this device. Fill it in on the plain pages, with a connection."
    ),
    "forms_not_kept": _(
        "This form is not kept on this device yet. Open the recorder once with a connection."
    ),
    "forms_half": _("Half filled"),
    "forms_go_on": _("Go on"),
    "forms_throw": _("Throw it away"),
    "forms_throw_sure": _("Really throw away what was answered?"),
    "forms_today": _("Asked today"),
    "forms_answered": _("answered"),
    "asked_through": _("Asked through"),
    "asked_they": _("They"),
    "asked_scopes": _("What they agreed to"),
    "asked_scopes_hint": _("By the information sheet, version %(sheet)s. Tick more only where they said so."),
    "asked_reason": _("Why not"),
    "asked_nobody": _("Each person whom you asked, also who said no. Nobody is named."),
    "asked_record": pgettext_lazy("who was asked", "Record"),
    "asked_first": _("Say first what they answered."),
    "asked_recorded": _("Recorded. Nobody is named."),
    "form_opening": _("Loading the form…"),
    "form_not_shown": _("This form cannot be shown in a browser: %(why)s"),
    "form_kept": _("What is filled in so far is kept on this device."),
    "form_leave": _("Leave it half filled"),
    "form_saved": _("The answers are saved on this device."),
    "form_code": _("Give the person this code. With it they can take their answers back:"),
    "form_code_stays": _(
        "It is sent in the place of what came back. The code that the person was given stays."
    ),
    "form_elsewhere": _(
        "This form is open in another window of this device. Go on there, or close that one first."
    ),
    "form_full": _(
        "This device has no room left, so this is not saved yet. It is still on the screen: make room (delete photos or"
        " apps), or send what waits, then try again."
    ),
    "form_files_not_taken": _(
        "A file is of a kind that is not taken, so this is not saved yet. Those that are: JPEG, PNG, WebP, MP4, MOV, M4A, MP3, WAV"
        " and PDF."
    ),
    "form_files_too_large": _(
        "Pictures and files are too large together for this device: at most 3 MB. This is not saved yet. Take smaller ones or a"
        " shorter recording, or fill the form in on the plain pages, with a connection."
    ),
    "form_too_long": _(
        "These answers are longer than this device can send. Leave the form half filled, and write less in your own words."
    ),
    **{f"through_{code}": word for code, word in THROUGH.items()},
    **{f"result_{code}": word for code, word in RESULTS.items()},
    **{f"scope_{code}": word for code, word in SCOPES.items()},
    **{f"reason_{code}": word for code, word in REASONS_NOT_ELIGIBLE.items()},
}

STATUS: Mapping[str, Promise | Sentence] = {
    "unsent_none": _("All sent"),
    "unsent": Sentence("%(count)s not sent", "%(count)s not sent"),
    "state_all_sent": _("Every record has its receipt."),
    "state_idle": _("Kept on this device."),
    "state_sending": _("Sending."),
    "state_offline": _("No connection. Kept here, sent later."),
    "state_signed_out": _("You are signed out. You can go on recording; nothing is lost."),
    "state_retired": _(
        "This device was retired and cannot send any more. Save your records to a file and send them from another"
        " device."
    ),
    "state_refused": _("The server does not take records now."),
    "state_full": _("This device has no room left. What is not sent stays; delete photos or apps."),
    "state_other_account": _("Somebody else is signed in."),
    "sign_in": _("Sign in"),
    "sign_in_to_send": Sentence("Sign in to send %(count)s record", "Sign in to send %(count)s records"),
    "clock_off": Sentence(
        "The clock of this device is off by %(count)s minute. Both times are kept.",
        "The clock of this device is off by %(count)s minutes. Both times are kept.",
    ),
    "may_be_cleared": _(
        "This browser may clear what is not sent yet: when the device is short of room and, in Safari, when this page was not"
        " opened for a week. Send soon. Once all is sent, install the page as an app: on an iPhone by Share, then Add to Home"
        " Screen."
    ),
    "menu": _("Menu"),
    "lock": _("Lock"),
    "send_now": _("Send now"),
    "save_file": _("Save unsent records to a file"),
    "send_file": _("Send a file of another device of yours"),
    "file_saved": _("%(name)s is saved. Nobody but the server can read it. The records stay here, too."),
    "file_taken": _("Taken from the file: %(count)s. They are sent now."),
    "file_is_none": _(
        "This is no file of unsent records, or a part of it is missing. Choose the file that the other device saved."
    ),
    "file_of_another": _(
        "This file holds records of somebody else. Only who recorded them can send them: sign in as that person."
    ),
    "sign_out": _("Sign out"),
    "sign_out_sure": _("Really sign out?"),
    "sign_out_waits": Sentence(
        "%(count)s record is not sent yet. It stays on this device and is sent when you sign in again.",
        "%(count)s records are not sent yet. They stay on this device and are sent when you sign in again.",
    ),
    "needs_network": _("This needs a connection, and to be signed in. Try again then."),
}

GATE: Mapping[str, Promise | Sentence] = {
    "starting": _("Starting"),
    "starting_text": _("Asking the server who is signed in."),
    "no_pin_text": _(
        "No PIN is set on this device. As soon as there is a connection and you are signed in, choose one. What is not"
        " sent yet stays, and is sent."
    ),
    "try_again": _("Try again"),
    "sign_in_first": _("Sign in first"),
    "sign_in_first_text": _("The first time on a device, the recorder has to know who you are."),
    "first_needs_network": _("The first time needs a connection"),
    "first_needs_network_text": _(
        "Open the recorder once with a connection. From then on it works without one."
    ),
    "cannot_record": _("You cannot record here"),
    "no_site": _(
        "There is no open site where you may record. An administrator adds sites under Programme, and puts them into your"
        " membership under People."
    ),
    "pin_title": _("Choose a PIN for this device"),
    "pin_why": _(
        "It opens your records of today and half-filled forms on this device, and nothing else. After %(count)s wrong PINs"
        " they can no longer be opened here; what is not sent yet is sent all the same."
    ),
    "pin_new": _("New PIN"),
    "pin_hint": Sentence(
        "At least %(count)s digit. Not your birthday, not your sign-in password.",
        "At least %(count)s digits. Not your birthday, not your sign-in password.",
    ),
    "pin_again": _("The same PIN again"),
    "pin_site": _("Where this device is used"),
    "pin_choose": _("Use this PIN"),
    "pin_short": Sentence(
        "A PIN has at least %(count)s digit, and digits only.", "A PIN has at least %(count)s digits, and digits only."
    ),
    "pin_easy": _("This PIN is guessed first. Choose another one."),
    "pin_differs": _("The two are not the same. Type both again."),
    "locked": _("Locked"),
    "pin": _("PIN"),
    "unlock": _("Open"),
    "pin_wrong": _("This PIN is wrong. Tries left: %(left)s."),
    "pin_full": _(
        "This device has no room left, so the PIN cannot be tried. Make room (delete photos or apps), then try again."
        " What is not sent yet stays, and is sent."
    ),
    "pin_forgotten": _("PIN forgotten"),
    "pin_forgotten_text": _(
        "You are signed out first, and choose a new one when you have signed in again: so that nobody who finds this"
        " device can. Today's records can then no longer be looked at on it; they are not lost: what is not sent yet is"
        " sent, and what was sent is at the server. Half-filled forms are lost."
    ),
    "pin_anew": _("Choose a new PIN"),
    "pin_needs_network": _("A new PIN needs a connection. What is not sent yet stays, and is sent."),
    "vault_of": _("Person %(place)s of %(count)s on this device."),
    "somebody_else": _("Somebody else"),
    "wiped": _("The PIN's key is destroyed"),
    "wiped_text": _(
        "There were too many wrong PINs. Today's records can no longer be looked at on this device. What is not sent"
        " yet is kept and sent; half-filled forms are lost. Sign in again to choose a new PIN."
    ),
    "not_done": _(
        "That did not work. Try again. Where it still does not, close this page and open it again: nothing that was saved is"
        " lost."
    ),
    "too_old": _("This browser is too old"),
    "too_old_text": _(
        "It cannot keep records safely. Use the plain form, or a newer browser over a secure connection."
    ),
    "no_store": _("This browser keeps nothing"),
    "no_store_text": _(
        "The recorder needs room on the device, which this browser does not give: private windows often do not. Use"
        " the plain form, or another window."
    ),
}  # fmt: skip

WORDS: Mapping[str, Promise | Sentence | str] = {**FORM, **RECORDS, **FORMS, **STATUS, **GATE}

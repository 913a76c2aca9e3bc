"""What the coding workspace says, in the reader's language; the island fills in the names."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Promise] = {
    "codebook": _("Codebook"),
    "text": _("Text of the source"),
    "you": _("you"),
    "agreed": _("the agreed version"),
    "nothing_selected": _("Nothing is selected."),
    "none_here": _("No code here."),
    "codes_here": _("Codes here: %(codes)s."),
    "take_off": _("Take off"),
    "with_memos": _("with a memo"),
    "memos_source": _("Beside the source"),
    "memos_coding": _("Beside “%(code)s” by %(who)s"),
    "no_memo": _("Nothing is written here yet."),
    "memo_kept": _("The memo is kept."),
    "memo": _("Memo"),
    "note": _("Note"),
    "another_reading": _("Another reading"),
    "fold_all": _("Fold all"),
    "unfold_all": _("Unfold all"),
    "first_codes": _("the first codes"),
    "new_code": _("New code “%(name)s”"),
    "apply_several": _("Put these on the passage: %(codes)s"),
    "theme_first": _("Select the words, and choose a theme."),
    "select_first": _("Select the words first."),
    "applied": _("Put on the passage: %(codes)s."),
    "removed": _("Taken off: %(code)s."),
    "moved": _("%(code)s now lies on: %(words)s"),
    "undone": _("Undone: %(code)s."),
    "redone": _("Done again: %(code)s."),
    "nothing_to_undo": _("There is nothing to undo."),
    "nothing_to_redo": _("There is nothing to do again."),
    "choose_coding": _("Several of your codes lie here. Choose one with Alt+C first."),
    "chosen_coding": _("Chosen: %(code)s by %(who)s."),
    "none_own": _("No coding of yours lies here."),
    "name_too_long": _("Select at most 80 characters to name a code by them."),
    "at_end": _("This is the end of the text."),
    "at_beginning": _("This is the beginning of the text."),
    "all_coded": _("Every passage has a code."),
    "hits": _("Found: %(count)s"),
    "hits_most": _("The first %(count)s are shown. Look for something rarer."),
    "no_hits": _("Nothing found."),
    "hit": _("Place %(place)s: %(words)s"),
    "bad_pattern": _("This is no regular expression: %(why)s"),
    "too_long": _("This search takes too long. Say more exactly what to look for."),
    "choose_code": _("Choose the code first."),
    "coded_hits": _("%(code)s is put on: %(count)s"),
    "status_kept": _("Everything is kept."),
    "status_sending": _("Sending: %(count)s"),
    "status_waiting": _(
        "The connection is lost. Changes that wait for it: %(count)s. They are sent when it is back."
    ),
    "status_lost": _("The connection is lost. What colleagues do meanwhile is not shown."),
    "status_signed_out": _(
        "You are signed out. Changes that wait: %(count)s. Load the page again and sign in: they are sent then."
    ),
    "text_changed": _(
        "The text was corrected meanwhile. What you code here is still kept, on the same words. Load the page again to"
        " see the text as it is now."
    ),
    "lost_words": _(
        "The text was corrected before these codings arrived, and their words are gone from it: %(count)s. They are kept"
        " and listed with the corrections of this source."
    ),
    "let_go": _("Changes that could not be kept: %(count)s. %(why)s"),
    "needs_connection": _("This needs the connection, which is lost just now. Try again in a moment."),
    "not_loaded": _("The source could not be loaded. Load the page again."),
}

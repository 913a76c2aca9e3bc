"""Small XLSForms made for a test."""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def xlsform(sheets: Mapping[str, Rows]) -> bytes:
    """A spreadsheet with these sheets, the first row of each its header."""
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SURVEY: Rows = [
    ["type", "name", "label::English (en)", "label::French (fr)", "relevant", "required", "calculation"],
    ["start", "start", "", "", "", "", ""],
    ["select_one yes_no", "used", "Used a pipe this month?", "Une pipe ce mois-ci ?", "", "yes", ""],
    ["integer", "times", "How many times?", "Combien de fois ?", "${used} = 'yes'", "", ""],
    ["decimal", "paid", "How much was paid?", "Combien ?", "${used} = 'yes'", "", ""],
    ["calculate", "each", "", "", "${used} = 'yes'", "", "${paid} div ${times}"],
    ["select_multiple where", "places", "Where, of ${times} times?", "Où ?", "", "", ""],
    ["begin_group", "about", "About you", "Vous", "", "", ""],
    ["date", "since", "Since when?", "Depuis quand ?", "", "", ""],
    ["text", "said", "What else?", "Et encore ?", "", "", ""],
    ["end_group", "", "", "", "", "", ""],
    ["begin_repeat", "visit", "A visit", "Une visite", "", "", ""],
    ["select_one yes_no", "helped", "Did it help?", "Utile ?", "", "", ""],
    ["integer", "waited", "Days waited", "Jours", "${helped} = 'yes'", "", ""],
    ["end_repeat", "", "", "", "", "", ""],
    ["note", "thanks", "Thank you", "Merci", "", "", ""],
]
CHOICES: Rows = [
    ["list_name", "name", "label::English (en)", "label::French (fr)"],
    ["yes_no", "yes", "Yes", "Oui"],
    ["yes_no", "no", "No", "Non"],
    ["yes_no", "dk", "Don't know", "Ne sait pas"],
    ["yes_no", "refused", "Prefer not to say", "Refus"],
    ["where", "home", "At home", "Chez soi"],
    ["where", "street", "In the street", "Dans la rue"],
    ["where", "none", "Refused to answer", "Refus"],
]
SETTINGS: Rows = [["form_title", "form_id", "version"], ["Pipes", "pipes", "3"]]


@functools.cache  # the file carries the time at which it was made
def small_form() -> bytes:
    """A form with each thing that reading has to tell apart; fictional."""
    return xlsform({"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS})

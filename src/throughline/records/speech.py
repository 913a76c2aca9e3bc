"""What a sentence sounds like in the language that Django has switched on."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

from django.utils.formats import date_format, number_format, time_format
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext, ngettext

from throughline.vocabulary.periods import Month
from throughline.vocabulary.speech import Moment


class ReadersLanguage:
    """A `vocabulary.speech.Speech`: catalogues and formats of the language of this request or command."""

    def text(self, text: str) -> str:
        # Django reads the head of a catalogue out for an empty text.
        return gettext(text) if text else text

    def counted(self, one: str, many: str, count: int) -> str:
        return ngettext(one, many, count)

    def number(self, value: Decimal, places: int | None) -> str:
        return number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)

    def moment(self, value: Moment) -> str:
        match value:
            case Month():
                return date_format(value.first(), "YEAR_MONTH_FORMAT")
            case datetime():
                return date_format(localtime(value) if is_aware(value) else value, "DATETIME_FORMAT")
            case date():
                return date_format(value, "DATE_FORMAT")
            case time():
                return time_format(value, "TIME_FORMAT")

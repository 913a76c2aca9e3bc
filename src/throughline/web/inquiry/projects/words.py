"""What a report on a project calls its ways of counting and the stages of an import, in words that are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.exchange.project.offsets import OffsetMode
from throughline.web.words import Words

OFFSETS: Words = {
    OffsetMode.CODE_POINTS: _("characters"),
    OffsetMode.CODE_POINTS_LF: _("characters, a line's end as one"),
    OffsetMode.UTF16: _("UTF-16 units"),
    OffsetMode.UTF16_LF: _("UTF-16 units, a line's end as one"),
    OffsetMode.UTF8: _("bytes"),
    OffsetMode.UTF8_LF: _("bytes, a line's end as one"),
}
# What the import calls its stages.
STAGES: Words = {
    "": _("Opening the file"),
    "reading": _("Reading the file"),
    "understanding": _("Making out what is in it"),
    "keeping": _("Keeping it"),
}

"""What a report on a project calls its kinds and ways of counting, in words that are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.exchange.project.offsets import OffsetMode
from throughline.exchange.project.report import Kind
from throughline.web.words import Words

KINDS: Words = {
    Kind.USER: _("coders"),
    Kind.CODE: _("codes"),
    Kind.TEXT: _("texts"),
    Kind.PDF: _("PDF documents"),
    Kind.PICTURE: _("pictures"),
    Kind.AUDIO: _("sound recordings"),
    Kind.VIDEO: _("video recordings"),
    Kind.TRANSCRIPT: _("further transcripts of a recording"),
    Kind.SELECTION: _("selections"),
    Kind.CODING: _("codings"),
    Kind.NOTE: _("memos"),
    Kind.VARIABLE: _("variables"),
    Kind.VALUE: _("values of variables"),
    Kind.CASE: _("cases"),
    Kind.SET: _("sets"),
    Kind.LINK: _("links"),
    Kind.GRAPH: _("maps"),
    Kind.REFERENCE: _("references"),
    Kind.SYNC_POINT: _("times in a recording"),
    Kind.OTHER: _("other things"),
}
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

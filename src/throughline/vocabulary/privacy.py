"""How much a field tells about a person. Every model field carries one; docs and the doors read them."""

from __future__ import annotations

from enum import StrEnum


class Privacy(StrEnum):
    """Label of a stored field."""

    DIRECT = "direct"  # names or reaches a person, or stands for one (pseudonyms, accounts)
    QUASI = "quasi"  # together with others it can single a person out (dates, places, attributes)
    PLAIN = "plain"  # tells nothing about a person
    FREE_TEXT = "free text"  # may hold anything a person wrote: never in a log, an index or an audit event

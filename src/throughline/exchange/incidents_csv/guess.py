"""What the columns of a list of incidents may mean, by their headers and by what stands in them: offered, never taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

from throughline.exchange.contacts_csv.header_words import NO, NOTHINGS, YES
from throughline.exchange.incidents_csv.mapping import age_band
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.profile import ColumnProfile, TableProfile
from throughline.vocabulary.chain import Gender
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.referral import DoseRoute, GivenBy, YesNo

MOST = 0.6  # of a column's cells must be of a kind for the kind to speak
HEADERS: Mapping[str, tuple[str, ...]] = {
    "incident": ("incident", "event", "call", "case", "occurrence", "cad"),
    "person": ("person", "patient", "victim"),
    "place": ("place", "area", "ward", "district", "neighbourhood", "neighborhood", "borough", "sector", "beat", "city", "town"),
    "age_band": ("age", "age group", "age band", "age range"),
    "gender": ("gender", "sex"),
    "fatal": ("fatal", "died", "death", "deceased"),
    "naloxone": ("naloxone", "narcan", "naloxone given"),
    "doses": ("doses", "dose", "administrations", "dose count"),
    "dose_route": ("route", "dose route", "administration route"),
    "given_by": ("given by", "administered by", "giver"),
    "source": ("source", "reported by", "agency", "reporter"),
}  # fmt: skip
_WORDS: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    YesNo: dict.fromkeys(YES, YesNo.YES) | dict.fromkeys(NO, YesNo.NO),
    Gender: dict.fromkeys(("f", "female", "woman", "w", "femme"), Gender.WOMAN)
    | dict.fromkeys(("m", "male", "man", "homme"), Gender.MAN)
    | dict.fromkeys(("nb", "non-binary", "nonbinary", "x"), Gender.NON_BINARY),
    DoseRoute: dict.fromkeys(("in", "nasal", "intranasal", "nose", "spray"), DoseRoute.NASAL)
    | dict.fromkeys(("im", "intramuscular", "muscle"), DoseRoute.INTRAMUSCULAR)
    | dict.fromkeys(("iv", "intravenous", "vein"), DoseRoute.INTRAVENOUS),
    GivenBy: dict.fromkeys(
        ("police", "officer", "pd", "law enforcement", "trooper", "deputy"), GivenBy.POLICE
    )
    | dict.fromkeys(("ambulance", "ems", "paramedic", "fire", "fire department"), GivenBy.AMBULANCE)
    | dict.fromkeys(("peer", "peers"), GivenBy.PEER)
    | dict.fromkeys(("family", "friend", "bystander", "family or friend"), GivenBy.FAMILY_OR_FRIEND)
    | dict.fromkeys(("service", "staff", "outreach"), GivenBy.SERVICE),
}


def guessed_columns(profile: TableProfile) -> dict[str, str]:
    """Part of a mapping -> name of the column that may hold it; `when` and `time` by what stands in them."""
    columns = [column for column in profile.columns if column.name and column.filled]
    found: dict[str, str] = {}
    for part, kind in (("when", "dated"), ("time", "times")):
        held = [one for one in columns if getattr(one, kind) >= one.filled * MOST]
        if held:
            found[part] = held[0].name
    for part, heads in HEADERS.items():
        free = [one for one in columns if one.name not in found.values() and _may_be(one, part)]
        named = next((one for head in heads for one in free if _plain(one.name) == head), None)
        named = named or next((one for head in heads for one in free if f" {head} " in f" {_plain(one.name)} "), None)  # fmt: skip
        if named is not None:
            found[part] = named.name
    return found


def _plain(name: str) -> str:
    return " ".join(re.sub(r"[^\w']+|_", " ", folded(name)).split())


def _may_be(column: ColumnProfile, part: str) -> bool:
    """Whether what stands in a column does not speak against what its header says."""
    if part == "doses":
        return column.whole >= column.filled * MOST
    if part in ("fatal", "naloxone"):
        return all(word in YES | NO or word in NOTHINGS for word in column.words)
    return True


def guessed_word(word: str, words: type[StrEnum]) -> str:
    """What a folded word of a column may stand for; "" where nothing speaks for one."""
    own = {folded(one.value.replace("_", " ")): one.value for one in words}
    found = own.get(word) or _WORDS[words].get(word)
    if found is None and word in NOTHINGS and NOTHINGS[word].value in {one.value for one in words}:
        found = NOTHINGS[word].value
    return str(found or "")


def strange_ages(column: ColumnProfile) -> dict[str, str]:
    """Words of a column of ages that are no bands: folded word -> as it is written."""
    return {
        word: shown
        for word, (shown, _count) in column.words.items()
        if age_band(shown) is None and word not in NOTHINGS
    }


def strange_places(column: ColumnProfile) -> dict[str, str]:
    """Words of a column of places that could be addresses: folded word -> as it is written."""
    return {
        word: shown
        for word, (shown, _count) in column.words.items()
        if any(one.isdigit() for one in shown) and word not in NOTHINGS
    }


def nothings_in(profile: TableProfile, columns: list[str]) -> dict[Nothing, list[str]]:
    """Words of these columns that mostly stand for nothing, by what they stand for."""
    found: dict[Nothing, list[str]] = {}
    for column in filter(None, map(profile.named, columns)):
        for word, (shown, _count) in column.words.items():
            if word in NOTHINGS and shown not in found.setdefault(NOTHINGS[word], []):
                found[NOTHINGS[word]].append(shown)
    return found

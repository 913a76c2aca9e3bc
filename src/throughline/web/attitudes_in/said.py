"""What was said of a file's columns -> a mapping, the same as a mapping file would say; and guesses to begin with."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from throughline.exchange.answers.guess import format_of
from throughline.exchange.attitudes.mapping import ITEM, AttitudesMapping
from throughline.exchange.table.content import yaml_of
from throughline.exchange.table.mapping import folded, read_mapping
from throughline.exchange.table.profile import TableProfile
from throughline.records.programme.models import Site
from throughline.records.workforce.models import AttitudeScale
from throughline.vocabulary.attitudes import AttitudeGroup, Moment
from throughline.vocabulary.nothing import NOTHING_LABELS, Nothing
from throughline.web.answers_in.said import NOTHINGS
from throughline.web.attitudes_in.state import Begun

# Parts of a row that are a column's words, or one word for all rows; and headers that likely hold each.
WORDED = ("site", "group", "moment")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "site": ("site", "station", "service", "place", "location", "team"),
    "group": ("group", "role", "who", "staff"),
    "moment": ("moment", "wave", "time", "when", "phase", "point"),
    "day": ("taken_on", "date", "day", "completed", "filled in"),
    "label": ("label", "code", "pin", "identifier"),
    "course": ("course", "training"),
    "trained_on": ("trained_on", "training date", "course date"),
}
OUR_WORDS = {folded(word.english): kind.value for kind, word in NOTHING_LABELS.items()} | {
    one.value: one.value for one in Nothing
}
_NUMBERED = re.compile(r"(.*?)(\d+)\Z", re.DOTALL)


def mapping_of(begun: Begun) -> AttitudesMapping:
    """What was said, as the importer takes it. Raises Invalid, saying what is missing."""
    return read_mapping(yaml_of(begun.content()), begun.filename, AttitudesMapping)


def known_words(what: str, scale: AttitudeScale) -> list[str]:
    """What a word of a site, a group or a moment can be."""
    if what == "site":
        return list(
            Site.objects.filter(programme=scale.programme_id).order_by("name").values_list("name", flat=True)
        )
    return [one.value for one in (AttitudeGroup if what == "group" else Moment)]


def strange_words(profile: TableProfile, column: str, known: Iterable[str]) -> list[str]:
    """Words of a column that are none of the known ones, as they are written first."""
    found = profile.named(column) if column else None
    there = {plain(word) for word in known}
    return (
        []
        if found is None
        else [shown for word, (shown, _n) in found.words.items() if plain(word) not in there]
    )


def plain(word: str) -> str:
    """As the importer compares words: follow-up is follow_up."""
    return re.sub(r"[\s-]+", "_", folded(word))


def guesses(profile: TableProfile, scale: AttitudeScale) -> dict[str, Any]:
    """What the headers say, for the form to begin with; nothing of it is taken unasked."""
    names = [column.name for column in profile.columns if column.name]
    found: dict[str, Any] = {}
    for what, words in HEADERS.items():
        named = next((one for word in words for one in names if folded(one) == word), None)
        named = named or next((one for one in names if words[0] in folded(one).split()), None)
        if named and named not in found.values():
            found[f"{what}_column" if what in (*WORDED, "day") else what] = named
    found["format"] = format_of(profile, found["day_column"]) if "day_column" in found else ""
    found["items"] = _prefix(names, scale) or ITEM
    subscales = {folded(one.name): one.name for one in scale.scoring.subscales}
    return found | {"scores": {subscales[folded(one)]: one for one in names if folded(one) in subscales}}


def begun(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """What was said before, by the form or by a file, as the form has it. `words`: translated words by what they are of."""
    told: dict[str, Any] = {
        "items": mapping.get("items", ITEM), "scores": mapping.get("scores", {}), "label": mapping.get("label", ""), "words": {},
    }  # fmt: skip
    for what in WORDED:
        given = mapping[what] if isinstance(mapping[what], dict) else {"always": mapping[what]}
        if given.get("column"):
            told[f"{what}_column"] = given["column"]
            told["words"][what] = {folded(str(word)): one for word, one in given.get("values", {}).items()}
        else:
            told[what] = given["always"]
    day = mapping["taken_on"]
    told |= {"day_column": day["column"]} if isinstance(day, dict) else {"day": date.fromisoformat(str(day))}
    written = [one.get("format", "iso") for one in (day, mapping.get("trained_on")) if isinstance(one, dict)]
    told["format"] = next((one if isinstance(one, str) else one[0] for one in written), "")
    for name in ("course", "trained_on"):
        told[name] = mapping[name].get("column", "") if isinstance(mapping.get(name), dict) else ""
    for kind in NOTHINGS:
        words = [
            word
            for word, of in mapping.get("nothing", {}).items()
            if of == kind.value and word not in OUR_WORDS
        ]
        told[kind.value] = ", ".join(words)
    return told


def _prefix(names: Iterable[str], scale: AttitudeScale) -> str:
    """What stands before the numbers of most items."""
    items, found = set(scale.scoring.items), Counter[str]()
    for name in names:
        numbered = _NUMBERED.match(name)
        if numbered and int(numbered[2][:6]) in items:
            found[numbered[1]] += 1
    return found.most_common(1)[0][0] if found else ""


def said(before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping of what a form gives (forms.ColumnsForm); what no page asks for stays as a file said it."""
    mapping: dict[str, Any] = {"name": "attitudes", "kind": "attitudes"} | {
        key: before[key] for key in ("name", "file", "id", "time_zone") if key in before
    }
    for what in WORDED:
        column = given[f"{what}_column"]
        values = {word: meant for word, meant in given[f"{what}_words"].items() if meant}
        mapping[what] = (
            {"column": column, **({"values": values} if values else {})} if column else given[what]
        )
    written = given["format"] or "iso"
    mapping["taken_on"] = (
        {"column": given["day_column"], "format": written}
        if given["day_column"]
        else given["day"].isoformat()
    )
    if given["label"]:
        mapping["label"] = given["label"]
    if given["course"] and given["trained_on"]:
        mapping |= {
            "course": {"column": given["course"]}, "trained_on": {"column": given["trained_on"], "format": written},
        }  # fmt: skip
    if given["scores"]:
        mapping["scores"] = given["scores"]
    else:
        mapping["items"] = given["items"]
    nothing = dict(OUR_WORDS)
    nothing |= {
        word.strip(): kind.value for kind in NOTHINGS for word in given[kind.value].split(",") if word.strip()
    }
    return mapping | {"nothing": nothing}

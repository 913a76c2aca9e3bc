"""What was said of a file's columns -> a mapping, the same as a mapping file would say."""

from __future__ import annotations

from typing import Any

from throughline.exchange.answers.guess import Guesses, guessed_answers, question_for
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.table.content import yaml_of
from throughline.exchange.table.mapping import folded, read_mapping
from throughline.exchange.table.profile import TableProfile
from throughline.records.study.models import StudySite
from throughline.records.surveys.models import Wave
from throughline.records.surveys.queries import code_names
from throughline.vocabulary.nothing import Nothing
from throughline.web.answers_in.state import Begun

NOTHINGS = (Nothing.DECLINED, Nothing.DONT_KNOW, Nothing.NOT_APPLICABLE, Nothing.NOT_ASKED, Nothing.NOT_RECORDED)  # fmt: skip
WHO = ("consent", "link", "only")
KINDS = ("", "number", "choice", "choices", "text", "date")


def mapping_of(begun: Begun) -> AnswersMapping:
    """What was said, as the importer takes it. Raises Invalid, saying what is missing."""
    return read_mapping(yaml_of(begun.content()), begun.filename, AnswersMapping)


def sites_of(wave: Wave) -> list[str]:
    rows = StudySite.objects.filter(study=wave.study_id).select_related("site").order_by("site__name")
    return [row.site.name for row in rows]


def needs_questions(begun: Begun, wave: Wave) -> bool:
    """Whether nothing but the mapping can say what a plain table asks."""
    is_plain = begun.mapping.get("source", "csv") == "csv"
    return is_plain and wave.instrument_version_id is None


def guesses_for(wave: Wave, profile: TableProfile) -> Guesses:
    return guessed_answers(profile, sites_of(wave), code_names(wave))


def said(before: dict[str, Any], given: dict[str, Any], profile: TableProfile, sites: list[str]) -> dict[str, Any]:  # fmt: skip
    """The mapping with what a form gives in place of what was said before; what no page asks for stays."""
    mapping = {
        key: one for key, one in before.items() if key not in ("site", "answered", "id", "nothing", *WHO)
    }
    mapping |= {"name": given["name"], "kind": "answers", "site": _site(before, given, profile, sites)}
    if given["day_column"]:
        mapping["answered"] = {"column": given["day_column"], "format": given["format"] or "iso"}
    elif given["day"]:
        mapping["answered"] = given["day"].isoformat()
    if given["id"]:
        mapping["id"] = list(given["id"])
    nothing = {word: kind.value for kind in NOTHINGS for word in _words(given[kind.value])}
    if nothing:
        mapping["nothing"] = nothing
    for who in WHO:
        if given[who]:
            mapping[who] = {"column": given[who], "words": _words(given[f"{who}_words"])}
    if "kinds" in given:
        asked = {one.get("column"): one for one in before.get("questions", ())}
        mapping["questions"] = [
            asked[name] if name in asked and asked[name].get("kind", "number") == kind else question_for(name, kind, profile)
            for name, kind in given["kinds"].items() if kind
        ] + [one for one in before.get("questions", ()) if one.get("columns_of")]  # fmt: skip
    return mapping


def _site(
    before: dict[str, Any], given: dict[str, Any], profile: TableProfile, sites: list[str]
) -> dict[str, Any] | str:
    """One site for all, or a column whose words are translated: as was said, else those that are called like a site."""
    if not given["site_column"]:
        return str(given["site"])
    there = {folded(site): site for site in sites}
    column = profile.named(given["site_column"])
    values = {
        shown: there[word] for word, (shown, _n) in (column.words if column else {}).items() if word in there
    }
    was = before.get("site")
    if isinstance(was, dict) and was.get("column") == given["site_column"]:
        values |= was.get("values", {})
    return {
        "column": given["site_column"],
        "values": values | {word: site for word, site in given["words"].items() if site},
    }


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]

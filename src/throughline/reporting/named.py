"""Names that give way to labels in texts, where a report would tell them: what the team called themes and groups, and the study.

Quotes that hold a word of an analysis's list of names stay behind at the door. Here it is asked of everything else that people
wrote and a report tells: names of themes and groups, what lies at the centre of a theme, and why something was judged so, are kept back, and the report says so. What stands as it was registered
(title, design, outcomes and so on) cannot be: there a report is refused. Names of sites stay, for a report tells of sites; it
says so, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from throughline.evaluation.told import GROUP
from throughline.evaluation.words import free_of_names
from throughline.records.inquiry.models import Analysis
from throughline.records.inquiry.queries import analyses_for
from throughline.records.study.models import Freeze
from throughline.reporting.document import say
from throughline.reporting.material import Plain, Refused, WaveHeld
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence, Unready

KEPT_BACK = "[kept back]"


@dataclass(frozen=True)
class Named:
    """What is told instead of words that hold a name; `said` is what the report says of them."""

    instead: Mapping[str, str] = field(default_factory=dict)
    said: tuple[Refused, ...] = ()

    def told(self, words: str) -> str:
        return self.instead.get(words, words)

    def coverage(self, answer: Plain) -> dict[str, Any]:
        """The answer with names of themes and groups as they may be told."""
        return {**answer, "themes": [self._theme(theme) for theme in answer["themes"]]}

    def _theme(self, theme: Plain) -> dict[str, Any]:
        by = {
            name: [{**row, "value": self.told(row["value"])} if name == GROUP else row for row in rows]
            for name, rows in theme["by"].items()
        }
        return {**theme, "name": self.told(theme["name"]), "by": by}


def look_for_names(
    freeze: Freeze,
    results: Mapping[str, Any],
    themes: Iterable[str],
    *,
    waves: Sequence[WaveHeld] = (),
    codes: Sequence[str] = (),
    centres: Iterable[str] = (),
    reasons: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> Named:
    """What of a report's words holds a name of the lists of the study's analyses. `themes`: what they are called now;
    `codes`: of questions that make groups; `centres`: what lies at the centre of themes that are not counted;
    `reasons`: why numbers and words were judged so.

    Raises Unready, before anything left, where words stand in it that are told as they were registered.
    """
    told = results["coverage"]["themes"]
    names = sorted({theme["name"] for theme in told} | set(themes))
    groups = sorted({row["value"] for theme in told for row in theme["by"].get(GROUP, ())})
    told_of, whys = sorted(set(centres)), sorted(set(reasons))
    sites = sorted({site["name"] for site in results["run"]["sites"]})
    analyses = list(analyses_for(by, freeze.programme_id).filter(study=freeze.study))
    registered = list(_registered(freeze, results, analyses, waves, codes))
    asked = [*names, *groups, *told_of, *whys, *sites, *(words for _, words in registered)]
    named = {words for words, is_fine in zip(asked, _fine(freeze, asked, by, at), strict=True) if not is_fine}
    where = list(dict.fromkeys(what for what, words in registered if words in named))
    if where:
        raise Unready(
            Sentence(
                "Words of the list of names still stand in what a report tells as it was registered: %(where)s. Take off the"
                " list what is no name, or put the label in their place and freeze again.",
                where=tuple(where),
            )
        )
    kept = (words for words in dict.fromkeys([*names, *groups, *told_of, *whys]) if words in named)
    instead = {words: f"{KEPT_BACK} {number}" for number, words in enumerate(kept, start=1)}
    counts = [sum(words in named for words in some) for some in (names, groups, sites, told_of, whys)]
    return Named(instead, tuple(_said(*counts)))


def _registered(
    freeze: Freeze,
    results: Mapping[str, Any],
    analyses: Iterable[Analysis],
    waves: Iterable[WaveHeld],
    codes: Iterable[str],
) -> Iterator[tuple[str, str]]:
    """Where words stand that are told as they are, with the words."""
    study = freeze.study
    yield "the study's title", study.title
    yield "its design", study.design
    yield "its registration", study.registration_id
    yield "the programme's name", study.programme.name
    yield "the freeze's name", freeze.name
    for analysis in analyses:
        for words in (analysis.question, analysis.orientation, analysis.theory):
            yield "an analysis's question, orientation or theory", words
    for found in results["contrast"]["outcomes"]:
        yield "an outcome's name", found["outcome"]["name"]
    for wave in waves:
        for words in (wave.code, wave.instrument, wave.version):
            yield "a wave's code or instrument", words
    for row in results.get("baseline", {"rows": ()})["rows"]:
        yield "a variable of the baseline", row["variable"]["name"]
    for code in codes:
        yield "the code of a question that makes groups", code.replace("_", " ")
    yield "the courses that count as trained", results["exposures"].get("trained_in") or ""


def _fine(freeze: Freeze, asked: Sequence[str], by: Actor, at: datetime) -> list[bool]:
    fine = [True] * len(asked)
    for analysis in analyses_for(by, freeze.programme_id).filter(study=freeze.study):
        found = free_of_names(analysis, asked, by=by, at=at)
        fine = [one and other for one, other in zip(fine, found, strict=True)]
    return fine


def _said(themes: int, groups: int, sites: int, centres: int, reasons: int) -> Iterator[Refused]:
    kept = (
        (themes, "names of themes"),
        (groups, "names of groups"),
        (centres, "what lies at the centre of themes"),
        (reasons, "reasons of judgements"),
    )
    for count, what in kept:
        if count:
            why = say(
                "Words of a list of names stand in %(count)s of them: these are kept back, here and in the ledger's lines.",
                count=count,
            )
            yield Refused(what, why)
    if sites:
        yield Refused(
            "names of sites",
            say(
                "%(count)s of them are on a list of names. They stand here: a report tells of sites.",
                count=sites,
            ),
        )

"""What an outcome names and nobody was asked, and what was recorded on days that no phase of a site has."""

from __future__ import annotations

from throughline.evaluation.opened import OpenFreeze
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import OutcomeSourceKind

NO_QUESTION = Sentence(
    "The outcome names %(measure)s, and no question of the survey is called so. There are: %(questions)s."
)
OTHER_DAYS = Sentence(
    "Of %(of)s answers at sites of the study %(n)s were given on a day outside the days of their phase at the site. They count to "
    "the phase that their wave says."
)
NO_PHASE = Sentence(
    "Of %(of)s contacts at sites of the study %(n)s lie on days of no phase. They are in neither value of their site."
)
MOST_NAMED = 12


def check_asked(freeze: OpenFreeze, measure: str) -> None:
    """Raise Unready where no question of the survey has this code; the codes that there are stand in the sentence."""
    codes = [
        row["question"]
        for row in freeze.ask("SELECT DISTINCT question FROM survey_answers ORDER BY question")
    ]
    if measure in codes:
        return
    if not codes:
        raise Unready(Sentence("No survey was answered, so this outcome has no value."))
    some = [*codes[:MOST_NAMED], *(["..."] if len(codes) > MOST_NAMED else [])]
    raise Unready(Sentence(NO_QUESTION.text, measure=measure, questions=", ".join(some)))


def notes(freeze: OpenFreeze, source: OutcomeSourceKind, measure: str) -> tuple[Sentence, ...]:
    """Sentences with exact counts, for the page; they leave by no door."""
    if source is OutcomeSourceKind.SURVEY:
        sql = (
            "SELECT COUNT(*) AS of_all, COUNT(*) FILTER (WHERE p.site IS NULL) AS n FROM survey_answers AS a LEFT JOIN phases AS p"
            " ON p.site = a.site AND p.phase = a.phase AND a.answered_on >= p.from_on"
            " AND (p.to_on IS NULL OR a.answered_on <= p.to_on) WHERE a.arm <> 'none' AND a.question = ?"
        )
        row, told = freeze.ask(sql, [measure])[0], OTHER_DAYS
    else:
        sql = (
            "SELECT CAST(COALESCE(SUM(tally), 0) AS BIGINT) AS of_all, CAST(COALESCE(SUM(tally) FILTER (WHERE phase = 'none'), 0)"
            " AS BIGINT) AS n FROM contacts WHERE arm <> 'none'"
        )
        row, told = freeze.ask(sql)[0], NO_PHASE
    return (Sentence(told.text, n=row["n"], of=row["of_all"]),) if row["n"] else ()

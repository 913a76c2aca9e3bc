"""What an outcome names and nobody was asked, and what was recorded on days that no phase of a site has."""

from __future__ import annotations

from throughline.evaluation.opened import OpenFreeze
from throughline.rules.expressions import is_code, read_expression
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.study import OutcomeSourceKind

NO_QUESTION = Sentence(
    "The outcome names %(measure)s, and no question of the survey is called so. There are: %(questions)s."
)
CANNOT_BE_READ = Sentence("The outcome is measured by %(measure)s, and that cannot be read: %(why)s")
OTHER_DAYS = Sentence(
    "Of %(of)s answers at sites of the study %(count)s was given on a day outside the days of their phase at the"
    " site. It counts to the phase that its wave says.",
    "Of %(of)s answers at sites of the study %(count)s were given on a day outside the days of their phase at the"
    " site. They count to the phase that their wave says.",
)
NO_PHASE = Sentence(
    "Of %(of)s contacts at sites of the study %(count)s lies on a day of no phase. It is in neither value of its"
    " site.",
    "Of %(of)s contacts at sites of the study %(count)s lie on days of no phase. They are in neither value of"
    " their site.",
)
WHICH_IS_YES = Sentence(
    "%(measure)s is told as a share of yes, and answers other than 0 and 1 were given: which of them is a yes is not known. Name it,"
    " as in %(measure)s = 1, and freeze again; or call the outcome continuous."
)
MOST_NAMED = 12


def check_asked(freeze: OpenFreeze, measure: str) -> None:
    """Raise Unready where no question of the survey has this code, or one that an expression names; the codes that there are stand
    in the sentence.
    """
    codes = {row["question"] for row in freeze.ask("SELECT DISTINCT question FROM survey_answers")}
    if measure in codes:
        return
    asked = sorted(code for code in codes if is_code(code))
    if not asked:
        raise Unready(Sentence("No survey was answered, so this outcome has no value."))
    some = [*asked[:MOST_NAMED], *(["..."] if len(asked) > MOST_NAMED else [])]
    unknown = [name for name in sorted(_names(measure)) if name not in codes]
    if not unknown:
        raise Unready(
            Sentence(
                "This freeze was made before outcomes were worked out of several questions. Freeze again."
            )
        )
    raise Unready(NO_QUESTION.given(measure=tuple(unknown), questions=tuple(some)))


def check_yes_or_no(freeze: OpenFreeze, measure: str) -> None:
    """Raise Unready where an answer is another number than 0 or 1: of 1 and 2, or of 0 to 4, no one can tell which is a yes."""
    sql = "SELECT 1 FROM survey_answers WHERE question = ? AND arm <> 'none' AND value NOT IN (0, 1) LIMIT 1"
    if freeze.ask(sql, [measure]):
        raise Unready(WHICH_IS_YES.given(measure=measure))


def _names(measure: str) -> frozenset[str]:
    if is_code(measure):
        return frozenset({measure})
    try:
        return read_expression(measure).names
    except Invalid as refusal:
        raise Unready(CANNOT_BE_READ.given(measure=measure, why=refusal.sentence)) from refusal


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
    return (told.given(count=row["n"], of=row["of_all"]),) if row["n"] else ()

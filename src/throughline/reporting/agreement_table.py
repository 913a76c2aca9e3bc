"""Agreement of a round as tables that may leave: per code, and per pair of coders, who are numbers in them.

A row is told where it rests on as many sources and units as the profile asks of people; single sources are never told. Figures
have two digits: with more, the few units on which coders differ could be counted from them.
"""

from __future__ import annotations

from collections.abc import Sequence

from throughline.evaluation.disagreements_leaving import LeavingDifference
from throughline.methods.agreement.coefficient import LEAST_SOURCES, Coefficient
from throughline.methods.coverage import PREFERENCE
from throughline.methods.suppression import Profile
from throughline.records.inquiry.queries.agreement import RoundAgreement
from throughline.reporting.table_files import Cell, FileTable
from throughline.reporting.words_files import KEPT_BACK
from throughline.reporting.words_files import NOTE as WORDS_NOTE
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED

NOT_DEFINED, NO_INTERVAL = "not defined", "no interval"
# As they are read.
IN_WORDS = {NOT_DEFINED: Sentence("not defined"), NO_INTERVAL: Sentence("no interval")}
NOTE = (
    "How far coders agree {how}, over {sources} sources; a unit is one of the {level}. Suppressed: what rests on fewer"
    " than {least} sources or units. Coders are numbers, and single sources are not told."
)
WITHOUT = (
    "No interval: coders can be compared in fewer than {least} sources, or the coefficient is not defined, in these or in many draws"
    " of them, or is the same in all draws."
)

DIFFERENCES_NOTE = (
    "A row is a stretch on which coders of one round differ about a code. Coders are numbers, the same as in a file of their"
    " agreement. A reason is in the analysts' own words; one that holds a name that was taken out is kept back."
)


def agreement_tables(
    found: RoundAgreement, level: str, profile: Profile, *, is_blind: bool
) -> tuple[FileTable, FileTable]:
    """Per code over all coders, and per pair of coders over all codes. `is_blind`: nobody saw another's work in the round."""
    how = "who worked apart" if is_blind else "who may have seen each other's work"
    note = NOTE.format(how=how, sources=len(found.compared.sources), level=level, least=profile.threshold)
    assumptions = tuple(dict.fromkeys(str(one) for code in found.per_code for one in code.assumptions))
    codes = sorted(found.per_code, key=lambda one: _name(found, one.code).casefold())
    per_code = tuple(
        (
            _name(found, one.code),
            *_row(one.sources, one.n, profile, (one.sources, one.n, _figure(one.observed), *_with_interval(one.alpha))),
        )
        for one in codes
    )  # fmt: skip
    without = (WITHOUT.format(least=LEAST_SOURCES),) if any(NO_INTERVAL in row for row in per_code) else ()
    coders = {coder: place for place, coder in enumerate(found.compared.continuum.coders, start=1)}
    per_pair = tuple(
        (
            f"coder {coders[one.first]} - coder {coders[one.second]}",
            *_row(
                _both(found, one.first, one.second), one.n, profile, (one.n, one.codes, _figure(one.observed), _figure(one.kappa))
            ),
        )
        for one in found.pooled
    )  # fmt: skip
    return (
        FileTable(
            "Agreement on each code", (note, *assumptions, *without),
            ("code", "sources", "units", "agreement", "Krippendorff's alpha", "from", "to"), per_code,
        ),
        FileTable("Agreement of each pair of coders", (note,), ("coders", "units", "codes", "agreement", "pooled kappa"), per_pair),
    )  # fmt: skip


def differences_table(title: str, differences: Sequence[LeavingDifference], withheld: int) -> FileTable:
    """Where coders differ, side by side, with what was settled: a row for each stretch."""
    rows = tuple(
        (
            one.code, words, *(dict(carried.attributes).get(name, "") for name in PREFERENCE), _numbers(one.coded_by),
            _numbers(one.left_by), one.settled, one.reason, carried.language, carried.source_kind,
        )
        for one in differences
        for _, words, carried in (one.passage,)
    )  # fmt: skip
    head = (
        "code", "passage", *PREFERENCE, "has the code", "read it and left it", "settled", "reason", "language", "kind of source",
    )  # fmt: skip
    return FileTable(title, (WORDS_NOTE, DIFFERENCES_NOTE, KEPT_BACK.format(count=withheld)), head, rows)


def _numbers(coders: Sequence[int]) -> str:
    return ", ".join(f"coder {one}" for one in coders)


def _name(found: RoundAgreement, code: str) -> str:
    return next(one.name for pk, one in found.compared.codes.items() if str(pk) == code)


def _both(found: RoundAgreement, first: str, second: str) -> int:
    return sum({first, second} <= set(one.coders) for one in found.compared.continuum.sources)


def _row(sources: int, units: int, profile: Profile, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
    is_told = sources >= profile.threshold and units >= profile.threshold
    return cells if is_told else (SUPPRESSED,) * len(cells)


def _figure(one: Coefficient) -> Cell:
    return NOT_DEFINED if one.value is None else round(one.value, 2)


def _with_interval(one: Coefficient) -> tuple[Cell, Cell, Cell]:
    if one.interval is None:
        return _figure(one), NO_INTERVAL, NO_INTERVAL
    return _figure(one), round(one.interval.low, 2), round(one.interval.high, 2)

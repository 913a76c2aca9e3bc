"""What an import made of a file, kind by kind: the books of reading go on to the rows, and must balance to the last one."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.exchange.project.plan import Plan
from throughline.exchange.project.report import SOURCE_KINDS, ImportReport, Kind


@dataclass(frozen=True, slots=True)
class Became:
    """One kind: the file held `found`; `rows` became rows, `carried` are kept beside them for an export, the rest is listed.

    `added` are things that the file refers to without naming them (a coder known by GUID alone): found + added = rows +
    carried + not_understood, or ValueError.
    """

    kind: Kind
    found: int
    understood: int
    rows: int
    carried: int
    not_understood: int
    added: int = 0

    def __post_init__(self) -> None:
        if self.found + self.added != self.rows + self.carried + self.not_understood:
            raise ValueError(f"{self.kind}: {self.found} in the file, {self.rows} + {self.carried} kept")


def became(report: ImportReport, plan: Plan) -> tuple[Became, ...]:
    """The books of an import. Builds what is not built yet of the plan."""
    document, kept, ours = plan.document, plan.kept, plan.ours.found
    rows = {
        Kind.USER: len(document.users),
        Kind.CODE: len(plan.codes),
        Kind.CASE: len(plan.cases),
        Kind.NOTE: len(plan.memos) + len(ours.notes),
        Kind.SET: len(ours.sets),
        Kind.LINK: len(ours.links),
    }
    sources = len(
        plan.sources
    )  # before their codings and values are counted, for these are counted on the way
    rows |= {
        Kind.CODING: kept.codings,
        Kind.SELECTION: kept.selections + len(ours.selections),
        Kind.VALUE: kept.values,
    }
    all_read = sum(report.count(kind).understood for kind in SOURCE_KINDS)
    if report.counts and sources != all_read:
        raise ValueError(f"{all_read} texts were read, {sources} would be kept")
    made = []
    for count in report.counts:
        as_rows = count.understood if count.kind in SOURCE_KINDS else rows.get(count.kind, 0)
        made.append(_balanced(count.kind, count.found, count.understood, as_rows))
    if document.users and not report.count(Kind.USER).found:
        made.append(_balanced(Kind.USER, 0, 0, len(document.users)))
    return tuple(made)


def _balanced(kind: Kind, found: int, understood: int, rows: int) -> Became:
    added = max(rows - understood, 0) if kind is Kind.USER else 0
    return Became(kind, found, understood, rows, understood + added - rows, found - understood, added)

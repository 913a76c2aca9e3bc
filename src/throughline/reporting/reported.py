"""Months that a site did not report, or only in part: beside every count that lacks what was done in them."""

from __future__ import annotations

from collections.abc import Sequence

from throughline.reporting.document import say
from throughline.reporting.labels import word
from throughline.reporting.material import Material, Month
from throughline.reporting.wording import count_text
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.programme import Reporting
from throughline.vocabulary.study import ArmKind

PARTLY = Sentence("partly reported")


def is_partly(month: Month) -> bool:
    """Whether the site said that it reported the month in part only."""
    return month.reporting == Reporting.PARTIAL


def is_missing(month: Month) -> bool:
    """Whether the site reported nothing of the month, or nobody knows whether it did."""
    return not is_partly(month) and month.reporting != Reporting.COMPLETE


def listed(months: Sequence[Month]) -> tuple[Sentence, ...]:
    """In one line, which months of which sites are missing or in part; none where all were reported."""
    missing = ", ".join(f"{month.name} {month.month}" for month in months if is_missing(month))
    partly = ", ".join(f"{month.name} {month.month}" for month in months if is_partly(month))
    if missing and partly:
        return (
            say("Not reported: %(missing)s. Partly reported: %(partly)s.", missing=missing, partly=partly),
        )
    if missing:
        return (say("Not reported: %(missing)s.", missing=missing),)
    return (say("Partly reported: %(partly)s.", partly=partly),) if partly else ()


def by_arm(material: Material) -> tuple[Sentence, ...]:
    """For each arm, how many site-months its totals lack, wholly or in part."""
    told = []
    for arm in ArmKind:
        own = [month for month in material.months if month.arm == arm]
        missing, partly = sum(map(is_missing, own)), sum(map(is_partly, own))
        if missing or partly:
            told.append(
                say(
                    "Site-months of the %(arm)s arm that were not reported: %(missing)s; partly reported: %(partly)s. Its "
                    "counts lack what was done then.",
                    arm=word(arm.value), missing=count_text(missing), partly=count_text(partly),
                )
            )  # fmt: skip
    return tuple(told)

"""Officers' and workers' attitudes before and after: by scale, subscale and group, and where the study has arms by arm.

Two changes stand side by side: of the same people, and of all who answered, site by site. Where both arms have sites enough, the
arms are contrasted as outcomes of the study are. Without that, a change is a change, and no effect of a training.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.evaluation.opened import OpenFreeze
from throughline.methods.contrast import SiteChangeContrast, contrast_site_changes
from throughline.methods.estimate import Missing
from throughline.methods.paired_change import (
    Change,
    SitePairs,
    SiteScores,
    paired_change,
    site_mean_change,
)
from throughline.methods.site_change import SitePhase, from_continuous, site_changes
from throughline.vocabulary.attitudes import AttitudeGroup, Moment
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.study import ArmKind, PhaseKind

QUESTION = "attitudes/1"
LATER = (Moment.AFTER, Moment.FOLLOW_UP)  # what before is set against
PAIR = {Moment.AFTER: "pair_after", Moment.FOLLOW_UP: "pair_follow_up"}

NOBODY = Sentence(
    "Nobody's attitudes were recorded when this was frozen. Define how a questionnaire is scored, then import what people answered: under"
    " Surveys, Attitudes, or with throughline attitudes define and throughline import attitudes."
)
OLDER = Sentence("This freeze was made before attitudes were among what is frozen. Freeze again.")
CANNOT_SHOW = (
    Sentence("An attitude is not what somebody does: that more officers or workers agree does not show that they act otherwise."),
    Sentence(
        "Those who came to a training and filled in a questionnaire are not all officers or workers, and those who answered twice are"
        " fewer still."
    ),
    Sentence(
        "Who stood unusually low before stands higher after by chance alone (regression to the mean), the more so where people were"
        " chosen for it."
    ),
    Sentence(
        "Without a comparison, a change from before to after is a change, and not the effect of a training: something else may have"
        " happened in that time."
    ),
)  # fmt: skip
UNLABELLED = Sentence(
    "A questionnaire without a label is counted for itself: whoever handed in several follow-ups without one is counted as often."
)


@dataclass(frozen=True, slots=True)
class AttitudeRow:
    """One group on one subscale, from before to `to`; of one arm, or of everybody (`arm` None).

    `n_both` people are known to have a score at both moments. Means are of all who have one then, at so many sites.
    """

    scale: str
    subscale: str
    is_higher_better: bool
    lowest: int
    highest: int
    group: AttitudeGroup
    arm: ArmKind | None
    to: Moment
    n_before: int
    n_after: int
    n_both: int
    sites_before: int
    sites_after: int
    missing_before: Missing
    missing_after: Missing
    mean_before: float | None
    mean_after: float | None
    paired: Change | None
    paired_refused: Sentence | None
    sites: Change | None
    sites_refused: Sentence | None


@dataclass(frozen=True, slots=True)
class ArmsContrast:
    """The difference of the arms in mean site change; `smallest`: the fewest scores at any site and moment in it."""

    scale: str
    subscale: str
    group: AttitudeGroup
    to: Moment
    found: SiteChangeContrast | None
    smallest: int
    refused: Sentence | None


@dataclass(frozen=True, slots=True)
class AttitudesAnswer:
    rows: tuple[AttitudeRow, ...]
    contrasts: tuple[ArmsContrast, ...]
    refused: Sentence | None
    cannot_show: tuple[Sentence, ...] = CANNOT_SHOW
    question: str = QUESTION


def ask(freeze: OpenFreeze) -> AttitudesAnswer:
    """Every scale and subscale that anybody answered."""
    if not freeze.holds("assessments"):
        return AttitudesAnswer((), (), OLDER)
    told = freeze.ask(
        "SELECT a.scale, v.subscale, v.is_higher_better, v.lowest, v.highest, a.respondent_group, a.site, a.arm, a.moment,"
        " a.respondent_no, a.pair_after, a.pair_follow_up, CAST(v.value AS DOUBLE) AS value, v.value_nothing"
        " FROM assessments AS a JOIN attitude_scores AS v ON v.assessment_no = a.assessment_no"
        " ORDER BY a.scale, v.subscale, a.respondent_group, a.site, a.assessment_no"
    )
    if not told:
        return AttitudesAnswer((), (), NOBODY)
    rows: list[AttitudeRow] = []
    contrasts: list[ArmsContrast] = []
    for _, held in itertools.groupby(
        told, key=lambda row: (row["scale"], row["subscale"], row["respondent_group"])
    ):
        group = list(held)
        for to in LATER:
            own = [row for row in group if row[PAIR[to]] != "not_applicable"]
            if any(row["moment"] == to for row in own):
                rows += _rows(own, to)
                contrasts += _contrast(own, to)
    is_unknown = any(row["moment"] == Moment.FOLLOW_UP and row["respondent_no"] is None for row in told)
    cannot_show = (*CANNOT_SHOW, UNLABELLED) if is_unknown else CANNOT_SHOW
    return AttitudesAnswer(tuple(rows), tuple(contrasts), None, cannot_show)


def _rows(own: Sequence[dict[str, Any]], to: Moment) -> Iterator[AttitudeRow]:
    """Everybody, then each arm that anybody is of."""
    yield _row(own, to, None)
    for arm in ArmKind:
        of_arm = [row for row in own if row["arm"] == arm]
        if of_arm:
            yield _row(of_arm, to, arm)


def _row(own: Sequence[dict[str, Any]], to: Moment, arm: ArmKind | None) -> AttitudeRow:
    first = own[0]
    before, after = _scores(own, Moment.BEFORE), _scores(own, to)
    pairs = list(_pairs(own, to))
    paired, paired_refused = _told(lambda: paired_change(pairs))
    sites, sites_refused = _told(lambda: site_mean_change(list(_by_site(own, to))))
    return AttitudeRow(
        scale=first["scale"], subscale=first["subscale"], is_higher_better=first["is_higher_better"], lowest=first["lowest"],
        highest=first["highest"], group=AttitudeGroup(first["respondent_group"]), arm=arm, to=to,
        n_before=len(before), n_after=len(after), n_both=sum(len(one.before) for one in pairs),
        sites_before=_how_many_sites(own, Moment.BEFORE), sites_after=_how_many_sites(own, to),
        missing_before=_missing(own, Moment.BEFORE), missing_after=_missing(own, to),
        mean_before=_mean(before), mean_after=_mean(after),
        paired=paired, paired_refused=paired_refused, sites=sites, sites_refused=sites_refused,
    )  # fmt: skip


def _told(estimate: Any) -> tuple[Change | None, Sentence | None]:
    try:
        return estimate(), None
    except Unready as refusal:
        return None, refusal.sentence


def _scores(own: Sequence[dict[str, Any]], moment: Moment) -> list[float]:
    return [row["value"] for row in own if row["moment"] == moment and row["value"] is not None]


def _how_many_sites(own: Sequence[dict[str, Any]], moment: Moment) -> int:
    return len({row["site"] for row in own if row["moment"] == moment and row["value"] is not None})


def _missing(own: Sequence[dict[str, Any]], moment: Moment) -> Missing:
    kinds = [row["value_nothing"] for row in own if row["moment"] == moment and row["value"] is None]
    return Missing.from_counts({kind: kinds.count(kind) for kind in set(kinds)})


def _mean(values: Sequence[float]) -> float | None:
    return math.fsum(values) / len(values) if values else None


def _sites(own: Sequence[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for site, held in itertools.groupby(own, key=lambda row: row["site"]):
        yield site, list(held)


def _pairs(own: Sequence[dict[str, Any]], to: Moment) -> Iterator[SitePairs]:
    for site, held in _sites(own):
        known = [row for row in held if row["value"] is not None and row["respondent_no"] is not None]
        before = {row["respondent_no"]: row["value"] for row in known if row["moment"] == Moment.BEFORE}
        after = {row["respondent_no"]: row["value"] for row in known if row["moment"] == to}
        both = sorted(set(before) & set(after))
        yield SitePairs(site, tuple(before[one] for one in both), tuple(after[one] for one in both))


def _by_site(own: Sequence[dict[str, Any]], to: Moment) -> Iterator[SiteScores]:
    for site, held in _sites(own):
        yield SiteScores(site, tuple(_scores(held, Moment.BEFORE)), tuple(_scores(held, to)))


def _contrast(own: Sequence[dict[str, Any]], to: Moment) -> Iterator[ArmsContrast]:
    """The arms by their sites' changes; nothing where no site of the study answered."""
    of_study = [row for row in own if row["arm"] in set(ArmKind)]
    if not of_study:
        return
    first = own[0]
    cells = list(_cells(of_study, to))
    found: SiteChangeContrast | None = None
    refused: Sentence | None = None
    smallest = 0
    try:
        changes = site_changes(cells)
        # sites that are silent at a moment are left out, and their 0 is none of it
        smallest = min((min(one.before.n, one.after.n) for one in changes.sites), default=0)
        found = contrast_site_changes(changes)
    except Unready as refusal:
        refused = refusal.sentence
    yield ArmsContrast(
        first["scale"],
        first["subscale"],
        AttitudeGroup(first["respondent_group"]),
        to,
        found,
        smallest,
        refused,
    )


def _cells(own: Sequence[dict[str, Any]], to: Moment) -> Iterator[SitePhase]:
    for site, held in _sites(own):
        for phase, moment in ((PhaseKind.BEFORE, Moment.BEFORE), (PhaseKind.AFTER, to)):
            values = _scores(held, moment)
            yield from_continuous(
                site=site, arm=ArmKind(held[0]["arm"]), phase=phase, total=math.fsum(values), n=len(values),
                missing=_missing(held, moment),
            )  # fmt: skip

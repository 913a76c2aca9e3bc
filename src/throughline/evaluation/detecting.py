"""What a study that is planned can detect, and what more of each thing would bring: before any data, for pages and command line.

Nothing of what was recorded is read but how many sites, waves and targets a study has; where there are none, a guess stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg

from throughline.methods.few_clusters.detectable import (
    METHOD,
    Detectable,
    Planned,
    by_respondents,
    by_sites,
    by_waves,
    detectable,
    respondents_enough,
)
from throughline.records.study.models import Study
from throughline.records.study.queries import study_sites
from throughline.records.surveys.models import Wave, WaveTarget
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import ArmKind, PhaseKind

UNKNOWN_SHARE, UNKNOWN_RHO, UNKNOWN_RESPONDENTS, UNKNOWN_SITES = 0.5, 0.02, 50, 3
STEPS = (5, 10, 20, 40, 80, 160, 320, 640, 1280)
SITES = (2, 3, 4, 6, 8, 12, 16, 24)
WAVES = ((1, 1), (1, 2), (2, 2), (2, 4), (4, 4))
CANNOT_SHOW = (
    Sentence(
        "It says nothing about whether the programme works: a smaller difference may be there and not be found."
    ),
    Sentence(
        "Sites are not allotted by chance: a difference that is found may come from something else that happened."
    ),
    Sentence("After the data are in it has nothing to add: then the interval says what there is to say."),
)


@dataclass(frozen=True, slots=True)
class CanDetect:
    """The study itself, and the same study with more of one thing at a time. `enough`: respondents from which on only sites help."""

    here: Detectable
    enough: int | None
    respondents: tuple[Detectable, ...]
    sites: tuple[Detectable, ...]
    waves: tuple[Detectable, ...]
    cannot_show: tuple[Sentence, ...] = CANNOT_SHOW
    method: str = METHOD

    @property
    def beyond(self) -> str:
        """Whether a share could move that far at all: on neither side (`both`), on one only, or (empty) on both."""
        share = self.here.study.share
        if share is None or self.here.difference <= min(share, 1 - share):
            return ""
        return "both" if self.here.difference > max(share, 1 - share) else "one"


def begin_with(study: Study | None) -> Planned:
    """The study's own arms, waves and targets; a share of which nobody knows anything yet. None: a guess throughout."""
    if study is None:
        return Planned(UNKNOWN_RESPONDENTS, UNKNOWN_RHO, UNKNOWN_SITES, UNKNOWN_SITES, share=UNKNOWN_SHARE)
    arms = [one.arm for one in study_sites(study)]
    waves = list(Wave.objects.filter(study=study).values_list("phase", flat=True))
    target = WaveTarget.objects.filter(wave__study=study).aggregate(mean=Avg("target"))["mean"]
    return Planned(
        round(target) if target else UNKNOWN_RESPONDENTS,
        UNKNOWN_RHO,
        max(arms.count(ArmKind.INTERVENTION.value), 2) if arms else UNKNOWN_SITES,
        max(arms.count(ArmKind.COMPARISON.value), 2) if arms else UNKNOWN_SITES,
        share=UNKNOWN_SHARE,
        waves=(max(waves.count(PhaseKind.BEFORE.value), 1), max(waves.count(PhaseKind.AFTER.value), 1)),
    )


def can_detect(study: Planned) -> CanDetect:
    """Raises Invalid and Unready as `detectable` does."""
    here = detectable(study)
    apart = study.comparison - study.intervention
    sites = [(one, max(one + apart, 2)) for one in sorted({*SITES, study.intervention})]
    return CanDetect(
        here,
        respondents_enough(study.rho),
        by_respondents(study, sorted({*STEPS, int(study.respondents)})),
        by_sites(study, sites),
        by_waves(study, sorted({*WAVES, study.waves})),
    )

"""What stands at the top of a report: the primary outcomes of the locked plan, each in one sentence, without a verdict."""

from __future__ import annotations

from throughline.reporting import wording
from throughline.reporting.document import Bullets, Paragraph, Section, say
from throughline.reporting.marks import Mark
from throughline.reporting.material import Estimate, Material
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import OutcomeRank
from throughline.vocabulary.words import COMPARISON_SITES, INTERVENTION_SITES


def in_short(material: Material) -> Section:
    """Estimate, interval and on how much they rest; or that there is none."""
    is_coarse = material.profile.rounding > 1
    primary = [one for one in material.estimates if _is_planned_primary(one)]
    told = tuple(_sentence(one, is_coarse) for one in primary)
    heading = say("In short")
    if not told:
        none = say("No locked analysis plan names a primary outcome, so nothing stands out here.")
        return Section("short", heading, (Paragraph(none),))
    lead = say("Change from before to after in the intervention arm, less that in the comparison arm")
    marks = frozenset({Mark.PRIMARY} if any(one.found["headline"] for one in primary) else ())
    return Section("short", heading, (Bullets(lead, told),), marks)


def _is_planned_primary(estimate: Estimate) -> bool:
    outcome = estimate.found["outcome"]
    return bool(outcome["is_planned"]) and outcome["rank"] == OutcomeRank.PRIMARY


def _sentence(estimate: Estimate, is_coarse: bool) -> Sentence:
    found = {**estimate.found, "is_coarse": is_coarse}
    name, headline = wording.name_of(found["outcome"]), found["headline"]
    if headline is None:
        return say(
            "“%(outcome)s”: the arms were not compared; the reason stands with the estimates.", outcome=name
        )
    kind, places = found["changes"]["kind"], wording.places_of(found)
    return say(
        "“%(outcome)s”: %(difference)s (%(interval)s), from %(intervention)s and %(comparison)s with "
        "%(n)s recorded values.",
        outcome=name,
        difference=wording.change_text(headline["difference"], kind, places),
        interval=wording.interval_words(headline["interval"], kind, places),
        intervention=INTERVENTION_SITES.given(count=headline["n_sites_intervention"]),
        comparison=COMPARISON_SITES.given(count=headline["n_sites_comparison"]),
        n=wording.count_or_word(headline["n"]),
    )  # fmt: skip

"""Each approach in plain words: what it is, what it makes use of, what it leaves alone.

What an approach leaves alone is described without its name: a page of a reflexive analysis does not speak of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.vocabulary.study import Approach, ApproachUse

Sentences = Mapping[Approach, tuple[Promise | str, ...]]

IN_SHORT: Mapping[Approach, Promise | str] = {
    Approach.REFLEXIVE: _(
        "One or more researchers read, code and interpret; who they are is part of what they see. Codes change as"
        " understanding grows."
    ),
    Approach.CODEBOOK_TEMPLATE: _(
        "A template of codes, made from part of the sources, is applied to all of them and revised on the way."
    ),
    Approach.CODEBOOK_FRAMEWORK: _(
        "A framework of themes is laid over all cases: each cell sums up what one person says to one theme."
    ),
    Approach.CODING_RELIABILITY: _(
        "Several coders apply a fixed codebook without seeing each other's work; how far they agree is measured."
    ),
}

# What an analysis may ask for where its approach leaves it the choice.
SWITCHES: Mapping[ApproachUse, Promise | str] = {
    ApproachUse.COUNTS: _("Counts"),
    ApproachUse.SATURATION: _("Saturation"),
}

USED: Sentences = {
    Approach.REFLEXIVE: (
        _("Positions and journals: where each of you stands is written down and looked at again."),
        _("Another reading: a colleague writes theirs beside a coding, and both stay."),
        _("Themes built around one central concept, with what speaks against them."),
        _("The trail: what was decided on the way, and why."),
    ),
    Approach.CODEBOOK_TEMPLATE: (
        _("A codebook with definitions and versions, open to change."),
        _("Counts, if you ask for them: how often, and in how many sources, a code stands."),
        _("Saturation: when new sources brought no new codes, if you ask for it."),
        _("Themes, memos and the trail."),
    ),
    Approach.CODEBOOK_FRAMEWORK: (
        _("A codebook with definitions and versions, and the matrix of cases and themes."),
        _("Counts, if you ask for them: how often, and in how many sources, a code stands."),
        _("Saturation: when new sources brought no new codes, if you ask for it."),
        _("Themes, memos and the trail."),
    ),
    Approach.CODING_RELIABILITY: (
        _(
            "Rounds: who codes which source, blind to each other until the round is closed; so long the codes stay as they are."
        ),
        _("Agreement, with its intervals, and disagreements settled one by one."),
        _("Counts and saturation."),
        _("A codebook with definitions and versions; themes, memos and the trail."),
    ),
}

LEFT_ALONE: Sentences = {
    Approach.REFLEXIVE: (
        _("Codes are readings, not measurements: nothing adds them up."),
        _("Researchers are not compared by a coefficient, and nobody hides their work from a colleague."),
        _("There is no point at which everything has been heard: you stop when you can answer the question."),
    ),
    Approach.CODEBOOK_TEMPLATE: (
        _("Coders are not compared by a coefficient, and nobody hides their work from a colleague."),
    ),
    Approach.CODEBOOK_FRAMEWORK: (
        _("Coders are not compared by a coefficient, and nobody hides their work from a colleague."),
    ),
    Approach.CODING_RELIABILITY: (
        _("Another reading beside a coding: two readings are a disagreement here, which is settled."),
    ),
}

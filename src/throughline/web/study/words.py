"""The study's codes in words that are shown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from throughline.reporting.field_words import Words
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.programme import ComponentKind
from throughline.vocabulary.study import Direction, OutcomeKind, OutcomeRank, OutcomeSourceKind
from throughline.web.surveys.words import ARMS as ARMS
from throughline.web.surveys.words import PHASES as PHASES

OUTCOME_KINDS: Words = {
    OutcomeKind.BINARY: _("yes or no"), OutcomeKind.COUNT: _("a count"), OutcomeKind.CONTINUOUS: _("a number"),
}  # fmt: skip
SOURCES: Words = {
    OutcomeSourceKind.SURVEY: _("a question of the survey"),
    OutcomeSourceKind.MONITORING: _("a step of the line, as services record it"),
}
RANKS: Words = {
    OutcomeRank.PRIMARY: _("primary"),
    OutcomeRank.SECONDARY: _("secondary"),
    OutcomeRank.EXPLORATORY: _("exploratory"),
}
DIRECTIONS: Words = {
    Direction.HIGHER_IS_BETTER: _("more is better"),
    Direction.LOWER_IS_BETTER: _("less is better"),
}
COMPONENTS: Words = {
    ComponentKind.SUPPLY_ROUTE: _("supply route"),
    ComponentKind.TRAINING: _("training"),
    ComponentKind.POST_OVERDOSE_VISIT: _("visits after an overdose"),
    ComponentKind.WALK_IN: _("walk-in at a station"),
    ComponentKind.PEER_OUTREACH: _("peer outreach"),
    ComponentKind.HOSPITAL_LIAISON: _("hospital liaison"),
}
IMPUTED: Words = {
    Nothing.DECLINED: _("declined"),
    Nothing.DONT_KNOW: _("did not know"),
    Nothing.NOT_RECORDED: _("not recorded"),
    Nothing.NOT_ASKED: _("not asked, where the form skips it by design"),
}

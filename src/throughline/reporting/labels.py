"""The vocabulary's codes in the words of a report."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.methods.table import ALL
from throughline.vocabulary.chain import Route
from throughline.vocabulary.nothing import NOTHING_LABELS, SUPPRESSED, SUPPRESSED_LABEL, Nothing
from throughline.vocabulary.sentences import Sentence
from throughline.vocabulary.study import (
    Approach,
    ArmKind,
    Judgement,
    PhaseKind,
    ReleaseDoor,
    Step,
    ThemeStatus,
)

STEPS: Mapping[str, Sentence] = {
    Step.CONTACT: Sentence("Contact"),
    Step.CRACK_USE_TOLD: Sentence("Crack use told"),
    Step.FURTHER_NEED_TOLD: Sentence("Further need told"),
    Step.RESPONSE: Sentence("Response given"),
    Step.ACCEPTED: Sentence("Accepted"),
    Step.ENTERED: Sentence("Entered"),
    Step.CAME_BACK: Sentence("Came back"),
}
VALUES: Mapping[str, Sentence] = {
    "yes": Sentence("yes"),
    "no": Sentence("no"),
    "open": Sentence("still open"),
    "open_or_unknown": Sentence("still open or unknown"),
    **{kind.value: label for kind, label in NOTHING_LABELS.items()},
}
WORDS: Mapping[str, Sentence] = {
    Route.SERVICE: Sentence("service"),
    Route.PEER: Sentence("peer"),
    Route.POLICE: Sentence("police"),
    Route.PHARMACY: Sentence("pharmacy"),
    Route.POST: Sentence("post"),
    Route.VENDING: Sentence("vending"),
    ArmKind.INTERVENTION: Sentence("intervention"),
    ArmKind.COMPARISON: Sentence("comparison"),
    PhaseKind.BEFORE: Sentence("before"),
    PhaseKind.IMPLEMENTATION: Sentence("implementation"),
    PhaseKind.AFTER: Sentence("after"),
    ThemeStatus.CANDIDATE: Sentence("candidate"),
    ThemeStatus.REVIEWED: Sentence("reviewed"),
    ThemeStatus.KEPT: Sentence("kept"),
    ThemeStatus.LET_GO: Sentence("let go"),
    Approach.REFLEXIVE: Sentence("reflexive"),
    Approach.CODEBOOK_TEMPLATE: Sentence("codebook template"),
    Approach.CODEBOOK_FRAMEWORK: Sentence("codebook framework"),
    Approach.CODING_RELIABILITY: Sentence("coding reliability"),
}
JUDGEMENTS: Mapping[str, Sentence] = {
    Judgement.CONFIRMATION: Sentence("confirmation"),
    Judgement.EXPANSION: Sentence("expansion"),
    Judgement.DISCORDANCE: Sentence("discordance"),
    Judgement.SILENCE: Sentence("silence"),
}
DIMENSIONS: Mapping[str, Sentence] = {
    "route": Sentence("Route"),
    "arm": Sentence("Arm"),
    "phase": Sentence("Phase"),
    "site": Sentence("Site"),
    "month": Sentence("Month"),
    "participant_group": Sentence("Group"),
}
# As they stand within a sentence.
SPLITS: Mapping[str, Sentence] = {
    "route": Sentence("route"),
    "arm": Sentence("arm"),
    "phase": Sentence("phase"),
    "site": Sentence("site"),
    "month": Sentence("month"),
    "participant_group": Sentence("group"),
}
# As they stand at the head of a column.
HEADS: Mapping[str, Sentence] = {
    "yes": Sentence("Yes"),
    "no": Sentence("No"),
    "open": Sentence("Still open"),
    "open_or_unknown": Sentence("Still open or unknown"),
    Nothing.NOT_ASKED: Sentence("Not asked"),
    Nothing.DECLINED: Sentence("Declined"),
    Nothing.DONT_KNOW: Sentence("Don't know"),
    Nothing.NOT_APPLICABLE: Sentence("Not applicable"),
    Nothing.NOT_RECORDED: Sentence("Not recorded"),
    ArmKind.INTERVENTION: Sentence("Intervention"),
    ArmKind.COMPARISON: Sentence("Comparison"),
    PhaseKind.BEFORE: Sentence("Before"),
    PhaseKind.IMPLEMENTATION: Sentence("Implementation"),
    PhaseKind.AFTER: Sentence("After"),
}
DOORS: Mapping[str, Sentence] = {
    ReleaseDoor.TABLES: Sentence("tables"),
    ReleaseDoor.ROWS: Sentence("rows"),
    ReleaseDoor.WORDS: Sentence("words"),
    ReleaseDoor.SUPPLIES: Sentence("supplies"),
}
NO_NAMES: Mapping[str, str] = {}
_OWN: Mapping[str, Sentence] = {
    ALL: Sentence("all"),
    "none": Sentence("outside the study"),
    "mixed": Sentence("of several"),
    "by_post": Sentence("by post"),
    SUPPRESSED: SUPPRESSED_LABEL,
}


def word(code: str, names: Mapping[str, str] = NO_NAMES) -> str:
    """A value of a split, readable: routes, arms and phases name themselves, sites as `names` has them."""
    if code in _OWN:
        return str(_OWN[code])
    return names.get(code) or str(VALUES.get(code) or WORDS.get(code) or code.replace("_", " "))


def group_words(group: tuple[str, ...], names: Mapping[str, str] = NO_NAMES) -> str:
    """The name of a group: the values it was split by."""
    return ", ".join(dict.fromkeys(word(code, names) for code in group)) or str(_OWN[ALL])


def split_by(parts: tuple[Sentence, ...]) -> Sentence:
    """`site and month`."""
    if len(parts) < 2:
        return parts[0]
    return Sentence("%(first)s and %(then)s", first=split_by(parts[:-1]), then=parts[-1])

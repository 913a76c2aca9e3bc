"""The vocabulary's codes in the words of a report."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.methods.table import ALL
from throughline.vocabulary.nothing import NOTHING_LABELS, SUPPRESSED
from throughline.vocabulary.study import Judgement, Step

STEPS: Mapping[str, str] = {
    Step.CONTACT: "Contact",
    Step.CRACK_USE_TOLD: "Crack use told",
    Step.FURTHER_NEED_TOLD: "Further need told",
    Step.RESPONSE: "Response given",
    Step.ACCEPTED: "Accepted",
    Step.ENTERED: "Entered",
    Step.CAME_BACK: "Came back",
}
VALUES: Mapping[str, str] = {
    "yes": "yes",
    "no": "no",
    "open": "still open",
    "open_or_unknown": "still open or unknown",
    **{kind.value: label for kind, label in NOTHING_LABELS.items()},
}
JUDGEMENTS: Mapping[str, str] = {
    Judgement.CONFIRMATION: "confirmation",
    Judgement.EXPANSION: "expansion",
    Judgement.DISCORDANCE: "discordance",
    Judgement.SILENCE: "silence",
}
DIMENSIONS: Mapping[str, str] = {
    "route": "Route",
    "arm": "Arm",
    "phase": "Phase",
    "site": "Site",
    "month": "Month",
    "participant_group": "Group",
}
NO_NAMES: Mapping[str, str] = {}
_OWN: Mapping[str, str] = {
    ALL: "all",
    "none": "outside the study",
    "mixed": "of several",
    "by_post": "by post",
    SUPPRESSED: "suppressed",
}


def word(code: str, names: Mapping[str, str] = NO_NAMES) -> str:
    """A value of a split, readable: routes, arms and phases name themselves, sites as `names` has them."""
    if code in _OWN:
        return _OWN[code]
    return names.get(code) or VALUES.get(code, code.replace("_", " "))


def group_words(group: tuple[str, ...], names: Mapping[str, str] = NO_NAMES) -> str:
    """The name of a group: the values it was split by."""
    return ", ".join(dict.fromkeys(word(code, names) for code in group)) or "all"

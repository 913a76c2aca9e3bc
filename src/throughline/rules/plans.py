"""What an analysis plan says: which outcomes, the one interval, what is adjusted for, which groups, what may be imputed.

A plan is JSON, locked with its hash. It may say more than this; what is read of it stands under these names, and is checked
before it is locked, so that a slip of the pen does not make an outcome exploratory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.study import HEADLINE, HEADLINE_ADJUSTED, OutcomeRank

LISTS = ("primary", "secondary", "covariates", "subgroups", "imputed")
CODE = re.compile(r"[A-Za-z0-9_-]{1,60}\Z")
MAY_BE_IMPUTED = (Nothing.DECLINED, Nothing.DONT_KNOW, Nothing.NOT_RECORDED, Nothing.NOT_ASKED)


@dataclass(frozen=True)
class Plan:
    """Codes of outcomes, by rank; codes of survey questions; kinds of nothing that may be imputed."""

    primary: tuple[str, ...] = ()
    secondary: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    subgroups: tuple[str, ...] = ()
    imputed: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """The one interval that is the answer."""
        return HEADLINE_ADJUSTED if self.covariates else HEADLINE


def content_of(plan: Plan, words: str = "") -> dict[str, Any]:
    """A plan as it is locked. `words`: what else was decided."""
    content: dict[str, Any] = {"headline": plan.headline, "level": 0.95}
    content |= {name: list(getattr(plan, name)) for name in LISTS if getattr(plan, name)}
    return content | ({"words": words} if words else {})


def plan_of(content: Mapping[str, Any]) -> Plan:
    """What a locked plan says under these names; what it does not say is empty."""
    return Plan(**{name: tuple(content[name]) for name in LISTS if isinstance(content.get(name), list)})


def check_plan(content: Mapping[str, Any], ranks: Mapping[str, OutcomeRank]) -> None:
    """Raise Invalid for a list that is none, a code twice, an outcome that the study does not have or ranks otherwise, another
    interval than the one, or a kind of nothing that is never imputed. `ranks`: of the study's outcomes, by code.
    """
    for name in LISTS:
        _check_list(name, content.get(name, []))
    for rank in (OutcomeRank.PRIMARY, OutcomeRank.SECONDARY):
        for code in content.get(rank.value, []):
            _check_outcome(code, rank, ranks)
    kinds = {kind.value for kind in MAY_BE_IMPUTED}
    for kind in content.get("imputed", []):
        if kind not in kinds:
            raise Invalid(
                Sentence(
                    "%(kind)s cannot be imputed; these can: %(kinds)s. What was not applicable never is.",
                    kind=kind,
                    kinds=tuple(sorted(kinds)),
                )
            )
    one = plan_of(content).headline
    if content.get("headline", one) != one:
        raise Invalid(
            Sentence(
                "The plan names one interval as the answer: %(one)s%(why)s.",
                one=one,
                why=", since it adjusts for covariates" if content.get("covariates") else "",
            )
        )


def _check_list(name: str, given: Any) -> None:
    is_codes = isinstance(given, Sequence) and not isinstance(given, str)
    if not is_codes or any(not isinstance(one, str) or not CODE.match(one) for one in given):
        raise Invalid(
            Sentence(
                "%(name)s in the plan is a list of codes (letters, digits, hyphens, underscores).", name=name
            ),
            fields={name: Sentence("Codes only.")},
        )
    if len(set(given)) != len(given):
        raise Invalid(
            Sentence("%(name)s in the plan names a code twice.", name=name),
            fields={name: Sentence("A code stands here twice.")},
        )


def _check_outcome(code: str, rank: OutcomeRank, ranks: Mapping[str, OutcomeRank]) -> None:
    if code not in ranks:
        raise Invalid(
            Sentence(
                "The study has no outcome %(code)s. There are: %(codes)s.",
                code=code,
                codes=", ".join(sorted(ranks)) or Nothing.NOT_RECORDED.value,
            )
        )
    if ranks[code] is not rank:
        raise Invalid(
            Sentence(
                "The study has %(code)s as %(own)s outcome, and the plan as %(rank)s. One of the two is mistaken.",
                code=code,
                own=ranks[code].value,
                rank=rank.value,
            )
        )

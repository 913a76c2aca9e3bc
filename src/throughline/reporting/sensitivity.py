"""The sensitivity table in words: a row for each way, without a verdict. Estimates come as `evaluation.results` keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from throughline.evaluation.questions.sensitivity import Way
from throughline.reporting import wording
from throughline.reporting.document import say
from throughline.vocabulary.errors import Sentence

Plain = Mapping[str, Any]
NONE = "\N{EN DASH}"

WAYS: Mapping[Way, Sentence] = {
    Way.UNADJUSTED: Sentence("Site changes, not adjusted"),
    Way.CR2: Sentence("Individual answers, CR2"),
    Way.JACKKNIFE: Sentence("Individual answers, leaving out each site (CR3)"),
    Way.WILD_BOOTSTRAP: Sentence("Individual answers, wild bootstrap by sites"),
    Way.NORMAL: Sentence("Individual answers, usual interval (CR1)"),
    Way.ATT: Sentence("Logit, as a difference of shares (ATT)"),
    Way.ODDS_RATIO: Sentence("Logit, ratio of odds ratios"),
    Way.RATE_RATIO: Sentence("Poisson, ratio of rate ratios"),
    Way.IMPUTED: Sentence("Site changes, unanswered questions drawn (20 times)"),
}
RATIOS = (Way.ODDS_RATIO, Way.RATE_RATIO)
EACH_SITE_THE_SAME = Sentence("Site changes, t (the headline)")

TURNS = Sentence("Worse by %(worse)s, the difference has the other sign.")
STAYS = Sentence("Up to %(worse)s worse, the difference keeps its sign.")
COVERS = Sentence("Worse by %(worse)s, it is otherwise whether the interval holds no difference at all.")
STILL = Sentence("Up to %(worse)s worse, it does not change whether the interval holds no difference at all.")


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is read. Where the way was refused, `refused` says why and the cells hold a dash."""

    way: Sentence
    estimate: str
    interval: str
    df: str
    p: str
    n: str
    refused: Sentence | None = None


def headline_row(found: Plain, places: int | None = None) -> Row:
    """The answer itself, first in the table; a dash in each cell where it was refused. `places`: decimals of a difference."""
    estimate, kind = found["headline"], found["outcome"]["kind"]
    if estimate is None:
        return Row(EACH_SITE_THE_SAME, NONE, NONE, NONE, NONE, NONE, wording.refusal(found))
    return _row(EACH_SITE_THE_SAME, estimate, kind, is_ratio=False, places=places)


def row(line: Plain, kind: str, places: int | None = None) -> Row:
    """One way of the table."""
    way, estimate = Way(line["way"]), line["estimate"]
    if estimate is None:
        return Row(WAYS[way], NONE, NONE, NONE, NONE, NONE, wording.sentence_of(line["refused"]))
    return _row(WAYS[way], estimate, kind, is_ratio=way in RATIOS, places=places)


def _row(way: Sentence, estimate: Plain, kind: str, *, is_ratio: bool, places: int | None) -> Row:
    interval = estimate["interval"]
    value = estimate.get("estimate", estimate.get("difference"))

    def told(number: float) -> str:
        return wording.decimal_text(number) if is_ratio else wording.change_text(number, kind, places)

    return Row(
        way=way,
        estimate=told(value),
        interval=NONE if interval is None else wording.from_to(told(interval["low"]), told(interval["high"])),
        df=_df(estimate),
        p=_p(estimate),
        n=wording.count_or_word(estimate["n"]),
        refused=wording.sentence_of(estimate["reason"]) if estimate.get("reason") else None,
    )


def _df(estimate: Plain) -> str:
    df = estimate.get("df")
    return NONE if df is None else wording.decimal_text(df, 0 if round(float(df), 1).is_integer() else 1)


def _p(estimate: Plain) -> str:
    """p with its k of n where draws were counted; a dash unless a locked plan names the outcome as primary."""
    if estimate["p_value"] is None:
        return NONE
    text = wording.p_text(estimate["p_value"]).removeprefix("= ")
    if "at_least_as_far" in estimate:
        return str(
            say(
                "%(p)s (%(k)s of %(n)s)",
                p=text, k=wording.count_text(estimate["at_least_as_far"]), n=wording.count_text(estimate["draws"]),
            )
        )  # fmt: skip
    return text


def range_without_site(table: Plain, kind: str, places: int | None = None) -> Sentence | None:
    """Between which values the difference from individual answers lies when one site after another is left out."""
    left = table["without_site"]
    if left is None:
        return wording.sentence_of(table["without_site_refused"]) if table["without_site_refused"] else None
    return say(
        "From individual answers, with one site after another left out, the difference lies between %(lowest)s and "
        "%(highest)s.",
        lowest=wording.change_text(left["lowest"], kind, places),
        highest=wording.change_text(left["highest"], kind, places),
    )


def worse_text(worse: float, differing: Plain) -> str:
    """How much worse drawn answers were: points of a share, else SDs of the answers with what they come to."""
    if differing["unit_sd"] is None:
        return str(say("%(number)s points", number=wording.count_text(worse * 100)))
    amount = wording.digits_text(worse * differing["unit_sd"], 3)
    return str(say("%(sds)s SD (%(amount)s)", sds=wording.digits_text(worse, 2), amount=amount))


def turning(differing: Plain) -> tuple[Sentence, ...]:
    """From where on the difference turns its sign, and its interval comes to cover 0, or no longer does; else how far was tried."""
    most = differing["steps"][-1]["worse"]
    return tuple(
        (stays if at is None else turns).given(worse=worse_text(most if at is None else at, differing))
        for at, turns, stays in (
            (differing["sign_at"], TURNS, STAYS),
            (differing["interval_at"], COVERS, STILL),
        )
    )


def assumptions(table: Plain) -> tuple[Sentence, ...]:
    """What the lines take for granted, each once."""
    told = [
        wording.sentence_of(one)
        for line in table["lines"]
        if line["estimate"]
        for one in line["estimate"]["assumptions"]
    ]
    return tuple(dict.fromkeys(told))


def methods_of(table: Plain) -> tuple[str, ...]:
    """Ids and versions of the methods behind the lines."""
    parts = [line["estimate"] for line in table["lines"]] + [table["without_site"]]
    return tuple(part["method"] for part in parts if part)

"""Numbers that are told from counts: only where those counts passed the door (`summaries`), and as they left it.

Where one site's counts did not leave, no site's is told, since the others and the mean would give it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from throughline.evaluation.pooled import without_scatter_of_two
from throughline.evaluation.results import to_plain
from throughline.methods.contrast import contrast_site_changes, leave_one_site_out, permute_arms
from throughline.methods.estimate import Missing
from throughline.methods.site_change import SitePhase, from_binary, site_changes
from throughline.methods.suppression import Profile, ProtectedTable, summary_may_leave
from throughline.methods.table import ALL
from throughline.reporting import theme_counts
from throughline.reporting.document import say
from throughline.reporting.material import EnteredShare, Estimate, Month, Plain
from throughline.reporting.summaries import entered_may_be_told, recorded_in_all, sites_may_be_told
from throughline.reporting.wording import sentence_of
from throughline.vocabulary.errors import Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import ArmKind, OutcomeKind, OutcomeRank, OutcomeSourceKind, PhaseKind

EnteredTables = Mapping[tuple[tuple[str, ...], int], ProtectedTable | None]
OpenTables = Mapping[tuple[str, ...], ProtectedTable | None]
NOT_FROM_ROUNDED = say(
    "The plan adjusts this for covariates. That rests on single answers and cannot be taken from rounded counts; it leaves under a "
    "profile that does not round."
)
NO_CONTRAST = say(
    "Distinct codes are not contrasted by route: too many contacts carry no code, or routes differ too much in it."
)


def estimate(
    found: Plain,
    profile: Profile,
    *,
    by_site: tuple[ProtectedTable | None, ...],
    overall: tuple[ProtectedTable | None, ...],
) -> Estimate:
    """A contrast with its counts as they left, and whether each site may be told.

    `by_site` and `overall` are the tables of `summaries.estimate_specs` as the door let them through. Under a profile that
    rounds, shares of sites and all that is computed from them are taken from rounded counts.
    """
    shown = dict(from_rounded(found, profile) if profile.rounding > 1 else found)
    n, kinds = recorded_in_all(overall)
    without = found["adjusted"]["adjustment"]["without"] if found.get("adjusted") else 0
    if n is not None and without:
        # Who answered and said nothing of a covariate is counted in the tables, and in no adjusted value.
        n = None if profile.hides(without) else max(n - profile.rounded(without), 0)
    if found["outcome"]["source"] == OutcomeSourceKind.SURVEY:
        n, kinds = _beside_the_flow(found, profile, n, kinds)
    for part in ("headline", "permutation"):
        if shown[part]:
            shown[part] = {
                **shown[part],
                "n": SUPPRESSED if n is None else n,
                "missing": {kind: SUPPRESSED if count is None else count for kind, count in kinds.items()},
            }
    cells = [site[phase] for site in sites_of(found) for phase in ("before", "after")]
    may = sites_may_be_told(by_site) and bool(cells) and all(_cell_may_leave(cell, profile) for cell in cells)
    if shown["headline"] and not may:
        shown["headline"] = without_scatter_of_two(shown["headline"])
    return Estimate(shown, may)


def _beside_the_flow(
    found: Plain, profile: Profile, n: int | None, kinds: dict[str, int | None]
) -> tuple[int | None, dict[str, int | None]]:
    """How many answered a survey's wave is told of its flow: who takes the recorded from them knows all that are missing.

    So where one kind of nothing is hidden all are, and where few are missing in all, how many were recorded is, too.
    """
    missing = sum(count for cell in found["cells"] for count in cell["missing"].values())
    if profile.hides(missing):
        n = None
    return n, dict.fromkeys(kinds) if None in kinds.values() or profile.hides(missing) else kinds


def from_rounded(found: Plain, profile: Profile) -> Plain:
    """A contrast of shares, computed again from each site's counts rounded as the profile rounds them."""
    if found["changes"] is None or found["outcome"]["kind"] != OutcomeKind.BINARY:
        return found
    if found["outcome"].get("covariates"):  # and where adjusting was refused: nothing stands in its place
        nothing = dict.fromkeys(("headline", "permutation", "leave_one_out"))
        return {**found, **nothing, "refused": found["refused"] or to_plain(NOT_FROM_ROUNDED)}
    planned = found["outcome"]["is_planned"] and found["outcome"]["rank"] == OutcomeRank.PRIMARY
    try:
        changes = site_changes([_rounded_cell(cell, profile) for cell in found["cells"]])
        made: dict[str, Any] = {
            "changes": changes,
            "headline": contrast_site_changes(changes, planned_primary=planned),
            "permutation": permute_arms(changes, planned_primary=planned),
            "leave_one_out": leave_one_site_out(changes),
        }
    except Unready as refusal:
        nothing = dict.fromkeys(("changes", "headline", "permutation", "leave_one_out"))
        return {**found, **nothing, "refused": to_plain(refusal.sentence)}
    plain: dict[str, Any] = to_plain(made)
    for part in ("headline", "permutation", "leave_one_out"):
        # What an estimate takes for granted does not change with rounding, and the question may have added to it.
        if found[part] and "assumptions" in plain[part]:
            plain[part]["assumptions"] = found[part]["assumptions"]
    return {**found, **plain}


def _rounded_cell(cell: Plain, profile: Profile) -> SitePhase:
    """A share from two rounded counts, none where they round to nobody; what is still open stays beside them."""
    has_value, n = cell["value"] is not None, cell["n"]
    yes = round(cell["value"] * n) if has_value else 0
    return from_binary(
        site=cell["site"], arm=ArmKind(cell["arm"]), phase=PhaseKind(cell["phase"]), yes=profile.rounded(yes),
        no=profile.rounded(n - yes) if has_value else 0, missing=Missing.from_counts(cell["missing"]),
        still_open=cell.get("still_open", 0),
    )  # fmt: skip


def sites_of(found: Plain) -> Sequence[Plain]:
    """The site changes of a contrast; none where it was refused."""
    return found["changes"]["sites"] if found["changes"] else ()


def _cell_may_leave(cell: Plain, profile: Profile) -> bool:
    if not summary_may_leave(cell["n"], profile):
        return False
    if cell["kind"] != OutcomeKind.BINARY:
        return True
    yes = round(cell["value"] * cell["n"])
    return not profile.hides(yes) and not profile.hides(cell["n"] - yes)


def why_no_contrast(routes: Plain, table: ProtectedTable | None) -> Sentence | None:
    """Why codes are not set against each other by route; with its numbers only where the table shows them as they are."""
    if routes["reason"] is None:
        return None
    is_shown = table is not None and table.profile.rounding == 1
    if is_shown and table is not None and all(cell.count is not None for cell in table.cells.values()):
        return sentence_of(routes["reason"])
    return NO_CONTRAST


def entered(
    answer: Plain, profile: Profile, left: EnteredTables, still_open: OpenTables
) -> Iterator[EnteredShare]:
    """Shares entered by group and day: told where the counts behind them left. `left` holds them by split and day,
    `still_open` by split how many have no end yet or none that is known."""
    for row in answer["entered"]:
        group, incidence = tuple(row["group"]), row["incidence"]
        if incidence is None:
            yield EnteredShare(group, (), sentence_of(row["refused"]), False)
            continue
        by = ("arm", "phase") if group else ()
        told = tuple(
            _entered_by(day, incidence["n"], profile)
            for day in incidence["by_day"]
            if entered_may_be_told(left.get((by, day["day"])), group)
        )
        may = summary_may_leave(incidence["n"], profile) and bool(told)
        if not may:
            yield EnteredShare(group, (), None, True)
            continue
        whole, ends = left[by, told[0]["day"]], still_open.get(by)
        yield EnteredShare(
            group, told, None, False, n=_left(whole, (*group, ALL)), still_open=_left(ends, (*group, "open")),
            unknown=_left(ends, (*group, "dont_know")), sites=incidence["n_sites"],
        )  # fmt: skip


def _left(table: ProtectedTable | None, key: tuple[str, ...]) -> int | str:
    """A count as it left; a value that the table does not hold was counted for nobody."""
    if table is None:
        return SUPPRESSED
    cell = table.cells.get(key)
    return 0 if cell is None else SUPPRESSED if cell.count is None else cell.count


def _entered_by(day: Plain, n: int, profile: Profile) -> Plain:
    """A share by a day, with its interval; where the profile rounds, from rounded counts of the group's referrals."""
    if profile.rounding == 1 or day["share"] is None:
        return day
    whole = profile.rounded(n)

    def told(share: float) -> float:
        return min(1.0, profile.rounded(round(share * n)) / whole)

    interval = day.get("interval")
    if interval:
        interval = {**interval, "low": told(interval["low"]), "high": told(interval["high"])}
    return {**day, "share": told(day["share"]), "interval": interval}


def months(rows: Sequence[Plain], profile: Profile, left: ProtectedTable | None) -> Iterator[Month]:
    """Exposures by site and month: contacts as they left; pipes are told where the month's contacts are."""
    for row in rows:
        contacts: int | str = row["contacts"]
        if isinstance(contacts, int):
            cell = left.cells.get((row["site"], row["month"])) if left is not None else None
            # A month in which nothing happened has no cell where no other month of its name has one either.
            is_none = contacts == 0 and left is not None and cell is None
            contacts = SUPPRESSED if cell is None or cell.count is None else cell.count
            contacts = 0 if is_none else contacts
        pipes = SUPPRESSED if contacts == SUPPRESSED else row["pipes_given"]
        if isinstance(pipes, int):
            pipes = SUPPRESSED if profile.hides(pipes) else profile.rounded(pipes)
        trained: Any = row["staff_trained"]
        yield Month(
            site=row["site"],
            name=row["name"],
            arm=row["arm"],
            month=row["month"],
            contacts=contacts,
            pipes_given=pipes,
            staff_trained=_trained(trained, profile),
            reporting=row["reporting"],
        )


def _trained(found: Plain, profile: Profile) -> float | str:
    """The share of staff trained; of too few staff it would tell something about somebody, a 0 too."""
    if found["share"] is None:
        return str(found["nothing"])
    return SUPPRESSED if profile.hides(found["n"]) else float(found["share"])


def themes(answer: Plain, arm_of: Mapping[str, str]) -> tuple[Plain, ...]:
    """Coverage as it leaves; a theme that was let go does not. `arm_of`: each site's arm."""
    return theme_counts.as_they_leave(
        [theme for theme in answer["themes"] if theme["status"] != "let_go"], arm_of
    )


def joint(rows: Sequence[Plain], themes: Sequence[Plain]) -> tuple[Plain, ...]:
    """Rows of the joint display with the themes' coverage as it left; a theme that did not leave is beside no step."""
    left = {theme["theme_no"]: theme for theme in themes}
    return tuple(
        {
            **row,
            "themes": [
                {**beside, "theme": left[beside["theme"]["theme_no"]]}
                for beside in row["themes"]
                if beside["theme"]["theme_no"] in left
            ],
        }
        for row in rows
    )

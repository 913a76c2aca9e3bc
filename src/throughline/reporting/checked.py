"""Numbers that no table of the ledger holds, checked under the same profile before they stand in a report.

Estimates, exposures and shares by a day are not counts of a predicate. What is told of them rests on counts at or over
the profile's threshold; where one site's would not, no site's is told, since the others and the mean would give it away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from throughline.methods.suppression import Profile, ProtectedTable, protect, summary_may_leave
from throughline.methods.table import crossed
from throughline.reporting.document import say
from throughline.reporting.material import EnteredShare, Estimate, Month, Plain
from throughline.reporting.wording import sentence_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED
from throughline.vocabulary.study import OutcomeKind

LEAST_PARTICIPANTS = 3
NO_CONTRAST = say(
    "Distinct codes are not contrasted by route: too many contacts carry no code, or routes differ too much in it."
)


def estimate(found: Plain, profile: Profile) -> Estimate:
    """A contrast with its counts as the profile shows them, and whether each site may be told."""
    shown = dict(found)
    for part in ("headline", "permutation"):
        if found[part]:
            shown[part] = {
                **found[part],
                "n": profile.rounded(found[part]["n"]),
                "missing": missing(found[part]["missing"], profile),
            }
    cells = [site[phase] for site in sites_of(found) for phase in ("before", "after")]
    return Estimate(shown, bool(cells) and all(_cell_may_leave(cell, profile) for cell in cells))


def sites_of(found: Plain) -> Sequence[Plain]:
    """The site changes of a contrast; none where it was refused."""
    return found["changes"]["sites"] if found["changes"] else ()


def missing(counts: Mapping[str, int], profile: Profile) -> dict[str, int | str]:
    """Each kind of nothing as the profile shows it."""
    return {
        kind: SUPPRESSED if profile.hides(count) else profile.rounded(count) for kind, count in counts.items()
    }


def _cell_may_leave(cell: Plain, profile: Profile) -> bool:
    if not summary_may_leave(cell["n"], profile):
        return False
    if cell["kind"] != OutcomeKind.BINARY:
        return True
    yes = round(cell["value"] * cell["n"])
    return not profile.hides(yes) and not profile.hides(cell["n"] - yes)


def without_code(routes: Plain, contacts_by_route: Mapping[str, int], profile: Profile) -> ProtectedTable:
    """Contacts by route that carry a code or none, protected with their totals."""
    counts: dict[tuple[str, ...], int] = {}
    for route, n in contacts_by_route.items():
        uncoded = round((routes["without_code"].get(route) or 0.0) * n)
        counts[route, "without_code"], counts[route, "with_code"] = uncoded, n - uncoded
    return protect(crossed(("route", "code"), counts), profile)


def why_no_contrast(routes: Plain, table: ProtectedTable | None) -> Sentence | None:
    """Why codes are not set against each other by route; with its numbers only where the table shows them as they are."""
    if routes["reason"] is None:
        return None
    is_shown = table is not None and table.profile.rounding == 1
    if is_shown and table is not None and all(cell.count is not None for cell in table.cells.values()):
        return sentence_of(routes["reason"])
    return NO_CONTRAST


def entered(answer: Plain, profile: Profile) -> Iterator[EnteredShare]:
    """Shares entered by group: told where enough referrals, and enough that entered, are behind each."""
    for row in answer["entered"]:
        group, incidence = tuple(row["group"]), row["incidence"]
        if incidence is None:
            yield EnteredShare(group, (), sentence_of(row["refused"]), False)
            continue
        n = incidence["n"]
        behind = [round(day["share"] * n) for day in incidence["by_day"] if day["share"] is not None]
        may = summary_may_leave(n, profile) and not any(profile.hides(count) for count in behind)
        yield EnteredShare(group, tuple(incidence["by_day"]) if may else (), None, not may)


def months(rows: Sequence[Plain], profile: Profile) -> Iterator[Month]:
    """Exposures by site and month: pipes are told where the month's contacts may be."""
    for row in rows:
        contacts = row["contacts"]
        hidden = isinstance(contacts, int) and profile.hides(contacts)
        pipes = SUPPRESSED if hidden else row["pipes_given"]
        if isinstance(pipes, int):
            pipes = SUPPRESSED if profile.hides(pipes) else profile.rounded(pipes)
        trained: Any = row["staff_trained"]
        yield Month(
            site=row["site"],
            name=row["name"],
            arm=row["arm"],
            month=row["month"],
            contacts=_count(contacts, profile),
            pipes_given=pipes,
            staff_trained=trained["nothing"] if trained["share"] is None else trained["share"],
        )


def _count(count: int | str, profile: Profile) -> int | str:
    if isinstance(count, str):
        return count
    return SUPPRESSED if profile.hides(count) else profile.rounded(count)


def themes(answer: Plain) -> tuple[Plain, ...]:
    """Coverage as it leaves: a value shared by fewer than three participants is not told apart, nor what would
    give it away."""
    kept = [theme for theme in answer["themes"] if theme["status"] != "let_go"]
    hidden = {name: _hidden_values(kept, name) for theme in kept for name in theme["by"]}
    return tuple(
        {
            **theme,
            "by": {
                name: [_unsaid(row) if row["value"] in hidden[name] else row for row in rows]
                for name, rows in theme["by"].items()
            },
        }
        for theme in kept
    )


def _hidden_values(themes: Sequence[Plain], name: str) -> set[str]:
    """Values of an attribute with too few participants, and so many more that the total gives none of them away."""
    fewest: dict[str, int] = {}
    for theme in themes:
        for row in theme["by"][name]:
            fewest[row["value"]] = min(row["of"], fewest.get(row["value"], row["of"]))
    hidden = {value for value, of in fewest.items() if of < LEAST_PARTICIPANTS}
    rest = sorted((of, value) for value, of in fewest.items() if value not in hidden)
    while hidden and rest and (len(hidden) == 1 or sum(fewest[v] for v in hidden) < LEAST_PARTICIPANTS):
        hidden.add(rest.pop(0)[1])
    return hidden


def _unsaid(row: Plain) -> dict[str, Any]:
    return {**row, "n": SUPPRESSED, "of": SUPPRESSED}

"""Which counts of a theme are told: none of fewer than three participants, and none that would give such a one away.

A reader has everyone's count and those by one attribute after another, and knows the arm of each site. So what is hidden
must stay hidden when all that is shown is taken from the total, and when the sites shown of an arm are taken from the arm:
the rest are three participants or more, of whom neither all nor none spoke of the theme, unless that is told of the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from throughline.methods.coverage import LEAST_SHARING
from throughline.reporting.material import Plain
from throughline.vocabulary.nothing import SUPPRESSED

LEAST_PARTICIPANTS = LEAST_SHARING
Pair = tuple[int, int]  # n of N
Hidden = dict[str, set[str]]


def as_they_leave(themes: Sequence[Plain], arm_of: Mapping[str, str]) -> tuple[Plain, ...]:
    """Themes with what may not be told marked; one that is not counted as it is. `arm_of`: each site's arm, which readers know."""
    hidden = _hidden(counted(themes), arm_of)
    return tuple(_as_it_leaves(theme, hidden) if theme["overall"] else theme for theme in themes)


def counted(themes: Sequence[Plain]) -> tuple[Plain, ...]:
    """Those whose analysis counts who spoke of them."""
    return tuple(theme for theme in themes if theme["overall"])


def _as_it_leaves(theme: Plain, hidden: Hidden) -> Plain:
    return {
        **theme,
        "overall": _unsaid(theme["overall"]) if _is_small(theme["overall"]) else theme["overall"],
        "by": {
            name: [_unsaid(row) if row["value"] in hidden[name] else row for row in rows]
            for name, rows in theme["by"].items()
        },
    }


def _is_small(row: Plain) -> bool:
    return bool(row["of"] < LEAST_PARTICIPANTS)


def _unsaid(row: Plain) -> Plain:
    return {**row, "n": SUPPRESSED, "of": SUPPRESSED, "unasked": SUPPRESSED}


def _hidden(themes: Sequence[Plain], arm_of: Mapping[str, str]) -> Hidden:
    """Values by attribute, hidden in all themes alike: first the small ones, then further ones until nothing is told."""
    hidden: Hidden = {name: set() for theme in themes for name in theme["by"]}
    for theme in themes:
        for name, rows in theme["by"].items():
            hidden[name] |= {row["value"] for row in rows if _is_small(row)}
    while further := _first_told(themes, hidden, arm_of):
        name, value = further
        hidden[name].add(value)
    return hidden


def _first_told(themes: Sequence[Plain], hidden: Hidden, arm_of: Mapping[str, str]) -> tuple[str, str] | None:
    """The value to hide next, the smallest that helps; None where nothing hidden is told."""
    for theme in themes:
        for name, total, parts in _sums(theme, hidden, arm_of):
            shown = [row for row in parts if row["value"] not in hidden[name]]
            if shown and (total is None or _is_told(total, parts, shown)):
                return name, min((row["of"] == 0, row["of"], row["value"]) for row in shown)[2]
    return None


def _sums(
    theme: Plain, hidden: Hidden, arm_of: Mapping[str, str]
) -> Iterator[tuple[str, Pair | None, Sequence[Plain]]]:
    """What a reader can add up: an attribute, a total that they know, and its parts. None: the parts are such a total."""
    by, rest = theme["by"], _pair(theme["overall"])
    for name, rows in by.items():
        yield name, rest, rows
    sites = by.get("site", ())
    for arm in by.get("arm", ()):
        within = [site for site in sites if arm_of.get(site["value"]) == arm["value"]]
        if arm["value"] not in hidden["arm"]:
            yield "site", _pair(arm), within
            rest = _less(rest, arm)
        elif all(site["value"] not in hidden["site"] for site in within) and _sum(within) == arm["of"] > 0:
            yield "site", None, within
    yield "site", rest, [site for site in sites if arm_of.get(site["value"]) in hidden.get("arm", ())]


def _is_told(total: Pair, parts: Sequence[Plain], shown: Sequence[Plain]) -> bool:
    """Whether what is left of a total, without the parts shown, tells of too few or of all."""
    n, of = total
    for row in shown:
        n, of = _less((n, of), row)
    if of == 0:
        return False
    is_told_of_total = total[0] in (0, total[1])
    is_alone = len(parts) - len(shown) == 1  # then what is left is that very part
    return of < LEAST_PARTICIPANTS or is_alone or (n in (0, of) and not is_told_of_total)


def _sum(rows: Sequence[Plain]) -> int:
    return sum(row["of"] for row in rows)


def _pair(row: Plain) -> Pair:
    return row["n"], row["of"]


def _less(pair: Pair, row: Plain) -> Pair:
    return pair[0] - row["n"], pair[1] - row["of"]

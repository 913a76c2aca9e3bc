"""Hiding small counts in a table that leaves, so that they cannot be worked out from the rest.

Estimates: nothing; it decides for each cell whether it is shown, rounded or suppressed.
Profiles (threshold first, then rounding; 0 is shown as 0): lt5 hides 1 to 4; hes hides 1 to 7 and rounds the others to 5;
    le7_round5 the same under the name by which its readers know it; custom(threshold, rounding).
Formula, with a threshold of t:
    1. primary: a count of 1..t-1 is suppressed.
    2. small group: where the total of a group is 1..t-1, all its parts are suppressed, whatever they are: a 0 or a 100% in
       so small a group would tell something about somebody. Not suppressed is a part that is 0 because nobody at all,
       in a larger group, is counted there.
    3. secondary: further cells, the smallest first, until it is proved by whole-number bounds (`disclosure_bounds`) that a
       reader who knows all that is released, the sums, and which cells are primary, cannot tell
         a primary cell from any of 1..t-1,   a part of a small group from any of 0..t-1,
         a secondary cell from at least t-2 other values beside its own.
    The release marks every hidden cell alike: which is primary is for the guardian, not for the reader.
Source: Hundepool et al. (2012), Statistical Disclosure Control, ch. 4-5; NHS Digital HES analysis guide (1 to 7, round to
    5); Fischetti and Salazar (2001) Management Science 47:1008-1027.
Assumptions: the reader knows no more than the release (see `disclosure_bounds`) and the cells that are said to have left
    before (`Before`), rounded where they left rounded; beside these, earlier releases are `differencing`'s part. The cells chosen
    are enough, not the fewest. A reader who runs this very algorithm over every table that could have been may exclude some of
    them; nothing in use defends against that.
When not to use it: for quantities, averages, minima, maxima and medians (`summary_may_leave`).
Checked against: brute-force enumeration of what a reader can infer (tests/methods/test_suppression.py).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from throughline.methods.disclosure_bounds import Reader
from throughline.methods.hiding import Sums
from throughline.methods.table import Key, Sum, Table
from throughline.methods.whole_numbers import Effort
from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.nothing import SUPPRESSED, Nothing

METHOD = "suppression.protect/1"
TOLD_ANYWAY = Sentence(
    "%(cell)s could be worked out even with every cell hidden; leave out a dimension or merge values."
)
TOLD_BESIDE = Sentence(
    "Beside what left the same freeze before, %(cell)s could be worked out even with every cell hidden; leave out a dimension or merge"
    " values."
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Counts of 1 to `threshold` - 1 are suppressed, the others rounded to the nearest `rounding` (halves up)."""

    name: str
    threshold: int
    rounding: int = 1

    def __post_init__(self) -> None:
        if self.threshold < 2 or self.rounding < 1:
            raise Invalid(Sentence("A profile has a threshold of 2 or more and rounds to 1 or more."))
        if 2 * self.threshold < self.rounding:
            raise Invalid(
                Sentence(
                    "Rounding to %(rounding)s would make a count of %(threshold)s a 0: raise the threshold to half of it.",
                    rounding=self.rounding,
                    threshold=self.threshold,
                )
            )

    def hides(self, count: int) -> bool:
        """Whether a count is too small to be shown."""
        return 1 <= count < self.threshold

    def rounded(self, count: int) -> int:
        """A count that is shown, as it is shown."""
        return (2 * count + self.rounding) // (2 * self.rounding) * self.rounding

    def behind(self, shown: int) -> tuple[int, int]:
        """The lowest and highest count that is shown as `shown`."""
        if shown == 0:
            return 0, 0
        low = shown - self.rounding // 2
        return max(low, self.threshold), low + self.rounding - 1


LT5 = Profile("lt5", threshold=5)
HES = Profile("hes", threshold=8, rounding=5)
LE7_ROUND5 = Profile("le7_round5", threshold=8, rounding=5)
PROFILES: Mapping[str, Profile] = {profile.name: profile for profile in (LT5, HES, LE7_ROUND5)}


def custom(threshold: int, rounding: int = 1) -> Profile:
    """A profile of one's own; raises Invalid where rounding would turn a shown count into 0."""
    return Profile("custom", threshold, rounding)


class State(StrEnum):
    """What became of a cell."""

    SHOWN = "shown"
    ROUNDED = "rounded"
    SUPPRESSED = SUPPRESSED


class Why(StrEnum):
    """Why a cell is suppressed."""

    PRIMARY = "primary"
    SMALL_GROUP = "small_group"
    SECONDARY = "secondary"
    BEFORE = "before"  # secondary, for the sake of what could be worked out beside what left before


@dataclass(frozen=True, slots=True)
class ProtectedCell:
    """A cell as it leaves; `count` is None where it is suppressed, and `why` says why (for the guardian alone)."""

    state: State
    count: int | None
    why: Why | None


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """What may leave: no count that is hidden is in it anywhere."""

    dimensions: tuple[str, ...]
    profile: Profile
    cells: Mapping[Key, ProtectedCell]
    sums: tuple[Sum, ...]
    nothing: Mapping[Key, Nothing]
    method: str = METHOD

    def released(self) -> dict[Key, int | str]:
        """For readers: a count, a kind of nothing, or "suppressed"; never which kind of suppressed."""
        told: dict[Key, int | str] = {
            key: SUPPRESSED if cell.count is None else cell.count for key, cell in self.cells.items()
        }
        return told | {key: kind.value for key, kind in self.nothing.items()}

    def share(self, part: Key, whole: Key) -> float | str:
        """A share from the released counts only: "suppressed" where either is, "not_applicable" of 0, else 0..1."""
        above, below = self.cells[part].count, self.cells[whole].count
        if above is None or below is None:
            return SUPPRESSED
        return above / below if below else Nothing.NOT_APPLICABLE.value


@dataclass(frozen=True, slots=True)
class Before:
    """What stands beside a release, in the same table. `left`: cells that left before, with the lowest and the highest that
    readers know each to be; nothing hides them any more. `elsewhere`: those of these that are no part of this release. `untold`:
    cells of no release; small ones among them this release may not tell either.
    """

    left: Mapping[Key, tuple[int, int]] = field(default_factory=dict)
    elsewhere: Collection[Key] = frozenset()
    untold: Collection[Key] = frozenset()


def summary_may_leave(n: int, profile: Profile) -> bool:
    """Whether a minimum, maximum, median or mean of `n` records may leave: only of the threshold or more."""
    return n >= profile.threshold


def protect(
    table: Table,
    profile: Profile,
    *,
    never: Collection[Key] = (),
    last: Sequence[Key] = (),
    also: Collection[Key] = (),
    before: Before | None = None,
    effort: Effort | None = None,
) -> ProtectedTable:
    """Suppress and round the table under the profile, with proof.

    `never` are cells that are no part of the release: they stand in sums to say what readers know of what is told (that one
    count is no more than another: the rest is 0 or more), and nothing of them leaves. `last` are cells that readers need most:
    for the sake of others they are hidden where nothing else helps, the first named last of all. `also` are cells to be hidden
    for reasons of the caller's own. `before`: what readers know already; this release tells no more beside it than may be told. `effort`: how much work it may be.

    Raises Unready where even hiding every cell would leave something to be worked out; TooMuch where the proof takes more work.
    """
    beside, effort = before or Before(), effort or Effort()
    never = {*never, *(key for key in beside.untold if not profile.hides(table.cells[key]))}
    hidden = dict.fromkeys(sorted(also), Why.SECONDARY)
    hidden |= first_hidden(table, profile, never={*never, *beside.untold})
    hidden |= {key: Why.PRIMARY for key in sorted(beside.untold) if key not in never}
    reader = reader_of(table, profile, hidden, never=never, before=beside, effort=effort)
    earlier = _reader_before(table, profile, hidden, never, beside, effort) if beside.left else None
    settled = {
        key for key in beside.left if key in beside.elsewhere or not _is_sharper(table, profile, key, beside)
    }
    kept, sums = set(beside.left), Sums(table.sums, hidden, never)
    of_before = {*beside.elsewhere, *beside.untold}
    while failing := _first_told(table, profile, hidden, reader, earlier, kept):
        further = sums.next_to_hide(table.cells, failing, last, settled)
        is_for_before = hidden[failing] == Why.BEFORE or bool(
            of_before & {failing, *sums.told_alone(failing)}
        )
        if further is None:
            told = TOLD_BESIDE if is_for_before else TOLD_ANYWAY
            raise Unready(told.given(cell=" / ".join(failing)))
        hidden[further] = Why.BEFORE if is_for_before else Why.SECONDARY
        sums.hide(further)
        reader.learns_less(further, beside.left.get(further, (0, None)))
    cells = {
        key: _as_it_leaves(count, profile, hidden.get(key))
        for key, count in table.cells.items()
        if key not in never and key not in beside.untold
    }
    return ProtectedTable(table.dimensions, profile, cells, table.sums, dict(table.nothing))


def first_hidden(table: Table, profile: Profile, *, never: Collection[Key] = ()) -> dict[Key, Why]:
    """Steps 1 and 2: small counts and the parts of small groups."""
    small: set[Key] = set()
    grown = True
    while grown:
        found = {
            part
            for sum_ in table.sums
            if sum_.total not in never and (profile.hides(table.cells[sum_.total]) or sum_.total in small)
            for part in sum_.parts
            if part not in small and part not in never and not _nobody_at_all(table, part, small)
        }
        small |= found
        grown = bool(found)
    hidden = {
        key: Why.PRIMARY for key, count in table.cells.items() if profile.hides(count) and key not in never
    }
    return hidden | dict.fromkeys(sorted(small), Why.SMALL_GROUP)


def reader_of(
    table: Table,
    profile: Profile,
    hidden: Mapping[Key, Why],
    *,
    never: Collection[Key] = (),
    before: Before | None = None,
    effort: Effort | None = None,
) -> Reader:
    """The reader of a release in which `hidden` is suppressed: what they know of each cell before adding up. Of what left
    `before` they know what was told then, whatever this release hides, and where this one shows it, both."""
    beside = before or Before()
    spans: dict[Key, tuple[int, int | None]] = {}
    for key, count in table.cells.items():
        why = hidden.get(key)
        if key in beside.left and (why is not None or key in beside.elsewhere):
            spans[key] = beside.left[key]
        elif key in never:
            spans[key] = (0, None)
        elif why is None:
            low, high = profile.behind(profile.rounded(count))
            known = beside.left.get(key, (low, high))
            spans[key] = (max(low, known[0]), min(high, known[1]))
        else:
            spans[key] = (1, profile.threshold - 1) if why == Why.PRIMARY else (0, None)
    return Reader(table.cells, spans, table.sums, effort)


def tells(
    key: Key, count: int, why: Why, profile: Profile, reader: Reader, earlier: Reader | None = None
) -> bool:
    """Whether the release tells more about a hidden cell than the profile allows.

    `earlier`: who saw only what left before. What that tells already is let be, for nothing mends it; anything more is not.
    """
    hides = profile.threshold - 1

    def is_ruled_out(value: int) -> bool:
        return not reader.can_be(key, value) and (earlier is None or not earlier.cannot_be(key, value))

    if why in (Why.PRIMARY, Why.SMALL_GROUP):
        lowest = 1 if why == Why.PRIMARY else 0
        return any(is_ruled_out(value) for value in range(lowest, hides + 1))
    near = [count + step for step in range(-hides, hides + 1) if count + step >= 0]
    near.sort(key=lambda value: abs(value - count))
    found = 0
    for value in near:
        found += reader.can_be(key, value)
        if found >= hides:
            return False
    return earlier is None or any(is_ruled_out(value) for value in near)


def _nobody_at_all(table: Table, part: Key, small: set[Key]) -> bool:
    """Whether a part is 0 because a whole of it, not itself in a small group, is 0."""
    return any(
        part in sum_.parts and table.cells[sum_.total] == 0 and sum_.total not in small for sum_ in table.sums
    )


def _reader_before(
    table: Table,
    profile: Profile,
    hidden: Mapping[Key, Why],
    never: Collection[Key],
    beside: Before,
    effort: Effort,
) -> Reader:
    """The reader to whom nothing of this release is shown: what they can tell, what left before tells already.

    One for all that is hidden later, too: of that they know no more than of what is not shown.
    """
    known = {*beside.left, *never, *hidden}
    unseen = {*never, *(one for one in table.cells if one not in known)}
    nothing_shown = replace(beside, elsewhere=frozenset(beside.left))
    return reader_of(table, profile, hidden, never=unseen, before=nothing_shown, effort=effort)


def _is_sharper(table: Table, profile: Profile, key: Key, beside: Before) -> bool:
    """Whether this release would tell more of a cell than it was told before, so that hiding it hides something."""
    low, high = profile.behind(profile.rounded(table.cells[key]))
    return low > beside.left[key][0] or high < beside.left[key][1]


def _first_told(
    table: Table,
    profile: Profile,
    hidden: Mapping[Key, Why],
    reader: Reader,
    earlier: Reader | None,
    kept: set[Key],
) -> Key | None:
    """The first hidden cell that is told. Those that are found to be `kept` stay so: readers only learn less from here on."""
    for key, why in hidden.items():
        if key not in kept:
            if tells(key, table.cells[key], why, profile, reader, earlier):
                return key
            kept.add(key)
    return None


def _as_it_leaves(count: int, profile: Profile, why: Why | None) -> ProtectedCell:
    if why is not None:
        return ProtectedCell(State.SUPPRESSED, None, why)
    state = State.SHOWN if profile.rounding == 1 or count == 0 else State.ROUNDED
    return ProtectedCell(state, profile.rounded(count), None)

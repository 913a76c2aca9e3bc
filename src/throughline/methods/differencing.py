"""Whether a release, beside earlier ones, lets a small group be taken from a large one.

Estimates: nothing; it finds pairs of released cells whose members differ by fewer than the threshold.
Formula: with A and B the members behind two cells, d(A, B) = |A| + |B| - 2 |A and B|: how many stand in one but not in
    both. 1 <= d < threshold is refused, whether one lies in the other or they overlap; d = 0 (the same members) is not.
    Against nobody at all, d(A, nobody) = |A|: a cell with 1 to threshold - 1 members behind it is refused too.
    Ids are sorted into a few groups by their last digits. Since d >= sum over groups of ||A_g| - |B_g||, only cells whose groups
    are of like size need comparing by their members. Exact, not sampled.
Source: Denning and Schlorer (1983) IEEE Computer 16(7):69-82 (trackers); Hundepool et al. (2012) ch. 5 (differencing).
Assumptions: pairwise only. Three or more cells together (A - B - C) can single out what no two do; `suppression` proves
    its bounds within what leaves one freeze, this does not across freezes. It takes members as they were at each freeze: a record
    corrected later has the same id.
When not to use it: for cells whose unit differs (contacts against codes): each unit is compared with itself.
    For suppressed cells: only what was shown or rounded is handed in.
Checked against: every pair as Python sets (tests/methods/test_differencing.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from throughline.vocabulary.errors import Invalid, Sentence

METHOD = "differencing.pairwise/1"
NOBODY = "nobody"
BLOCK = 256
GROUPS = 16  # of ids; two cells of different people that are alike in all of them are rare

PAIRWISE = Sentence(
    "What the sums of a release tell together, and together with all that left the same freeze before, is hidden. Besides, cells "
    "are compared two at a time, with each other and with all released before; what three or more cells of different freezes could "
    "tell together is not tried: ask of one freeze what is to be read together."
)


@dataclass(frozen=True, slots=True, eq=False)
class CellMembers:
    """Who is behind one released cell.

    `label` names the cell for the guardian, `unit` what its members are ("contact", "code"). `members` are stable ids
    (64-bit whole numbers made from the record's id under the ledger's key, the same in every freeze); they are kept sorted.
    `groups`: how many of them there are in each group of ids.

    Raises Invalid for members that are not whole numbers, or one named twice.
    """

    label: str
    unit: str
    members: NDArray[np.uint64]
    groups: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.members.ndim != 1 or self.members.dtype != np.uint64:
            raise Invalid(
                Sentence("The members of %(cell)s are not one row of 64-bit whole numbers.", cell=self.label)
            )
        members = np.sort(self.members)
        if (members[1:] == members[:-1]).any():
            raise Invalid(Sentence("%(cell)s names a member twice; name each once.", cell=self.label))
        object.__setattr__(self, "members", members)
        groups = np.bincount((members % GROUPS).astype(np.intp), minlength=GROUPS)
        object.__setattr__(self, "groups", groups)


@dataclass(frozen=True, slots=True)
class TooClose:
    """Two cells that may not stand beside each other; `apart` is for the guardian and leaves with nobody."""

    first: str
    second: str
    apart: int

    @property
    def sentence(self) -> Sentence:
        """What is wrong and how to mend it, without the number."""
        if self.second == NOBODY:
            return Sentence(
                "Too few stand behind %(first)s; suppress it or merge it with another.", first=self.first
            )
        return Sentence(
            "%(first)s and %(second)s differ by too few, so one taken from the other would tell of them; leave one out or "
            "use the same bounds for both.",
            first=self.first,
            second=self.second,
        )


@dataclass(frozen=True, slots=True)
class DifferencingCheck:
    """What was compared and which pairs are refused, in the order of the cells given."""

    refused: tuple[TooClose, ...]
    n_new: int
    n_earlier: int
    threshold: int
    method: str = METHOD
    assumptions: tuple[Sentence, ...] = (PAIRWISE,)

    @property
    def may_leave(self) -> bool:
        """Whether nothing is refused."""
        return not self.refused


def check_differencing(
    new: Sequence[CellMembers], earlier: Sequence[CellMembers], *, threshold: int
) -> DifferencingCheck:
    """Compare each new cell with every other new one and every earlier one of the same unit.

    Pairs of earlier cells are not compared: they have left. Where releases had different thresholds, use the largest.
    Raises Invalid for a threshold under 2.
    """
    if threshold < 2:
        raise Invalid(Sentence("The threshold is 2 or more: of one person nobody can be taken away."))
    cells = [*new, *earlier]
    refused: list[tuple[int, int, TooClose]] = [
        (place, len(cells), TooClose(cell.label, NOBODY, cell.members.size))
        for place, cell in enumerate(new)
        if 0 < cell.members.size < threshold
    ]
    for unit in sorted({cell.unit for cell in new}):
        places = _of_like_size(cells, unit, len(new), threshold)
        for one, two, apart in _close_pairs([cells[place] for place in places], threshold):
            first, second = sorted((places[one], places[two]))
            if first < len(new):
                refused.append((first, second, TooClose(cells[first].label, cells[second].label, apart)))
    refused.sort(key=lambda found: found[:2])
    return DifferencingCheck(tuple(pair for _, _, pair in refused), len(new), len(earlier), threshold)


def _of_like_size(cells: Sequence[CellMembers], unit: str, n_new: int, threshold: int) -> list[int]:
    """Places of the new cells of a unit, and of the earlier ones that lie near enough in size to one of them."""
    places = np.array([place for place, cell in enumerate(cells) if cell.unit == unit], dtype=np.int64)
    sizes = np.array([cells[place].members.size for place in places], dtype=np.int64)
    is_own = places < n_new
    own = np.sort(sizes[is_own])
    is_near = np.searchsorted(own, sizes - threshold, "right") < np.searchsorted(
        own, sizes + threshold, "left"
    )
    near: list[int] = places[is_own | is_near].tolist()
    return near


def _close_pairs(cells: Sequence[CellMembers], threshold: int) -> Iterator[tuple[int, int, int]]:
    """Places of two cells and how many they are apart, where that is 1..threshold - 1; cells without members apart."""
    order = np.argsort([cell.members.size for cell in cells], kind="stable")
    order = order[[cells[place].members.size > 0 for place in order]]
    if order.size < 2:
        return
    groups = np.array([cells[place].groups for place in order], dtype=np.float64)
    sizes = groups.sum(axis=1)
    for start in range(0, order.size, BLOCK):
        stop = min(start + BLOCK, order.size)
        # Sorted by size: beyond this end every cell is larger than the block's largest by the threshold or more.
        end = int(np.searchsorted(sizes, sizes[stop - 1] + threshold, side="left"))
        at_least = cdist(groups[start:stop], groups[start:end], "cityblock")
        for one, two in np.argwhere(at_least < threshold):
            if one < two:
                first, second = int(order[start + one]), int(order[start + two])
                apart = _apart(cells[first].members, cells[second].members)
                if 1 <= apart < threshold:
                    yield first, second, apart


def _apart(one: NDArray[np.uint64], two: NDArray[np.uint64]) -> int:
    """How many stand in one but not in both."""
    if np.array_equal(one, two):
        return 0
    return int(np.setxor1d(one, two, assume_unique=True).size)

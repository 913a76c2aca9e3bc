"""Which cell of a table to hide next, so that one that is hidden is no longer given away.

Estimates: nothing; `suppression` proves what this proposes.
Formula: sums hang together where they share a cell that is not seen. Among those that hang together with the cell given away, sums with
    one hidden cell give it away at once: a cell that lies in most of these closes most of them. Then counts above 0 before zeros,
    small before large.
Source: the hypercube rule in Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.4, as a first choice only.
Assumptions: none; a poor choice hides more than is needed, never less.
When not to use it: to show that a cell is hidden well enough.
Checked against: brute-force enumeration of what comes out (tests/methods/test_suppression.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from throughline.methods.table import Key, Sum


class Sums:
    """The sums of a table, and which of them hang together through cells that are not seen: hidden, or in no release at all."""

    def __init__(self, sums: Sequence[Sum], hidden: Collection[Key], elsewhere: Collection[Key]) -> None:
        self._members = [members(one) for one in sums]
        self._with: dict[Key, list[int]] = {}
        for place, keys in enumerate(self._members):
            for key in keys:
                self._with.setdefault(key, []).append(place)
        self._leads_to = [*range(len(sums))]
        self._unseen = {*hidden, *elsewhere}
        self._n_unseen = [sum(key in self._unseen for key in keys) for keys in self._members]
        only = (place for place, n in enumerate(self._n_unseen) if n == 1)
        self._alone = {place for place in only if any(key in hidden for key in self._members[place])}
        for key in self._unseen:
            self._join(key)

    def hide(self, key: Key) -> None:
        """A cell that was seen no longer is."""
        self._unseen.add(key)
        for place in self._with.get(key, []):
            self._n_unseen[place] += 1
            (self._alone.add if self._n_unseen[place] == 1 else self._alone.discard)(place)
        self._join(key)

    def told_alone(self, failing: Key) -> Counter[Key]:
        """The cells of the sums with one hidden cell that hang together with `failing`, and how many of these each lies in."""
        return Counter(key for place in self._alone_near(failing) for key in {*self._members[place]})

    def next_to_hide(
        self, counts: Mapping[Key, int], failing: Key, last: Sequence[Key], settled: Collection[Key]
    ) -> Key | None:
        """The cell to hide for the sake of `failing`, those of `last` after all others and never one that is `settled`; None where
        nothing is left to hide."""
        closes = self.told_alone(failing)
        for places, kept in self._ever_further(failing, last):
            found = {key for place in places for key in self._members[place]}
            if candidates := found - self._unseen - {*kept} - {*settled}:
                return min(
                    candidates,
                    key=lambda key: (
                        -last.index(key) if key in last else -len(last),
                        -closes[key],
                        counts[key] == 0,
                        counts[key],
                        key,
                    ),
                )
        return None

    def _ever_further(
        self, failing: Key, last: Sequence[Key]
    ) -> Iterator[tuple[Iterable[int], Sequence[Key]]]:
        yield self._alone_near(failing), last
        yield self._with.get(failing, ()), last
        near = self._near(failing, range(len(self._members)))
        yield near, last
        yield near, ()
        yield range(len(self._members)), ()

    def _alone_near(self, failing: Key) -> list[int]:
        return self._near(failing, self._alone)

    def _near(self, failing: Key, among: Iterable[int]) -> list[int]:
        roots = {self._root(place) for place in self._with.get(failing, ())}
        return [place for place in among if self._root(place) in roots]

    def _join(self, key: Key) -> None:
        places = self._with.get(key, [])
        for place in places:
            self._leads_to[self._root(place)] = self._root(places[0])

    def _root(self, place: int) -> int:
        """One of all that hang together, the same for each of them."""
        while self._leads_to[place] != place:
            self._leads_to[place] = place = self._leads_to[self._leads_to[place]]
        return place


def members(sum_: Sum) -> tuple[Key, ...]:
    """The total and its parts."""
    return (sum_.total, *sum_.parts)

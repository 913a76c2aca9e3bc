"""Where a place in a text lies after the text was corrected.

What it does: finds what changed between two texts, as a list of edits, and carries places and passages over.
How: lines first, then words within changed lines (Chinese, Japanese and Korean signs each by itself). What both texts
have exactly once is matched first, in the longest order common to both (Bram Cohen's patience diff); what is left
between goes to difflib where it is small, and counts as one edit where it is not: n log n on real texts, never
quadratic on a long one.
Rules for a passage [start, end): outside the edits it keeps its very words. A border inside a changed stretch widens to
hold what stands there now, so that nothing coded slips out. What was put in at a border stays outside. A passage is
lost where none of its words is left: they were deleted, or other words were written in their place. A few words in the
place of a few (a name heard wrong) stand for them; a longer stretch, and a line of which less than a third stayed, does
so where it is alike by half (difflib's ratio).
What stays between two stretches written anew and is less than half as long as either (a blank, an "and") is taken to
have stayed by chance, as in Fraser's semantic clean-up (diff-match-patch), and counts with them.
When not to use it: for texts that were written independently of each other.
Checked against: brute force over all places of small texts, and properties over random edits.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from unicodedata import category

ALIKE = 0.5  # difflib's ratio from which a long replaced stretch stands for what was there
STAYED = 0.35  # share of a line's characters; where less stayed, the line was written anew
FEW = 24  # characters: so few stand for so few without being alike
MOST_CELLS = 250_000  # tokens x tokens that difflib is given; more counts as one edit
MOST_ALIKE = 2_000  # characters on which likeness is measured exactly

_WORD = re.compile(r"[^\W\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]+|.", re.DOTALL)


@dataclass(frozen=True)
class Edit:
    """old[start:end] was replaced by `length` characters.

    `stands`: what was put in stands for what was there. `head` and `tail` characters at its ends are the same in both.
    """

    start: int
    end: int
    length: int
    stands: bool = True
    head: int = 0
    tail: int = 0

    @property
    def growth(self) -> int:
        return self.length - (self.end - self.start)


class TextMapping:
    """Carries places of the old text over to the new one. Raises ValueError for edits that overlap or lie outside."""

    def __init__(self, edits: Iterable[Edit], old: str) -> None:
        self.edits: tuple[Edit, ...] = tuple(edits)
        self._old = old
        self._starts = [edit.start for edit in self.edits]
        self._ends = [edit.end for edit in self.edits]
        self._grown = [0]
        for edit in self.edits:
            self._grown.append(self._grown[-1] + edit.growth)
        if any(one.end > two.start for one, two in zip(self.edits, self.edits[1:], strict=False)):
            raise ValueError("edits overlap or are out of order")
        if self.edits and not 0 <= self.edits[0].start <= self.edits[-1].end <= len(old):
            raise ValueError("an edit lies outside the text")

    @property
    def old_length(self) -> int:
        return len(self._old)

    @property
    def new_length(self) -> int:
        return len(self._old) + self._grown[-1]

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the passage [start, end) lies now; None where its words are gone."""
        first, last = self.start_of(start), self.end_of(end)
        if first >= last or not self._keeps(start, end):
            return None
        return first, last

    def near(self, start: int, end: int) -> tuple[int, int]:
        """Where a passage lies or lay: as `span`, and for one that is lost the place where it was, perhaps empty."""
        found = self.span(start, end)
        if found is not None:
            return found
        place = min(self.start_of(start), self.end_of(end), self.new_length)
        return place, place

    def wide(self, start: int, end: int) -> tuple[int, int]:
        """Where a turn lies now: all that was put in at its borders or in its place is its own. Empty: [n, n)."""
        return self._wide_start(start), self._wide_end(end)

    def _wide_start(self, place: int) -> int:
        index = bisect_left(self._starts, place)  # edits before it begin before the place
        if index and self.edits[index - 1].end > place:
            return self.edits[index - 1].start + self._grown[index - 1]
        return place + self._grown[index]

    def _wide_end(self, place: int) -> int:
        index = bisect_left(self._starts, place)
        if index < len(self.edits) and self.edits[index].start == self.edits[index].end == place:
            return place + self._grown[index + 1]
        if index and self.edits[index - 1].end > place:
            return self.edits[index - 1].start + self._grown[index - 1] + self.edits[index - 1].length
        return place + self._grown[index]

    def start_of(self, place: int) -> int:
        """The new place of a passage's start: what was put in just before it stays outside."""
        index = bisect_left(self._ends, place)  # the first edit that ends at or after the place
        while index < len(self.edits) and self.edits[index].end <= place:
            index += 1
        if index == len(self.edits) or place < self.edits[index].start:
            return place + self._grown[index]
        edit, base = self.edits[index], self.edits[index].start + self._grown[index]
        if not edit.stands:
            return base + edit.length
        return base + _inside(edit, place - edit.start, edit.head)

    def end_of(self, place: int) -> int:
        """The new place of a passage's end: what was put in just after it stays outside."""
        index = bisect_right(self._starts, place) - 1  # the last edit that starts at or before the place
        while index >= 0 and self.edits[index].start >= place:
            index -= 1
        if index < 0 or place >= self.edits[index].end:
            return place + self._grown[index + 1]
        edit, base = self.edits[index], self.edits[index].start + self._grown[index]
        if not edit.stands:
            return base
        return base + _inside(edit, place - edit.start, edit.length - edit.tail)

    def _keeps(self, start: int, end: int) -> bool:
        """Whether any of a passage's words is left (a full stop is none), or stands in another shape."""
        reached, is_touched = start, False
        for index in range(bisect_right(self._ends, start), len(self.edits)):
            edit = self.edits[index]
            if edit.start >= end:
                break
            is_touched = is_touched or edit.end > edit.start
            if (edit.stands and edit.length) or _has_words(self._old[reached : edit.start]):
                return True
            reached = max(reached, edit.end)
        return not is_touched or _has_words(self._old[reached:end])


def _has_words(passage: str) -> bool:
    return any(not (sign.isspace() or category(sign).startswith("P")) for sign in passage)


def _inside(edit: Edit, offset: int, otherwise: int) -> int:
    """The place within what was put in: exact in the ends that are the same, else where it widens to."""
    if offset <= edit.head:
        return offset
    left = edit.end - edit.start - offset
    return edit.length - left if left <= edit.tail else otherwise


def mapping_between(old: str, new: str) -> TextMapping:
    """What became of each place of `old` in `new`."""
    return TextMapping(_edits(old, new), old)


def mapping_of_labels(old: str, new: str) -> TextMapping:
    """What became of each place where labels were put for stretches of a text that is the same for the rest.

    Whatever a stretch said, and however long it was, the label stands for it: as in `mapping_of_replacements`, for when
    what was replaced is no longer known.
    """
    words_old, words_new = _WORD.findall(old), _WORD.findall(new)
    old_at, new_at = _places(words_old), _places(words_new)
    changed = [
        (old_at[c], old_at[d], new_at[first], new_at[last])
        for c, d, first, last in _matched(words_old, words_new)
    ]
    return TextMapping((Edit(c, d, last - first) for c, d, first, last in _without_chance(changed, old)), old)


def mapping_of_replacements(old: str, replacements: Sequence[tuple[int, int, str]]) -> TextMapping:
    """For (start, end, what is put there), in order: each stands for what was there, whatever it says."""
    return TextMapping((Edit(start, end, len(words)) for start, end, words in replacements), old)


def with_replacements(text: str, replacements: Sequence[tuple[int, int, str]]) -> str:
    """The text with each (start, end, words), in order and apart, put in place."""
    parts, reached = [], 0
    for start, end, words in replacements:
        parts += [text[reached:start], words]
        reached = end
    return "".join([*parts, text[reached:]])


def _edits(old: str, new: str) -> Iterator[Edit]:
    """Changed stretches, line by line where as many lines stand there as did."""
    lines_old, lines_new = old.splitlines(keepends=True), new.splitlines(keepends=True)
    line_at = _places(lines_old)
    for a, b, start, end in _matched(lines_old, lines_new):
        if b - a == end - start:
            pairs = zip(line_at[a:b], lines_old[a:b], lines_new[start:end], strict=True)
        else:
            pairs = zip(
                line_at[a : a + 1], ["".join(lines_old[a:b])], ["".join(lines_new[start:end])], strict=True
            )
        for begin, was, now in pairs:
            yield from _edits_within(begin, was, now)


def _edits_within(begin: int, old: str, new: str) -> Iterator[Edit]:
    """Changed words; a piece of which little stayed was written anew, and is one edit."""
    words_old, words_new = _WORD.findall(old), _WORD.findall(new)
    old_at, new_at = _places(words_old), _places(words_new)
    changed = [
        (old_at[c], old_at[d], new_at[first], new_at[last])
        for c, d, first, last in _matched(words_old, words_new)
    ]
    kept = len(old) - sum(end - start for start, end, _, _ in changed)
    if old and new and kept < STAYED * min(len(old), len(new)) and max(len(old), len(new)) > FEW:
        end = "\n" if old.endswith("\n") and new.endswith("\n") else ""
        yield _edit(begin, old.removesuffix(end), new.removesuffix(end))
        return
    for c, d, first, last in _without_chance(changed, old):
        yield _edit(begin + c, old[c:d], new[first:last])


Change = tuple[int, int, int, int]  # from, to in the old; from, to in the new


def _without_chance(changed: Iterable[Change], old: str) -> list[Change]:
    """Changes with what stayed between them by chance taken in."""
    found: list[Change] = []
    for change in changed:
        found.append(change)
        while len(found) > 1 and _stayed_by_chance(found[-2], found[-1], old):
            one, two = found[-2:]
            found[-2:] = [(one[0], two[1], one[2], two[3])]
    return found


def _stayed_by_chance(one: Change, two: Change, old: str) -> bool:
    """Blanks and points between two changes, or a few words between two stretches that were both written anew."""
    island = old[one[1] : two[0]]
    lengths = [(end - start, last - first) for start, end, first, last in (one, two)]
    measure = min if _has_words(island) else max
    return 2 * len(island) <= min(measure(both) for both in lengths)


def _edit(start: int, gone: str, put: str) -> Edit:
    if not (gone and put) or not _stands_for(gone, put):
        return Edit(start, start + len(gone), len(put), stands=False)
    most = min(len(gone), len(put))
    head = next((n for n in range(most) if gone[n] != put[n]), most)
    tail = next((n for n in range(most - head) if gone[-1 - n] != put[-1 - n]), most - head)
    return Edit(start, start + len(gone), len(put), True, head, tail)


def _stands_for(gone: str, put: str) -> bool:
    if _has_words(gone) and not _has_words(put):
        return False
    if max(len(gone), len(put)) <= FEW:
        return True
    matcher = SequenceMatcher(None, gone, put, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return False
    return max(len(gone), len(put)) > MOST_ALIKE or matcher.ratio() >= ALIKE


def _places(tokens: Sequence[str]) -> list[int]:
    places = [0]
    for token in tokens:
        places.append(places[-1] + len(token))
    return places


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """What differs: (from, to) among the old tokens and (from, to) among the new, in order."""
    waiting = [(0, len(old), 0, len(new))]
    while waiting:
        a, b, c, d = _trimmed(old, new, *waiting.pop())
        if a == b and c == d:
            continue
        if a == b or c == d:
            yield a, b, c, d
            continue
        anchors = _anchors(old[a:b], new[c:d])
        if anchors:
            gaps, at, to = [], a, c
            for one, two in anchors:
                gaps.append((at, a + one, to, c + two))
                at, to = a + one + 1, c + two + 1
            waiting += reversed([*gaps, (at, b, to, d)])
        elif (b - a) * (d - c) > MOST_CELLS:
            yield a, b, c, d
        else:
            matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
            for tag, one, two, three, four in matcher.get_opcodes():
                if tag != "equal":
                    yield a + one, a + two, c + three, c + four


def _trimmed(
    old: Sequence[str], new: Sequence[str], a: int, b: int, c: int, d: int
) -> tuple[int, int, int, int]:
    """Without what is the same at both ends."""
    while a < b and c < d and old[a] == new[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and old[b - 1] == new[d - 1]:
        b, d = b - 1, d - 1
    return a, b, c, d


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of places of what stands exactly once in both, in the longest order that both share."""
    once_old, once_new = Counter(old), Counter(new)
    place = {token: at for at, token in enumerate(new) if once_new[token] == 1 == once_old.get(token, 0)}
    pairs = [(at, place[token]) for at, token in enumerate(old) if token in place]
    tails: list[int] = []  # the smallest end of an increasing run of each length
    ends: list[int] = []  # which pair that is
    before: list[int] = []
    for number, (_, two) in enumerate(pairs):
        length = bisect_left(tails, two)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [two]
        ends[length : length + 1] = [number]
    found = []
    at = ends[-1] if ends else -1
    while at >= 0:
        found.append(pairs[at])
        at = before[at]
    return found[::-1]

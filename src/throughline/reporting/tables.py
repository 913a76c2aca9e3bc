"""Tables of what passed the door: protected counts in, cells that are read out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from throughline.methods.funnel import DENOMINATOR_LABELS, DENOMINATORS, Funnel
from throughline.methods.suppression import ProtectedTable, Why
from throughline.methods.table import ALL, Key
from throughline.reporting.document import Cell, Kind, TableBlock, say
from throughline.reporting.labels import DIMENSIONS, HEADS, NO_NAMES, STEPS, VALUES, group_words, split_by
from throughline.reporting.wording import count_text, percent_text
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import NOTHING_LABELS, SUPPRESSED, Nothing
from throughline.vocabulary.study import Step

SUPPRESSED_NOTE = say(
    "Suppressed: too few to be shown, part of a group of too few, or needed to keep another count from being worked out."
)
BEFORE_NOTE = say(
    "Some of these are suppressed because, beside what left the same freeze before, they would give away a small count or one that was"
    " suppressed there. Asked for first, they might have been shown."
)
ROUNDED_NOTE = say(
    "Counts are rounded to the nearest %(rounding)s; percentages are taken from rounded counts."
)
KINDS = tuple(kind.value for kind in Nothing)


def number(count: float | None) -> Cell:
    """A count, or suppressed where the door kept it."""
    if count is None:
        return Cell(SUPPRESSED, Kind.SUPPRESSED)
    return Cell(count_text(count), Kind.NUMBER)


def nothing(kind: str) -> Cell:
    return Cell(NOTHING_LABELS[Nothing(kind)], Kind.NOTHING)


def share(part: int | None, whole: int | None) -> Cell:
    """A percentage of what is shown; where either count is suppressed, so is it. Of nobody there is none."""
    if part is None or whole is None:
        return Cell(SUPPRESSED, Kind.SUPPRESSED)
    if whole == 0:
        return nothing(Nothing.NOT_APPLICABLE.value)
    return Cell(percent_text(min(1.0, part / whole)), Kind.NUMBER)


@dataclass(frozen=True, slots=True)
class ReleasedFunnel:
    """A funnel as it left: for each step a protected table by the values split by, then by the step's value.

    `within` narrows all of it in words ("before"), or is empty. A step whose table was refused is not in it.
    """

    funnel: Funnel
    by: tuple[str, ...]
    tables: Mapping[Step, ProtectedTable]
    within: str = ""

    def __post_init__(self) -> None:
        for table in self.tables.values():
            if table.dimensions[:-1] != self.by:
                raise Invalid(
                    Sentence(
                        "A funnel split by %(expected)s holds a table by %(given)s.",
                        expected=", ".join(self.by) or "nothing",
                        given=tuple(table.dimensions),
                    )
                )

    def groups(self) -> list[Key]:
        """The groups of all steps in order, totals left out: they stand in tables of their own."""
        found = {key[:-1] for table in self.tables.values() for key in (*table.cells, *table.nothing)}
        return ordered(group for group in found if ALL not in group)

    def steps(self) -> list[Step]:
        return [step for step in DENOMINATORS[self.funnel] if step in self.tables]

    def count(self, group: Key, step: Step, value: str) -> int | Nothing | None:
        """A count; None where it is suppressed; a kind of nothing where there is none."""
        table, key = self.tables[step], (*group, value)
        if key in table.nothing:
            return table.nothing[key]
        cell = table.cells.get(key)
        # A value that the table does not hold was counted for nobody in it.
        return 0 if cell is None else cell.count

    def values(self) -> list[str]:
        """The values that occur anywhere."""
        named = {key[-1] for t in self.tables.values() for key, cell in t.cells.items() if cell.count != 0}
        return [value for value in VALUES if value in named]


_ORDER = (
    "intervention",
    "comparison",
    "none",
    "before",
    "implementation",
    "after",
    "service",
    "peer",
    "police",
)


def ordered(groups: Iterable[Key]) -> list[Key]:
    """Groups in the order in which they are read."""
    return sorted(groups, key=lambda group: [(_place(part), part) for part in group])


def _place(part: str) -> int:
    """Arms, phases and routes in their own order, sites by name after them."""
    return _ORDER.index(part) if part in _ORDER else len(_ORDER)


def funnel_table(
    released: ReleasedFunnel, *, name: str, caption: Sentence, names: Mapping[str, str] = NO_NAMES
) -> TableBlock:
    """A row for each group and step, with its denominator named and each kind of nothing in a column of its own.

    `names` holds the sites' names.
    """
    values = [value for value in released.values() if value != "yes"]
    columns = [
        *([split_by(tuple(DIMENSIONS[part] for part in released.by))] if released.by else []),
        say("Step"), say("Of"), say("Counted"), say("Yes"), say("Share"),
        *(HEADS[value] for value in values),
    ]  # fmt: skip
    rows = []
    for group in released.groups():
        for step in released.steps():
            counted, yes = released.count(group, step, ALL), released.count(group, step, "yes")
            rows.append(
                (
                    *([Cell(group_words(group, names))] if released.by else []),
                    Cell(STEPS[step]),
                    Cell(DENOMINATOR_LABELS[DENOMINATORS[released.funnel][step]]),
                    _told(counted),
                    _told(yes),
                    _share(yes, counted),
                    *(_told(released.count(group, step, value)) for value in values),
                )
            )
    return TableBlock(name, caption, tuple(columns), tuple(rows), notes(released.tables.values()))


def notes(tables: Iterable[ProtectedTable]) -> tuple[Sentence, ...]:
    """What a reader must know of how tables were protected."""
    held = list(tables)
    told = []
    if any(cell.count is None for table in held for cell in table.cells.values()):
        told.append(SUPPRESSED_NOTE)
    told += before_notes(held)
    rounding = max((table.profile.rounding for table in held), default=1)
    if rounding > 1:
        told.append(ROUNDED_NOTE.given(rounding=rounding))
    return tuple(told)


def before_notes(tables: Iterable[ProtectedTable | None]) -> tuple[Sentence, ...]:
    """That something is suppressed for the sake of what left before, where it is; which, nobody is told."""
    held = (cell for table in tables if table is not None for cell in table.cells.values())
    return (BEFORE_NOTE,) if any(cell.why == Why.BEFORE for cell in held) else ()


def plain_table(
    name: str,
    caption: Sentence,
    columns: Sequence[Sentence],
    rows: Iterable[Sequence[Cell]],
    told: Sequence[Sentence] = (),
) -> TableBlock:
    """A table of what was checked elsewhere. Raises Invalid for a row of another width."""
    made = tuple(tuple(row) for row in rows)
    if any(len(row) != len(columns) for row in made):
        raise Invalid(Sentence("A row of the table %(name)s has another width than its head.", name=name))
    return TableBlock(name, caption, tuple(columns), made, tuple(told))


def _told(count: int | Nothing | None) -> Cell:
    return nothing(count.value) if isinstance(count, Nothing) else number(count)


def _share(yes: int | Nothing | None, counted: int | Nothing | None) -> Cell:
    for one in (yes, counted):
        if isinstance(one, Nothing):
            return nothing(one.value)
    return share(yes, counted)  # type: ignore[arg-type]  # kinds of nothing were answered above


def shares_of(released: ReleasedFunnel) -> Mapping[tuple[Key, Step], float | None]:
    """Shares to draw: None where the door kept a count, or nobody is in the denominator."""
    drawn: dict[tuple[Key, Step], float | None] = {}
    for group in released.groups():
        for step in released.steps():
            yes, counted = released.count(group, step, "yes"), released.count(group, step, ALL)
            is_number = isinstance(yes, int) and isinstance(counted, int) and counted > 0
            drawn[group, step] = min(1.0, yes / counted) if is_number else None  # type: ignore[operator]  # numbers: is_number
    return drawn

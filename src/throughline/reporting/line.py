"""The line from contact to coming back: of contacts, of codes, and referrals entered by a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from throughline.methods.competing_risks import CENSORING
from throughline.methods.funnel import (
    DENOMINATOR_LABELS,
    DENOMINATORS,
    OWN_DENOMINATOR,
    UNKNOWN_STAYS,
    Funnel,
)
from throughline.methods.intervals import SITES_DRAWN
from throughline.methods.suppression import ProtectedTable
from throughline.methods.table import ALL
from throughline.reporting import figures, referrals, reported
from throughline.reporting.document import Block, Bullets, Cell, FigureBlock, Kind, Paragraph, Section, say
from throughline.reporting.labels import SPLITS, STEPS, group_words, split_by, word
from throughline.reporting.marks import Mark
from throughline.reporting.material import EnteredShare, Material
from throughline.reporting.tables import (
    ReleasedFunnel,
    funnel_table,
    notes,
    nothing,
    number,
    ordered,
    plain_table,
    share,
    shares_of,
)
from throughline.reporting.wording import entered_by_day, percent_text, sentence_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED, SUPPRESSED_LABEL, Nothing
from throughline.vocabulary.study import Step

_TOLD_OF_CONTACTS = frozenset({"crack_use_told", "further_need_told", "response"})


def contacts(material: Material) -> Section:
    """The funnel of contacts by arm and phase, by route and by site."""
    blocks: list[Block] = [Paragraph(UNKNOWN_STAYS), Paragraph(OWN_DENOMINATOR)]
    for released in material.funnels:
        if released.funnel is Funnel.CONTACTS:
            blocks += _one(
                released, say("Contacts by %(split)s", split=_split(released)), material.design.site_names
            )
            if released.by == ("arm", "phase"):
                blocks += [Paragraph(one, is_note=True) for one in reported.by_arm(material)]
    by_route = any(one.by == ("route",) and one.funnel is Funnel.CONTACTS for one in material.funnels)
    marks = frozenset({Mark.ROUTES} if by_route else ())
    return Section("contacts", say("The line, of contacts"), tuple(blocks), marks)


def codes(material: Material) -> Section:
    """The funnel of codes, and whether codes may be contrasted between routes."""
    blocks: list[Block] = []
    if material.without_code is not None:
        table = material.without_code
        routes = sorted({key[0] for key in table.cells if key[0] != ALL})
        rows = [
            (
                Cell(word(route)),
                number(table.cells[route, ALL].count),
                number(_count(table, route)),
                share(_count(table, route), table.cells[route, ALL].count),
            )
            for route in (*routes, ALL)
        ]
        blocks.append(
            plain_table(
                "without-code", say("Contacts that carry no client code, by route, of all contacts by that route"),
                (say("Route"), say("Contacts"), say("Without a code"), say("Share")), rows, notes([table]),
            )
        )  # fmt: skip
    if material.codes_by_route is not None:
        blocks.append(Paragraph(material.codes_by_route))
    else:
        blocks.append(
            Paragraph(say("Few contacts carry no code, so codes may be set against each other by route."))
        )
    for released in material.funnels:
        if released.funnel is Funnel.CODES:
            caption = say(
                "Distinct codes by %(split)s, in the phase %(phase)s",
                split=_split(released),
                phase=word(released.within),
            )
            blocks += _one(released, caption, material.design.site_names)
            if {Step.ACCEPTED, Step.ENTERED} & set(released.steps()):
                blocks.append(Paragraph(referrals.MERGED, is_note=True))
    return Section("codes", say("The line, of distinct codes"), tuple(blocks))  # fmt: skip


def _count(table: ProtectedTable, route: str) -> int | None:
    """Contacts of a route without a code; where no contact at all is without one, the table has no such cell."""
    cell = table.cells.get((route, "without_code"))
    return 0 if cell is None else cell.count


def _split(released: ReleasedFunnel) -> Sentence:
    return split_by(tuple(SPLITS[part] for part in released.by))


def _one(released: ReleasedFunnel, caption: Sentence, names: Mapping[str, str]) -> list[Block]:
    name = "-".join([released.funnel.value, *released.by, *([released.within] if released.within else [])])
    blocks: list[Block] = [Paragraph(caption, is_heading=True)]
    drawn = _figure(released, name, caption)
    if drawn is not None:
        blocks.append(drawn)
    told = say("%(caption)s: each step with its denominator and every kind of nothing", caption=caption)
    blocks.append(funnel_table(released, name=f"{name}-table", caption=told, names=names))
    return blocks


def _figure(released: ReleasedFunnel, name: str, caption: Sentence) -> FigureBlock | None:
    """Panels by the first split, bars by the second; a split by one has bars alone. More than four bars are a table."""
    groups = released.groups()
    series = list(dict.fromkeys(word(group[-1]) for group in groups))
    panels = list(dict.fromkeys(word(group[0]) if len(group) > 1 else "" for group in groups))
    if len(series) > len(figures.SERIES) or not groups:
        return None
    steps = [str(STEPS[step]) for step in released.steps()]
    rows = []
    for (group, step), value in shares_of(released).items():
        rows.append(
            {
                "panel": word(group[0]) if len(group) > 1 else "",
                "series": word(group[-1]),
                "step": str(STEPS[step]),
                "share": value,
                "at": value or 0,
                "text": percent_text(value) if value is not None else str(SUPPRESSED_LABEL),
            }
        )
    unit = say("share of those who could take the step")
    chart = figures.funnel_bars(rows, panels=panels, series=series, steps=steps, unit=str(unit))
    title = say("%(caption)s: share that took each step", caption=caption)
    description = say("Bars for each step; the numbers stand in the table that follows.")
    return figures.figure(chart, name=name, title=title, description=description)


def entered(material: Material) -> Section:
    """Share of referrals that entered by a day, where other ends compete."""
    days = sorted({day["day"] for row in material.entered for day in row.by_day})
    order = {group: place for place, group in enumerate(ordered(row.group for row in material.entered))}
    shares = sorted(
        (row for row in material.entered if "none" not in row.group[:1]), key=lambda row: order[row.group]
    )
    rows = [_entered_row(row, days) for row in shares]
    caption = say(
        "Share of referrals entered by a day after they were made, with the interval by resampling sites; open and unknown "
        "ends are in the denominator"
    )
    columns = (
        say("Group"), say("Referrals"), say("Sites"), say("Still open"), say("End unknown"), *(say("By day %(day)s", day=day) for day in days),
    )  # fmt: skip
    blocks: list[Block] = [*referrals.told(material), plain_table("entered-table", caption, columns, rows)]
    reasons = _reasons(shares)
    if reasons:
        blocks.append(Bullets(say("Where there is no share or no interval"), reasons))
    told = [day for row in shares for day in row.by_day if day["share"] is not None]
    if told:
        drawn = (SITES_DRAWN,) if any(day["interval"] for day in told) else ()
        blocks.append(Bullets(say("This takes for granted"), (CENSORING, *drawn)))
    marks = frozenset({Mark.ANCILLARY} if any(share.by_day for share in material.entered) else ())
    return Section("entered", say("Entered by a day"), tuple(blocks), marks)


def _entered_row(row: EnteredShare, days: list[int]) -> tuple[Cell, ...]:
    name = Cell(_of(row))
    if row.is_suppressed:
        return (name, *(Cell(SUPPRESSED, Kind.SUPPRESSED) for _ in range(4 + len(days))))
    told = {day["day"]: day for day in row.by_day}
    counts: tuple[Cell, ...] = (nothing(Nothing.NOT_APPLICABLE.value),) * 4
    if row.refused is None:
        counts = tuple(
            number(None if isinstance(count, str) else count)
            for count in (row.n, row.sites, row.still_open, row.unknown)
        )
    return (
        name,
        *counts,
        *(
            Cell(entered_by_day(told[day]), Kind.NUMBER if told[day]["share"] is not None else Kind.NOTHING)
            if day in told
            else Cell(row.refused or "", Kind.NOTHING)
            for day in days
        ),
    )


def _of(row: EnteredShare) -> str | Sentence:
    """A group's name; undivided it is of every site of the study, and of no other."""
    return group_words(row.group) if row.group else say("all study sites")


def _reasons(rows: Iterable[EnteredShare]) -> tuple[Sentence, ...]:
    found = [
        say("%(group)s: %(why)s", group=_of(row), why=sentence_of(day["no_interval"]))
        for row in rows
        for day in row.by_day
        if day["share"] is not None and day["no_interval"]
    ]
    return tuple(dict.fromkeys(found))


def step_sentences(material: Material, step: str) -> tuple[Sentence, ...]:
    """The shares of a step that left, by arm and phase (of codes for coming back and for ends of referrals)."""
    told = _contacts_counted(material) if step == Step.CONTACT else []
    for released in material.funnels:
        if released.by not in (("arm", "phase"), ("arm",)):
            continue
        own = [one for one in released.steps() if one.value == step]
        if not own or (released.funnel is Funnel.CODES and step in _TOLD_OF_CONTACTS):
            continue
        for (group, one), value in shares_of(released).items():
            if one.value == step and "none" not in group:
                place = (*group, released.within) if released.within else group
                told.append(
                    say(
                        "%(group)s: %(share)s %(denominator)s",
                        group=group_words(place),
                        share=percent_text(value) if value is not None else str(SUPPRESSED_LABEL),
                        denominator=DENOMINATOR_LABELS[DENOMINATORS[released.funnel][one]],
                    )
                )
    return (*told, *referrals.step_sentences(material, step))


def _contacts_counted(material: Material) -> list[Sentence]:
    """Contacts by arm and phase: the totals of any table of them."""
    for released in material.funnels:
        if (
            released.funnel is Funnel.CONTACTS
            and released.by == ("arm", "phase")
            and Step.CRACK_USE_TOLD in released.steps()
        ):
            return [
                say(
                    "%(group)s: %(count)s contact",
                    "%(group)s: %(count)s contacts",
                    group=group_words(group),
                    count=SUPPRESSED_LABEL if n is None else n,
                )
                for group in released.groups()
                if "none" not in group
                and not isinstance(n := released.count(group, Step.CRACK_USE_TOLD, ALL), Nothing)
            ]
    return []

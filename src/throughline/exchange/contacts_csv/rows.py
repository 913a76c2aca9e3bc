"""Rows of a contact log -> drafts, or rejects with line, column, kind of value and reason. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from throughline.exchange.contacts_csv.context import ContactContext, SiteRef
from throughline.exchange.contacts_csv.mapping import (
    NONE,
    BarrierColumn,
    ClientCode,
    ContactMapping,
    DisclosureColumn,
    KitColumn,
    NeedColumn,
)
from throughline.exchange.table.binding import cells_of
from throughline.exchange.table.cells import (
    UNTRANSLATED,
    Cells,
    Reject,
    Rejected,
    count_in,
    day_in,
    kind_of,
    moment_in,
    translated,
    word_in,
)
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.mapping import Number, Translated, folded
from throughline.exchange.table.origins import Origins
from throughline.rules.client_code import check_code, hint_words
from throughline.vocabulary.chain import (
    ActionKind,
    Answer,
    BarrierLevel,
    ContactKind,
    DurationBand,
    Mode,
    Newness,
    RaisedBy,
    Route,
    Urgency,
    WhoSpoke,
)
from throughline.vocabulary.contact import (
    BarrierDraft,
    ContactDraft,
    DisclosureDraft,
    KitLineDraft,
    NeedDraft,
)
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import local_day

W = TypeVar("W", bound=StrEnum)
EARLIEST = 1990  # the first year of a contact that can be recorded at all


def map_rows(
    document: TableDocument, mapping: ContactMapping, context: ContactContext, origins: Origins, now: datetime
) -> Iterator[ContactDraft | Reject]:
    """One draft or one reject per row, in order. `now`: nothing can have happened later.

    Raises Invalid before the first row where the mapping names columns that the document does not have.
    """
    for cells in cells_of(document, mapping):
        if isinstance(cells, Reject):
            yield cells
            continue
        try:
            yield _draft(cells, mapping, context, origins, now)
        except Rejected as rejected:
            yield Reject(cells.line, rejected.column, rejected.kind, rejected.reason)


def _draft(
    cells: Cells, mapping: ContactMapping, context: ContactContext, origins: Origins, now: datetime
) -> ContactDraft:
    origin_key = origins.of_row(cells)
    site = _site(cells, mapping.site, context)
    zone = mapping.time_zone or site.time_zone
    moment = moment_in(cells, mapping.when, ZoneInfo(zone), now, earliest=EARLIEST)
    if isinstance(moment, Nothing):
        raise cells.reject(mapping.when.clock.column, Sentence("A contact needs a date."))
    day = local_day(moment, zone)
    return ContactDraft(
        site_id=site.id,
        route=_closed(cells, mapping.route, Route, None),
        device_time=moment,
        client_code=_code(cells, mapping.client, context) if mapping.client else None,
        kind=ContactKind.SINGLE if mapping.tally is None else ContactKind.TALLY,
        tally=_tally(cells, mapping.tally) if mapping.tally else 1,
        place=_or_not_recorded(word_in(cells, mapping.place)),
        mode=_closed(cells, mapping.mode, Mode, Mode.NOT_RECORDED),
        who_spoke=_closed(cells, mapping.who_spoke, WhoSpoke, WhoSpoke.NOT_RECORDED),
        newness=_closed(cells, mapping.newness, Newness, Newness.UNKNOWN),
        duration=_closed(cells, mapping.duration, DurationBand, DurationBand.NOT_RECORDED),
        on_behalf_of=count_in(cells, mapping.on_behalf_of) if mapping.on_behalf_of else Nothing.NOT_RECORDED,
        kit_lines=tuple(line for kit in mapping.kit for line in _kit_line(cells, kit, context, day)),
        disclosures=tuple(told for spec in mapping.disclosures for told in _disclosure(cells, spec)),
        needs=tuple(need for spec in mapping.needs for need in _needs(cells, spec)),
        barriers=_barriers(cells, mapping.barriers),
        origin_key=origin_key,
        is_after_the_fact=True,
    )


def _site(cells: Cells, spec: Translated, context: ContactContext) -> SiteRef:
    word = word_in(cells, spec, is_open=not spec.values)
    found = None if isinstance(word, Nothing) else context.sites.get(folded(word))
    if found is None:
        raise cells.reject(
            str(spec.column), Sentence("There is no site of this name at which you may record contacts.")
        )
    return found


def _closed(cells: Cells, spec: Translated, words: type[W], otherwise: W | None) -> W:
    """A word of a closed list. Those lists know one kind of nothing at most: whichever it is becomes that."""
    word = word_in(cells, spec)
    if not isinstance(word, Nothing):
        return words(word)
    if otherwise is None:
        raise cells.reject(str(spec.column), Sentence("This cannot be left out: each row needs it."))
    return otherwise


def _or_not_recorded(word: str | Nothing) -> str:
    return Nothing.NOT_RECORDED.value if isinstance(word, Nothing) else word


def _tally(cells: Cells, spec: Number) -> int:
    number = count_in(cells, spec)
    if isinstance(number, Nothing) or number < 1:
        raise cells.reject(spec.column, Sentence("A tally counts 1 contact or more."))
    return number


def _code(cells: Cells, spec: ClientCode, context: ContactContext) -> str | None:
    """The client code, held against the programme's rule; None for an anonymous contact."""
    written = _whole_code(cells, spec) if spec.code else _code_of_parts(cells, spec)
    column = spec.code or (spec.initials or ("",))[0]
    if written is None:
        if spec.missing == "reject":
            raise cells.reject(
                column, Sentence("The row has no client code, and the mapping says to reject such rows.")
            )
        return None
    try:
        check_code(written, pattern=context.code_pattern, hint=context.code_hint)
    except Invalid:
        kind = kind_of(cells.text(column))
        why = Sentence(
            "This client code does not follow the programme's rule: %(hint)s.",
            hint=hint_words(context.code_hint),
        )
        raise Rejected(column, kind, why) from None
    return written


def _whole_code(cells: Cells, spec: ClientCode) -> str | None:
    column = str(spec.code)
    return cells.text(column) if cells.nothing(column) is None else None


def _code_of_parts(cells: Cells, spec: ClientCode) -> str | None:
    """Initials, date of birth as DDMMYYYY, one letter: None where a part is missing."""
    if spec.initials is None or spec.born is None or spec.sex is None:
        return None
    if any(cells.nothing(column) is not None for column in spec.initials):
        return None
    names = [cells.text(column) for column in spec.initials]
    initials = names[0] if len(names) == 1 else "".join(name[0] for name in names)
    born, sex = day_in(cells, spec.born), word_in(cells, spec.sex)
    if isinstance(born, Nothing) or isinstance(sex, Nothing):
        return None
    return f"{initials}{born:%d%m%Y}{sex}"


def _kit_line(cells: Cells, spec: KitColumn, context: ContactContext, day: date) -> Iterator[KitLineDraft]:
    number = spec.values.get(folded(cells.text(spec.column)))
    quantity = count_in(cells, Number(column=spec.column)) if number is None else number
    given = 0 if isinstance(quantity, Nothing) else quantity
    returned = count_in(cells, spec.returned) if spec.returned else Nothing.NOT_RECORDED
    if not given and (isinstance(returned, Nothing) or not returned):
        return
    item = context.items[folded(spec.item)] if spec.item else None
    kit = context.kit_on(spec.kit, day) if spec.kit else None
    yield KitLineDraft(
        item_id=item, kit_version_id=kit, quantity=given, returned=returned, lot_id=_lot(cells, spec, context, item, kit)
    )  # fmt: skip


def _lot(
    cells: Cells, spec: KitColumn, context: ContactContext, item: UUID | None, kit: UUID | None
) -> UUID | None:
    """The lot by its batch number, of the item or of something in the kit; None where the cell says nothing."""
    if spec.lot is None or cells.nothing(spec.lot) is not None:
        return None
    items = [item] if item else sorted(context.inside.get(kit, ()), key=str) if kit else []
    batch = folded(cells.text(spec.lot))
    found = [context.lots[one, batch] for one in items if (one, batch) in context.lots]
    if len(found) != 1:
        raise cells.reject(
            spec.lot,
            Sentence(
                "There is no lot of this number among what was given. Receive it first, or mend the cell.",
            ),
        )
    return found[0]


def _disclosure(cells: Cells, spec: DisclosureColumn) -> Iterator[DisclosureDraft]:
    """Silence leaves no line: no line already is 'not recorded'."""
    answer = Answer(translated(cells, spec.column, spec.values, spec.nothing))
    if answer is not Answer.NOT_RECORDED:
        raised_by = _closed(cells, spec.raised_by, RaisedBy, RaisedBy.NOT_RECORDED)
        yield DisclosureDraft(spec.topic, answer, raised_by)


def _needs(cells: Cells, spec: NeedColumn) -> Iterator[NeedDraft]:
    domains = _several(cells, spec.column, spec.values, spec.nothing, spec.separator)
    if not domains:
        return
    urgency = _closed(cells, spec.urgency, Urgency, Urgency.NOT_RECORDED)
    words = [word_in(cells, action) for action in spec.actions]
    actions = tuple(
        dict.fromkeys(ActionKind(word) for word in words if not isinstance(word, Nothing) and word != NONE)
    )
    barriers = _barriers(cells, spec.barriers)
    for domain in domains:
        yield NeedDraft(domain, urgency, actions, barriers)


def _barriers(cells: Cells, specs: tuple[BarrierColumn, ...]) -> tuple[BarrierDraft, ...]:
    return tuple(
        BarrierDraft(kind, _closed(cells, spec.level, BarrierLevel, BarrierLevel.NOT_RECORDED))
        for spec in specs
        for kind in _several(cells, spec.column, spec.values, spec.nothing, spec.separator)
    )


def _several(
    cells: Cells,
    column: str,
    values: Mapping[str, str],
    nothing: Mapping[str, Nothing],
    separator: str | None,
) -> list[str]:
    """The translations of a cell's words, each once; of the whole cell where there is no separator."""
    cell = cells.text(column)
    if separator is None or folded(cell) in values or cells.nothing(column, nothing) is not None:
        words = [translated(cells, column, values, nothing)]
    else:
        pieces = [folded(piece) for piece in cell.split(separator) if piece.strip()]
        if any(piece not in values for piece in pieces):
            raise cells.reject(column, UNTRANSLATED)
        words = [values[piece] for piece in pieces]
    return list(dict.fromkeys(word for word in words if not isinstance(word, Nothing) and word != NONE))

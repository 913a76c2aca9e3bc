"""How the coding was checked: agreement of each closed round, what became of disagreements, and saturation."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.reporting.agreement_table import IN_WORDS
from throughline.reporting.document import Block, Cell, Kind, Paragraph, Section, TableBlock, say
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain
from throughline.reporting.tables import number, plain_table
from throughline.reporting.wording import count_text, decimal_text, percent_text, sentence_of
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED, SUPPRESSED_LABEL

SOURCES = say("%(count)s source", "%(count)s sources")
SETTLED = say(
    "Where coders differed, a person settled it stretch by stretch, with a reason: the code stands there, or it does not."
)


def coding(material: Material) -> Iterator[Section]:
    """No section where no analysis of the study makes use of agreement or saturation."""
    blocks: list[Block] = []
    marks: set[Mark] = set()
    for number_of, one in enumerate(material.coded, start=1):
        blocks.append(Paragraph(say("%(question)s", question=one["question"]), is_heading=True))
        for place, row in enumerate(one["rounds"], start=1):
            blocks += _round(row, f"{number_of}-{place}")
            marks.add(Mark.AGREEMENT)
        if one["saturation"]:
            blocks += _saturation(one["saturation"])
            marks.add(Mark.SATURATION)
    if blocks:
        yield Section("coding", say("How the coding was checked"), tuple(blocks), frozenset(marks))


def _round(row: Plain, name: str) -> Iterator[Block]:
    how = (
        say("without seeing each other's work")
        if row["is_blind"]
        else say("who may have seen each other's work")
    )
    yield Paragraph(
        say(
            "Round “%(name)s”: %(coders)s, %(sources)s, %(how)s.",
            name=row["name"], coders=say("%(count)s coder", "%(count)s coders", count=row["coders"]),
            sources=say("%(count)s source", "%(count)s sources", count=row["sources"]), how=how,
        )
    )  # fmt: skip
    for place, table in enumerate(row["tables"], start=1):
        yield _table(table, row["name"], f"agreement-{name}-{place}")
    yield Paragraph(_differing(row["settled"]))


def _table(table: Plain, round_name: str, name: str) -> TableBlock:
    """As it left; `to` and `from` are the ends of the interval, from sources drawn anew."""
    caption = say("%(title)s, round “%(name)s”", title=table["title"], name=round_name)
    head = tuple(say("%(head)s", head=HEADS.get(one, one.capitalize())) for one in table["head"])
    rows = [tuple(_cell(one) for one in row) for row in table["rows"]]
    return plain_table(name, caption, head, rows, [say("%(note)s", note=note) for note in table["notes"]])


HEADS = {"Krippendorff's alpha": "Krippendorff's alpha", "from": "Interval from", "to": "Interval to"}


def _cell(one: str | float) -> Cell:
    if one == SUPPRESSED:
        return Cell(SUPPRESSED, Kind.SUPPRESSED)
    if isinstance(one, str):
        return Cell(IN_WORDS.get(one, one))
    return number(one) if isinstance(one, int) else Cell(decimal_text(one), Kind.NUMBER)


def _differing(settled: Plain) -> Sentence:
    if settled["differing"] == 0:
        return say("Coders differed nowhere.")
    differing = SUPPRESSED_LABEL if settled["differing"] is None else count_text(settled["differing"])
    if settled["stands"] is None:
        return say(
            "%(settled)s Stretches on which they differed: %(differing)s; how many were settled which way is suppressed.",
            settled=SETTLED, differing=differing,
        )  # fmt: skip
    return say(
        "%(settled)s Stretches on which they differed: %(differing)s; the code stands on %(stands)s, does not on %(falls)s, and "
        "%(open)s are not settled.",
        settled=SETTLED, differing=differing,
        **{name: count_text(settled[name]) for name in ("stands", "falls", "open")},
    )  # fmt: skip


def _saturation(found: Plain) -> Iterator[Block]:
    sizes = {
        "base": count_text(found["base_size"]), "run": SOURCES.given(count=found["run_length"]),
        "threshold": percent_text(found["threshold"]),
    }  # fmt: skip
    if found["reached"] is None:
        yield Paragraph(
            say(
                "Saturation was not reached in %(count)s source: no %(run)s in a row brought at most"
                " %(threshold)s as many new codes as the first %(base)s had.",
                "Saturation was not reached in %(count)s sources: no %(run)s in a row brought at most"
                " %(threshold)s as many new codes as the first %(base)s had.",
                count=found["n"], **sizes,
            )
        )  # fmt: skip
    else:
        yield Paragraph(
            say(
                "Saturation was reached after %(reached)s of %(count)s source: the next %(run)s brought at most %(threshold)s as many "
                "new codes as the first %(base)s had.",
                "Saturation was reached after %(reached)s of %(count)s sources: the next %(run)s brought at most %(threshold)s as many "
                "new codes as the first %(base)s had.",
                reached=count_text(found["reached"]), count=found["n"], **sizes,
            )
        )  # fmt: skip
    for one in found["assumptions"]:
        yield Paragraph(sentence_of(one), is_note=True)


def methods_of(one: Plain) -> set[str]:
    """Of an analysis in `Material.coded`."""
    own = {method for row in one["rounds"] for method in row["methods"]}
    return own | ({one["saturation"]["method"]} if one["saturation"] else set())

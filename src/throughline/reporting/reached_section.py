"""What reached the comparison sites: the share there who got or used a pipe of the programme, wave by wave, as it left."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.reporting import composition_words as words
from throughline.reporting.document import Block, Bullets, Paragraph, Section, say
from throughline.reporting.material import Material
from throughline.reporting.wording import sentence_of
from throughline.vocabulary.study import OutcomeSourceKind

LEAD = say(
    "Pipes of the programme may reach people at comparison sites. Then the arms lie nearer to each other than they would have, and "
    "what follows says how many told of it."
)
NOT_NAMED = say(
    "Whether pipes of the programme reached comparison sites is not told: no question of the survey was named for it."
)


def reached(material: Material) -> Iterator[Section]:
    """One section where a survey was held; where no question was named for it, it says so."""
    told = material.reached
    if told is None:
        if any(one.found["outcome"]["source"] == OutcomeSourceKind.SURVEY for one in material.estimates):
            yield _section((Paragraph(NOT_NAMED),))
        return
    asked = say("The question that was asked: %(asked)s", asked=told["asked"])
    if told["refused"]:
        yield _section(
            (Paragraph(LEAD), Paragraph(asked, is_note=True), Paragraph(sentence_of(told["refused"])))
        )
        return
    blocks: tuple[Block, ...] = (
        Paragraph(LEAD),
        Paragraph(asked, is_note=True),
        Bullets(say("By wave"), tuple(words.shares_reached(told))),
        Bullets(
            say("What this takes for granted, and cannot show"),
            (*map(sentence_of, told["assumptions"]), sentence_of(told["cannot_show"])),
        ),
    )
    yield _section(blocks)


def _section(blocks: tuple[Block, ...]) -> Section:
    return Section("reached", say("What reached the comparison sites"), blocks)

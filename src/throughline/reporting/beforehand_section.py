"""How the arms moved before the programme, for each step that services record: of what left."""

from __future__ import annotations

from collections.abc import Iterator

from throughline.methods.beforehand import CANNOT_SHOW
from throughline.reporting import beforehand_words as words
from throughline.reporting.document import Block, Bullets, Paragraph, Section, say
from throughline.reporting.labels import STEPS
from throughline.reporting.material import Material
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.study import Step

LEAD = say(
    "What sets the arms against each other takes for granted that they would have moved alike without the programme. How they moved "
    "before it is what can be looked at."
)


def beforehand(material: Material) -> Iterator[Section]:
    """One section where the freeze was asked it; none else."""
    if not material.beforehand:
        return
    blocks: list[Block] = [Paragraph(LEAD)]
    assumed: dict[Sentence, None] = {}
    for found in material.beforehand:
        blocks.append(Bullets(say("%(step)s", step=STEPS[Step(found["step"])]), tuple(words.told(found))))
        assumed |= dict.fromkeys(words.assumptions(found))
    blocks.append(Bullets(say("What this takes for granted, and cannot show"), (*assumed, CANNOT_SHOW)))
    yield Section("beforehand", say("How the arms moved before the programme"), tuple(blocks))

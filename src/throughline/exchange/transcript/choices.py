"""What somebody says about a reading before it is kept: other speakers, or no turns at all. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from throughline.exchange.transcript.document import TranscriptDocument, Turn
from throughline.exchange.transcript.lines import lines_of
from throughline.exchange.transcript.passages import passages
from throughline.exchange.transcript.putting_right import Step, put_right


@dataclass(frozen=True)
class Choices:
    """`are_turns`: keep the turns as recognised; False: paragraphs in which nobody is named.

    `called`: label -> what it is called instead; two labels called alike are one speaker, "" is nobody. `team`: labels
    (as they are called then) of who asked and was not asked. `steps`: turns put right one by one, before all that.
    """

    are_turns: bool = True
    called: Mapping[str, str] = field(default_factory=dict, repr=False)
    team: frozenset[str] = field(default=frozenset(), repr=False)
    steps: tuple[Step, ...] = field(default=(), repr=False)


def as_chosen(document: TranscriptDocument, choices: Choices) -> TranscriptDocument:
    """The document with its turns as somebody put them right. Its text stays as it is."""
    if not choices.are_turns:
        return replace(document, turns=tuple(_paragraphs(document.text)))
    document = put_right(document, choices.steps)
    called = {label: " ".join(name.split()) or None for label, name in choices.called.items()}
    return replace(
        document,
        turns=tuple(
            replace(turn, speaker=called.get(turn.speaker, turn.speaker)) if turn.speaker else turn
            for turn in document.turns
        ),
    )


def _paragraphs(text: str) -> Iterator[Turn]:
    """What stands between blank lines; where a text has none, its lines."""
    lines = lines_of(text)
    has_gaps = sum(line.gap_before for line in lines) > 1
    start = end = 0
    for line in lines:
        if end and has_gaps and not line.gap_before:
            end = line.end
            continue
        if end:
            yield from (Turn(None, *span) for span in passages(text, start, end))
        start, end = line.start, line.end
    if end:
        yield from (Turn(None, *span) for span in passages(text, start, end))

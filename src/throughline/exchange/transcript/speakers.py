"""Which of the labels that lines seem to begin with are speakers, judged over the whole text.

A colon does not make a speaker: 'Note:', 'https:' and 'He told me this:' have one too. What makes one is
recurrence (people speak more than once), kinship with names that recur, and how much of the text is labelled.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from throughline.exchange.transcript.labels import Label, Style, question_at
from throughline.exchange.transcript.lines import Line, LineKind
from throughline.exchange.transcript.names import (
    HEADER_PARTS,
    HEADER_WORDS,
    STAGE,
    TABLE_HEADS,
    is_name,
    is_proper,
    is_role,
    is_titled,
    is_turned,
    shape,
)

_STRONG = (
    Style.HEADING_COLON,
    Style.MARKED_COLON,
    Style.COLON,
    Style.STAMPED,
    Style.QUESTION,
    Style.TITLED,
)
_WEAK = (Style.BRACKET, Style.TAB, Style.BOLD, Style.HEADING, Style.DASH, Style.BARE)
# How much of the paragraphs a weak style has to label before it is believed.
_WEAK_SHARE = {
    Style.BRACKET: 0.5,
    Style.TAB: 0.5,
    Style.BOLD: 0.3,
    Style.HEADING: 0.2,
    Style.DASH: 0.6,
    Style.BARE: 0.3,
}


_HEADER_LINE = re.compile(r"[*_]{0,3}([^:：\n]{1,30}?)\s*[*_]{0,3}[:：]")
_HEADER_REACH = 20
_SHORT = 60  # characters of what a header says
_PIECES = re.compile(r"\s*(?:[;|\t]|\s{3,})\s*")


@dataclass(frozen=True, slots=True)
class Speakers:
    """The labels that are speakers, by the index of their line, and the lines of a header before them.

    `one_voice_only`: the file labels one voice alone (a moderator's questions), so that a label reaches to the
    end of its paragraph and not to the next label.
    """

    labels: Mapping[int, Label]
    header: frozenset[int]
    one_voice_only: bool


def decide(text: str, lines: Sequence[Line], found: Mapping[int, Label]) -> Speakers:
    """The speakers among the labels `found` (line index -> label)."""
    header = _header(text, lines, found)
    candidates = {index: label for index, label in found.items() if index not in header}
    asked = {index: label for index, label in candidates.items() if label.style is Style.QUESTION}
    if _strong(Style.QUESTION, asked, 1):
        candidates = {index: question_at(text, lines[index]) or label for index, label in candidates.items()}
    paragraphs = max(1, _paragraphs(lines, found))
    styles: dict[Style, dict[int, Label]] = {}
    for index, label in candidates.items():
        styles.setdefault(label.style, {})[index] = label
    accepted: dict[int, Label] = {}
    styles[Style.STAMPED] = _speaking(styles.get(Style.STAMPED, {}), lines)
    for style in _STRONG:
        accepted.update(_strong(style, styles.get(style, {}), paragraphs))
    if len(accepted) * 5 < paragraphs:
        weak = next(filter(None, (_weak(style, styles.get(style, {}), paragraphs) for style in _WEAK)), {})
        accepted = weak if len(weak) > 2 * len(accepted) else accepted
    accepted = _standing_alike(_with_known_names(accepted, candidates), lines)
    return Speakers(
        dict(sorted(accepted.items())),
        header if accepted else frozenset(),
        _is_one_voice(lines, accepted, paragraphs),
    )


def _standing_alike(accepted: Mapping[int, Label], lines: Sequence[Line]) -> dict[int, Label]:
    """Where names stand on lines of their own, one before words on its line is a speaker only if it stands alone elsewhere.

    Else 'Problem: no money' and 'At 10:30 we left' would be people in such a text.
    """
    alone = [key(label.name) for index, label in accepted.items() if label.spoken >= lines[index].end]
    if len(alone) * 10 < len(accepted) * 6 or len(alone) < 4:
        return dict(accepted)
    names = set(alone)
    return {
        index: label
        for index, label in accepted.items()
        if label.spoken >= lines[index].end or key(label.name) in names or is_role(label.name)
    }


def _is_one_voice(lines: Sequence[Line], accepted: Mapping[int, Label], paragraphs: int) -> bool:
    inline = all(
        label.style in (Style.COLON, Style.MARKED_COLON) and label.spoken < lines[index].end
        for index, label in accepted.items()
    )
    names = {key(label.name) for label in accepted.values()}
    return inline and len(names) == 1 and len(accepted) * 2 <= paragraphs


def key(name: str) -> str:
    """What makes two spellings of a label the same speaker."""
    return " ".join(name.split()).casefold()


def _paragraphs(lines: Sequence[Line], found: Mapping[int, Label]) -> int:
    """How many paragraphs of speech: blocks where labels stand after blank lines, else lines."""
    speech = [line for line in lines if line.kind is LineKind.SPEECH]
    blocks = sum(1 for line in speech if line.gap_before)
    starts = [lines[index].gap_before for index, label in found.items() if label.style is not Style.BARE]
    return blocks if sum(starts) * 2 > len(starts) and blocks * 5 >= len(speech) else len(speech)


def _header(text: str, lines: Sequence[Line], found: Mapping[int, Label]) -> frozenset[int]:
    """The lines of the block 'Date: ... / Interviewer: ...' that many transcripts begin with."""
    heads = [
        index
        for index, line in enumerate(lines[:_HEADER_REACH])
        if ((match := _HEADER_LINE.match(text, line.start, line.end)) and _is_header(key(match[1])))
        or _is_header_of_several(text[line.start : line.end])
    ]
    header = set(heads) | _beside_heads(text, lines, heads, found)
    for index in heads:
        block = _block(lines, index)
        if len(block) <= _HEADER_REACH and len(block) < len(lines):
            header.update(block)
    return frozenset(header)


def _beside_heads(
    text: str, lines: Sequence[Line], heads: Sequence[int], found: Mapping[int, Label]
) -> set[int]:
    """Lines among those of a header that are like them: short, behind a name that no later line begins with.

    Next to them only where what stands there is itself a name or a code ('Interviewer: Jane Low'), and no speech.
    """
    if not heads:
        return set()
    counts = Counter(key(label.name) for label in found.values())
    like = {
        index
        for index, label in found.items()
        if label.style in (Style.COLON, Style.MARKED_COLON, Style.BOLD, Style.TAB)
        and counts[key(label.name)] == 1
        and lines[index].end - label.spoken <= _SHORT
    }
    beside = {index for index in like if heads[0] < index < heads[-1]}
    for step, index in ((-1, heads[0] - 1), (1, heads[-1] + 1)):
        while index in like and _is_called(text[found[index].spoken : lines[index].end]):
            beside.add(index)
            index += step
    return beside if len(lines) >= 2 * (len(heads) + len(beside)) else set()


def _is_called(said: str) -> bool:
    return is_name(said) and is_proper(said) and said[-1] not in ".!?…"


def _is_header_of_several(line: str) -> bool:
    """'Interviewer: JL; Participant: P07; Duration: 45 min'"""
    pieces = _PIECES.split(line) if len(line) <= 300 else []
    names = [key(name) for piece in pieces if (name := piece.partition(":")[0]) != piece]
    return len(names) > 1 and len(names) == len(pieces) and any(map(_is_header, names))


def _is_header(name: str) -> bool:
    return name in HEADER_WORDS or not HEADER_PARTS.isdisjoint(name.split())


def _block(lines: Sequence[Line], index: int) -> range:
    """The lines around `index` that no blank line parts, as far as matters."""
    first = index
    while first > 0 and not lines[first].gap_before:
        first -= 1
    last = index + 1
    while last < len(lines) and not lines[last].gap_before and last - first <= _HEADER_REACH:
        last += 1
    return range(first, last)


def _speaking(group: Mapping[int, Label], lines: Sequence[Line]) -> dict[int, Label]:
    """Labels with a time, unless most are lines below which the next one follows at once: those are short speech themselves."""
    silent = sum(
        1
        for index, label in group.items()
        if label.spoken >= lines[index].end and (index + 1 in group or index + 1 == len(lines))
    )
    return {} if silent * 2 > len(group) else dict(group)


def _strong(style: Style, group: Mapping[int, Label], paragraphs: int) -> dict[int, Label]:
    if not group:
        return {}
    if style is Style.QUESTION:
        names = {label.name for label in group.values()}
        return dict(group) if "Q" in names and len(names) > 1 else {}
    counts = Counter(key(label.name) for label in group.values())
    recurring = {name for name, count in counts.items() if count > 1}
    if style is Style.TITLED:
        return dict(group) if len(recurring) > 1 and len(group) > 3 else {}
    share = len(group) / paragraphs
    if style is Style.STAMPED:
        return dict(group) if len(group) > 1 and (share >= 0.2 or len(recurring) > 1) else {}
    if style is not Style.COLON:
        return dict(group) if recurring or (len(group) > 1 and share >= 0.4) else {}
    return _colon(group, counts, recurring, paragraphs)


def _colon(
    group: Mapping[int, Label], counts: Counter[str], recurring: set[str], paragraphs: int
) -> dict[int, Label]:
    named = {key(label.name): label.name for label in group.values()}
    likely = [name for name in counts if counts[name] > 2 or is_proper(named[name])]
    lasting = recurring.intersection(likely)
    labelled = sum(counts[name] for name in lasting)
    everywhere = sum(counts[name] for name in likely) / paragraphs >= 0.6 and len(likely) > 1
    dialogue = len(lasting) > 1 and labelled >= 4 and labelled / paragraphs >= 0.1
    roles = {name for name in lasting if is_role(named[name])}
    if not (everywhere or dialogue):
        frequent = {name for name in lasting if counts[name] > 2} if labelled / paragraphs >= 0.25 else set()
        lasting = roles | frequent
        if not lasting:
            return {}
    shapes = {shape(named[name]) for name in lasting if is_proper(named[name])}
    kin = {one for one in shapes if one != "T" and set(one.split()) != {"s"}}
    dense = everywhere or labelled / paragraphs >= 0.5
    return {
        index: label
        for index, label in group.items()
        if key(label.name) in lasting
        or (
            not is_turned(label.name)  # 'Well, Ann: listen' is speech
            and (shape(label.name) in kin or is_role(label.name) or (dense and is_proper(label.name)))
        )
    }


def _weak(style: Style, group: Mapping[int, Label], paragraphs: int) -> dict[int, Label]:
    left = {
        index: label
        for index, label in group.items()
        if not (style is Style.BRACKET and key(label.name).split()[0].strip("*") in STAGE)
        and not (style is Style.TAB and key(label.name) in TABLE_HEADS)
    }
    counts = Counter(key(label.name) for label in left.values())
    recurring = {name for name, count in counts.items() if count > 1}
    repeated = sum(counts[name] for name in recurring)
    if len(recurring) < 2 or len(left) / paragraphs < _WEAK_SHARE[style] or repeated * 10 < len(left) * 7:
        return {}
    if style in (Style.BRACKET, Style.TAB):
        return left
    return {index: label for index, label in left.items() if key(label.name) in recurring}


def _with_known_names(accepted: Mapping[int, Label], candidates: Mapping[int, Label]) -> dict[int, Label]:
    """A name that is a speaker's elsewhere is one in every style with a colon ('**Anna**:' and once 'Anna:').

    Where somebody speaks, a title before a colon ('THE COURT:') is somebody who does as well, be it once; and a recurring role
    ('PARTICIPANT 2 – Yes') with a dash or a tab.
    """
    names = {key(label.name) for label in accepted.values()}
    colons = (Style.HEADING_COLON, Style.MARKED_COLON, Style.COLON)
    loose = Counter(
        key(label.name) for label in candidates.values() if label.style in (Style.DASH, Style.TAB)
    )
    return {
        index: label
        for index, label in candidates.items()
        if index in accepted
        or (
            label.style in colons and (key(label.name) in names or (bool(accepted) and is_titled(label.name)))
        )
        or (
            accepted
            and loose[key(label.name)] > 1
            and label.style in (Style.DASH, Style.TAB)
            and is_role(label.name)
        )
    }

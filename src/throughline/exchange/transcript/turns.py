"""From a text to its turns: labels where the text has them, paragraphs and passages where it has not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from throughline.exchange.transcript.document import Turn
from throughline.exchange.transcript.labels import Label, find_label
from throughline.exchange.transcript.lines import Line, LineKind
from throughline.exchange.transcript.passages import passages
from throughline.exchange.transcript.speakers import Speakers, decide, key
from throughline.exchange.transcript.stamps import Stamp, stamp_at

# A speech longer than this is unreadable as one turn, whoever holds it.
MOST_TURN_CHARS = 20_000
_END_STAMP = re.compile(r"\s*#\d[\d:.,]{3,12}(?:-\d)?#$")


def turns_of(text: str, lines: Sequence[Line]) -> tuple[Turn, ...]:
    """The turns of `text`, in order, none overlapping; every line of speech lies in one of them."""
    rows = sum(1 for line in lines if line.row is not None)
    if rows * 2 > len(lines):
        return tuple(_of_rows(text, lines))
    if rows:  # a table beside the transcript
        lines = [_whole(text, line) if line.row is not None else line for line in lines]
    found = {
        index: label for index, line in enumerate(lines) if (label := find_label(text, line)) is not None
    }
    speakers = decide(text, lines, found)
    spelling: dict[str, str] = {}
    for label in speakers.labels.values():
        spelling.setdefault(key(label.name), label.name)
    wrapped = _is_wrapped(lines)
    turns: list[Turn] = []
    for first, last in _stretches(lines, speakers, wrapped):
        label = speakers.labels.get(first)
        if label is not None:
            turns.extend(_labelled(text, lines[first:last], label, spelling[key(label.name)]))
            continue
        free = [line for index, line in enumerate(lines[first:last], first) if index not in speakers.header]
        if speakers.labels and not turns:
            free = [line for line in free if _is_sentence(text, line)]
        turns.extend(_unlabelled(text, free, wrapped))
    if not turns:
        turns = [Turn(None, *span) for line in lines for span in passages(text, line.start, line.end)]
    return tuple(_with_lone_stamps(text, lines, turns))


def _whole(text: str, line: Line) -> Line:
    """A row of a table as the line that it stands in."""
    start = text.rfind("\n", 0, line.start) + 1
    return replace(line, start=start, bold_end=start, row=None)


def _of_rows(text: str, lines: Sequence[Line]) -> Iterator[Turn]:
    """The turns of a table that says who speaks in each row; what stands before it is speech only where it reads like it."""
    first = next(at for at, line in enumerate(lines) if line.row is not None)
    wrapped = _is_wrapped(lines)
    yield from _unlabelled(text, [line for line in lines[:first] if _is_sentence(text, line)], wrapped)
    for line in lines[first:]:
        row = line.row
        if row is None:
            yield from _unlabelled(text, [line], wrapped)
            continue
        long = line.end - line.start > MOST_TURN_CHARS
        spans = list(passages(text, line.start, line.end)) if long else [(line.start, line.end)]
        for number, (start, end) in enumerate(spans):
            starts = row.start_ms if number == 0 else None
            yield Turn(row.speaker, start, end, starts, row.end_ms if number == len(spans) - 1 else None)


def _stretches(lines: Sequence[Line], speakers: Speakers, wrapped: bool) -> Iterator[tuple[int, int]]:
    """Ranges of lines: each label's with what belongs to it, and what has no label."""
    first = 0
    while first < len(lines):
        last = first + 1
        closes = first in speakers.labels and speakers.one_voice_only
        while last < len(lines) and last not in speakers.labels:
            if closes and (lines[last].gap_before or not wrapped):
                break
            last += 1
        yield first, last
        first = last


def _labelled(text: str, lines: Sequence[Line], label: Label, speaker: str) -> Iterator[Turn]:
    start, end = label.spoken, 0
    for line in lines:
        if line.end > start and (_is_speech(text, line) or line.start == label.start):
            end = line.end
    if end <= start:  # nothing but stage directions: they are what there is
        end = max((line.end for line in lines if line.kind is not LineKind.HEADING), default=0)
    while start < end and text[start].isspace():
        start += 1
    times = label.times
    stamp = _END_STAMP.search(text, max(start, end - 40), end)
    closing = stamp_at(text, stamp.start() + text[stamp.start() : end].index("#")) if stamp else None
    if stamp is not None and closing is not None and stamp.start() > start:
        end = stamp.start()
    if start >= end:
        return
    spans = [(start, end)] if end - start <= MOST_TURN_CHARS else list(passages(text, start, end))
    for number, (span_start, span_end) in enumerate(spans):
        yield Turn(
            speaker,
            span_start,
            span_end,
            start_ms=times.start_ms if times and number == 0 else None,
            end_ms=_end_ms(times, closing) if number == len(spans) - 1 else None,
            label_start=label.start if number == 0 else None,
        )


def _end_ms(times: Stamp | None, closing: Stamp | None) -> int | None:
    return closing.start_ms if closing is not None else times.end_ms if times is not None else None


def _unlabelled(text: str, lines: Sequence[Line], wrapped: bool) -> Iterator[Turn]:
    """Paragraphs without a speaker; long ones as several passages. A time before a paragraph is kept."""
    for start, end in _paragraphs(text, lines, wrapped):
        stamp = _leading_stamp(text, start, end)
        if stamp is not None:
            start += stamp.end
        for number, (first, last) in enumerate(passages(text, start, end)):
            times = stamp if number == 0 else None
            yield Turn(None, first, last, times.start_ms if times else None, times.end_ms if times else None)


def _leading_stamp(text: str, start: int, end: int) -> Stamp | None:
    """The time that text[start:end] begins with, where words follow and it cannot be a time that is spoken of."""
    stamp = stamp_at(text[start : min(end, start + 60)], 0)
    plain = stamp is not None and (stamp.bracketed or stamp.has_hours or stamp.end_ms is not None)
    return stamp if stamp is not None and plain and start + stamp.end < end else None


def _paragraphs(text: str, lines: Sequence[Line], wrapped: bool) -> Iterator[tuple[int, int]]:
    start = end = 0
    for line in lines:
        if not _is_speech(text, line):
            continue
        begins = _leading_stamp(text, line.start, line.end) is not None
        if end and wrapped and not begins and not line.gap_before and not text[end : line.start].strip():
            end = line.end
            continue
        if end:
            yield start, end
        start, end = line.start, line.end
    if end:
        yield start, end


def _is_speech(text: str, line: Line) -> bool:
    return line.kind is LineKind.SPEECH and _lone_stamp(text, line) is None


def _lone_stamp(text: str, line: Line) -> Stamp | None:
    """The time that a line consists of."""
    if line.end - line.start > 40:
        return None
    stamp = stamp_at(text[line.start : line.end], 0)
    return stamp if stamp is not None and stamp.end == line.end - line.start else None


def _is_sentence(text: str, line: Line) -> bool:
    """Whether a line before the first speaker is speech and not a title."""
    return line.end - line.start > 100 or text[line.end - 1] in '.!?…。！？"”»'


def _is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether lines were broken at a fixed width, so that a paragraph is what stands between blank lines."""
    inner = sorted(
        line.end - line.start
        for line, following in pairwise(lines)
        if line.kind is LineKind.SPEECH and not following.gap_before
    )
    return bool(inner) and inner[len(inner) // 2] >= 45 and inner[len(inner) * 9 // 10] <= 110


def _with_lone_stamps(text: str, lines: Sequence[Line], turns: Sequence[Turn]) -> Iterator[Turn]:
    """Turns without a time take that of the line before them, where that line is a time and nothing else."""
    waiting = iter([(line.start, lone) for line in lines if (lone := _lone_stamp(text, line)) is not None])
    ahead = next(waiting, None)
    reached = 0
    for turn in turns:
        stamp: Stamp | None = None
        while ahead is not None and ahead[0] < turn.start:
            stamp = ahead[1] if ahead[0] >= reached else None
            ahead = next(waiting, None)
        reached = turn.end
        if stamp is not None and turn.start_ms is None:
            turn = replace(turn, start_ms=stamp.start_ms, end_ms=stamp.end_ms)
        yield turn

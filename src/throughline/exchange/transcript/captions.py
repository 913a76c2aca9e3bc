"""WebVTT, SubRip and SubViewer captions: cues, and the passages that a reader can read.

Cues are read here and not by pysubs2, which joins WebVTT notes, styles and cue names to the words before them,
strips voice tags and takes a cue that consists of a number for the number of the next one (version 1.8.1).
Sources: WebVTT, W3C, https://www.w3.org/TR/webvtt1/; SubRip and SubViewer have no standard.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from throughline.exchange.transcript.document import Turn
from throughline.exchange.transcript.lines import without_marks
from throughline.exchange.transcript.names import is_name, is_role
from throughline.exchange.transcript.passages import passages
from throughline.exchange.transcript.speakers import key
from throughline.exchange.transcript.stamps import milliseconds
from throughline.vocabulary.errors import Invalid, Sentence

PAUSE_MS = 2_000
TARGET_CHARS = 250
MOST_CHARS = 700


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: milliseconds from the recording's start, the speaker if tagged, and its lines joined."""

    start_ms: int
    end_ms: int
    speaker: str | None
    text: str
    new_voice: bool = False


# Numbers without their zeros (0:0:3.54) and times in whole seconds are what meeting programs and people write.
_CLOCK = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,:](\d{1,4}))?"
# Word processors make another sign of the arrow.
_ARROW = r"(?:-{1,2}>|[–—]-?>|→)"
_TIMING = re.compile(rf"[ \t]*{_CLOCK}[ \t]*{_ARROW}[ \t]*{_CLOCK}(?=\s|$)")
# What may stand behind the times of a caption and is none of its words: "align:start position:0%", "X1:40 X2:600".
_SETTINGS = re.compile(r"(?:\s+\w+:\S+)*\s*$")
# SubViewer, as video platforms give it: 0:00:00.378,0:00:11.305
_COMMA_CLOCK = r"(?:(\d{1,4}):)(\d{2}):(\d{2})\.(\d{3})"
_COMMA_TIMING = re.compile(rf"[ \t]*{_COMMA_CLOCK},{_COMMA_CLOCK}[ \t]*$")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>\n]{1,200})>")
_TAG = re.compile(
    r"</?(?:c|i|b|u|s|v|lang|ruby|rt|font)(?:[.\s][^<>\n]{0,200})?>|<\d[\d:.]{3,15}>|\{\\[a-zA-Z][^{}\n]{0,60}\}",
    re.IGNORECASE,
)
_SPOKEN_LABEL = re.compile(r"([^\s:：][^:：\n]{0,44}?)\s?[:：](?:\s+|$|(?=[^\x00-\x7f]))")
# How people are shown who gave no name: "ann@example.org", "+44 7700 900123", "Ann @ the clinic"
_CALLED = re.compile(
    r"[^\s@]+@[^\s@]+\.\w+|\+?[\d ()*-]{6,20}|\w[\w.'’ -]{0,40} ?[@|+#/]+ ?\w[\w.'’ -]{0,40}"
)
_CHANGE = re.compile(r"(?:>>+|&gt;&gt;+)\s*")
# The name of a cue that says who speaks, as one meeting program writes it: 12 "Ann Low" (3141592)
_NAMED_CUE = re.compile(r'\s*\d+\s+"([^"\n]{1,200})"(?:\s+\(\d+\))?\s*$')
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]」』）♪]*$")
_NO_BLANK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uff60]")


def read_captions(text: str, filename: str) -> tuple[str, tuple[Turn, ...], tuple[Sentence, ...]]:
    """The words of all cues as readable text, its turns with times, and notes. Raises Invalid without any cue."""
    cues, unread = _cues(text)
    if not cues:
        raise Invalid(
            Sentence(
                "%(file)s holds no caption: no line reads like '00:00:01.000 --> 00:00:04.000' with words below it."
                " If it is plain text, rename it to .txt.",
                file=filename,
            )
        )
    notes: list[Sentence] = []
    if unread:
        notes.append(
            Sentence(
                "Captions with a time that cannot be read: %(count)s. Their words stand with the caption before.",
                count=unread,
            )
        )
    cues, repeated = _without_repeats(cues)
    if repeated:
        notes.append(
            Sentence(
                "Lines that rolling captions show twice and that are kept once: %(count)s.", count=repeated
            )
        )
    cues = _with_names_above([cue for cue in cues if cue.text])
    body, turns = _assemble(_with_spoken_labels(cues))
    return body, turns, tuple(notes)


def is_captions(text: str) -> bool:
    """Whether the first lines hold more than one line of caption times."""
    timings = (line for line in text[:20_000].split("\n") if _timing(line))
    return sum(1 for _ in islice(timings, 2)) == 2


def _timing(line: str) -> re.Match[str] | None:
    return _TIMING.match(line) or _COMMA_TIMING.match(line)


def _cues(text: str) -> tuple[list[Cue], int]:
    """The cues in the file's order, and how many timing lines were unreadable."""
    cues: list[Cue] = []
    unread = 0
    orphans: list[str] = []
    for block in re.split(r"\n[ \t]*(?:\n[ \t]*)+", text.strip("\n")):
        lines = block.split("\n")
        first = next((at for at, line in enumerate(lines[:3]) if _timing(line)), None)
        if first is not None:
            found = [cue for match, words in _of_block(lines[first:]) for cue in _of_cue(match, words)]
            if first and (named := _NAMED_CUE.match(lines[first - 1])) and found[0].speaker is None:
                found[0] = replace(found[0], speaker=" ".join(html.unescape(named[1]).split()) or None)
            if orphans:
                found[0] = replace(
                    found[0], text="\n".join(part for part in (*orphans, found[0].text) if part)
                )
                orphans = []
            cues.extend(found)
            continue
        broken = next((at for at, line in enumerate(lines[:2]) if "-->" in line), None)
        unread += broken is not None
        if broken is None and (not cues or _is_furniture(lines)):
            continue
        words = _plain("\n".join(lines if broken is None else lines[broken + 1 :]))
        if not cues:
            orphans.append(words)
        elif words:  # a blank line within a caption, or a caption whose time cannot be read
            cues[-1] = replace(cues[-1], text="\n".join(part for part in (cues[-1].text, words) if part))
    return cues, unread


def _of_block(lines: Sequence[str]) -> Iterator[tuple[re.Match[str], list[str]]]:
    """The timings and words of a block: one caption, unless blank lines between captions are missing."""
    match = _timing(lines[0])
    words = _beside(match, lines[0])
    for line in lines[1:]:
        following = _timing(line)
        if following is None or match is None:
            words.append(line)
            continue
        if words and words[-1].strip().isdigit():
            words.pop()
        yield match, words
        match, words = following, _beside(following, line)
    if match is not None:
        yield match, words


def _beside(match: re.Match[str] | None, line: str) -> list[str]:
    """The words that some programs write on the line of the times."""
    rest = line[match.end() :] if match else ""
    return [] if _SETTINGS.match(rest) else [rest]


def _of_cue(match: re.Match[str], lines: Sequence[str]) -> Iterator[Cue]:
    """A caption's cue, or one for each voice in it."""
    groups = [group or "" for group in match.groups()]
    start, end = milliseconds(*groups[:4]), milliseconds(*groups[4:])
    before, *voices = _VOICE.split("\n".join(lines))
    if _plain(before) or not voices:
        yield Cue(start, max(start, end), None, _plain(before))
    for name, words in zip(voices[::2], voices[1::2], strict=True):
        speaker = " ".join(html.unescape(name).split())
        yield Cue(start, max(start, end), speaker or None, _plain(words))


def _plain(raw: str) -> str:
    """The words of caption lines. Tags go also where a writer has escaped them ('&lt;c.red&gt;', seen in hearings)."""
    lines = (_TAG.sub("", html.unescape(_TAG.sub("", line))).strip() for line in raw.split("\n"))
    return "\n".join(line for line in lines if line)


def _is_furniture(lines: Sequence[str]) -> bool:
    """Notes, styles, regions and the number of a cue that holds nothing are not words."""
    head = lines[0].strip()
    return bool(re.match(r"(?:NOTE|STYLE|REGION|WEBVTT)(?=\s|$|:)", head)) or (
        len(lines) == 1 and head.isdigit()
    )


def _without_repeats(cues: list[Cue]) -> tuple[list[Cue], int]:
    """Rolling captions show the line before above the new one: kept once where a third of the cues do so."""
    repeating = 0
    for before, cue in pairwise(cues):
        first, *more = cue.text.split("\n")
        repeating += bool(more) and first == before.text.split("\n")[-1]
    if repeating * 3 < len(cues):
        return cues, 0
    kept: list[Cue] = []
    shown: list[str] = []
    dropped = 0
    for cue in cues:
        lines = cue.text.split("\n") if cue.text else []
        fresh = list(lines)
        while fresh and shown and fresh[0] in shown[-2:]:
            fresh.pop(0)
            dropped += 1
        kept.append(replace(cue, text="\n".join(fresh)))
        shown = lines or shown
    return kept, dropped


def _with_spoken_labels(cues: Sequence[Cue]) -> list[Cue]:
    """Speakers written as words: 'ANNA: Hello', '>> Anna: Hello', and '>>' alone for another voice.

    Where nearly every caption begins with a name, each of them does: also one that speaks once, or is an address or a telephone.
    """
    labelled = sum(1 for cue in cues if cue.speaker is None and _SPOKEN_LABEL.match(cue.text))
    is_each = len(cues) > 5 and labelled * 10 >= len(cues) * 8
    split = [_split_label(cue, is_each=is_each) for cue in cues]
    counts: dict[str, int] = {}
    for name, _, _ in split:
        if name:
            counts[key(name)] = counts.get(key(name), 0) + 1
    known = {name for name, count in counts.items() if count > 1}
    believed = len(known) > 1 or sum(counts.values()) * 2 >= len(cues)
    result: list[Cue] = []
    speaking: str | None = None
    for cue, (name, rest, changed) in zip(cues, split, strict=True):
        if (
            name
            and rest
            and (changed or believed)
            and (key(name) in known or changed or is_role(name) or is_each or len(cues) < 6)
        ):
            result.append(replace(cue, speaker=name, text=rest, new_voice=True))
            speaking = name
        elif changed:
            speaking = None
            result.append(replace(cue, text=_CHANGE.sub("", cue.text, count=1), new_voice=True))
        else:
            result.append(cue if cue.speaker else replace(cue, speaker=speaking))
    return [cue for cue in result if cue.text]


def _with_names_above(cues: list[Cue]) -> list[Cue]:
    """Speakers on a line of their own above the words of nearly every caption, as one meeting program writes them."""
    heads = [
        head if rest and is_name(head) else "" for head, _, rest in (cue.text.partition("\n") for cue in cues)
    ]
    counts = Counter(key(head) for head in heads if head)
    if sum(count for count in counts.values() if count > 1) * 10 < len(cues) * 6 or len(cues) < 3:
        return cues
    return [
        replace(cue, speaker=head, text=cue.text.partition("\n")[2]) if head and cue.speaker is None else cue
        for cue, head in zip(cues, heads, strict=True)
    ]


def _split_label(cue: Cue, *, is_each: bool) -> tuple[str | None, str, bool]:
    change = _CHANGE.match(cue.text)
    text = cue.text[change.end() :] if change else cue.text
    match = _SPOKEN_LABEL.match(text) if cue.speaker is None else None
    name = _unbracketed(without_marks(match[1])) if match else ""
    if match is None or not (is_name(name) or (is_each and _CALLED.fullmatch(name))):
        return None, text, change is not None
    return name, text[match.end() :], change is not None


def _unbracketed(name: str) -> str:
    """A name without brackets around all of it; those of 'Bo (they/them)' are its own."""
    return name[1:-1].strip() if name[:1] in ("[", "(") and name[-1:] in ("]", ")") else name


def _assemble(cues: Sequence[Cue]) -> tuple[str, tuple[Turn, ...]]:
    """Cues joined to passages: at another voice, after a pause, at a sentence's end, or when long."""
    pieces: list[str] = []
    turns: list[Turn] = []
    at = 0
    for group in _groups(cues):
        words = ""
        for cue in group:
            words = _join(words, cue.text.replace("\n", " "))
        speaker = group[0].speaker
        named = bool(speaker) and (not turns or turns[-1].speaker != speaker or group[0].new_voice)
        label = f"{speaker}: " if named else ""
        starts, ends = min(cue.start_ms for cue in group), max(cue.end_ms for cue in group)
        spans = list(passages(words, 0, len(words)))
        for number, (first, last) in enumerate(spans):
            begin = at + len(label)
            turns.append(
                Turn(
                    speaker,
                    begin + first,
                    begin + last,
                    start_ms=starts if number == 0 else None,
                    end_ms=ends if number == len(spans) - 1 else None,
                    label_start=at if label and number == 0 else None,
                )
            )
        pieces.append(label + words)
        at += len(label) + len(words) + 2
    return "\n\n".join(pieces), tuple(turns)


def _groups(cues: Sequence[Cue]) -> Iterator[list[Cue]]:
    group: list[Cue] = []
    size = 0
    for cue in cues:
        if group and _is_break(group[-1], cue, group[0].speaker, size):
            yield group
            group, size = [], 0
        group.append(cue)
        size += len(cue.text) + 1
    if group:
        yield group


def _is_break(before: Cue, cue: Cue, speaker: str | None, size: int) -> bool:
    if cue.new_voice or (cue.speaker is not None and cue.speaker != speaker):
        return True
    if size + len(cue.text) > MOST_CHARS or cue.start_ms - before.end_ms >= PAUSE_MS:
        return True
    return size >= TARGET_CHARS and bool(_SENTENCE_END.search(before.text))


def _join(words: str, more: str) -> str:
    if not words or not more:
        return words or more
    if _NO_BLANK.match(words[-1]) and _NO_BLANK.match(more[0]):
        return words + more
    return f"{words} {more}"

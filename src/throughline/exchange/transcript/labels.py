"""The ways in which a line can begin with the name of who speaks. Candidates only: `speakers` decides.

Only a line's first characters are looked at, so that a line of half a million characters costs no more than
a short one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from throughline.exchange.transcript.lines import MARKS, Line, LineKind
from throughline.exchange.transcript.names import is_name, is_proper, is_titled, without_aside
from throughline.exchange.transcript.stamps import STAMP, Stamp, milliseconds, stamp_at


class Style(Enum):
    """How a label is written. Earlier ones say more plainly that they are labels."""

    HEADING_COLON = auto()
    MARKED_COLON = auto()
    COLON = auto()
    STAMPED = auto()
    QUESTION = auto()
    TITLED = auto()
    BRACKET = auto()
    TAB = auto()
    BOLD = auto()
    HEADING = auto()
    DASH = auto()
    BARE = auto()


@dataclass(frozen=True, slots=True)
class Label:
    """A label that a line may begin with; `spoken` is where speech begins after it (the line's end for none)."""

    name: str
    style: Style
    start: int
    spoken: int
    times: Stamp | None


_REACH = 200
_BEFORE = re.compile(r"(?:>>+\s*)?(#{1,6}(?!\d)\s*)?(?:\[?\d{1,4}[.)\]]?[ \t]+(?=[^\W\d]|[*_\[(<]))?")
# The day and time of day of a message: "[12/03/2024, 10:01:11] ", "12.03.24, 10:01 - ".
_MESSAGE = re.compile(
    r"\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?\s+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\s?[AaPp]\.?\s?[Mm]\.?)?(?:\]\s*|\s+[-–]\s+)"
)
_HALF_DAY = re.compile(r"[AaPp]\.?[Mm]\b\.?\s*(?:[-–|]\s+)?(?=\S)")
# Who wrote in a meeting's chat: "From Ann to Everyone".
_CHAT = re.compile(r"From\s+(\S.*?)(?:\s+to\s+.+)?$")
_COLON = re.compile(
    # blanks are taken whole: a line of 200 of them would be split between three places in a million ways
    r"(?P<open>[*_]{0,3})(?P<name>[^\s:：*_][^:：\n\t]{0,59}?)\s*+[*_]{0,3}\s*+"
    rf"(?P<stamp>{STAMP.pattern}|)\s*+[*_]{{0,3}}[:：][*_]{{0,3}}"
)
_QUESTION = re.compile(r"[*_]{0,3}(?P<name>[QAR])[.)][*_]{0,3}\s+(?=\S)")
# "Senator Hart. Thank you.", as parliaments print their hearings.
_TITLED = re.compile(r"(?P<name>[^\W\d_][\w'’-]*\.?(?: [^\W\d_][\w'’-]*){1,3})\. +(?=\S)")
_BRACKET = re.compile(
    r"(?:[\[<【](?P<name>[^\[\]<>【】\n]{1,40})[\]>】]|\((?P<round>[^\[\]<>()【】\n]{1,30})\))\s*(?=\S|$)"
)
# As one meeting program reads times out: "Ann Low 1 hour 2 minutes 3 seconds"
_SPELLED = re.compile(
    r"\s(?:(\d{1,2}) (?:hours?|Stunden?),? )?(\d{1,3}) (?:minutes?|Minuten?),? (\d{1,2}) (?:seconds?|secondes?|Sekunden?)$"
)
_PARTED = re.compile(r"\t|\s[-–—]+\s")
_TAB = re.compile(r"(?P<name>[^\t\n]{1,40}?)[ ]*\t+(?=\S)")
_DASH = re.compile(r"(?P<name>[^\-–—\n]{1,30}?)\s+[-–—]{1,2}\s+(?=\S)")
_MARKED = re.compile(r"(?:\*\*(?P<a>[^*\n]{1,40})\*\*|__(?P<b>[^_\n]{1,40})__)\s*(?=\S|$)")
_INITIAL = re.compile(r"(?:^|[\s.])[^\W\d_]\.$")  # 'Mrs. K.', 'A.L.'
_BARE_ENDS = frozenset(".!?,;:…。！？，；：")


def find_label(text: str, line: Line) -> Label | None:
    """The label that a line begins with, in the plainest style that fits."""
    if line.kind is LineKind.ASIDE and text[line.start] not in "[(<*_":
        return None
    head = text[line.start : min(line.end, line.start + _REACH)]
    before = _BEFORE.match(head)
    message = _MESSAGE.match(head)
    at = message.end() if message else before.end() if before else 0
    is_heading = line.kind is LineKind.HEADING or bool(before and before.group(1))
    first = stamp_at(head, at)
    rest = _past_separators(head, first.end) if first else at
    if first and (half := _HALF_DAY.match(head, rest)):  # a time of day, and none of a recording
        at, first, rest = half.end(), None, half.end()
    found = _colon(head, rest, first, line, is_heading) or _timed(head, at, first, line)
    if found is None or _reaches_past_bold(found, head[rest : max(rest, line.bold_end - line.start)]):
        return _plain(text, head, rest, first, line, is_heading)
    return found


def _reaches_past_bold(found: Label, bold: str) -> bool:
    """Whether what seems a name is a name in bold type and words after it: '**Ann** At 10:30', '**Ann** he said: go'."""
    name = _bare(bold).rstrip(":：")
    return bool(name) and is_name(name) and found.name != name and found.name.startswith(f"{name} ")


def question_at(text: str, line: Line) -> Label | None:
    """The "Q." or "A." that a line begins with, whatever else its beginning looks like ("A. At 10:30.", "Q. So: why?")."""
    head = text[line.start : min(line.end, line.start + _REACH)]
    before = _BEFORE.match(head)
    match = _QUESTION.match(head, before.end() if before else 0)
    return _label(head, match["name"], Style.QUESTION, line, match.end(), None) if match else None


def _past_separators(head: str, at: int) -> int:
    while at < len(head) and (head[at].isspace() or head[at] in "-–—|"):
        at += 1
    return at


def _colon(head: str, at: int, first: Stamp | None, line: Line, is_heading: bool) -> Label | None:
    match = _COLON.match(head, at)
    if match is None or not _may_follow_colon(head, match):
        return None
    name = without_aside(_bare(match["name"]))
    if first is not None and (chat := _CHAT.match(name)):
        name = chat[1]
    if not is_name(name) or ((parted := _PARTED.search(name)) and not is_proper(name[parted.end() :])):
        return None  # 'Ann - he told me: go'
    style = Style.HEADING_COLON if is_heading else Style.MARKED_COLON if match["open"] else Style.COLON
    times = (stamp_at(match["stamp"], 0) if match["stamp"] else None) or first
    return _label(head, name, style, line, match.end(), times)


def _may_follow_colon(head: str, match: re.Match[str]) -> bool:
    """Not an address (http://), a path, a time, a ratio or C++; without a blank only after a short label."""
    following = head[match.end() : match.end() + 1]
    if not following or following.isspace() or not following.isascii() or "：" in match.group():
        return True
    return following not in "/\\:=*_" and not following.isdigit() and len(match["name"]) <= 15


def _timed(head: str, at: int, first: Stamp | None, line: Line) -> Label | None:
    """'[00:01:02] Name' alone on its line, 'Name (00:01:02)', 'Name  00:01:02', 'Name, 0:03'."""
    if first is not None:
        name = _bare(head[first.end :].strip())
        whole = line.end - line.start <= len(head)
        ends = bool(name) and (name[-1] not in _BARE_ENDS or _INITIAL.search(name) is not None)
        if whole and ends and len(name) <= 40 and is_name(name):
            return _label(head, name, Style.STAMPED, line, len(head), first)
        return None
    if (spelled := _SPELLED.search(head, at)) and is_name(name := _bare(head[at : spelled.start()])):
        return _label(head, name, Style.STAMPED, line, len(head), _of_words(spelled))
    for found in STAMP.finditer(head, at, at + 70):
        before = head[at : found.start()].rstrip(" \t,|-–—")
        name, times = _bare(before), _columns_of_time(head, found.start())
        if _PARTED.search(
            before
        ):  # the time is spoken of behind a name: 'Ann<tab>At 10:30', 'Ann - At 10:30'
            return None
        if times is not None and is_name(name) and len(name.split()) <= 4:
            return _label(head, name, Style.STAMPED, line, times.end, times)
        return None
    return None


def _of_words(spelled: re.Match[str]) -> Stamp:
    hours, minutes, seconds = spelled.groups(default="0")
    return Stamp(milliseconds(hours, minutes, seconds, ""), None, spelled.end(), False, hours != "0")


def _plain(text: str, head: str, at: int, first: Stamp | None, line: Line, is_heading: bool) -> Label | None:
    for style, pattern in (
        (Style.QUESTION, _QUESTION),
        (Style.TITLED, _TITLED),
        (Style.BRACKET, _BRACKET),
        (Style.TAB, _TAB),
        (Style.BOLD, _MARKED),
        (Style.DASH, _DASH),
    ):
        match = pattern.match(head, at)
        if match is None:
            continue
        name = _bare(next(group for group in match.groups() if group))
        if is_name(name) and (style is not Style.TITLED or is_titled(name)):
            inner = _columns_of_time(head, match.end()) if style is Style.TAB else None
            return _label(head, name, style, line, inner.end if inner else match.end(), inner or first)
    whole = _bare(text[line.start + at : line.end]) if line.end - line.start <= 60 else ""
    if is_heading and is_name(whole):
        return _label(head, whole, Style.HEADING, line, len(head), first)
    if line.bold_end > line.start + at and is_name(bold := _bare(text[line.start + at : line.bold_end])):
        return _label(head, bold, Style.BOLD, line, line.bold_end - line.start, first)
    ends = bool(whole) and (whole[-1] not in _BARE_ENDS or _INITIAL.search(whole) is not None)
    if line.kind is LineKind.SPEECH and ends and is_name(whole):
        return _label(head, whole, Style.BARE, line, len(head), first)
    return None


def _columns_of_time(head: str, at: int) -> Stamp | None:
    """The time at `at`; where the next column holds another, that is where the speech ends."""
    begins = stamp_at(head, at)
    if begins is None or begins.end_ms is not None:
        return begins
    after = _past_separators(head, begins.end)
    ends = stamp_at(head, after) if "\t" in head[begins.end : after] else None
    if ends is None or ends.start_ms < begins.start_ms:
        return begins
    return replace(begins, end_ms=ends.start_ms, end=ends.end)


def _label(head: str, name: str, style: Style, line: Line, spoken: int, times: Stamp | None) -> Label:
    after = (
        stamp_at(head, spoken + len(head[spoken:]) - len(head[spoken:].lstrip())) if times is None else None
    )
    if after is not None and (after.bracketed or after.has_hours):
        spoken, times = after.end, after
    while spoken < len(head) and head[spoken].isspace():
        spoken += 1
    return Label(name, style, line.start, min(line.start + spoken, line.end), times)


def _bare(name: str) -> str:
    """A name without the emphasis, brackets and white space around it; inner white space as one blank."""
    name = " ".join(name.split()).strip("*_ \u00a0\u202f" + MARKS)
    if len(name) > 2 and name[0] in "[<(【" and name[-1] in "]>)】":
        name = name[1:-1].strip()
    return name

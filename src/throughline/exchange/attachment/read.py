"""Strangers' bytes -> a file that may be kept with an answer. Pure: nothing is decoded, nothing is unfolded.

What it is, is told by its bytes: names and types that a browser sends say nothing that can be trusted, and are not kept.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping, Sequence

from throughline.exchange.attachment.boxes import OtherTrack, plain_boxes
from throughline.exchange.attachment.chunks import PNG, plain_png, plain_wave, plain_webp
from throughline.exchange.attachment.jpeg import plain_jpeg
from throughline.exchange.attachment.unsound import TooManyPixels, Unsound
from throughline.records.surveys.actions import MOST_EACH, MOST_FILES, MOST_TOGETHER, FileDraft, HalfFiles
from throughline.vocabulary.errors import Invalid, Sentence

TAKEN = "JPEG, PNG, WebP, MP4, MOV, M4A, MP3, WAV, PDF"
_MP3_TAG = 10  # bytes of the head of an ID3v2 tag, and of its foot
_OLD_TAG = 128
_STILL = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
)  # pictures in boxes of films
_APE = b"APETAGEX"


def check_sizes(sizes: Sequence[int]) -> None:
    """Raises Invalid for more files, or larger ones, than a response holds (bytes): asked before they are read."""
    if len(sizes) > MOST_FILES:
        raise Invalid(Sentence("At most %(most)s files can be sent with a form.", most=MOST_FILES))
    if any(size > MOST_EACH for size in sizes):
        raise Invalid(
            Sentence("A file is too large: each may have %(most)s MB at most. Take a smaller picture, or a shorter recording.",
                     most=MOST_EACH >> 20)
        )  # fmt: skip
    if sum(sizes) > MOST_TOGETHER:
        raise Invalid(
            Sentence("The files are too large together: all of a form may have %(most)s MB.", most=MOST_TOGETHER >> 20)
        )  # fmt: skip


def files_of(named: Mapping[str, str], sent: Mapping[str, bytes]) -> dict[str, FileDraft]:
    """Key of an answer -> its file, without its metadata. `named`: key -> the name that the form gives; `sent`: by that name.

    Raises Invalid where one is named and not sent, or sent and not named, is too large, or of a kind that is not taken.
    """
    _check_same(named, sent)
    return {key: read_file(sent[name]) for key, name in named.items()}


def files_as_far_as_taken(
    named: Mapping[str, str], sent: Mapping[str, bytes]
) -> tuple[dict[str, FileDraft], list[str]]:
    """The same of what nobody can choose again: the files that are taken, and the keys of those that are not."""
    _check_same(named, sent)
    taken: dict[str, FileDraft] = {}
    for key, name in named.items():
        with contextlib.suppress(Invalid):
            taken[key] = read_file(sent[name])
    return taken, sorted(set(named) - set(taken))


def half_files(named: Collection[str], sent: Mapping[str, bytes]) -> HalfFiles:
    """What a half-filled form names, and the files of these that are taken. What is not is told when the whole form is sent."""
    taken: dict[str, FileDraft] = {}
    for name in frozenset(named) & set(sent):
        with contextlib.suppress(Invalid):
            taken[name] = read_file(sent[name])
    return HalfFiles(frozenset(named), taken)


def _check_same(named: Mapping[str, str], sent: Mapping[str, bytes]) -> None:
    check_sizes([len(data) for data in sent.values()])
    if set(named.values()) != set(sent) or len(set(named.values())) != len(named):
        raise Invalid(
            Sentence("The files that were sent are not those that the form names. Choose them again, then send the form.")
        )  # fmt: skip


def read_file(data: bytes) -> FileDraft:
    """A file of a kind that is taken. Raises Invalid for any other, in a sentence that repeats nothing of it."""
    try:
        found = _plain(data)
    except TooManyPixels:
        raise Invalid(
            Sentence("A picture has more pixels than any telephone takes: it was not kept.")
        ) from None
    except OtherTrack:
        raise Invalid(
            Sentence("A recording holds a track beside sound and picture, which may tell where it was made: it was not kept.")
        ) from None  # fmt: skip
    except Unsound:
        raise Invalid(Sentence("A file cannot be read: it is cut short, or not of its kind.")) from None
    if found is None:
        raise Invalid(
            Sentence("A file is of a kind that is not taken. Those that are: %(kinds)s.", kinds=TAKEN)
        )
    return FileDraft(*found)


def _plain(data: bytes) -> tuple[str, bytes] | None:
    """Media type and bytes; None for what is none of the kinds taken."""
    head = data[:12]
    if head[:3] == b"\xff\xd8\xff":
        return "image/jpeg", plain_jpeg(data)
    if head[:8] == PNG:
        return "image/png", plain_png(data)
    if head[:4] == b"RIFF" and head[8:] == b"WEBP":
        return "image/webp", plain_webp(data)
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        return "audio/wav", plain_wave(data)
    if head[4:8] == b"ftyp" and head[8:] in _STILL:
        return None
    if head[4:8] == b"ftyp":
        plain, is_shown = plain_boxes(data)
        seen = "video/quicktime" if head[8:] == b"qt  " else "video/mp4"
        return seen if is_shown else "audio/mp4", plain
    if head[:5] == b"%PDF-" and b"%%EOF" in data[-1024:]:
        return "application/pdf", data
    sound = _without_tags(data)
    return ("audio/mpeg", sound) if _is_mp3(sound) else None


def _without_tags(data: bytes) -> bytes:
    """MPEG sound without ID3 and APE tags, before and behind it."""
    if data[:3] == b"ID3" and len(data) > _MP3_TAG:
        length = 0
        for byte in data[6:10]:
            length = length << 7 | byte & 0x7F
        data = data[_MP3_TAG * (2 if data[5] & 0x10 else 1) + length :]
    if data[-_OLD_TAG:-125] == b"TAG":
        data = data[:-_OLD_TAG]
    if data[-32:-24] == _APE:
        length = int.from_bytes(data[-20:-16], "little") + 32
        data = data[:-length]
    return data.lstrip(b"\0")


def _is_mp3(data: bytes) -> bool:
    """A frame of MPEG sound, layer III, of a rate that exists; whatever else begins so is no text and no page."""
    head = int.from_bytes(data[:4], "big")
    is_begun = head >> 21 == 0x7FF and head >> 19 & 3 != 1 and head >> 17 & 3 == 1
    return len(data) > 100 and is_begun and head >> 12 & 15 not in (0, 15) and head >> 10 & 3 != 3

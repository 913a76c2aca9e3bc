"""Sources of REFI-QDA elements: texts, and what of a PDF, picture or recording is text, with what lies on it."""

from __future__ import annotations

from collections.abc import Iterable

from throughline.exchange.project.document import ProjectSource
from throughline.exchange.project.offsets import OffsetsUsed
from throughline.exchange.project.report import Kind
from throughline.exchange.refi.draft import Draft
from throughline.exchange.refi.lying import Lying, codings_in
from throughline.exchange.refi.node import Node
from throughline.exchange.refi.parts import Parts
from throughline.exchange.refi.placing import Held, Placing
from throughline.exchange.refi.texts import Text, Texts
from throughline.exchange.refi.things import values_of
from throughline.vocabulary.errors import Sentence

_KINDS = {
    "TextSource": Kind.TEXT,
    "PDFSource": Kind.PDF,
    "PictureSource": Kind.PICTURE,
    "AudioSource": Kind.AUDIO,
    "VideoSource": Kind.VIDEO,
}
SOURCE_TAGS = tuple(_KINDS)
_TEXT_PARTS = ("Representation", "TextDescription", "Transcript")
_IN_TEXT = ("PlainTextSelection", "TranscriptSelection")
_SOUND = (".mp3", ".m4a", ".wav", ".wma", ".aac", ".ogg", ".flac", ".aif", ".aiff")
_NOT_TEXT = Sentence("it has no text, and only texts can be coded here")
_ON_AREA = Sentence("it lies on a picture, a page or a recording, and only texts can be coded here")
_ON_ABSENT = Sentence("the text that it lies on was not imported")
_ELSEWHERE = Sentence("it does not lie on a source, and only sources can be coded here")
_TIMES = Sentence(
    "times in a recording are not kept; what lies between two of them is, where the transcript is"
)
_TEXT_ONLY = Sentence("PDF documents, pictures and recordings of which only the text was taken: %(count)s.")


class Sources:
    """Reads all sources together, because the way of counting offsets is that of the whole file."""

    def __init__(self, parts: Parts, texts: Texts, draft: Draft) -> None:
        self._lying, self._texts, self._draft = dict(parts.lying), texts, draft
        self._ledger = draft.ledger
        self._placing = Placing(draft)
        for lying in (one for held in parts.lying.values() for one in held):
            self._ledger.found(Kind.SELECTION)
            self._ledger.found(Kind.CODING, len(lying.codings) + lying.deeper)

    def add(self, node: Node) -> None:
        """Take a source, or list it as not understood with all that lies on it."""
        kind = _KINDS[node.tag]
        if kind is Kind.VIDEO and node.get("path").lower().endswith(_SOUND):
            kind = Kind.AUDIO
        self._ledger.found(kind)
        holders = [node] if kind is Kind.TEXT else node.all(*_TEXT_PARTS)
        texts = [(holder, self._texts.of(holder)) for holder in holders]
        for element in {id(one): one for one in (node, *holders)}.values():
            self._ledger.found(Kind.CODING, len(codings_in(element)))
            for point in element.all("SyncPoint"):
                self._ledger.lose(Kind.SYNC_POINT, point.guid, _TIMES, node.get("name"))
        first = next(((holder, text) for holder, text in texts if isinstance(text, Text)), None)
        if first is None:
            self._refuse(kind, node, texts)
            return
        self._keep(node, *first)
        for holder, text in texts:
            if holder is not first[0]:
                self._add_further(node, holder, text)
        if kind is not Kind.TEXT:
            self._ledger.note(_TEXT_ONLY)
            self._refuse_lying(self._lying.pop(node.number, []), node.get("name"), _ON_AREA)

    def finish(self, origin: str) -> tuple[tuple[ProjectSource, ...], OffsetsUsed | None]:
        """The sources with what lies on them, and the way of counting that was found."""
        for held in self._lying.values():
            self._refuse_lying(held, "", _ELSEWHERE)
        return self._placing.sources(origin)

    def _keep(self, node: Node, holder: Node, text: Text) -> None:
        """The source under its own GUID, which references to the text's GUID lead to as well."""
        named = (one.attributes["name"] for one in (node, holder) if "name" in one.attributes)
        name = next(named, _stem(holder.get("plainTextPath")))
        guid = self._draft.take(Kind.TEXT, node.guid, name)
        heads = [node] if holder is node else [node, holder]
        if holder.guid:
            self._draft.alias(Kind.TEXT, holder.guid, guid)
        self._placing.add(Held(guid, name, text, heads, self._in_text(*heads), _points(holder)))

    def _add_further(self, node: Node, holder: Node, text: Text | Sentence) -> None:
        name = holder.get("name") or node.get("name") or _stem(holder.get("plainTextPath"))
        self._ledger.found(Kind.TRANSCRIPT)
        if not isinstance(text, Text):
            self._ledger.refuse(Kind.TRANSCRIPT, name or holder.guid, text)
            self._refuse_all_on(holder, name, _ON_ABSENT)
            return
        guid = self._draft.take(Kind.TEXT, holder.guid, name)
        self._placing.add(Held(guid, name, text, [holder], self._in_text(holder), _points(holder)))

    def _in_text(self, *elements: Node) -> list[Lying]:
        """The selections in the text of these elements, taken from what is left to be read; the others stay."""
        taken: list[Lying] = []
        for element in elements:
            held = self._lying.pop(element.number, [])
            taken.extend(one for one in held if one.tag in _IN_TEXT)
            if others := [one for one in held if one.tag not in _IN_TEXT]:
                self._lying[element.number] = others
        return taken

    def _refuse(self, kind: Kind, node: Node, texts: list[tuple[Node, Text | Sentence]]) -> None:
        why = next((text for _, text in texts if isinstance(text, Sentence)), _NOT_TEXT)
        name = node.get("name") or _stem(node.get("plainTextPath")) or node.guid
        self._ledger.refuse(kind, name, why)
        self._refuse_lying(
            [one for one in self._lying.get(node.number, []) if one.tag not in _IN_TEXT], name, _ON_AREA
        )
        self._lying[node.number] = [one for one in self._lying.get(node.number, []) if one.tag in _IN_TEXT]
        for element in {id(one): one for one in (node, *(holder for holder, _ in texts))}.values():
            self._refuse_all_on(element, name, _ON_ABSENT if texts else _ON_AREA)

    def _refuse_all_on(self, element: Node, name: str, why: Sentence) -> None:
        self._refuse_lying(self._lying.pop(element.number, []), name, why)
        for coding in codings_in(element):
            self._ledger.refuse(Kind.CODING, coding.guid, why, name)
        for reference in element.all("NoteRef"):
            self._ledger.lose(Kind.REFERENCE, reference.target, why, name)
        for _ in values_of(element, self._draft):
            self._ledger.refuse(Kind.VALUE, element.guid, why, name)

    def _refuse_lying(self, held: Iterable[Lying], place: str, why: Sentence) -> None:
        for lying in held:
            self._placing.refuse(lying, place, why)


def _points(holder: Node) -> dict[str, str]:
    return {point.guid: point.get("position") for point in holder.all("SyncPoint")}


def _stem(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]

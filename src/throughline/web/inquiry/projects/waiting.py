"""A project file between being sent and being imported, and what was told of it, as strings of bytes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from throughline.exchange.project.load import Into, ProjectFile, ProjectImport
from throughline.exchange.project.told import as_plain
from throughline.records.inquiry.queries import analyses_for
from throughline.records.study.queries import study_for
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.sentences import sentence_of
from throughline.vocabulary.study import Approach, SourceKind

_LENGTH = 8  # bytes that say how long the head is


@dataclass(frozen=True)
class Target:
    """Where a project goes, as it was chosen on the page; see `Into`."""

    study: UUID
    analysis: UUID | None
    approach: Approach | None
    kind: SourceKind
    language: str
    is_deidentified: bool

    def into(self, actor: Actor) -> Into:
        """Looked up anew each time: NotFound where the actor may know of study or analysis no longer."""
        study = study_for(actor, self.study)
        rows = analyses_for(actor, study.programme_id)
        analysis = rows.get(id=self.analysis) if self.analysis else None
        return Into(study, analysis, self.approach, self.kind, self.language, self.is_deidentified)


@dataclass(frozen=True)
class Waiting:
    """A file as it came and where it shall go."""

    file: ProjectFile
    target: Target


def packed(waiting: Waiting) -> bytes:
    file, target = waiting.file, waiting.target
    head = {
        "filename": file.filename,
        "project": file.project,
        "size": len(file.data),
        "beside": [[name, len(data)] for name, data in file.beside.items()],
        "study": target.study.hex,
        "analysis": target.analysis.hex if target.analysis else None,
        "approach": target.approach.value if target.approach else None,
        "kind": target.kind.value,
        "language": target.language,
        "is_deidentified": target.is_deidentified,
    }
    written = json.dumps(head).encode()
    return b"".join([len(written).to_bytes(_LENGTH), written, file.data, *file.beside.values()])


def unpacked(content: bytes) -> Waiting:
    """What `packed` made; nothing else is ever sealed in its place."""
    at = _LENGTH + int.from_bytes(content[:_LENGTH])
    head = json.loads(content[_LENGTH:at])
    data = content[at : (at := at + head["size"])]
    beside = {name: content[at : (at := at + size)] for name, size in head["beside"]}
    target = Target(
        UUID(head["study"]), UUID(head["analysis"]) if head["analysis"] else None,
        Approach(head["approach"]) if head["approach"] else None, SourceKind(head["kind"]), head["language"],
        head["is_deidentified"],
    )  # fmt: skip
    return Waiting(ProjectFile(head["filename"], data, beside, head["project"]), target)


def packed_report(done: ProjectImport) -> bytes:
    return json.dumps(as_plain(done, Sentence.kept)).encode()


def packed_refusal(why: Sentence) -> bytes:
    return json.dumps({"refused": why.kept()}).encode()


def unpacked_report(content: bytes) -> dict[str, Any]:
    """`refused` with its sentence, or the report as `as_plain` gives it; sentences can be translated again."""
    told: dict[str, Any] = json.loads(content)
    if "refused" in told:
        return {"refused": sentence_of(told["refused"])}
    told["notes"] = [sentence_of(one) for one in told["notes"]]
    for one in told["not_understood"]:
        one["reason"] = sentence_of(one["reason"])
    return told

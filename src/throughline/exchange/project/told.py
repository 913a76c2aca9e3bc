"""What an import of a project told, as plain values: for JSON, and for keeping until somebody has read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from throughline.exchange.project.load import ProjectImport
from throughline.vocabulary.errors import Sentence


def as_plain(done: ProjectImport, say: Callable[[Sentence], object] = str) -> dict[str, Any]:
    """The report with all that was not understood. `say` makes of a sentence what is wanted: its English text, unless told."""
    report, offsets = done.report, done.report.offsets
    return {
        "outcome": done.outcome.value,
        "analysis": done.analysis,
        "analysis_id": str(done.analysis_id) if done.analysis_id else None,
        "approach": done.approach.value,
        "file": report.filename,
        "format": report.format,
        "origin": report.origin,
        "offsets": None if offsets is None else {
            "count": offsets.mode.value, "selections": offsets.selections, "quoted": offsets.quoted,
            "quoted_equal": offsets.quoted_equal, "exceptions": offsets.exceptions,
        },
        "kinds": [
            {
                "kind": one.kind.value, "found": one.found, "added": one.added, "understood": one.understood,
                "rows": one.rows, "carried": one.carried, "not_understood": one.not_understood,
            }
            for one in done.became
        ],
        "not_understood": [
            {"kind": one.kind.value, "what": one.what, "place": one.place, "reason": say(one.reason)}
            for one in report.refusals
        ],
        "notes": [say(note) for note in report.notes],
    }  # fmt: skip

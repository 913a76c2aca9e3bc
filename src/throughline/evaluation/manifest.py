"""manifest.json of a freeze: which tables, how many rows, which hashes, made by what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from throughline import __version__
from throughline.evaluation.content import hash_of_all
from throughline.vocabulary.errors import Invalid, Sentence

FORMAT = "throughline.freeze/1"
FILE = "manifest.json"


@dataclass(frozen=True)
class TableFacts:
    """A table's row count and the hash of its content."""

    rows: int
    content_hash: str


@dataclass(frozen=True)
class Manifest:
    """What a freeze says it holds."""

    content_hash: str
    tables: Mapping[str, TableFacts]

    @property
    def rows(self) -> dict[str, int]:
        return {name: facts.rows for name, facts in self.tables.items()}


def write_manifest(folder: Path, tables: Mapping[str, TableFacts]) -> Manifest:
    """Written last: a folder without one is not a freeze. Versions of software stand beside the hash, not in it."""
    manifest = Manifest(hash_of_all({name: facts.content_hash for name, facts in tables.items()}), tables)
    text = {
        "format": FORMAT,
        "content_hash": manifest.content_hash,
        "tables": {name: {"rows": f.rows, "sha256": f.content_hash} for name, f in sorted(tables.items())},
        "made_with": {"throughline": __version__, "duckdb": duckdb.__version__, "pyarrow": pa.__version__},
    }
    (folder / FILE).write_text(json.dumps(text, indent=2) + "\n", encoding="utf-8")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Raises Invalid where there is none, or it is not one of ours."""
    try:
        text = json.loads((folder / FILE).read_text(encoding="utf-8"))
        if text["format"] != FORMAT:
            raise ValueError(text["format"])
        tables = {name: TableFacts(int(t["rows"]), str(t["sha256"])) for name, t in text["tables"].items()}
        return Manifest(str(text["content_hash"]), tables)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(
            Sentence("%(folder)s is not a freeze that this version can read.", folder=folder.name)
        ) from error

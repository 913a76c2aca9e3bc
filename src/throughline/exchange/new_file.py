"""Where a new file may be written: nothing is ever overwritten, and no folder is made on the way."""

from __future__ import annotations

from pathlib import Path

from throughline.vocabulary.errors import Sentence, Unready


def check_new_file(path: Path) -> None:
    """Raise Unready where a file or folder has this name already, or there is no folder to hold it."""
    if path.is_dir():
        raise Unready(Sentence("%(path)s is a folder. Give the name of a file in it.", path=path))
    if path.exists():
        raise Unready(Sentence("There is a file %(path)s already. Choose another name.", path=path))
    if not path.parent.is_dir():
        raise Unready(Sentence("There is no folder %(path)s. Make it, or choose another.", path=path.parent))

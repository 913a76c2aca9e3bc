"""Nothing is written but by actions: every call that writes rows stands in an `actions` module, or is listed here."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "throughline"
ALWAYS = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "acreate", "asave"}
# Words that dictionaries, hashes and files have too: writes only where a query stands before them.
OF_QUERIES = {"create", "update", "delete"}
QUERY_WORDS = (
    "objects",
    "filter",
    "exclude",
    "all",
    "_base_manager",
    "_default_manager",
    "select_for_update",
)

# file (below src/throughline) -> why it may write although it is no action.
LISTED: dict[str, str] = {
    "exchange/codebook/write.py": "saves a Word document into memory, no row",
    "reporting/word_file.py": "saves a Word document into memory, no row",
    "reporting/table_files.py": "saves a Word document into memory, no row",
    "reporting/words_files.py": "saves a Word document into memory, no row",
    "exchange/backup/load.py": "ends what a backup brings back to life; the chain of a restored database stays the backup's",
}


def writes_in(path: Path) -> list[str]:
    """`line: call` of every call that writes rows."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "insert":
            found.append(f"{node.lineno}: insert(")  # records/inserting.py
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        name, before = node.func.attr, ast.unparse(node.func.value)
        is_query = any(f".{word}" in f".{before}" for word in QUERY_WORDS)
        if name in ALWAYS or (name in OF_QUERIES and is_query):
            found.append(f"{node.lineno}: {before[-60:]}.{name}(")
    return found


def is_action(path: Path) -> bool:
    parts = path.relative_to(SOURCE).parts
    return parts[0] == "records" and len(parts) > 2 and (parts[2] in {"actions.py", "actions"})


def modules() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]


def test_rows_are_written_by_actions_only() -> None:
    offending = {
        str(path.relative_to(SOURCE)): calls
        for path in modules()
        if not is_action(path) and str(path.relative_to(SOURCE)) not in LISTED and (calls := writes_in(path))
    }
    assert offending == {}, "write through an action, or list the file with its reason"


def test_writes_are_recognised(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(
        "row.save()\nRow.objects.create(x=1)\nRow.objects.filter(a=1).update(b=2)\nrows.bulk_create([])\n"
        "{}.update(a=1)\nhash.update(b'')\nkeys.create(1)\nRow.objects.filter(a=1).delete()\ninsert(rows)\n"
    )
    assert [call.split(":")[0] for call in writes_in(path)] == ["1", "2", "3", "4", "8", "9"]


def test_actions_are_seen_to_write() -> None:
    """The test would be worth nothing if it found no writes where they are."""
    assert sum(len(writes_in(path)) for path in modules() if is_action(path)) > 60


def test_listed_files_are_there_and_still_write() -> None:
    assert all(reason and writes_in(SOURCE / name) for name, reason in LISTED.items())


def test_no_signal_listens() -> None:
    for path in modules():
        text = path.read_text(encoding="utf-8")
        assert "post_save" not in text and "pre_save" not in text and "m2m_changed" not in text, path

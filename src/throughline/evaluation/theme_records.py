"""Which themes of the records the themes of a freeze are, whatever either is called: two may have one name, and names change.

A freeze holds no ids. It holds a number of each theme under the ledger's key, which is the same in every freeze. One of before
there was that table tells its themes by name alone: there a name that several have is nobody's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq

from throughline.evaluation.extract import member_of
from throughline.evaluation.freeze import folder_of, ledger_key
from throughline.records.inquiry.models import Theme
from throughline.records.study.models import Freeze


def theme_ids(freeze: Freeze, known: Iterable[UUID]) -> dict[int, UUID] | None:
    """The freeze's theme_no -> which of the themes of the records it is, of those that are known; None in an older freeze."""
    path = folder_of(freeze) / "theme_records.parquet"
    if not path.is_file():
        return None
    key = ledger_key(freeze.programme_id)
    of_member = {member_of(one.hex, key): one for one in known}
    with pq.ParquetFile(path) as file:  # read as a data set, it would take longer to load how than to read
        rows = file.read().to_pylist()
    return {row["theme_no"]: of_member[row["member"]] for row in rows if row["member"] in of_member}


def themes_found(
    freeze: Freeze, told: Iterable[Mapping[str, Any]], held: Iterable[Theme]
) -> dict[int, Theme]:
    """theme_no -> the theme as the records hold it now. `told`: of a result of the freeze; `held`: those that may be seen."""
    by_id = {theme.id: theme for theme in held}
    found = theme_ids(freeze, by_id)
    names = {theme["theme_no"]: theme["name"] for theme in told}
    if found is not None:
        return {number: by_id[found[number]] for number in names if number in found}
    of_theirs, of_ours = Counter(names.values()), Counter(theme.name for theme in by_id.values())
    once = {theme.name: theme for theme in by_id.values() if of_ours[theme.name] == 1}
    return {number: once[name] for number, name in names.items() if name in once and of_theirs[name] == 1}

"""What was kept of a kind of file's columns, as the mapping file that says the same."""

from __future__ import annotations

from throughline.exchange.contacts_csv.choices import choices_from
from throughline.exchange.contacts_csv.choices import yaml_of as yaml_of_choices
from throughline.exchange.contacts_csv.load import KIND as CONTACTS
from throughline.exchange.table.content import yaml_of
from throughline.records.programme.models import ImportMapping


def yaml_of_kept(kept: ImportMapping) -> str:
    """Of contacts choices are kept; of every other kind the mapping itself."""
    return yaml_of_choices(choices_from(kept.choices)) if kept.kind == CONTACTS else yaml_of(kept.choices)

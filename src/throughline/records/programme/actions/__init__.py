"""Setting a programme up, saying what it does where, and importing into it."""

from throughline.records.programme.actions.agreeing import (
    end_police_agreement,
    record_police_agreement,
    require_agreements,
    waive_agreements,
)
from throughline.records.programme.actions.devices import retire_device
from throughline.records.programme.actions.doing import (
    end_component,
    record_adaptation,
    record_open_hours,
    record_population,
    record_provision,
    report_month,
    start_component,
)
from throughline.records.programme.actions.imports import (
    RowCounts,
    advance_import,
    complete_import,
    keep_mapping,
    let_mapping_go,
    remove_import,
    start_import,
)
from throughline.records.programme.actions.keys import add_key_versions
from throughline.records.programme.actions.tenant import (
    CODE_LISTS,
    add_code,
    add_organisation,
    add_site,
    agree_partnership,
    close_site,
    create_programme,
    end_membership,
    grant_membership,
    reinstate_code,
    reopen_site,
    retire_code,
)

__all__ = [
    "CODE_LISTS",
    "RowCounts",
    "add_code",
    "add_key_versions",
    "add_organisation",
    "add_site",
    "advance_import",
    "agree_partnership",
    "close_site",
    "complete_import",
    "create_programme",
    "end_component",
    "end_membership",
    "end_police_agreement",
    "grant_membership",
    "keep_mapping",
    "let_mapping_go",
    "record_adaptation",
    "record_open_hours",
    "record_police_agreement",
    "record_population",
    "record_provision",
    "reinstate_code",
    "remove_import",
    "reopen_site",
    "report_month",
    "require_agreements",
    "retire_code",
    "retire_device",
    "start_component",
    "start_import",
    "waive_agreements",
]

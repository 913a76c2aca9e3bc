"""Importing a contact log: bytes and a mapping -> contacts of a programme, all or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from django.conf import settings

from throughline.exchange.contacts_csv.context import ContactContext, SiteRef, misfits
from throughline.exchange.contacts_csv.mapping import ContactMapping
from throughline.exchange.contacts_csv.rows import map_rows
from throughline.exchange.table.binding import columns_of, refuse
from throughline.exchange.table.importing import (
    Clock,
    ImportJob,
    ImportReport,
    Progress,
    origins_for,
    run_import,
)
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.read import read_table
from throughline.records.engagement.actions import record_contacts
from throughline.records.programme.models import ImportRun, Programme, Site
from throughline.records.programme.queries import codes_of
from throughline.records.supplies.models import Item, KitComponent, KitVersion, Lot
from throughline.rules.access import check_may_import_records, check_may_record_contact, may
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.contact import ContactDraft

KIND = "contacts"
LISTS = ("place", "topic", "need_domain", "barrier_kind")


def import_contacts(
    *,
    data: bytes,
    filename: str,
    mapping: ContactMapping,
    programme: Programme,
    by: Actor,
    clock: Clock,
    progress: Progress | None = None,
    rejects_path: Path | None = None,
) -> ImportReport:
    """Import a contact log. Its contacts become visible together, at the end; the same file again adds nothing.

    `progress` is told rows done and rows in the file after each batch; rejected rows go to `rejects_path`.
    `clock` is asked when the run starts, after the file was read: that is when its contacts arrived.
    Raises Invalid for a file or mapping that cannot be used, NotAllowed, and Unready where another import runs or
    the disk is full: then nothing is imported.
    """
    check_may_import_records(by, programme.id)
    document = read_table(data, filename, mapping.file.shape(), max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    columns_of(document, mapping)
    context = context_of(programme, by)
    refuse(filename, misfits(mapping, context))

    def record(drafts: Sequence[ContactDraft], run: ImportRun) -> tuple[int, int]:
        done = record_contacts(programme=programme, drafts=drafts, import_run=run, by=by, at=run.started_at)
        return done.recorded, done.known

    job = ImportJob(
        kind=KIND, document=document, mapping=mapping, programme=programme, record=record, rows_in=lambda _: 1,
        by=by, clock=clock, progress=progress, rejects_path=rejects_path,
    )  # fmt: skip
    return run_import(job, map_rows(document, mapping, context, origins_for(programme, mapping), clock()))


def context_of(programme: Programme, by: Actor) -> ContactContext:
    """What a programme has that rows can name: only the sites at which the actor may record."""
    sites = {
        folded(site.name): SiteRef(site.id, site.time_zone)
        for site in Site.objects.filter(programme=programme)
        if may(check_may_record_contact, by, programme.id, site.id)
    }
    kits: dict[str, tuple[tuple[date, UUID], ...]] = {}
    for version in KitVersion.objects.filter(programme=programme).select_related("kit").order_by("version"):
        name = folded(version.kit.name)
        kits[name] = (*kits.get(name, ()), (version.from_on, version.id))
    inside: dict[UUID, set[UUID]] = {}
    for part in KitComponent.objects.filter(programme=programme):
        inside.setdefault(part.kit_version_id, set()).add(part.item_id)
    return ContactContext(
        sites=sites,
        items={folded(item.name): item.id for item in Item.objects.filter(programme=programme)},
        kits=kits,
        codes={name: frozenset(codes_of(programme.id, name, with_retired=True)) for name in LISTS},
        code_pattern=programme.client_code_pattern,
        code_hint=programme.client_code_hint,
        lots={(lot.item_id, folded(lot.batch)): lot.id for lot in Lot.objects.filter(programme=programme)},
        inside={version: frozenset(items) for version, items in inside.items()},
    )

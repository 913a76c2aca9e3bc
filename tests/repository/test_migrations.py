"""Migrations are complete and can be taken back."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_migrations_are_complete(settings: Any) -> None:
    settings.MIGRATION_MODULES = {}  # tests make their tables without migrations, and would miss none of them
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def _files() -> list[tuple[str, Path]]:
    root = Path(__file__).resolve().parents[2] / "src" / "throughline" / "records"
    return [(path.parts[-3], path) for path in sorted(root.glob("*/migrations/0*.py"))]


def test_migrations_are_reversible() -> None:
    """Every operation of ours knows its way back."""
    modules = [
        importlib.import_module(f"throughline.records.{app}.migrations.{path.stem}") for app, path in _files()
    ]
    ours = [module.Migration(module.__name__, "ours") for module in modules]
    assert len(ours) >= 10
    assert [f"{m}: {op}" for m in ours for op in m.operations if not op.reversible] == []

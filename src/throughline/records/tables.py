"""Making tables: an app's in one step of a migration, and all that a database lacks.

Django draws up anew all models that a new one refers to, after each new one. Every record refers to its programme, so that
the first set-up of a database would draw up models five thousand times. Here each is drawn up once, beside those that are
drawn up already, as when a process loads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation


class CreateTables(Operation):
    """Makes the tables of several models, in their order; going back drops them, last first."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = list(models)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"models": self.models}

    def state_forwards(self, app_label: str, state: Any) -> None:
        drawn_up = state.__dict__.pop(
            "apps", None
        )  # or each model that is added would be, with all that it refers to
        for model in self.models:
            model.state_forwards(app_label, state)
        if drawn_up is not None:
            drawn_up.render_multiple([state.models[app_label, model.name_lower] for model in self.models])
            drawn_up.clear_cache()
            state.apps = drawn_up

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in reversed(self.models):
            model.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Make the tables of {len(self.models)} models"


def bring_up_to_date() -> None:
    """Run the migrations that the database lacks."""
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    if executor.migration_plan(leaves):
        migrate_others(leaves)
        call_command("migrate", verbosity=0, interactive=False)


def migrate_others(leaves: Iterable[tuple[str, str]]) -> None:
    """Of these steps (app, name) and what they stand on, run those of apps that are not ours.

    They change what was made before, and with it all that refers to it is drawn up anew: while ours is not there, that is
    little.
    """
    others = [leaf for leaf in leaves if not apps.get_app_config(leaf[0]).name.startswith("throughline.")]
    MigrationExecutor(connection).migrate(others)

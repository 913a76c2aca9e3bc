import django.db.models.deletion
from django.db import migrations, models

import throughline.records.foundation
from throughline.records.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programme", "0001_initial"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Item",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("kind", models.CharField(max_length=40)),
                        ("unit", models.CharField(default="piece", max_length=40)),
                        ("is_controlled", models.BooleanField(default=False)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        ("retired_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("programme", "name"), name="supplies_item_once"),
                            models.CheckConstraint(
                                condition=models.Q(("unit__in", ["piece", "pair", "pack", "box"])),
                                name="supplies_item_unit_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_at__isnull", True),
                                    ("retired_by__isnull", True),
                                )
                                | models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                                name="supplies_item_retired_by_whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Kit",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("name", models.CharField(max_length=120)),
                        ("retired_at", models.DateTimeField(blank=True, null=True)),
                        ("retired_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("programme", "name"), name="supplies_kit_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_at__isnull", True),
                                    ("retired_by__isnull", True),
                                )
                                | models.Q(("retired_at__isnull", False), ("retired_by__isnull", False)),
                                name="supplies_kit_retired_by_whom",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KitVersion",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("from_on", models.DateField()),
                        (
                            "kit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="versions",
                                to="supplies.kit",
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kit", "version"), name="supplies_kit_version_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KitComponent",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("quantity", models.PositiveIntegerField()),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.item",
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "kit_version",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="components",
                                to="supplies.kitversion",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("kit_version", "item"), name="supplies_kit_component_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gte", 1)), name="supplies_kit_component_some"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Lot",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="lots",
                                to="supplies.item",
                            ),
                        ),
                        ("batch", models.CharField(max_length=40)),
                        ("expires_on", models.DateField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("item", "batch"), name="supplies_lot_once"),
                            models.CheckConstraint(
                                condition=models.Q(("batch", ""), _negated=True),
                                name="supplies_lot_has_a_number",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockMovement",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.item",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.lot",
                            ),
                        ),
                        ("quantity", models.PositiveIntegerField()),
                        (
                            "from_site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.site",
                            ),
                        ),
                        (
                            "to_site",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.site",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=40, null=True)),
                        ("happened_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=64)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_by", models.CharField(blank=True, max_length=64, null=True)),
                        ("withdrawn_why", models.CharField(blank=True, max_length=40, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["to_site", "happened_at"], name="supplies_movement_to"),
                            models.Index(fields=["from_site", "happened_at"], name="supplies_movement_from"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("from_site__isnull", True),
                                        ("kind", "received"),
                                        ("reason__isnull", True),
                                        ("to_site__isnull", False),
                                    ),
                                    models.Q(
                                        ("from_site__isnull", False),
                                        ("kind", "transferred"),
                                        ("reason__isnull", True),
                                        ("to_site__isnull", False),
                                    ),
                                    models.Q(
                                        ("from_site__isnull", False),
                                        ("kind", "written_off"),
                                        (
                                            "reason__in",
                                            ["expired", "damaged", "lost", "stolen", "recalled", "other"],
                                        ),
                                        ("reason__isnull", False),
                                        ("to_site__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="supplies_stock_movement_one_way",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_site__isnull", True),
                                    ("to_site__isnull", True),
                                    models.Q(("from_site", models.F("to_site")), _negated=True),
                                    _connector="OR",
                                ),
                                name="supplies_stock_movement_elsewhere",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gte", 1)), name="supplies_stock_movement_some"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("withdrawn_at__isnull", True),
                                        ("withdrawn_by__isnull", True),
                                        ("withdrawn_why__isnull", True),
                                    ),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                        (
                                            "withdrawn_why__in",
                                            [
                                                "typing_mistake",
                                                "recorded_twice",
                                                "wrong_item",
                                                "wrong_site",
                                                "wrong_time",
                                            ],
                                        ),
                                        ("withdrawn_why__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="supplies_stock_movement_withdrawn_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockCount",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.site",
                            ),
                        ),
                        ("counted_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=64)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_by", models.CharField(blank=True, max_length=64, null=True)),
                        ("withdrawn_why", models.CharField(blank=True, max_length=40, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["site", "counted_at"], name="supplies_count_site_time")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("withdrawn_at__isnull", True),
                                        ("withdrawn_by__isnull", True),
                                        ("withdrawn_why__isnull", True),
                                    ),
                                    models.Q(
                                        ("withdrawn_at__isnull", False),
                                        ("withdrawn_by__isnull", False),
                                        (
                                            "withdrawn_why__in",
                                            [
                                                "typing_mistake",
                                                "recorded_twice",
                                                "wrong_item",
                                                "wrong_site",
                                                "wrong_time",
                                            ],
                                        ),
                                        ("withdrawn_why__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="supplies_stock_count_withdrawn_whole",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StockCountLine",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "count",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="supplies.stockcount",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.item",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.lot",
                            ),
                        ),
                        ("counted", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("lot__isnull", True)),
                                fields=("count", "item"),
                                name="supplies_count_line_once",
                            ),
                            models.UniqueConstraint(
                                fields=("count", "item", "lot"), name="supplies_count_line_lot_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CountExplanation",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=throughline.records.foundation.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "count",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="explanations",
                                to="supplies.stockcount",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.item",
                            ),
                        ),
                        ("reason", models.CharField(max_length=40)),
                        ("difference", models.IntegerField()),
                        ("explained_at", models.DateTimeField()),
                        ("explained_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "reason__in",
                                        [
                                            "given_not_recorded",
                                            "recorded_twice",
                                            "delivery_differed",
                                            "damaged_or_lost",
                                            "counted_wrongly_before",
                                            "not_known",
                                        ],
                                    )
                                ),
                                name="supplies_count_explanation_reason_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("difference", 0), _negated=True),
                                name="supplies_count_explanation_of_something",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

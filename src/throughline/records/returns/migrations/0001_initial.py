import django.db.models.deletion
from django.db import migrations, models

import throughline.records.foundation
import throughline.records.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("engagement", "0001_initial"),
        ("programme", "0001_initial"),
        ("supplies", "0001_initial"),
    ]

    operations = [
        throughline.records.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="MonthClosing",
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
                        ("month", models.DateField()),
                        ("reporting", models.CharField(max_length=40)),
                        ("arrived_until", models.DateTimeField()),
                        ("closed_at", models.DateTimeField()),
                        ("closed_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("site", "month"), name="returns_month_closing_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="returns_month_closing_first_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reporting__in", ["complete", "partial", "none"])),
                                name="returns_month_closing_reporting_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReturnCount",
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
                            "closing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="returns.monthclosing",
                            ),
                        ),
                        ("part", models.CharField(max_length=40)),
                        ("route", models.CharField(max_length=40)),
                        ("contacts", models.PositiveIntegerField()),
                        ("codes", models.PositiveIntegerField()),
                        ("new_codes", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("closing", "part", "route"), name="returns_return_count_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("part__in", ["own", "late"])),
                                name="returns_return_count_part_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "route__in",
                                        ["service", "peer", "police", "pharmacy", "post", "vending", "all"],
                                    )
                                ),
                                name="returns_return_count_route_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReturnSupply",
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
                            "closing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="returns.monthclosing",
                            ),
                        ),
                        ("part", models.CharField(max_length=40)),
                        ("route", models.CharField(max_length=40)),
                        (
                            "item",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.item",
                            ),
                        ),
                        ("units", models.PositiveIntegerField()),
                        ("contacts", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("closing", "part", "route", "item"), name="returns_return_supply_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("part__in", ["own", "late"])),
                                name="returns_return_supply_part_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "route__in",
                                        ["service", "peer", "police", "pharmacy", "post", "vending", "all"],
                                    )
                                ),
                                name="returns_return_supply_route_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReturnedContact",
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
                            "closing",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="returns.monthclosing",
                            ),
                        ),
                        ("part", models.CharField(max_length=40)),
                        (
                            "contact",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="engagement.contact",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["closing", "part"], name="returns_returned_contact_of")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("part__in", ["own", "late"])),
                                name="returns_returned_contact_part_known",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

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
                    name="Course",
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
                        ("modules", models.JSONField(default=list)),
                        ("is_programme_training", models.BooleanField(default=False)),
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
                                fields=("programme", "name"), name="workforce_course_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Training",
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
                        ("held_on", models.DateField()),
                        ("trainer", models.CharField(max_length=120)),
                        (
                            "course",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="trainings",
                                to="workforce.course",
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
                                related_name="trainings",
                                to="programme.site",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Attendance",
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
                        ("is_attended", models.BooleanField(default=False)),
                        ("is_completed", models.BooleanField(default=False)),
                        (
                            "membership",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="attendances",
                                to="programme.membership",
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
                            "training",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attendances",
                                to="workforce.training",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("training", "membership"), name="workforce_attendance_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_completed", False), ("is_attended", True), _connector="OR"
                                ),
                                name="workforce_attendance_completed_attended",
                            ),
                        ],
                    },
                ),
            ]
        )
    ]

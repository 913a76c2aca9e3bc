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
                migrations.CreateModel(
                    name="AttitudeScale",
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
                        ("name", models.CharField(max_length=40)),
                        ("key", models.JSONField()),
                        ("key_version", models.PositiveIntegerField()),
                        ("defined_at", models.DateTimeField()),
                        ("defined_by", models.CharField(max_length=64)),
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
                                fields=("programme", "name"), name="workforce_attitude_scale_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AttitudeRespondent",
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
                        ("label_key", models.CharField(max_length=64)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="respondents",
                                to="workforce.attitudescale",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("scale", "label_key"), name="workforce_attitude_respondent_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assessment",
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
                        ("group", models.CharField(max_length=40)),
                        ("moment", models.CharField(max_length=40)),
                        ("taken_on", models.DateField()),
                        ("answers", models.JSONField(default=dict)),
                        ("origin_key", models.CharField(max_length=64)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "respondent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assessments",
                                to="workforce.attituderespondent",
                            ),
                        ),
                        (
                            "scale",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assessments",
                                to="workforce.attitudescale",
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
                        (
                            "training",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assessments",
                                to="workforce.training",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("group__in", ["officer", "worker", "other"])),
                                name="workforce_assessment_group_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("moment__in", ["before", "after", "follow_up"])),
                                name="workforce_assessment_moment_known",
                            ),
                            models.UniqueConstraint(
                                fields=("programme", "origin_key"), name="workforce_assessment_origin_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("moment__in", ["before", "after"])),
                                fields=("respondent", "moment"),
                                name="workforce_one_before_and_one_after",
                            ),
                            models.UniqueConstraint(
                                fields=("respondent", "moment", "taken_on"),
                                name="workforce_assessment_once_a_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AssessmentScore",
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
                        ("subscale", models.CharField(max_length=40)),
                        ("value", models.DecimalField(decimal_places=3, max_digits=8, null=True)),
                        ("value_nothing", models.CharField(blank=True, max_length=20, null=True)),
                        (
                            "assessment",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="scores",
                                to="workforce.assessment",
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
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("value__isnull", False), ("value_nothing__isnull", True)),
                                    models.Q(
                                        ("value__isnull", True),
                                        (
                                            "value_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("value_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="workforce_assessment_score_value_or_nothing",
                            ),
                            models.UniqueConstraint(
                                fields=("assessment", "subscale"), name="workforce_assessment_score_once"
                            ),
                        ],
                    },
                ),
            ]
        )
    ]

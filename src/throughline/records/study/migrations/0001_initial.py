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
                    name="Study",
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
                        ("title", models.CharField(max_length=200)),
                        ("registration_id", models.CharField(default="not_recorded", max_length=60)),
                        ("design", models.CharField(max_length=200)),
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
                            models.UniqueConstraint(fields=("programme", "title"), name="study_study_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ResearchConsent",
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
                        ("sheet_version", models.CharField(max_length=40)),
                        ("scopes", models.JSONField()),
                        ("given_on", models.DateField()),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="study.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="study_research_consent_withdrawn_by_someone",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ProtocolChange",
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
                        ("on", models.DateField()),
                        ("what", models.CharField(max_length=300)),
                        ("why", models.CharField(max_length=300)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="protocol_changes",
                                to="study.study",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Outcome",
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
                        ("code", models.SlugField(max_length=60)),
                        ("name", models.CharField(max_length=160)),
                        ("kind", models.CharField(max_length=40)),
                        ("source", models.CharField(max_length=40)),
                        ("measure", models.CharField(max_length=200)),
                        ("rank", models.CharField(max_length=40)),
                        ("direction", models.CharField(max_length=40)),
                        ("success_by", models.CharField(max_length=120)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="outcomes",
                                to="study.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "code"), name="study_outcome_once"),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["binary", "count", "continuous"])),
                                name="study_outcome_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("source__in", ["survey", "monitoring"])),
                                name="study_outcome_source_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rank__in", ["primary", "secondary", "exploratory"])),
                                name="study_outcome_rank_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("direction__in", ["higher_is_better", "lower_is_better"])
                                ),
                                name="study_outcome_direction_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Freeze",
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
                        ("name", models.SlugField(max_length=80)),
                        ("content_hash", models.CharField(max_length=64)),
                        ("rows", models.JSONField()),
                        ("frozen_at", models.DateTimeField()),
                        ("frozen_by", models.CharField(max_length=64)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="freezes",
                                to="study.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("programme", "name"), name="study_freeze_name_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AnalysisPlan",
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
                        ("content", models.JSONField()),
                        ("content_hash", models.CharField(max_length=64)),
                        ("locked_at", models.DateTimeField()),
                        ("locked_by", models.CharField(max_length=64)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="plans",
                                to="study.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "version"), name="study_plan_version_once"
                            ),
                            models.UniqueConstraint(
                                fields=("study", "content_hash"), name="study_plan_locked_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StudySite",
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
                        ("arm", models.CharField(max_length=40)),
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
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="study_sites",
                                to="study.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "site"), name="study_site_once"),
                            models.CheckConstraint(
                                condition=models.Q(("arm__in", ["intervention", "comparison"])),
                                name="study_site_arm_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Phase",
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
                        ("kind", models.CharField(max_length=40)),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField(blank=True, null=True)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "study_site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="phases",
                                to="study.studysite",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("study_site", "kind"), name="study_phase_once"),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["before", "implementation", "after"])),
                                name="study_phase_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to_on__isnull", True),
                                    ("to_on__gte", models.F("from_on")),
                                    _connector="OR",
                                ),
                                name="study_phase_ends_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyAnswer",
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
                        ("phase", models.CharField(max_length=40)),
                        ("answered_on", models.DateField()),
                        ("respondent", models.PositiveIntegerField()),
                        ("question", models.SlugField(max_length=60)),
                        (
                            "value",
                            models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True),
                        ),
                        ("value_nothing", models.CharField(blank=True, max_length=20, null=True)),
                        ("response_id", models.UUIDField(blank=True, db_index=True, null=True)),
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
                        (
                            "study",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="study.study",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "site", "phase", "respondent", "question"),
                                name="study_survey_answer_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("phase__in", ["before", "implementation", "after"])),
                                name="study_survey_answer_phase_known",
                            ),
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
                                name="study_survey_answer_value_or_nothing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Release",
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
                        ("door", models.CharField(max_length=40)),
                        ("what", models.CharField(max_length=120)),
                        ("recipient", models.CharField(max_length=160)),
                        ("profile", models.CharField(max_length=40)),
                        ("is_refused", models.BooleanField(default=False)),
                        ("refusal", models.CharField(blank=True, max_length=300)),
                        ("content_hash", models.CharField(max_length=64)),
                        ("cells", models.JSONField(default=list)),
                        ("agreement", models.CharField(blank=True, max_length=160)),
                        ("row_count", models.PositiveIntegerField(blank=True, null=True)),
                        ("smallest_group", models.PositiveIntegerField(blank=True, null=True)),
                        ("released_at", models.DateTimeField()),
                        ("released_by", models.CharField(max_length=64)),
                        ("approved_at", models.DateTimeField(blank=True, null=True)),
                        ("approved_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "freeze",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="releases",
                                to="study.freeze",
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
                                condition=models.Q(("door__in", ["tables", "rows", "words", "supplies"])),
                                name="study_release_door_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                                    models.Q(
                                        ("approved_at__isnull", False),
                                        ("approved_by__isnull", False),
                                        models.Q(("approved_by", models.F("released_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="study_release_approved_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RowsRequest",
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
                        ("what", models.CharField(max_length=120)),
                        ("table", models.CharField(max_length=40)),
                        ("fields", models.JSONField()),
                        ("recipient", models.CharField(max_length=160)),
                        ("agreement", models.CharField(max_length=160)),
                        ("profile", models.CharField(max_length=40)),
                        ("row_count", models.PositiveIntegerField()),
                        ("smallest_group", models.PositiveIntegerField()),
                        ("asked_at", models.DateTimeField()),
                        ("asked_by", models.CharField(max_length=64)),
                        ("approved_at", models.DateTimeField(blank=True, null=True)),
                        ("approved_by", models.CharField(blank=True, max_length=64, null=True)),
                        ("declined_at", models.DateTimeField(blank=True, null=True)),
                        ("declined_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "freeze",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rows_requests",
                                to="study.freeze",
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
                            "release",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rows_request",
                                to="study.release",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                                    models.Q(
                                        ("approved_at__isnull", False),
                                        ("approved_by__isnull", False),
                                        models.Q(("approved_by", models.F("asked_by")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="study_rows_approved_by_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("declined_at__isnull", True), ("declined_by__isnull", True)),
                                    models.Q(
                                        ("approved_at__isnull", True),
                                        ("declined_at__isnull", False),
                                        ("declined_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="study_rows_declined_by_someone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("release__isnull", True), ("approved_at__isnull", False), _connector="OR"
                                ),
                                name="study_rows_leave_approved",
                            ),
                        ]
                    },
                ),
            ],
        ),
    ]

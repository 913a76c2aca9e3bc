import django.db.models.deletion
from django.db import migrations, models

import throughline.records.foundation


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programme", "0001_initial"),
        ("study", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Analysis",
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
                ("name", models.CharField(max_length=160)),
                ("question", models.TextField()),
                ("approach", models.CharField(default="reflexive", max_length=40)),
                ("orientation", models.CharField(default="not_recorded", max_length=200)),
                ("theory", models.CharField(default="not_recorded", max_length=200)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="analyses", to="study.study"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "name"), name="inquiry_analysis_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "approach__in",
                                [
                                    "reflexive",
                                    "codebook_template",
                                    "codebook_framework",
                                    "coding_reliability",
                                ],
                            )
                        ),
                        name="inquiry_analysis_approach_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Codebook",
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
                ("name", models.CharField(max_length=160)),
                (
                    "analysis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codebooks",
                        to="inquiry.analysis",
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
                    models.UniqueConstraint(fields=("analysis", "name"), name="inquiry_codebook_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Code",
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
                ("place", models.PositiveIntegerField()),
                ("slug", models.SlugField(max_length=80)),
                ("name", models.CharField(max_length=160)),
                ("definition", models.TextField(blank=True)),
                ("include", models.TextField(blank=True)),
                ("exclude", models.TextField(blank=True)),
                ("example", models.TextField(blank=True)),
                ("origin", models.CharField(max_length=40)),
                ("colour", models.PositiveSmallIntegerField(default=0)),
                ("retired_at", models.DateTimeField(blank=True, null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="inquiry.code",
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
                    "codebook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="inquiry.codebook",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("codebook", "slug"), name="inquiry_code_once"),
                    models.UniqueConstraint(fields=("codebook", "place"), name="inquiry_code_one_per_place"),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["deductive", "inductive"])),
                        name="inquiry_code_origin_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Participant",
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
                ("label", models.CharField(max_length=40)),
                ("group", models.CharField(default="not_recorded", max_length=80)),
                ("attributes", models.JSONField(default=dict)),
                (
                    "analysis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="inquiry.analysis",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="study.researchconsent",
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
                    models.UniqueConstraint(fields=("analysis", "label"), name="inquiry_participant_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
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
                ("name", models.CharField(max_length=160)),
                ("kind", models.CharField(max_length=40)),
                ("collected_on", models.DateField(blank=True, null=True)),
                ("collected_on_nothing", models.CharField(blank=True, max_length=20, null=True)),
                ("guide_version", models.CharField(default="not_recorded", max_length=40)),
                ("topics_asked", models.JSONField(default=list)),
                ("language", models.CharField(default="not_recorded", max_length=12)),
                ("is_deidentified", models.BooleanField(default=False)),
                ("file_hash", models.CharField(max_length=64)),
                ("file_format", models.CharField(max_length=12)),
                ("characters", models.PositiveIntegerField()),
                ("text", models.BinaryField()),
                ("raw", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                ("added_by", models.CharField(max_length=64)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                ("erased_by", models.CharField(blank=True, max_length=64, null=True)),
                (
                    "analysis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sources",
                        to="inquiry.analysis",
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.site",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["interview", "focus_group", "observation", "document"])
                        ),
                        name="inquiry_source_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("collected_on__isnull", False), ("collected_on_nothing__isnull", True)),
                            models.Q(
                                ("collected_on__isnull", True),
                                (
                                    "collected_on_nothing__in",
                                    ["not_asked", "declined", "dont_know", "not_applicable", "not_recorded"],
                                ),
                                ("collected_on_nothing__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inquiry_source_collected_on_or_nothing",
                    ),
                    models.UniqueConstraint(
                        fields=("analysis", "file_hash"), name="inquiry_source_file_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("erased_at__isnull", True), ("erased_by__isnull", True)),
                            models.Q(("erased_at__isnull", False), ("erased_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="inquiry_source_erased_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Coding",
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
                ("analyst", models.CharField(max_length=64)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("applied_at", models.DateTimeField()),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                ("removed_by", models.CharField(blank=True, max_length=64, null=True)),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="codings", to="inquiry.code"
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
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codings",
                        to="inquiry.source",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["source", "start"], name="inquiry_coding_in_source")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="inquiry_coding_not_empty"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at__isnull", True)),
                        fields=("source", "code", "analyst", "start", "end"),
                        name="inquiry_coding_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at__isnull", True), ("removed_by__isnull", True)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="inquiry_coding_removed_by_someone",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Theme",
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
                ("name", models.CharField(max_length=200)),
                ("central_concept", models.TextField()),
                ("boundaries", models.TextField(blank=True)),
                ("contrary", models.TextField(blank=True)),
                ("status", models.CharField(default="candidate", max_length=40)),
                ("steps", models.JSONField(default=list)),
                ("version", models.PositiveIntegerField(default=1)),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=64)),
                (
                    "analysis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="themes",
                        to="inquiry.analysis",
                    ),
                ),
                ("codes", models.ManyToManyField(blank=True, related_name="themes", to="inquiry.code")),
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
                    models.UniqueConstraint(fields=("analysis", "name"), name="inquiry_theme_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["candidate", "reviewed", "kept", "let_go"])),
                        name="inquiry_theme_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Memo",
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
                ("title", models.CharField(blank=True, max_length=160)),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=64)),
                (
                    "analysis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memos",
                        to="inquiry.analysis",
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memos",
                        to="inquiry.code",
                    ),
                ),
                (
                    "coding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memos",
                        to="inquiry.coding",
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
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memos",
                        to="inquiry.source",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memos",
                        to="inquiry.theme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("code__isnull", True),
                                ("coding__isnull", True),
                                ("source__isnull", True),
                                ("theme__isnull", True),
                            ),
                            models.Q(
                                ("code__isnull", True),
                                ("coding__isnull", True),
                                ("source__isnull", False),
                                ("theme__isnull", True),
                            ),
                            models.Q(
                                ("code__isnull", False),
                                ("coding__isnull", True),
                                ("source__isnull", True),
                                ("theme__isnull", True),
                            ),
                            models.Q(
                                ("code__isnull", True),
                                ("coding__isnull", False),
                                ("source__isnull", True),
                                ("theme__isnull", True),
                            ),
                            models.Q(
                                ("code__isnull", True),
                                ("coding__isnull", True),
                                ("source__isnull", True),
                                ("theme__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="inquiry_memo_about_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JointRow",
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
                ("step", models.CharField(max_length=40)),
                ("judgement", models.CharField(max_length=40)),
                ("reason", models.TextField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=64)),
                (
                    "analysis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joint_rows",
                        to="inquiry.analysis",
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
                    "study",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="joint_rows",
                        to="study.study",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inquiry.theme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("study", "analysis", "step", "theme"), name="inquiry_joint_row_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("theme__isnull", True)),
                        fields=("study", "analysis", "step"),
                        name="inquiry_joint_row_once_without_theme",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "step__in",
                                [
                                    "contact",
                                    "crack_use_told",
                                    "further_need_told",
                                    "response",
                                    "accepted",
                                    "entered",
                                    "came_back",
                                ],
                            )
                        ),
                        name="inquiry_joint_row_step_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("judgement__in", ["confirmation", "expansion", "discordance", "silence"])
                        ),
                        name="inquiry_joint_row_judgement_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThemeQuote",
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
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("is_contrary", models.BooleanField(default=False)),
                ("chosen_at", models.DateTimeField()),
                ("chosen_by", models.CharField(max_length=64)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.programme",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="inquiry.source"
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quotes", to="inquiry.theme"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="inquiry_theme_quote_not_empty",
                    ),
                    models.UniqueConstraint(
                        fields=("theme", "source", "start", "end"), name="inquiry_theme_quote_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThemeRevision",
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
                ("was", models.JSONField()),
                ("written_at", models.DateTimeField()),
                ("written_by", models.CharField(max_length=64)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="programme.programme",
                    ),
                ),
                (
                    "theme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revisions",
                        to="inquiry.theme",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("theme", "version"), name="inquiry_theme_revision_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
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
                ("number", models.PositiveIntegerField()),
                ("speaker", models.CharField(blank=True, max_length=120)),
                ("start", models.PositiveIntegerField()),
                ("end", models.PositiveIntegerField()),
                ("start_ms", models.PositiveBigIntegerField(blank=True, null=True)),
                ("end_ms", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "participant",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="turns",
                        to="inquiry.participant",
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
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="turns", to="inquiry.source"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "number"), name="inquiry_turn_one_per_place"),
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))), name="inquiry_turn_not_empty"
                    ),
                ],
            },
        ),
    ]

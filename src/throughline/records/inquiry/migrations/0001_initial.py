import django.db.models.deletion
from django.db import migrations, models

import throughline.records.foundation
from throughline.records.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programme", "0001_initial"),
        ("study", "0001_initial"),
    ]

    operations = [
        CreateTables(
            models=[
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
                                related_name="analyses",
                                to="study.study",
                            ),
                        ),
                        ("name", models.CharField(max_length=160)),
                        ("question", models.TextField()),
                        ("approach", models.CharField(default="reflexive", max_length=40)),
                        ("orientation", models.CharField(default="not_recorded", max_length=200)),
                        ("theory", models.CharField(default="not_recorded", max_length=200)),
                        ("with_counts", models.BooleanField(default=False)),
                        ("with_saturation", models.BooleanField(default=False)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("programme", "name"), name="inquiry_analysis_once"
                            ),
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
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="participants",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("label", models.CharField(max_length=40)),
                        ("group", models.CharField(default="not_recorded", max_length=80)),
                        ("attributes", models.JSONField(default=dict)),
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
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_by", models.CharField(blank=True, max_length=64, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("analysis", "label"), name="inquiry_participant_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="inquiry_participant_withdrawn_by_someone",
                            ),
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
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sources",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("name", models.CharField(max_length=160)),
                        ("kind", models.CharField(max_length=40)),
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
                        ("collected_on", models.DateField(blank=True, null=True)),
                        ("collected_on_nothing", models.CharField(blank=True, max_length=20, null=True)),
                        ("guide_version", models.CharField(default="not_recorded", max_length=40)),
                        ("topics_asked", models.JSONField(default=list)),
                        ("language", models.CharField(default="not_recorded", max_length=12)),
                        ("attributes", models.JSONField(default=dict)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("is_deidentified", models.BooleanField(default=False)),
                        ("file_hash", models.CharField(max_length=64)),
                        ("file_format", models.CharField(max_length=12)),
                        ("characters", models.PositiveIntegerField()),
                        ("added_at", models.DateTimeField()),
                        ("added_by", models.CharField(max_length=64)),
                        ("erased_at", models.DateTimeField(blank=True, null=True)),
                        ("erased_by", models.CharField(blank=True, max_length=64, null=True)),
                        ("changes", models.PositiveBigIntegerField(default=0)),
                        ("text", models.BinaryField()),
                        ("raw", models.BinaryField()),
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
                                    models.Q(
                                        ("collected_on__isnull", False),
                                        ("collected_on_nothing__isnull", True),
                                    ),
                                    models.Q(
                                        ("collected_on__isnull", True),
                                        (
                                            "collected_on_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
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
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="codebooks",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("name", models.CharField(max_length=160)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("analysis", "name"), name="inquiry_codebook_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Round",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="rounds",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("name", models.CharField(max_length=160)),
                        ("is_blind", models.BooleanField()),
                        ("opened_at", models.DateTimeField()),
                        ("opened_by", models.CharField(max_length=64)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_by", models.CharField(blank=True, max_length=64, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("analysis", "name"), name="inquiry_round_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="inquiry_round_closed_by_someone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Coder",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="coders",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("actor", models.CharField(max_length=64)),
                        ("name", models.CharField(max_length=160)),
                        ("short", models.CharField(blank=True, max_length=40)),
                        ("joined_to", models.CharField(blank=True, max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("analysis", "actor"), name="inquiry_coder_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="JournalEntry",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="journal",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("analyst", models.CharField(max_length=64)),
                        ("text", models.TextField()),
                        ("written_at", models.DateTimeField()),
                        ("shared_at", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Position",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="positions",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("analyst", models.CharField(max_length=64)),
                        ("text", models.TextField()),
                        ("written_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Alias",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="aliases",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("label", models.CharField(max_length=60)),
                        ("terms", models.BinaryField()),
                        ("added_at", models.DateTimeField()),
                        ("added_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("analysis", "label"), name="inquiry_alias_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "person",
                                            "place",
                                            "organisation",
                                            "phone",
                                            "email",
                                            "postcode",
                                            "health_number",
                                            "date",
                                            "link",
                                            "other",
                                        ],
                                    )
                                ),
                                name="inquiry_alias_kind_known",
                            ),
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
                                related_name="turns",
                                to="inquiry.source",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("speaker", models.CharField(blank=True, max_length=120)),
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
                        ("is_team", models.BooleanField(default=False)),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("start_ms", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("end_ms", models.PositiveBigIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "number"), name="inquiry_turn_one_per_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="inquiry_turn_not_empty",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_team", False), ("participant__isnull", True), _connector="OR"
                                ),
                                name="inquiry_turn_of_one_side",
                            ),
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
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged_from",
                                to="inquiry.code",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("codebook", "slug"), name="inquiry_code_once"),
                            models.UniqueConstraint(
                                fields=("codebook", "place"), name="inquiry_code_one_per_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("origin__in", ["deductive", "inductive"])),
                                name="inquiry_code_origin_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into__isnull", True),
                                    models.Q(
                                        ("retired_at__isnull", False),
                                        models.Q(("merged_into", models.F("id")), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="inquiry_code_merged_is_retired",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodebookVersion",
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
                            "codebook",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="inquiry.codebook",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("name", models.CharField(max_length=160)),
                        ("codes", models.JSONField()),
                        ("kept_at", models.DateTimeField()),
                        ("kept_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("codebook", "number"), name="inquiry_codebook_version_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Assignment",
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
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="inquiry.round",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="inquiry.source",
                            ),
                        ),
                        ("coder", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("round", "source", "coder"), name="inquiry_assignment_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SourceVersion",
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
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="inquiry.source",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("text", models.BinaryField()),
                        ("turns", models.BinaryField()),
                        ("change", models.CharField(max_length=40)),
                        ("was_deidentified", models.BooleanField()),
                        ("replaced_at", models.DateTimeField()),
                        ("replaced_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "version"), name="inquiry_source_version_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("change__in", ["corrected", "deidentified", "withdrawn"])
                                ),
                                name="inquiry_source_version_change_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReadMark",
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
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="read_marks",
                                to="inquiry.source",
                            ),
                        ),
                        ("analyst", models.CharField(max_length=64)),
                        ("read_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("source", "analyst"), name="inquiry_read_mark_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recording",
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
                            "source",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="recording",
                                to="inquiry.source",
                            ),
                        ),
                        ("media_type", models.CharField(max_length=40)),
                        ("length_bytes", models.PositiveBigIntegerField()),
                        ("piece_bytes", models.PositiveIntegerField()),
                        ("file_hash", models.CharField(max_length=64)),
                        ("added_at", models.DateTimeField()),
                        ("added_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Carried",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="carried",
                                to="inquiry.analysis",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="carried",
                                to="inquiry.source",
                            ),
                        ),
                        ("guid", models.UUIDField()),
                        ("kind", models.CharField(max_length=20)),
                        ("row", models.UUIDField(blank=True, null=True)),
                        ("place", models.PositiveIntegerField(default=0)),
                        ("rest", models.JSONField(default=dict)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["row"], name="inquiry_carried_by_row")],
                        "constraints": [
                            models.UniqueConstraint(fields=("analysis", "guid"), name="inquiry_carried_once"),
                            models.CheckConstraint(
                                condition=models.Q(("kind", ""), _negated=True),
                                name="inquiry_carried_has_a_kind",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodeRevision",
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
                            "code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="inquiry.code",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("was", models.JSONField()),
                        ("changed_at", models.DateTimeField()),
                        ("changed_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("code", "version"), name="inquiry_code_revision_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Settlement",
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
                            "round",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="settlements",
                                to="inquiry.round",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="inquiry.source",
                            ),
                        ),
                        (
                            "code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inquiry.code",
                            ),
                        ),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("stands", models.BooleanField()),
                        ("codings", models.JSONField(default=list)),
                        ("reason", models.TextField()),
                        ("settled_at", models.DateTimeField()),
                        ("settled_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["round", "source"], name="inquiry_settlement_in_round")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="inquiry_settlement_not_empty",
                            )
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
                        (
                            "code",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codings",
                                to="inquiry.code",
                            ),
                        ),
                        ("analyst", models.CharField(max_length=64)),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("applied_at", models.DateTimeField()),
                        (
                            "round",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="codings",
                                to="inquiry.round",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("change", models.PositiveBigIntegerField(default=0)),
                        ("lost_in", models.PositiveIntegerField(blank=True, null=True)),
                        ("removed_at", models.DateTimeField(blank=True, null=True)),
                        ("removed_by", models.CharField(blank=True, max_length=64, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["source", "start"], name="inquiry_coding_in_source"),
                            models.Index(fields=["source", "change"], name="inquiry_coding_by_change"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="inquiry_coding_not_empty",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("lost_in__isnull", True), ("removed_at__isnull", True)),
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
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="subthemes",
                                to="inquiry.theme",
                            ),
                        ),
                        ("place", models.PositiveIntegerField(default=0)),
                        (
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="themes",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("central_concept", models.TextField()),
                        ("boundaries", models.TextField(blank=True)),
                        ("contrary", models.TextField(blank=True)),
                        ("status", models.CharField(default="candidate", max_length=40)),
                        ("steps", models.JSONField(default=list)),
                        ("outcomes", models.JSONField(default=list)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=64)),
                        (
                            "codes",
                            models.ManyToManyField(blank=True, related_name="themes", to="inquiry.code"),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("analysis", "name"), name="inquiry_theme_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("status__in", ["candidate", "reviewed", "kept", "let_go"])
                                ),
                                name="inquiry_theme_status_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="RecordingPiece",
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
                            "recording",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pieces",
                                to="inquiry.recording",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("sealed", models.BinaryField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("recording", "number"), name="inquiry_recording_piece_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodingRevision",
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
                            "coding",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="inquiry.coding",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        (
                            "code",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="inquiry.code",
                            ),
                        ),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("moved_at", models.DateTimeField()),
                        ("moved_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("coding", "version"), name="inquiry_coding_revision_once"
                            )
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
                        ("version", models.PositiveIntegerField()),
                        ("was", models.JSONField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("theme", "version"), name="inquiry_theme_revision_once"
                            )
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
                                related_name="quotes",
                                to="inquiry.theme",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="inquiry.source",
                            ),
                        ),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("is_contrary", models.BooleanField(default=False)),
                        ("lost_in", models.PositiveIntegerField(blank=True, null=True)),
                        ("chosen_at", models.DateTimeField()),
                        ("chosen_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="inquiry_theme_quote_not_empty",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("lost_in__isnull", True)),
                                fields=("theme", "source", "start", "end"),
                                name="inquiry_theme_quote_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ThemePassage",
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
                            "theme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passages",
                                to="inquiry.theme",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="inquiry.source",
                            ),
                        ),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("is_contrary", models.BooleanField(default=False)),
                        ("lost_in", models.PositiveIntegerField(blank=True, null=True)),
                        ("placed_at", models.DateTimeField()),
                        ("placed_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="inquiry_theme_passage_not_empty",
                            ),
                            models.UniqueConstraint(
                                fields=("theme", "source", "start", "end"), name="inquiry_theme_passage_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ThemeRelation",
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
                            "origin",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="relations",
                                to="inquiry.theme",
                            ),
                        ),
                        (
                            "target",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="relations_in",
                                to="inquiry.theme",
                            ),
                        ),
                        ("kind", models.CharField(max_length=40)),
                        ("note", models.CharField(blank=True, max_length=200)),
                        ("related_at", models.DateTimeField()),
                        ("related_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("origin", "target"), name="inquiry_theme_relation_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("origin", models.F("target")), _negated=True),
                                name="inquiry_theme_relation_of_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "leads_to",
                                            "supports",
                                            "contradicts",
                                            "contrasts_with",
                                            "belongs_with",
                                        ],
                                    )
                                ),
                                name="inquiry_theme_relation_kind_known",
                            ),
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="joint_rows",
                                to="inquiry.analysis",
                            ),
                        ),
                        ("step", models.CharField(blank=True, max_length=40)),
                        ("outcome", models.CharField(blank=True, max_length=60)),
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
                        ("judgement", models.CharField(max_length=40)),
                        ("reason", models.TextField()),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "analysis", "step", "outcome", "theme"),
                                name="inquiry_joint_row_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("theme__isnull", True)),
                                fields=("study", "analysis", "step", "outcome"),
                                name="inquiry_joint_row_once_without_theme",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("outcome", ""),
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
                                        ),
                                    ),
                                    models.Q(("step", ""), models.Q(("outcome", ""), _negated=True)),
                                    _connector="OR",
                                ),
                                name="inquiry_joint_row_of_step_or_outcome",
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
                    name="FrameworkCell",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cells",
                                to="inquiry.analysis",
                            ),
                        ),
                        (
                            "participant",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cells",
                                to="inquiry.participant",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="cells",
                                to="inquiry.theme",
                            ),
                        ),
                        ("summary", models.TextField()),
                        ("reason", models.CharField(blank=True, max_length=400)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("participant", "theme"), name="inquiry_cell_once")
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
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memos",
                                to="inquiry.analysis",
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
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="memos",
                                to="inquiry.theme",
                            ),
                        ),
                        ("kind", models.CharField(default="memo", max_length=40)),
                        ("start", models.PositiveIntegerField(blank=True, null=True)),
                        ("end", models.PositiveIntegerField(blank=True, null=True)),
                        ("lost_in", models.PositiveIntegerField(blank=True, null=True)),
                        ("title", models.CharField(blank=True, max_length=160)),
                        ("text", models.TextField()),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=64)),
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
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("end__isnull", True), ("start__isnull", True)),
                                    models.Q(
                                        ("end__gt", models.F("start")),
                                        ("source__isnull", False),
                                        ("start__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="inquiry_memo_passage_of_a_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "another_reading"), _negated=True),
                                    ("coding__isnull", False),
                                    _connector="OR",
                                ),
                                name="inquiry_another_reading_of_a_coding",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["memo", "note", "another_reading"])),
                                name="inquiry_memo_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Decision",
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
                            "analysis",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="decisions",
                                to="inquiry.analysis",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="decisions",
                                to="inquiry.theme",
                            ),
                        ),
                        ("text", models.TextField()),
                        ("took_part", models.JSONField(default=list)),
                        ("decided_on", models.DateField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="FrameworkCellRevision",
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
                            "cell",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="inquiry.frameworkcell",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("summary", models.TextField()),
                        ("reason", models.CharField(blank=True, max_length=400)),
                        ("passages", models.PositiveIntegerField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("cell", "version"), name="inquiry_cell_revision_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FrameworkPassage",
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
                            "cell",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="passages",
                                to="inquiry.frameworkcell",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="inquiry.source",
                            ),
                        ),
                        ("start", models.PositiveIntegerField()),
                        ("end", models.PositiveIntegerField()),
                        ("lost_in", models.PositiveIntegerField(blank=True, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("end__gt", models.F("start"))),
                                name="inquiry_cell_passage_not_empty",
                            ),
                            models.UniqueConstraint(
                                fields=("cell", "source", "start", "end"), name="inquiry_cell_passage_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MemoRevision",
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
                            "memo",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="inquiry.memo",
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("title", models.CharField(blank=True, max_length=160)),
                        ("text", models.TextField()),
                        ("written_at", models.DateTimeField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("memo", "version"), name="inquiry_memo_revision_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

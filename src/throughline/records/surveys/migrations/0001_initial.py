import django.db.models.deletion
from django.db import migrations, models

import throughline.records.foundation
import throughline.records.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("programme", "0001_initial"),
        ("study", "0001_initial"),
    ]

    operations = [
        throughline.records.tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name="Instrument",
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
                                related_name="instruments",
                                to="study.study",
                            ),
                        ),
                        ("code", models.SlugField(max_length=60)),
                        ("title", models.CharField(max_length=200)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "code"), name="surveys_instrument_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InstrumentVersion",
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
                            "instrument",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="versions",
                                to="surveys.instrument",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("label", models.CharField(blank=True, max_length=60)),
                        ("file_name", models.CharField(max_length=200)),
                        ("xlsform", models.BinaryField()),
                        ("xform", models.TextField()),
                        ("content_hash", models.CharField(max_length=64)),
                        ("questions", models.JSONField()),
                        ("languages", models.JSONField(default=list)),
                        ("warnings", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                        ("created_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("instrument", "content_hash"), name="surveys_version_of_a_file_once"
                            ),
                            models.UniqueConstraint(
                                fields=("instrument", "number"), name="surveys_version_number_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("number__gte", 1)), name="surveys_version_number_from_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Wave",
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
                                related_name="waves",
                                to="study.study",
                            ),
                        ),
                        ("code", models.SlugField(max_length=60)),
                        ("phase", models.CharField(max_length=40)),
                        (
                            "instrument_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="waves",
                                to="surveys.instrumentversion",
                            ),
                        ),
                        ("sheet_version", models.CharField(max_length=40)),
                        ("opens_on", models.DateField()),
                        ("closes_on", models.DateField(blank=True, null=True)),
                        ("opened_at", models.DateTimeField()),
                        ("opened_by", models.CharField(max_length=64)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_by", models.CharField(blank=True, max_length=64, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("study", "code"), name="surveys_wave_once"),
                            models.CheckConstraint(
                                condition=models.Q(("phase__in", ["before", "implementation", "after"])),
                                name="surveys_wave_phase_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closes_on__isnull", True),
                                    ("closes_on__gte", models.F("opens_on")),
                                    _connector="OR",
                                ),
                                name="surveys_wave_closes_later",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("closed_by__isnull", True)),
                                    models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="surveys_wave_closed_by_someone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WaveTarget",
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
                            "wave",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="targets",
                                to="surveys.wave",
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
                        ("target", models.PositiveIntegerField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("wave", "site"), name="surveys_target_once"),
                            models.CheckConstraint(
                                condition=models.Q(("target__gte", 1)), name="surveys_target_from_one"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approach",
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
                            "wave",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approaches",
                                to="surveys.wave",
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
                        ("on", models.DateField()),
                        ("through", models.CharField(max_length=40)),
                        ("result", models.CharField(max_length=40)),
                        ("reason", models.CharField(default="not_applicable", max_length=40)),
                        (
                            "consent",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="study.researchconsent",
                            ),
                        ),
                        ("is_late", models.BooleanField(default=False)),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["wave", "site"], name="surveys_approach_at_site")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("through__in", ["service", "peer", "outreach", "other"])),
                                name="surveys_approach_through_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("result__in", ["consented", "refused", "not_eligible"])),
                                name="surveys_approach_result_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("consent__isnull", False), ("result", "consented")),
                                    models.Q(
                                        models.Q(("result", "consented"), _negated=True),
                                        ("consent__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="surveys_approach_consent_where_given",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "reason__in",
                                            [
                                                "under_age",
                                                "no_crack_use",
                                                "not_from_here",
                                                "took_part_already",
                                                "cannot_consent",
                                                "other",
                                                "declined",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("result", "not_eligible"),
                                    ),
                                    models.Q(
                                        models.Q(("result", "not_eligible"), _negated=True),
                                        ("reason", "not_applicable"),
                                    ),
                                    _connector="OR",
                                ),
                                name="surveys_approach_reason_where_not_eligible",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurveyResponse",
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
                            "wave",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="responses",
                                to="surveys.wave",
                            ),
                        ),
                        (
                            "instrument_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="surveys.instrumentversion",
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
                            "approach",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="response",
                                to="surveys.approach",
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
                        ("respondent", models.PositiveIntegerField()),
                        ("source", models.CharField(max_length=40)),
                        ("mode", models.CharField(max_length=40)),
                        ("answered_on", models.DateField()),
                        ("started_at", models.DateTimeField()),
                        ("started_by", models.CharField(max_length=64)),
                        ("completed_at", models.DateTimeField(blank=True, null=True)),
                        ("completed_by", models.CharField(blank=True, max_length=64, null=True)),
                        ("is_late", models.BooleanField(default=False)),
                        ("submission", models.UUIDField(blank=True, null=True)),
                        ("origin_key", models.CharField(blank=True, max_length=64, null=True)),
                        ("answers", models.JSONField(default=dict)),
                        ("texts", models.BinaryField(null=True)),
                        ("draft", models.BinaryField(null=True)),
                        ("draft_version", models.PositiveIntegerField(default=0)),
                        ("draft_page", models.UUIDField(null=True)),
                        ("draft_beside", models.BinaryField(null=True)),
                        ("holder_hash", models.CharField(blank=True, default="", max_length=64)),
                        ("receipt_hash", models.CharField(blank=True, default="", max_length=64)),
                        ("exclusion", models.CharField(blank=True, default="", max_length=40)),
                        ("excluded_at", models.DateTimeField(blank=True, null=True)),
                        ("excluded_by", models.CharField(blank=True, max_length=64, null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["wave", "site", "completed_at"], name="surveys_response_at_site"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("source__in", ["here", "redcap", "kobo", "odk", "csv"])),
                                name="surveys_response_source_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("mode__in", ["interviewer", "person", "not_recorded"])),
                                name="surveys_response_mode_known",
                            ),
                            models.UniqueConstraint(
                                fields=("wave", "site", "respondent"), name="surveys_respondent_once"
                            ),
                            models.UniqueConstraint(
                                fields=("programme", "origin_key"), name="surveys_response_origin_once"
                            ),
                            models.UniqueConstraint(
                                fields=("programme", "submission"), name="surveys_submission_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("completed_at__isnull", True), ("completed_by__isnull", True)),
                                    models.Q(
                                        ("completed_at__isnull", False),
                                        ("completed_by__isnull", False),
                                        ("draft__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="surveys_response_completed_by_someone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("draft_beside__isnull", True), ("draft__isnull", False), _connector="OR"
                                ),
                                name="surveys_response_draft_beside_another",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("excluded_at__isnull", True),
                                        ("excluded_by__isnull", True),
                                        ("exclusion", ""),
                                    ),
                                    models.Q(
                                        ("excluded_at__isnull", False),
                                        ("excluded_by__isnull", False),
                                        (
                                            "exclusion__in",
                                            [
                                                "not_eligible",
                                                "took_part_twice",
                                                "trial",
                                                "unusable",
                                                "outside_wave",
                                                "withdrew",
                                            ],
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="surveys_response_excluded_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
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
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="surveys.surveyresponse",
                            ),
                        ),
                        ("key", models.CharField(max_length=600)),
                        ("number", models.PositiveIntegerField()),
                        ("media_type", models.CharField(max_length=40)),
                        ("length_bytes", models.PositiveBigIntegerField()),
                        ("sealed", models.BinaryField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("response", "number"), name="surveys_attachment_numbered"
                            ),
                            models.UniqueConstraint(
                                fields=("response", "key"), name="surveys_attachment_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DraftFile",
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
                            "response",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="draft_files",
                                to="surveys.surveyresponse",
                            ),
                        ),
                        ("name_hash", models.CharField(max_length=64)),
                        ("is_in_draft", models.BooleanField()),
                        ("is_beside", models.BooleanField()),
                        ("media_type", models.CharField(max_length=40)),
                        ("length_bytes", models.PositiveBigIntegerField()),
                        ("sealed", models.BinaryField()),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("response", "name_hash"), name="surveys_draft_file_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("is_in_draft", True), ("is_beside", True), _connector="OR"
                                ),
                                name="surveys_draft_file_is_named",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FillLink",
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
                            "approach",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="links",
                                to="surveys.approach",
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("made_at", models.DateTimeField()),
                        ("made_by", models.CharField(max_length=64)),
                        ("expires_at", models.DateTimeField()),
                        ("used_at", models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="CodePlan",
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
                                related_name="code_plans",
                                to="study.study",
                            ),
                        ),
                        (
                            "instrument",
                            models.OneToOneField(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="code_plan",
                                to="surveys.instrument",
                            ),
                        ),
                        ("elements", models.JSONField()),
                        ("age", models.CharField(blank=True, default="", max_length=300)),
                        ("gender", models.CharField(blank=True, default="", max_length=300)),
                        ("key_version", models.PositiveIntegerField()),
                        ("destroy_on", models.DateField()),
                        ("named_at", models.DateTimeField()),
                        ("named_by", models.CharField(max_length=64)),
                        ("destroyed_at", models.DateTimeField(blank=True, null=True)),
                        ("destroyed_by", models.CharField(blank=True, max_length=64, null=True)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("instrument", None)),
                                fields=("study",),
                                name="surveys_code_plan_of_files_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("destroyed_at__isnull", True), ("destroyed_by__isnull", True)),
                                    models.Q(
                                        ("destroyed_at__isnull", False), ("destroyed_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="surveys_code_plan_destroyed_by_someone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodeParts",
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
                            "plan",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="parts",
                                to="surveys.codeplan",
                            ),
                        ),
                        (
                            "response",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="code_parts",
                                to="surveys.surveyresponse",
                            ),
                        ),
                        ("parts", models.JSONField()),
                    ],
                ),
                migrations.CreateModel(
                    name="WaveLinking",
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
                                related_name="linkings",
                                to="study.study",
                            ),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.wave",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.wave",
                            ),
                        ),
                        ("least_days", models.IntegerField()),
                        ("most_days", models.IntegerField()),
                        ("elements", models.PositiveSmallIntegerField()),
                        ("expected_false", models.FloatField()),
                        ("without_code", models.JSONField()),
                        ("linked_at", models.DateTimeField()),
                        ("linked_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("first", "second"), name="surveys_waves_linked_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("first", models.F("second")), _negated=True),
                                name="surveys_waves_linked_are_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("least_days__lte", models.F("most_days"))),
                                name="surveys_linking_window_begins_first",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LinkedPair",
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
                            "linking",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="pairs",
                                to="surveys.wavelinking",
                            ),
                        ),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.surveyresponse",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="surveys.surveyresponse",
                            ),
                        ),
                        ("differs", models.PositiveSmallIntegerField()),
                        ("why", models.CharField(blank=True, default="", max_length=20)),
                        ("state", models.CharField(max_length=40)),
                        ("reason", models.CharField(blank=True, default="", max_length=20)),
                        ("decided_at", models.DateTimeField(blank=True, null=True)),
                        ("decided_by", models.CharField(blank=True, max_length=64, null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["linking", "state"], name="surveys_pair_by_state")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["linked", "waiting", "accepted", "rejected", "undecided"])
                                ),
                                name="surveys_pair_state_known",
                            ),
                            models.UniqueConstraint(
                                fields=("linking", "first", "second"), name="surveys_pair_once"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["linked", "accepted"])),
                                fields=("linking", "first"),
                                name="surveys_first_linked_once",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("state__in", ["linked", "accepted"])),
                                fields=("linking", "second"),
                                name="surveys_second_linked_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("decided_at__isnull", True),
                                        ("decided_by__isnull", True),
                                        models.Q(
                                            ("state__in", ["accepted", "rejected", "undecided"]),
                                            _negated=True,
                                        ),
                                    ),
                                    models.Q(
                                        ("decided_at__isnull", False),
                                        ("decided_by__isnull", False),
                                        ("state__in", ["accepted", "rejected", "undecided"]),
                                    ),
                                    _connector="OR",
                                ),
                                name="surveys_pair_decided_by_someone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        (
                                            "reason__in",
                                            ["second_facts", "too_little", "somebody_else", "other"],
                                        ),
                                        ("state", "rejected"),
                                    ),
                                    models.Q(models.Q(("state", "rejected"), _negated=True), ("reason", "")),
                                    _connector="OR",
                                ),
                                name="surveys_pair_rejected_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeptMapping",
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
                                related_name="answer_mappings",
                                to="study.study",
                            ),
                        ),
                        ("name", models.CharField(max_length=60)),
                        ("content", models.JSONField()),
                        ("kept_at", models.DateTimeField()),
                        ("kept_by", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("study", "name"), name="surveys_kept_mapping_name_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

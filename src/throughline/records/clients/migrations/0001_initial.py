import uuid

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
                    name="Client",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        ("birth_year_band", models.CharField(default="not_recorded", max_length=20)),
                        ("gender", models.CharField(default="not_recorded", max_length=40)),
                        ("area", models.CharField(default="not_recorded", max_length=80)),
                        ("added_at", models.DateTimeField()),
                        (
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="clients.client",
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
                                    ("merged_into__isnull", True),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="clients_client_not_into_itself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("birth_year_band", ""), _negated=True),
                                    models.Q(("gender", ""), _negated=True),
                                    models.Q(("area", ""), _negated=True),
                                ),
                                name="clients_client_no_blanks",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientKey",
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
                        ("key_version", models.PositiveIntegerField()),
                        ("pseudonym", models.CharField(max_length=64)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="keys",
                                to="clients.client",
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
                                fields=("programme", "key_version", "pseudonym"),
                                name="clients_client_key_one_client",
                            ),
                            models.UniqueConstraint(
                                fields=("client", "key_version"), name="clients_client_key_one_per_version"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientMerge",
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
                        ("sites", models.JSONField(default=list)),
                        ("is_everywhere", models.BooleanField(default=False)),
                        ("merged_at", models.DateTimeField()),
                        ("merged_by", models.CharField(max_length=64)),
                        ("unmerged_at", models.DateTimeField(blank=True, null=True)),
                        ("unmerged_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "kept",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "merged",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="clients.client",
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
                                    models.Q(("unmerged_at__isnull", True), ("unmerged_by__isnull", True)),
                                    models.Q(("unmerged_at__isnull", False), ("unmerged_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="clients_client_merge_undone_by_someone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kept", models.F("merged")), _negated=True),
                                name="clients_client_merge_of_two",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientState",
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
                        ("as_of", models.DateField()),
                        ("housing", models.CharField(default="not_recorded", max_length=40)),
                        ("smokes_crack", models.CharField(default="not_recorded", max_length=40)),
                        ("injects_crack", models.CharField(default="not_recorded", max_length=40)),
                        ("uses_heroin", models.CharField(default="not_recorded", max_length=40)),
                        ("injects", models.CharField(default="not_recorded", max_length=40)),
                        ("recorded_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="states",
                                to="clients.client",
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
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "housing__in",
                                        [
                                            "own_tenancy",
                                            "with_family_or_friends",
                                            "hostel",
                                            "temporary",
                                            "no_fixed_place",
                                            "rough_sleeping",
                                            "institution",
                                            "not_asked",
                                            "declined",
                                            "dont_know",
                                            "not_applicable",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="clients_client_state_housing_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "smokes_crack__in",
                                        [
                                            "yes",
                                            "no",
                                            "not_asked",
                                            "declined",
                                            "dont_know",
                                            "not_applicable",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="clients_client_state_smokes_crack_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "injects_crack__in",
                                        [
                                            "yes",
                                            "no",
                                            "not_asked",
                                            "declined",
                                            "dont_know",
                                            "not_applicable",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="clients_client_state_injects_crack_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "uses_heroin__in",
                                        [
                                            "yes",
                                            "no",
                                            "not_asked",
                                            "declined",
                                            "dont_know",
                                            "not_applicable",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="clients_client_state_uses_heroin_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "injects__in",
                                        [
                                            "yes",
                                            "no",
                                            "not_asked",
                                            "declined",
                                            "dont_know",
                                            "not_applicable",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="clients_client_state_injects_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="LikelyDuplicate",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("first_mark", models.CharField(db_index=True, max_length=64)),
                        ("second_mark", models.CharField(db_index=True, max_length=64)),
                        ("sealed", models.CharField(max_length=200)),
                        ("apart_at", models.DateTimeField(blank=True, null=True)),
                        ("apart_by", models.CharField(blank=True, max_length=64, null=True)),
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
                                    models.Q(("apart_at__isnull", True), ("apart_by__isnull", True)),
                                    models.Q(("apart_at__isnull", False), ("apart_by__isnull", False)),
                                    _connector="OR",
                                ),
                                name="clients_likely_duplicate_apart_by_someone",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodeAttempt",
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
                        ("account_id", models.CharField(max_length=64)),
                        ("at", models.DateTimeField()),
                        ("is_known", models.BooleanField()),
                        ("is_entry", models.BooleanField()),
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
                        "indexes": [
                            models.Index(
                                condition=models.Q(("is_known", False)),
                                fields=["account_id", "at"],
                                name="clients_code_attempt_recent",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientDescription",
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
                        ("birth_year_band", models.CharField(default="not_recorded", max_length=20)),
                        ("gender", models.CharField(default="not_recorded", max_length=40)),
                        ("area", models.CharField(default="not_recorded", max_length=80)),
                        ("described_at", models.DateTimeField()),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="descriptions",
                                to="clients.client",
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("client", "site"), name="clients_client_description_one_a_site"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("birth_year_band", ""), _negated=True),
                                    models.Q(("gender", ""), _negated=True),
                                    models.Q(("area", ""), _negated=True),
                                ),
                                name="clients_client_description_no_blanks",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
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
                        ("scope", models.JSONField()),
                        ("purpose", models.CharField(max_length=40)),
                        ("signed_on", models.DateField()),
                        ("signed_as", models.CharField(max_length=40)),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField()),
                        ("is_told_revocable", models.BooleanField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=64)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="consents",
                                to="clients.client",
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
                        (
                            "to_organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.organisation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "purpose__in",
                                        [
                                            "treatment",
                                            "health_care",
                                            "housing",
                                            "practical_help",
                                            "keeping_in_touch",
                                        ],
                                    )
                                ),
                                name="clients_consent_purpose_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("signed_as__in", ["paper", "electronic"])),
                                name="clients_consent_signed_as_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="clients_consent_withdrawn_by_someone",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("from_on__gte", models.F("signed_on")),
                                    ("to_on__gte", models.F("from_on")),
                                ),
                                name="clients_consent_days_in_order",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("is_told_revocable", True)),
                                name="clients_consent_can_be_taken_back",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Sharing",
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
                        ("to_name", models.CharField(blank=True, max_length=120)),
                        ("what", models.JSONField()),
                        ("basis", models.CharField(max_length=40)),
                        ("notice", models.CharField(default="not_recorded", max_length=40)),
                        ("passed_at", models.DateTimeField()),
                        ("passed_by", models.CharField(max_length=64)),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sharings",
                                to="clients.client",
                            ),
                        ),
                        (
                            "consent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sharings",
                                to="clients.consent",
                            ),
                        ),
                        (
                            "import_run",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.importrun",
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
                        (
                            "to_organisation",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.organisation",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "basis__in",
                                        [
                                            "written_consent",
                                            "emergency",
                                            "safeguarding_duty",
                                            "court_order",
                                            "agreement",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="clients_sharing_basis_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "notice__in",
                                        [
                                            "yes",
                                            "no",
                                            "not_asked",
                                            "declined",
                                            "dont_know",
                                            "not_applicable",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="clients_sharing_notice_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("to_organisation__isnull", True),
                                        models.Q(("to_name", ""), _negated=True),
                                    ),
                                    models.Q(("to_organisation__isnull", False), ("to_name", "")),
                                    _connector="OR",
                                ),
                                name="clients_sharing_to_one_receiver",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="EmergencyOpening",
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
                        ("note", models.BinaryField()),
                        ("opened_at", models.DateTimeField()),
                        ("opened_by", models.CharField(max_length=64)),
                        ("ends_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.organisation",
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
                        "indexes": [
                            models.Index(fields=["opened_by", "ends_at"], name="clients_emergency_open")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["emergency", "safeguarding_duty", "court_order"])
                                ),
                                name="clients_emergency_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("ends_at__gt", models.F("opened_at"))),
                                name="clients_emergency_ends",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IdentityVault",
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
                        ("consented_on", models.DateField()),
                        ("sealed", models.BinaryField()),
                        ("written_at", models.DateTimeField()),
                        ("written_by", models.CharField(max_length=64)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="identities",
                                to="clients.client",
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
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("withdrawn_at__isnull", True)),
                                fields=("client", "site"),
                                name="clients_identity_one_a_site",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="clients_identity_withdrawn_by_someone",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

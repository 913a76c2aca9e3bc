import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import throughline.records.foundation
from throughline.records.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Programme",
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
                        ("name", models.CharField(max_length=120, unique=True)),
                        ("slug", models.SlugField(max_length=60, unique=True)),
                        ("is_fiction", models.BooleanField(default=False)),
                        ("is_agreement_needed", models.BooleanField(default=False)),
                        (
                            "client_code_pattern",
                            models.CharField(default="[A-Z]{2}[0-9]{8}[A-Z]", max_length=120),
                        ),
                        (
                            "client_code_hint",
                            models.CharField(
                                default="two initials, date of birth as DDMMYYYY, then F, M or X: for example AB01021980X",
                                max_length=200,
                            ),
                        ),
                        ("created_at", models.DateTimeField()),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Organisation",
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
                                fields=("programme", "name"), name="programme_organisation_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "drug_service",
                                            "peer_network",
                                            "police",
                                            "health",
                                            "housing",
                                            "community",
                                            "faith",
                                            "research",
                                        ],
                                    )
                                ),
                                name="programme_organisation_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyVersion",
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
                        ("check_value", models.CharField(max_length=16)),
                        ("added_at", models.DateTimeField()),
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
                                fields=("programme", "version"), name="programme_key_version_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRun",
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
                        ("mapping_name", models.CharField(max_length=80)),
                        ("mapping_hash", models.CharField(max_length=64)),
                        ("file_hash", models.CharField(max_length=64)),
                        ("state", models.CharField(max_length=40)),
                        ("rows_read", models.PositiveBigIntegerField(default=0)),
                        ("rows_imported", models.PositiveBigIntegerField(default=0)),
                        ("rows_known", models.PositiveBigIntegerField(default=0)),
                        ("rows_rejected", models.PositiveBigIntegerField(default=0)),
                        ("started_at", models.DateTimeField()),
                        ("heartbeat_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(blank=True, null=True)),
                        ("started_by", models.CharField(max_length=64)),
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
                                    ("state__in", ["running", "complete", "broken", "nothing_new"])
                                ),
                                name="programme_import_run_state_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportMapping",
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
                        ("name", models.CharField(max_length=60)),
                        ("kind", models.CharField(max_length=40)),
                        ("choices", models.JSONField()),
                        ("kept_at", models.DateTimeField()),
                        ("kept_by", models.CharField(max_length=64)),
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
                                fields=("programme", "kind", "name"),
                                name="programme_import_mapping_name_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CodeListEntry",
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
                        ("list_name", models.CharField(max_length=40)),
                        ("code", models.CharField(max_length=40)),
                        ("label", models.CharField(max_length=120)),
                        ("core", models.CharField(max_length=40)),
                        ("since_version", models.PositiveIntegerField(default=1)),
                        ("retired_version", models.PositiveIntegerField(blank=True, null=True)),
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
                                fields=("programme", "list_name", "code"), name="programme_code_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("retired_version__isnull", True),
                                    ("retired_version__gt", models.F("since_version")),
                                    _connector="OR",
                                ),
                                name="programme_code_retired_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Adaptation",
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
                        ("is_planned", models.BooleanField()),
                        (
                            "component",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="adaptations",
                                to="programme.component",
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
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Site",
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
                        ("area", models.CharField(max_length=80)),
                        ("time_zone", models.CharField(max_length=60)),
                        ("opened_on", models.DateField()),
                        ("closed_on", models.DateField(blank=True, null=True)),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sites",
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
                        "constraints": [
                            models.UniqueConstraint(fields=("programme", "name"), name="programme_site_once"),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "fixed",
                                            "van",
                                            "outreach",
                                            "pharmacy",
                                            "peer_network",
                                            "police_station",
                                        ],
                                    )
                                ),
                                name="programme_site_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("closed_on__isnull", True),
                                    ("closed_on__gte", models.F("opened_on")),
                                    _connector="OR",
                                ),
                                name="programme_site_closed_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Component",
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
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField(blank=True, null=True)),
                        ("kind", models.CharField(max_length=40)),
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
                                related_name="components",
                                to="programme.site",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to_on__isnull", True),
                                    ("to_on__gte", models.F("from_on")),
                                    _connector="OR",
                                ),
                                name="programme_component_ends_later",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "supply_route",
                                            "training",
                                            "post_overdose_visit",
                                            "walk_in",
                                            "peer_outreach",
                                            "hospital_liaison",
                                        ],
                                    )
                                ),
                                name="programme_component_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Provision",
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
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField(blank=True, null=True)),
                        ("kind", models.CharField(max_length=40)),
                        ("what", models.CharField(max_length=300)),
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
                                related_name="provisions",
                                to="programme.site",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to_on__isnull", True),
                                    ("to_on__gte", models.F("from_on")),
                                    _connector="OR",
                                ),
                                name="programme_provision_ends_later",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "kind__in",
                                        [
                                            "advice",
                                            "group",
                                            "one_to_one",
                                            "equipment",
                                            "health_care",
                                            "outreach",
                                            "other",
                                        ],
                                    )
                                ),
                                name="programme_provision_kind_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OpenHours",
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
                        ("month", models.DateField()),
                        ("hours", models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True)),
                        ("hours_nothing", models.CharField(blank=True, max_length=20, null=True)),
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
                                fields=("site", "month"), name="programme_open_hours_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="programme_open_hours_first_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("hours__isnull", True), ("hours__gte", 0), _connector="OR"
                                ),
                                name="programme_open_hours_positive",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("hours__isnull", False), ("hours_nothing__isnull", True)),
                                    models.Q(
                                        ("hours__isnull", True),
                                        (
                                            "hours_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("hours_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="programme_open_hours_hours_or_nothing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="MonthReport",
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
                        ("month", models.DateField()),
                        ("reporting", models.CharField(max_length=40)),
                        ("reported_at", models.DateTimeField()),
                        ("reported_by", models.CharField(max_length=64)),
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
                                fields=("site", "month"), name="programme_month_report_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="programme_month_report_first_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("reporting__in", ["complete", "partial", "none"])),
                                name="programme_month_report_reporting_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                        ("roles", models.JSONField()),
                        ("is_all_sites", models.BooleanField(default=False)),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField(blank=True, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
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
                        (
                            "sites",
                            models.ManyToManyField(
                                blank=True, related_name="memberships", to="programme.site"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to_on__isnull", True),
                                    ("to_on__gte", models.F("from_on")),
                                    _connector="OR",
                                ),
                                name="programme_membership_ends_later",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Population",
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
                        ("area", models.CharField(max_length=80)),
                        ("year", models.PositiveIntegerField()),
                        ("group", models.CharField(max_length=80)),
                        ("estimate", models.PositiveIntegerField()),
                        ("low", models.PositiveIntegerField(blank=True, null=True)),
                        ("low_nothing", models.CharField(blank=True, max_length=20, null=True)),
                        ("high", models.PositiveIntegerField(blank=True, null=True)),
                        ("high_nothing", models.CharField(blank=True, max_length=20, null=True)),
                        ("source", models.CharField(max_length=200)),
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
                                fields=("programme", "area", "year", "group"),
                                name="programme_population_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("low__isnull", False), ("low_nothing__isnull", True)),
                                    models.Q(
                                        ("low__isnull", True),
                                        (
                                            "low_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("low_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="programme_population_low_or_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("high__isnull", False), ("high_nothing__isnull", True)),
                                    models.Q(
                                        ("high__isnull", True),
                                        (
                                            "high_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("high_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="programme_population_high_or_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("low__isnull", True),
                                        ("low__lte", models.F("estimate")),
                                        _connector="OR",
                                    ),
                                    models.Q(
                                        ("high__isnull", True),
                                        ("high__gte", models.F("estimate")),
                                        _connector="OR",
                                    ),
                                ),
                                name="programme_population_ordered",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PoliceAgreement",
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
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField(blank=True, null=True)),
                        ("area", models.CharField(max_length=80)),
                        ("item_kinds", models.JSONField()),
                        ("document_reference", models.CharField(max_length=120)),
                        (
                            "force",
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("to_on__isnull", True),
                                    ("to_on__gte", models.F("from_on")),
                                    _connector="OR",
                                ),
                                name="programme_police_agreement_ends_later",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Partnership",
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
                        ("agreement", models.CharField(max_length=200)),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField(blank=True, null=True)),
                        (
                            "first",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.organisation",
                            ),
                        ),
                        (
                            "second",
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
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["referral", "supply", "data", "research"])),
                                name="programme_partnership_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("first", models.F("second")), _negated=True),
                                name="programme_partnership_of_two",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("to_on__isnull", True))
                                | models.Q(("to_on__gte", models.F("from_on"))),
                                name="programme_partnership_ends_later",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Epoch",
                    fields=[
                        (
                            "number",
                            models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False),
                        ),
                        ("value", models.UUIDField(default=uuid.uuid4)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("number", 1)), name="programme_epoch_only_one"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]

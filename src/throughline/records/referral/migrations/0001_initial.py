import django.db.models.deletion
from django.db import migrations, models

import throughline.records.foundation
from throughline.records.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clients", "0001_initial"),
        ("engagement", "0001_initial"),
        ("programme", "0001_initial"),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Incident",
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
                        ("occurred_at", models.DateTimeField(blank=True, null=True)),
                        ("occurred_at_nothing", models.CharField(blank=True, max_length=20, null=True)),
                        ("place_band", models.CharField(default="not_recorded", max_length=120)),
                        ("flags", models.JSONField(default=list)),
                        ("origin_key", models.CharField(blank=True, max_length=64, null=True)),
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
                            "merged_into",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="merged",
                                to="referral.incident",
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
                                    models.Q(
                                        ("occurred_at__isnull", False), ("occurred_at_nothing__isnull", True)
                                    ),
                                    models.Q(
                                        ("occurred_at__isnull", True),
                                        (
                                            "occurred_at_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("occurred_at_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="referral_incident_occurred_at_or_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("merged_into__isnull", True),
                                    models.Q(("merged_into", models.F("id")), _negated=True),
                                    _connector="OR",
                                ),
                                name="referral_incident_not_into_itself",
                            ),
                            models.UniqueConstraint(
                                fields=("programme", "origin_key"), name="referral_incident_origin_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentPerson",
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
                        ("police_pseudonym", models.CharField(blank=True, max_length=64, null=True)),
                        ("age_band", models.CharField(default="not_recorded", max_length=20)),
                        ("gender", models.CharField(default="not_recorded", max_length=40)),
                        ("fatal", models.CharField(default="not_recorded", max_length=40)),
                        ("naloxone_given", models.CharField(default="not_recorded", max_length=40)),
                        ("origin_key", models.CharField(blank=True, max_length=64, null=True)),
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
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="people",
                                to="referral.incident",
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
                                    (
                                        "fatal__in",
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
                                name="referral_person_fatal_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "naloxone_given__in",
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
                                name="referral_person_naloxone_given_known",
                            ),
                            models.UniqueConstraint(
                                fields=("programme", "origin_key"), name="referral_person_origin_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentReport",
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
                        ("source", models.CharField(max_length=40)),
                        ("received_at", models.DateTimeField()),
                        (
                            "incident",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="reports",
                                to="referral.incident",
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
                                    (
                                        "source__in",
                                        [
                                            "police",
                                            "ambulance",
                                            "peer",
                                            "family_or_friend",
                                            "service",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="referral_report_source_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IncidentsApart",
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
                        ("apart_at", models.DateTimeField()),
                        ("apart_by", models.CharField(max_length=64)),
                        (
                            "first",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="referral.incident",
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
                            "second",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="referral.incident",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("first", "second"), name="referral_incidents_apart_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("first__lt", models.F("second"))),
                                name="referral_incidents_apart_in_order",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NaloxoneDose",
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
                        ("quantity", models.PositiveIntegerField(blank=True, null=True)),
                        ("quantity_nothing", models.CharField(blank=True, max_length=20, null=True)),
                        ("route", models.CharField(default="not_recorded", max_length=40)),
                        ("given_by", models.CharField(default="not_recorded", max_length=40)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="doses",
                                to="referral.incidentperson",
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
                                    models.Q(("quantity__isnull", False), ("quantity_nothing__isnull", True)),
                                    models.Q(
                                        ("quantity__isnull", True),
                                        (
                                            "quantity_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("quantity_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="referral_dose_quantity_or_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("route__in", ["nasal", "intramuscular", "intravenous", "not_recorded"])
                                ),
                                name="referral_dose_route_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "given_by__in",
                                        [
                                            "police",
                                            "ambulance",
                                            "peer",
                                            "family_or_friend",
                                            "service",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="referral_dose_given_by_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Referral",
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
                        ("reason", models.CharField(blank=True, max_length=40, null=True)),
                        ("door", models.CharField(max_length=40)),
                        ("kind", models.CharField(max_length=40)),
                        ("state", models.CharField(default="draft", max_length=40)),
                        ("state_since", models.DateTimeField()),
                        ("made_at", models.DateTimeField()),
                        ("made_by", models.CharField(max_length=64)),
                        ("origin_key", models.CharField(blank=True, max_length=64, null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "from_site",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.site",
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
                            "to_organisation",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.organisation",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["programme", "from_site", "state", "state_since", "import_run"],
                                name="referral_referral_board",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "door__in",
                                        [
                                            "service",
                                            "post_overdose",
                                            "walk_in_at_a_station",
                                            "family",
                                            "officer_contact",
                                            "hot_spot",
                                        ],
                                    )
                                ),
                                name="referral_referral_door_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["signpost", "letter", "warm_handover"])),
                                name="referral_referral_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "draft",
                                            "sent",
                                            "received",
                                            "accepted",
                                            "appointment",
                                            "entered",
                                            "completed",
                                            "declined_by_person",
                                            "rejected_by_receiver",
                                            "could_not_contact",
                                            "withdrawn",
                                            "expired",
                                            "transferred",
                                            "deceased",
                                            "in_custody",
                                        ],
                                    )
                                ),
                                name="referral_referral_state_known",
                            ),
                            models.UniqueConstraint(
                                fields=("programme", "origin_key"), name="referral_referral_origin_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReferralEvent",
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
                        ("sequence", models.PositiveIntegerField()),
                        ("state", models.CharField(max_length=40)),
                        ("source", models.CharField(blank=True, max_length=40, null=True)),
                        ("happened_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("recorded_by", models.CharField(max_length=64)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "referral",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="events",
                                to="referral.referral",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("referral", "sequence"), name="referral_event_one_per_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "state__in",
                                        [
                                            "draft",
                                            "sent",
                                            "received",
                                            "accepted",
                                            "appointment",
                                            "entered",
                                            "completed",
                                            "declined_by_person",
                                            "rejected_by_receiver",
                                            "could_not_contact",
                                            "withdrawn",
                                            "expired",
                                            "transferred",
                                            "deceased",
                                            "in_custody",
                                        ],
                                    )
                                ),
                                name="referral_event_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("source__isnull", True),
                                    (
                                        "source__in",
                                        [
                                            "receiver_confirmed",
                                            "person_said",
                                            "worker_observed",
                                            "record_linkage",
                                            "unknown",
                                        ],
                                    ),
                                    _connector="OR",
                                ),
                                name="referral_event_source_known",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReferralNeed",
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
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="referral_needs",
                                to="engagement.need",
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
                            "referral",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="referral_needs",
                                to="referral.referral",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("referral", "need"), name="referral_need_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReferralSharing",
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
                            "referral",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="sharings",
                                to="referral.referral",
                            ),
                        ),
                        (
                            "sharing",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="clients.sharing",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="referral",
            name="needs",
            field=models.ManyToManyField(
                related_name="referrals", through="referral.ReferralNeed", to="engagement.need"
            ),
        ),
    ]

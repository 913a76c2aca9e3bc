import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import throughline.records.foundation
from throughline.records.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("clients", "0001_initial"),
        ("programme", "0001_initial"),
        ("supplies", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="Contact",
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
                        ("kind", models.CharField(default="single", max_length=40)),
                        ("tally", models.PositiveIntegerField(default=1)),
                        ("route", models.CharField(max_length=40)),
                        ("place", models.CharField(default="not_recorded", max_length=40)),
                        ("mode", models.CharField(default="not_recorded", max_length=40)),
                        ("who_spoke", models.CharField(default="not_recorded", max_length=40)),
                        ("is_anonymous", models.BooleanField()),
                        ("newness", models.CharField(default="unknown", max_length=40)),
                        ("on_behalf_of", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "on_behalf_of_nothing",
                            models.CharField(blank=True, default="not_recorded", max_length=20, null=True),
                        ),
                        ("duration", models.CharField(default="not_recorded", max_length=40)),
                        ("device_sequence", models.PositiveBigIntegerField(blank=True, null=True)),
                        ("device_time", models.DateTimeField()),
                        ("server_time", models.DateTimeField()),
                        ("origin_key", models.CharField(blank=True, max_length=64, null=True)),
                        ("is_flagged_supply", models.BooleanField(default=False)),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("recorded_by", models.CharField(max_length=64)),
                        ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                        ("withdrawn_by", models.CharField(blank=True, max_length=64, null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="contacts",
                                to="clients.client",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.device",
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
                            "worker",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.membership",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["programme", "site", "device_time"],
                                name="engagement_contact_site_time",
                            ),
                            models.Index(
                                fields=["client", "device_time"], name="engagement_contact_client_time"
                            ),
                            models.Index(
                                fields=["recorded_by", "server_time"], name="engagement_contact_own_recent"
                            ),
                            models.Index(
                                condition=models.Q(("is_flagged_supply", True)),
                                fields=["programme", "server_time"],
                                name="engagement_contact_flagged",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("kind__in", ["single", "tally"])),
                                name="engagement_contact_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "route__in",
                                        ["service", "peer", "police", "pharmacy", "post", "vending"],
                                    )
                                ),
                                name="engagement_contact_route_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "mode__in",
                                        ["face_to_face", "phone", "message", "delivery", "not_recorded"],
                                    )
                                ),
                                name="engagement_contact_mode_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "who_spoke__in",
                                        ["self", "family", "friend", "staff", "nobody", "not_recorded"],
                                    )
                                ),
                                name="engagement_contact_who_spoke_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("newness__in", ["new", "returning", "unknown"])),
                                name="engagement_contact_newness_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "duration__in",
                                        [
                                            "under_5_minutes",
                                            "5_to_14_minutes",
                                            "15_to_29_minutes",
                                            "30_minutes_or_more",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="engagement_contact_duration_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("on_behalf_of__isnull", False),
                                        ("on_behalf_of_nothing__isnull", True),
                                    ),
                                    models.Q(
                                        ("on_behalf_of__isnull", True),
                                        (
                                            "on_behalf_of_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("on_behalf_of_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_contact_on_behalf_of_or_nothing",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("kind", "single"), ("tally", 1)),
                                    models.Q(("client__isnull", True), ("kind", "tally"), ("tally__gte", 1)),
                                    _connector="OR",
                                ),
                                name="engagement_contact_tally_is_anonymous",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("client__isnull", True), ("is_anonymous", True)),
                                    models.Q(("client__isnull", False), ("is_anonymous", False)),
                                    _connector="OR",
                                ),
                                name="engagement_contact_client_or_anonymous",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("device__isnull", True), ("device_sequence__isnull", True)),
                                    models.Q(("device__isnull", False), ("device_sequence__isnull", False)),
                                    _connector="OR",
                                ),
                                name="engagement_contact_device_with_sequence",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True)),
                                    models.Q(
                                        ("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_contact_withdrawn_by_someone",
                            ),
                            models.UniqueConstraint(
                                fields=("device", "device_sequence"),
                                name="engagement_contact_device_sequence_once",
                            ),
                            models.UniqueConstraint(
                                fields=("programme", "origin_key"), name="engagement_contact_origin_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactRevision",
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
                        ("was", models.JSONField(null=True)),
                        ("why", models.CharField(max_length=40)),
                        ("corrected_at", models.DateTimeField()),
                        ("corrected_by", models.CharField(max_length=64)),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="revisions",
                                to="engagement.contact",
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
                                fields=("contact", "version"), name="engagement_contact_revision_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Disclosure",
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
                        ("topic", models.CharField(max_length=40)),
                        ("answer", models.CharField(max_length=40)),
                        ("raised_by", models.CharField(default="not_recorded", max_length=40)),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="disclosures",
                                to="engagement.contact",
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
                                        "answer__in",
                                        [
                                            "told",
                                            "said_no",
                                            "not_asked",
                                            "declined",
                                            "dont_know",
                                            "not_applicable",
                                            "not_recorded",
                                        ],
                                    )
                                ),
                                name="engagement_disclosure_answer_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("raised_by__in", ["person", "worker", "not_recorded"])),
                                name="engagement_disclosure_raised_by_known",
                            ),
                            models.UniqueConstraint(
                                fields=("contact", "topic"), name="engagement_disclosure_topic_once"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KitLine",
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
                        ("quantity", models.PositiveIntegerField()),
                        ("returned", models.PositiveIntegerField(blank=True, null=True)),
                        (
                            "returned_nothing",
                            models.CharField(blank=True, default="not_recorded", max_length=20, null=True),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="kit_lines",
                                to="engagement.contact",
                            ),
                        ),
                        (
                            "item",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.item",
                            ),
                        ),
                        (
                            "kit_version",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.kitversion",
                            ),
                        ),
                        (
                            "lot",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="supplies.lot",
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
                                    models.Q(("item__isnull", True), ("kit_version__isnull", False)),
                                    models.Q(("item__isnull", False), ("kit_version__isnull", True)),
                                    _connector="OR",
                                ),
                                name="engagement_kit_line_item_or_kit",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("quantity__gte", 1),
                                    models.Q(("returned__gte", 1), ("returned__isnull", False)),
                                    _connector="OR",
                                ),
                                name="engagement_kit_line_something",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("returned__isnull", False), ("returned_nothing__isnull", True)),
                                    models.Q(
                                        ("returned__isnull", True),
                                        (
                                            "returned_nothing__in",
                                            [
                                                "not_asked",
                                                "declined",
                                                "dont_know",
                                                "not_applicable",
                                                "not_recorded",
                                            ],
                                        ),
                                        ("returned_nothing__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_kit_line_returned_or_nothing",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Need",
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
                        ("domain", models.CharField(max_length=40)),
                        ("urgency", models.CharField(default="not_recorded", max_length=40)),
                        ("closed_at", models.DateTimeField(blank=True, null=True)),
                        ("closed_by", models.CharField(blank=True, max_length=64, null=True)),
                        ("closed_as", models.CharField(blank=True, max_length=40, null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="needs",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="needs",
                                to="engagement.contact",
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
                                    ("urgency__in", ["today", "soon", "routine", "not_recorded"])
                                ),
                                name="engagement_need_urgency_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("closed_as__isnull", True),
                                        ("closed_at__isnull", True),
                                        ("closed_by__isnull", True),
                                    ),
                                    models.Q(
                                        ("closed_as__isnull", False),
                                        ("closed_at__isnull", False),
                                        ("closed_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_need_closed_whole",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Barrier",
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
                        ("level", models.CharField(default="not_recorded", max_length=40)),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="barriers",
                                to="engagement.contact",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="barriers",
                                to="engagement.need",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "level__in",
                                        ["personal", "organisational", "structural", "not_recorded"],
                                    )
                                ),
                                name="engagement_barrier_level_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("contact__isnull", True), ("need__isnull", False)),
                                    models.Q(("contact__isnull", False), ("need__isnull", True)),
                                    _connector="OR",
                                ),
                                name="engagement_barrier_of_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Action",
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
                        ("taken_at", models.DateTimeField()),
                        (
                            "programme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.programme",
                            ),
                        ),
                        (
                            "need",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="actions",
                                to="engagement.need",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["given_here", "referred", "advised", "nothing_possible"])
                                ),
                                name="engagement_action_kind_known",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DeviceEvent",
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
                        ("event_id", models.UUIDField()),
                        ("device_sequence", models.PositiveBigIntegerField(null=True)),
                        ("kind", models.CharField(max_length=40, null=True)),
                        ("contact_ref", models.UUIDField(null=True)),
                        ("after", models.UUIDField(null=True)),
                        ("base_version", models.PositiveIntegerField(null=True)),
                        ("replaces", models.UUIDField(null=True)),
                        ("state", models.CharField(max_length=40)),
                        ("version", models.PositiveIntegerField(null=True)),
                        ("why", models.CharField(max_length=40, null=True)),
                        ("why_said", models.JSONField(null=True)),
                        ("sealed", models.BinaryField(null=True)),
                        ("key_version", models.PositiveIntegerField()),
                        ("made_at", models.DateTimeField(null=True)),
                        ("received_at", models.DateTimeField()),
                        ("clock_skew_seconds", models.FloatField(null=True)),
                        ("resolved_at", models.DateTimeField(null=True)),
                        ("resolved_by", models.CharField(max_length=64, null=True)),
                        ("resolved_as", models.CharField(max_length=40, null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "carried_by",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.device",
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.device",
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
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="programme.site",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("sealed__isnull", False)),
                                fields=["programme", "state"],
                                name="engagement_device_event_held",
                            ),
                            models.Index(
                                condition=models.Q(("state", "waiting")),
                                fields=["contact_ref"],
                                name="engagement_device_event_waits",
                            ),
                            models.Index(
                                condition=models.Q(("replaces__isnull", False)),
                                fields=["replaces", "account"],
                                name="engagement_device_event_replac",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("account", "event_id"), name="engagement_device_event_once"
                            ),
                            models.UniqueConstraint(
                                fields=("device", "device_sequence"),
                                name="engagement_device_event_sequence_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("kind__in", ["contact", "correction", "withdrawal", "form"])
                                ),
                                name="engagement_device_event_kind_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["accepted", "waiting", "rejected", "conflict"])
                                ),
                                name="engagement_device_event_state_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    (
                                        "why__in",
                                        [
                                            "waits_for_event",
                                            "waits_for_version",
                                            "key_missing",
                                            "unopenable",
                                            "too_large",
                                            "newer_format",
                                            "misshapen",
                                            "other_programme",
                                            "other_account",
                                            "other_device",
                                            "number_taken",
                                            "contradicts",
                                            "code_gone",
                                            "replaced",
                                            "refused",
                                            "changed_meanwhile",
                                            "withdrawn_meanwhile",
                                            "stands_on_held",
                                            "recorded_meanwhile",
                                            "answered_meanwhile",
                                            "consent_ended",
                                        ],
                                    )
                                ),
                                name="engagement_device_event_why_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("resolved_as__in", ["dropped", "replaced", "applied"])),
                                name="engagement_device_event_resolved_as_known",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("device_sequence__isnull", True),
                                    ("device__isnull", False),
                                    _connector="OR",
                                ),
                                name="engagement_device_event_sequence_of_device",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("state", "accepted"),
                                        ("version__isnull", False),
                                        ("why__isnull", True),
                                    ),
                                    models.Q(
                                        models.Q(("state", "accepted"), _negated=True),
                                        ("version__isnull", True),
                                        ("why__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_device_event_recorded_or_why",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("resolved_at__isnull", True),
                                        ("sealed__isnull", False),
                                        models.Q(("state", "accepted"), _negated=True),
                                    ),
                                    models.Q(
                                        ("sealed__isnull", True),
                                        models.Q(
                                            ("state", "accepted"),
                                            ("resolved_at__isnull", False),
                                            _connector="OR",
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_device_event_kept_until_recorded",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("resolved_as__isnull", True),
                                        ("resolved_at__isnull", True),
                                        ("resolved_by__isnull", True),
                                    ),
                                    models.Q(
                                        ("resolved_as__isnull", False),
                                        ("resolved_at__isnull", False),
                                        ("resolved_by__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="engagement_device_event_resolved_by_someone",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]

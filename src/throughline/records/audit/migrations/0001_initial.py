from django.db import migrations, models

import throughline.records.foundation
from throughline.records.tables import CreateTables


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        CreateTables(
            models=[
                migrations.CreateModel(
                    name="AuditChain",
                    fields=[
                        ("id", models.UUIDField(primary_key=True, serialize=False)),
                        ("programme_id", models.UUIDField(db_index=True)),
                        ("count", models.PositiveBigIntegerField(default=0)),
                        ("head", models.CharField(default="", max_length=64)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="AuditEvent",
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
                        ("chain_id", models.UUIDField()),
                        ("programme_id", models.UUIDField()),
                        ("sequence", models.PositiveBigIntegerField()),
                        ("at", models.DateTimeField()),
                        ("actor_kind", models.CharField(max_length=20)),
                        ("actor_id", models.CharField(max_length=64)),
                        ("action", models.CharField(max_length=40)),
                        ("target_kind", models.CharField(max_length=60)),
                        ("target_id", models.CharField(max_length=64)),
                        ("reason", models.CharField(blank=True, max_length=40)),
                        ("count", models.PositiveBigIntegerField(default=1)),
                        ("key_version", models.PositiveIntegerField()),
                        ("mac", models.CharField(max_length=64)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["programme_id", "at"], name="audit_event_recent")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("chain_id", "sequence"), name="audit_event_one_per_place"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("sequence__gte", 1)), name="audit_event_sequence_from_1"
                            ),
                        ],
                    },
                ),
            ]
        )
    ]

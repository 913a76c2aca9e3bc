"""What pages asked the worker for is not kept for ever: it holds what people typed."""

from __future__ import annotations

from tests.installation import Installation

DONE = """
from datetime import UTC, datetime, timedelta
from django_tasks_db.models import DBTaskResult
from django_tasks.base import TaskResultStatus
now = datetime.now(UTC)
for days, status in ((8, "SUCCESSFUL"), (8, "FAILED"), (6, "SUCCESSFUL"), (8, "READY")):
    is_done = status != "READY"
    DBTaskResult.objects.create(
        task_path="throughline.work.evaluating.x", backend_name="default", queue_name="default",
        args_kwargs={"args": [], "kwargs": {"recipient": "Dr Somebody"}}, status=TaskResultStatus[status],
        exception_class_path="", traceback="", run_after=now,
        finished_at=now - timedelta(days=days) if is_done else None,
    )
"""
LEFT = """
from django_tasks_db.models import DBTaskResult
print(*sorted(DBTaskResult.objects.values_list("status", flat=True)))
"""


def test_prune_forgets_finished_tasks_after_a_week(mine: Installation) -> None:
    mine.python(DONE)
    done = mine.throughline("tasks", "prune")
    assert done.returncode == 0, done.stderr
    assert mine.python(LEFT).split() == ["READY", "SUCCESSFUL"]

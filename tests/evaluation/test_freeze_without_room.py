"""A freeze for which there is no room says so, leaves nothing behind, and the next one works."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.evaluation.test_freeze import KNOWN
from tests.evaluation.world import write
from tests.evaluation.worlds import of_six_sites
from tests.small_disk import small_disk
from throughline.records.study.models import Freeze

pytestmark = pytest.mark.django_db(transaction=True)

FREEZE = """
    import os, resource, stat, sys
    from pathlib import Path
    import django
    django.setup()
    from django.conf import settings
    from tests.evaluation.world import AT, CHEN
    from throughline.evaluation.freeze import freeze_study
    from throughline.records.study.models import Study
    from throughline.vocabulary.errors import Unready

    settings.THROUGHLINE_FREEZES = Path(sys.argv[1])
    largest, until = int(sys.argv[2]), sys.argv[3]
    open_to = set()

    def told(stage, done, total):
        if largest and stage.startswith(until):  # from here on the child may make no larger file
            child = int(Path(f"/proc/self/task/{os.getpid()}/children").read_text())
            resource.prlimit(child, resource.RLIMIT_FSIZE, (largest, largest))
        for folder, inside, names in os.walk(sys.argv[1]):  # says nothing of a folder that is gone meanwhile
            for path in (Path(folder, name) for name in [*inside, *names] if ".part-" in folder):
                try:
                    open_to.add(stat.S_IMODE(path.stat().st_mode) & 0o077)
                except FileNotFoundError:
                    continue

    try:
        print(freeze_study(study=Study.objects.get(), name="one", by=CHEN, at=AT, progress=told).content_hash)
    except Unready as error:
        print(error)
    print(open_to)
"""


def attempt(folder: Path, *, largest: int = 0, until: str = "", way_in: Sequence[str] = ()) -> list[str]:
    """What a freeze in a process of its own answers, and which rights others had on any file while it was made."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:{given['NAME']}"
    else:
        url = os.environ["THROUGHLINE_DATABASE"].rpartition("/")[0] + f"/{given['NAME']}"
    environment = {
        **os.environ, "THROUGHLINE_DATABASE": url, "DJANGO_SETTINGS_MODULE": "throughline.config.settings",
        "THROUGHLINE_HOME": str(settings.THROUGHLINE_HOME), "PYTHONPATH": os.pathsep.join([*sys.path, str(Path.cwd())]),
    }  # fmt: skip
    done = subprocess.run(
        [*way_in, sys.executable, "-c", textwrap.dedent(FREEZE), str(folder), str(largest), until],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


# Room for nothing; for some of the tables.
@pytest.mark.slow
@pytest.mark.parametrize("leaving", [0, 400_000])
def test_freeze_on_a_full_disk_says_so_and_the_next_works(tmp_path: Path, leaving: int) -> None:
    write(of_six_sites())
    with small_disk(tmp_path / "disk", 60_000_000) as disk:
        filler = disk.fill(leaving=leaving)
        answer, _ = attempt(disk.folder / "freezes", way_in=disk.way_in)
        assert answer.startswith("The disk is full. Nothing was frozen; make room")
        assert not Freeze.objects.exists()
        left = {path.name for path in disk.seen.rglob("*")}
        assert left <= {"filler", "freezes", "world", ".lock"}, left
        filler.unlink()
        answer, others = attempt(disk.folder / "freezes", way_in=disk.way_in)
        assert (answer, others) == (KNOWN, "{0}")
        assert Freeze.objects.get().content_hash == KNOWN


@pytest.mark.slow
def test_freeze_over_the_largest_size_of_a_file_says_so_and_the_next_works(tmp_path: Path) -> None:
    write(of_six_sites())
    for until in ("reading", "building"):
        answer, _ = attempt(tmp_path / "freezes", largest=2_000, until=until)
        assert answer.startswith("The disk is full. Nothing was frozen"), until
        assert [path.name for path in (tmp_path / "freezes").rglob("*") if path.is_file()] == [".lock"]
        assert not Freeze.objects.exists()
    assert attempt(tmp_path / "freezes") == [KNOWN, "{0}"]

"""Freezing: the same data gives the same hash, a run that dies leaves nothing, what was altered is refused."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.cast import make_cast
from tests.evaluation.conftest import frozen
from tests.evaluation.world import AT, CHEN, WContact, WNeed, World, WReferral, Written, WSite, write
from tests.evaluation.worlds import of_six_sites
from tests.processes import below, running
from throughline.evaluation import freeze as freezing
from throughline.evaluation import opened
from throughline.evaluation.build import BUILT
from throughline.evaluation.content import ContentHash
from throughline.evaluation.frames import FRAMES, schemas_of
from throughline.evaluation.freeze import RESERVED, folder_of, freeze_study, freezes_of
from throughline.evaluation.manifest import read_manifest, write_manifest
from throughline.evaluation.opened import open_freeze
from throughline.records.audit.models import AuditEvent
from throughline.records.audit.queries import read_heads
from throughline.records.study.actions import lock_plan
from throughline.records.study.models import AnalysisPlan, Freeze
from throughline.rules.plans import Plan, content_of
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready

pytestmark = pytest.mark.django_db(transaction=True)
of_files = pytest.mark.sqlite  # what was frozen is files: the database has no part in it

# Of `of_six_sites`, on SQLite and on PostgreSQL. It changes only where a table, its SQL or the world does: then say so in
# the changelog, since freezes of before and after can no longer be compared by their hash.
KNOWN = "fd4759d7298c115eca58f0523f68843d4f9a927060817d071ef393942262e50e"


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.THROUGHLINE_FREEZES = tmp_path / "freezes"  # type: ignore[attr-defined]  # pytest-django's own settings
    settings.THROUGHLINE_WITNESS = tmp_path / "witness"  # type: ignore[attr-defined]  # pytest-django's own settings


def freeze(written: Written, name: str = "one") -> Freeze:
    return freeze_study(study=written.study, name=name, by=CHEN, at=AT)


def test_freeze_twice_gives_the_same_hash_on_every_database() -> None:
    written = write(of_six_sites())
    one, two = freeze(written), freeze(written, "two")
    assert one.content_hash == two.content_hash == KNOWN
    assert one.rows == two.rows
    assert one.rows["contacts"] == 121
    assert set(one.rows) == set(FRAMES) == set(BUILT)
    assert one.rows["components"] == 3


def test_freeze_in_small_ranges_gives_the_same_hash_as_in_one() -> None:
    with frozen(write(of_six_sites()), in_range=23) as opened:
        assert opened.manifest.content_hash == KNOWN


def test_freeze_writes_its_line_the_audit_and_the_witness(tmp_path: Path) -> None:
    written = write(of_six_sites())
    told: list[tuple[str, int, int]] = []
    made = freeze_study(study=written.study, name="one", by=CHEN, at=AT, progress=lambda *a: told.append(a))
    event = AuditEvent.objects.get(action="frozen")
    assert (event.target_id, event.count) == (str(made.id), sum(made.rows.values()))
    heads = read_heads(Path(settings.THROUGHLINE_WITNESS))
    assert event.mac in {head.mac for head in heads.heads}
    assert told[-1] == ("done", 1, 1)
    assert {"copying", "building"} <= {stage for stage, _, _ in told} or connection.vendor == "postgresql"
    left = {path.name for path in folder_of(made).iterdir()}
    assert left == {f"{name}.parquet" for name in FRAMES} | {"manifest.json"}
    assert {path.name for path in freezes_of(written.study).iterdir()} == {"one", ".lock"}


def test_freeze_holds_no_id_pseudonym_or_free_text() -> None:
    written = write(of_six_sites())
    folder = folder_of(freeze(written))
    for path in folder.glob("*.parquet"):
        table = pq.read_table(path)
        for name, column in zip(table.column_names, table.columns, strict=True):
            if pa.types.is_string(column.type):
                for value in column.to_pylist():
                    assert value is None or not _looks_like_an_id(value), (path.name, name)


def _looks_like_an_id(value: str) -> bool:
    bare = value.replace("-", "").lower()
    return len(bare) >= 32 and set(bare) <= set("0123456789abcdef")


def test_freeze_leaves_out_what_has_not_arrived_and_follows_merges() -> None:
    at = datetime(2025, 1, 5, 12, tzinfo=UTC)
    world = World(
        (WSite("Aston", "intervention"),),
        (
            WContact(0, at, client=1, run="complete", needs=(WNeed("legal"),)),
            WContact(0, at, client=2),
            WContact(0, at, client=3, run="running", needs=(WNeed("housing"),), told=(("crack_use", "told"),), pipes=1),
            WContact(0, at, client=4, run="broken"),
            WContact(0, at, client=5, is_withdrawn=True),
            WContact(0, at, client=6, needs=(WNeed("legal", (), (WReferral((("sent", None, at),), is_arrived=False),)),)),
        ),
        merged={2: 1},
    )  # fmt: skip
    with frozen(write(world)) as opened:
        rows = opened.manifest.rows
        assert (rows["contacts"], rows["needs"], rows["barriers"]) == (3, 2, 2)
        assert (rows["disclosures"], rows["kit_lines"], rows["referrals"], rows["referral_needs"]) == (
            0,
            0,
            0,
            0,
        )
        clients = [
            row["client_no"] for row in opened.ask("SELECT client_no FROM contacts ORDER BY contact_no")
        ]
        assert clients == [1, 1, 2]
        assert rows["members"] == 3 + 2


def test_freeze_dates_contacts_in_the_zone_of_their_site() -> None:
    world = World(
        (
            WSite("Auckland", "intervention", "Pacific/Auckland", (("before", date(2025, 1, 1), date(2025, 1, 1)), ("after", date(2025, 1, 2), None))),
            WSite("Angeles", "comparison", "America/Los_Angeles"),
            WSite("Kathmandu", None, "Asia/Kathmandu"),
        ),
        (
            WContact(0, datetime(2025, 1, 1, 10, 59, 59, tzinfo=UTC)),  # 23:59:59 there
            WContact(0, datetime(2025, 1, 1, 11, 0, 0, tzinfo=UTC)),  # midnight
            WContact(1, datetime(2025, 3, 9, 7, 59, 59, tzinfo=UTC)),  # 23:59:59, the night the clock goes forward
            WContact(1, datetime(2025, 3, 10, 6, 59, 59, tzinfo=UTC)),  # a day of 23 hours later, still the 9th
            WContact(1, datetime(2025, 3, 10, 7, 0, 0, tzinfo=UTC)),
            WContact(2, datetime(2025, 1, 1, 18, 14, 59, tzinfo=UTC)),  # UTC + 5:45
            WContact(2, datetime(2025, 1, 1, 18, 15, 0, tzinfo=UTC)),
        ),
    )  # fmt: skip
    with frozen(write(world)) as opened:
        rows = opened.ask("SELECT local_on, month, arm, phase FROM contacts ORDER BY contact_no")
    assert [(r["local_on"].isoformat(), r["phase"]) for r in rows] == [
        ("2025-01-01", "before"), ("2025-01-02", "after"), ("2025-03-08", "none"), ("2025-03-09", "none"),
        ("2025-03-10", "none"), ("2025-01-01", "none"), ("2025-01-02", "none"),
    ]  # fmt: skip
    assert [r["arm"] for r in rows] == ["intervention"] * 2 + ["comparison"] * 3 + ["none"] * 2


def test_freeze_bounds_the_last_day_by_the_servers_clock() -> None:
    at = datetime(2025, 1, 5, 12, tzinfo=UTC)
    ahead = WContact(0, datetime(2031, 1, 1, tzinfo=UTC), client=1, served_at=at)
    with frozen(write(World((WSite("Aston"),), (WContact(0, at, client=1), ahead)))) as opened:
        assert opened.ask("SELECT until_on FROM span")[0]["until_on"] == date(2025, 1, 5)
        assert {r["month"] for r in opened.ask("SELECT month FROM site_month")} == {"2025-01"}


def test_freeze_of_nothing_at_all_is_a_freeze() -> None:
    with frozen(write(World(()))) as opened:
        assert opened.manifest.rows["contacts"] == 0
        assert opened.ask("SELECT * FROM span") == [{"from_on": None, "until_on": None}]


def test_site_month_tells_silence_from_zero() -> None:
    with frozen(write(of_six_sites())) as opened:
        rows = {
            r["month"]: r for r in opened.ask("SELECT * FROM site_month WHERE site = 'aston' ORDER BY month")
        }
    assert (rows["2025-06"]["contacts"], rows["2025-06"]["contacts_nothing"]) == (None, "not_recorded")
    assert (rows["2025-07"]["contacts"], rows["2025-07"]["contacts_nothing"]) == (0, None)  # reported whole
    assert (rows["2025-08"]["contacts"], rows["2025-08"]["reporting"]) == (None, "not_recorded")
    assert (rows["2025-01"]["contacts"], str(rows["2025-01"]["open_hours"])) == (10, "120.5")
    assert rows["2025-02"]["open_hours_nothing"] == "not_recorded"
    # 5 contacts with one pipe each, 2 kits of 2 pipes and one that counts as a pipe.
    assert rows["2025-01"]["pipes_given"] == 5 + 2 * 3
    assert (rows["2025-01"]["phase"], rows["2025-09"]["contacts"]) == ("before", 12)
    staffed = {month: (row["staff"], row["staff_trained"]) for month, row in rows.items()}
    assert (staffed["2025-02"], staffed["2025-03"]) == ((2, 0), (1, 1))


@of_files
def test_freeze_refuses_a_name_that_is_taken_or_none() -> None:
    written = write(World((WSite("Aston"),)))
    freeze(written)
    with pytest.raises(Unready, match="already"):
        freeze(written)
    for name in ("", "../up", "Spring 2026", "-x", "x" * 81):
        with pytest.raises(Invalid, match="small letters"):
            freeze(written, name)
    for name in RESERVED:
        with pytest.raises(Invalid, match="evaluation's own"):
            freeze(written, name)


def test_freeze_refuses_who_may_not_and_inside_a_transaction() -> None:
    cast = make_cast()
    written = write(World((WSite("Aston"),)))
    with pytest.raises(NotAllowed):
        freeze_study(study=written.study, name="one", by=cast.chen.actor, at=AT)  # of another programme
    with pytest.raises(NotAllowed):
        freeze_study(study=written.study, name="one", by=cast.stranger, at=AT)
    with transaction.atomic(), pytest.raises(Unready, match="inside"):
        freeze(written)
    assert not Freeze.objects.exists()


def test_freeze_by_a_plan_that_is_not_as_it_was_locked_is_refused() -> None:
    written = write(World((WSite("Aston"),)))
    lock_plan(study=written.study, content=content_of(Plan()), by=CHEN, at=AT)
    AnalysisPlan.objects.update(content=content_of(Plan(covariates=("age",))))
    with pytest.raises(Unready, match="Version 1 of the analysis plan is not as it was locked"):
        freeze(written)
    assert not Freeze.objects.exists()


def test_freeze_while_another_runs_is_refused() -> None:
    written = write(World((WSite("Aston"),)))
    home = freezes_of(written.study)
    home.mkdir(parents=True)
    with freezing._only_one(home), pytest.raises(Unready, match="is running"):
        freeze(written)


@of_files
def test_freeze_that_fails_leaves_nothing_and_says_why() -> None:
    written = write(of_six_sites())
    home = freezes_of(written.study)
    home.mkdir(parents=True)
    job = freezing._job(written.study, home / "gone", {"kind": "sqlite", "path": "/nowhere"})
    with pytest.raises(Unready, match="Nothing was frozen"), freezing._child() as child:
        # A child that cannot read its source, as when the disk or the server goes away in between.
        freezing._extract(child, job, freezing.silent)
    assert not Freeze.objects.exists()


def test_what_stops_the_copying_of_the_database_ends_the_child_that_waits_for_it() -> None:
    with pytest.raises(OSError, match="no room"), freezing._child() as child:
        raise OSError("no room")
    assert child.returncode is not None


@of_files
def test_freeze_sets_aside_files_that_the_database_does_not_know() -> None:
    written = write(World((WSite("Aston"),)))
    freeze(written)
    Freeze.objects.all().delete()  # as after restoring an older backup of the database
    made = freeze(written)
    names = sorted(path.name for path in freezes_of(written.study).iterdir() if path.is_dir())
    assert names[0] == "one" and names[1].startswith("one.unrecorded-")
    with open_freeze(folder_of(made), expect=made.content_hash):
        pass


KILLED = """
    import sys
    from pathlib import Path
    import django
    django.setup()
    from django.conf import settings
    from tests.evaluation.world import AT, CHEN
    from throughline.evaluation.freeze import freeze_study
    from throughline.records.study.models import Study

    settings.THROUGHLINE_FREEZES = Path(sys.argv[1])
    stop = sys.argv[2]

    def told(stage, done, total):
        if stage.startswith(stop):
            print("here", flush=True)
            sys.stdin.read()

    freeze_study(study=Study.objects.get(), name="one", by=CHEN, at=AT, progress=told)
"""


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["reading", "building"])
def test_freeze_killed_leaves_nothing_half_done_and_the_next_works(stage: str, tmp_path: Path) -> None:
    written = write(of_six_sites())
    process = _start(stage)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "here"
    home = freezes_of(written.study)
    assert [path.name for path in home.glob("*.part-*")] == [f"one.part-{process.pid}"]
    children = below(process.pid).keys()
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 60
    while children & running().keys():  # the child notices that its parent has gone
        assert time.monotonic() < until
        time.sleep(0.02)
    assert not (home / "one").exists()
    assert not Freeze.objects.exists()
    made = freeze(written)
    assert {path.name for path in home.iterdir()} == {"one", ".lock"}
    with open_freeze(folder_of(made), expect=made.content_hash) as opened:
        assert opened.manifest.rows["contacts"] == 121


def _start(stage: str) -> subprocess.Popen[str]:
    """The freeze in a process of its own, on this test's database, which stops and waits at a stage."""
    given = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:{given['NAME']}"
    else:
        url = os.environ["THROUGHLINE_DATABASE"].rpartition("/")[0] + f"/{given['NAME']}"
    environment = {
        **os.environ, "THROUGHLINE_DATABASE": url, "DJANGO_SETTINGS_MODULE": "throughline.config.settings",
        "THROUGHLINE_HOME": str(settings.THROUGHLINE_HOME), "PYTHONPATH": os.pathsep.join([*sys.path, str(Path.cwd())]),
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(settings.THROUGHLINE_FREEZES), stage],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


@of_files
def test_open_freeze_refuses_what_was_altered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = freeze(write(of_six_sites()))
    _check_again_only_what_was_touched(made, monkeypatch)
    for what in ("cell", "row", "file", "manifest", "schema"):
        folder = tmp_path / what
        shutil.copytree(folder_of(made), folder)
        _alter(folder, what, made.content_hash)
        with (
            pytest.raises(Invalid, match="not as it was made"),
            open_freeze(folder, expect=made.content_hash),
        ):
            pass
    # The same rows in another file are the same freeze.
    path = folder_of(made) / "history.parquet"
    pq.write_table(pq.read_table(path), path, compression="gzip", row_group_size=7)
    with open_freeze(folder_of(made), expect=made.content_hash) as opened:
        assert opened.ask("SELECT COUNT(*) AS n FROM history") == [{"n": 121}]
        assert opened.ask("SELECT * EXCLUDE (from_on) FROM components ORDER BY site") == [
            {"site": "aston", "component": "supply_route", "to_on": None},
            {"site": "brook", "component": "training", "to_on": date(2025, 5, 31)},
            {"site": "dale", "component": "walk_in", "to_on": None},
        ]


@of_files
def test_open_freeze_of_before_there_were_components_still_opens() -> None:
    folder = folder_of(freeze(write(of_six_sites())))
    for missing, opens in (("components", True), ("history", False)):
        held = read_manifest(folder).tables
        write_manifest(folder, {name: facts for name, facts in held.items() if name != missing})
        if opens:
            with open_freeze(folder) as opened:
                assert not opened.holds("components") and opened.holds("history")
            continue
        for is_checked in (True, False):
            with pytest.raises(Invalid, match="another version"), open_freeze(folder, is_checked=is_checked):
                pass


def test_answers_held_to_the_thousandth_by_an_earlier_version_still_open(tmp_path: Path) -> None:
    now, then = schemas_of("survey_answers")
    other = now.set(now.get_field_index("value"), pa.field("value", pa.int64()))
    for schema, opens in ((now, True), (then, True), (other, False)):
        pq.write_table(schema.empty_table(), tmp_path / "t.parquet")
        if opens:
            assert opened._hash(tmp_path / "t.parquet", (now, then)) == ContentHash(schema).hexdigest()
            continue
        with pytest.raises(pa.ArrowInvalid):
            opened._hash(tmp_path / "t.parquet", (now, then))


def _check_again_only_what_was_touched(made: Freeze, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process read in full is not read again, until a file is touched, or some minutes are over."""
    read: list[Path] = []
    check = opened.check_content
    monkeypatch.setattr(
        opened, "check_content", lambda folder, held: (read.append(folder), check(folder, held))
    )

    def reads() -> int:
        read.clear()
        with open_freeze(folder_of(made), expect=made.content_hash):
            return len(read)

    assert [reads(), reads()] == [1, 1]  # just written: it may be written once more within the same tick
    monkeypatch.setattr(opened, "SETTLED_FOR", -60.0)
    assert [reads(), reads()] == [1, 0]
    os.utime(folder_of(made) / "history.parquet", ns=(0, 0))
    assert [reads(), reads()] == [1, 0]
    monkeypatch.setattr(opened, "CHECKED_FOR", 0.0)
    assert reads() == 1
    monkeypatch.undo()


def _alter(folder: Path, what: str, content_hash: str) -> None:
    path = folder / "history.parquet"
    table = pq.read_table(path)
    if what == "file":
        path.unlink()
    elif what == "manifest":
        manifest = folder / "manifest.json"
        manifest.write_text(manifest.read_text().replace(content_hash, "0" * 64))
    elif what == "cell":
        assert table["response"][0].as_py() == "yes"
        values = ["no", *table["response"].to_pylist()[1:]]
        place = table.schema.get_field_index("response")
        pq.write_table(table.set_column(place, "response", pa.array(values)), path)
    else:
        pq.write_table(table.slice(1) if what == "row" else table.drop_columns(["n"]), path)


@of_files
def test_open_freeze_refuses_another_folder(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="not a freeze"), open_freeze(tmp_path):
        pass

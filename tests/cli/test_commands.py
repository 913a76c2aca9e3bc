"""Commands with what they need missing, wrong or in the way: a sentence and an exit code, never a traceback."""

from __future__ import annotations

import json
import re
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command
from typer.testing import CliRunner

from tests.installation import Installation, new_place
from tests.processes import free_port
from tests.repository.documents import commands_of
from throughline import __version__
from throughline.cli.later import make_later
from throughline.cli.main import app

COMMANDS = tuple(words for words, _ in commands_of(get_command(app)))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_reads_like_a_manual(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200"})
    assert done.exit_code == 0
    assert len(done.output.split()) > 25


def test_help_tells_every_exit_code() -> None:
    text = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"}).output
    assert all(f"{code} " in text for code in (0, 1, 2, 3, 4, 5, 6, 9, 130))


def test_the_version_is_told_and_no_words_at_all_give_the_manual() -> None:
    version = CliRunner().invoke(app, ["--version"])
    assert (version.exit_code, version.output) == (0, f"throughline {__version__}\n")
    assert "Usage" in CliRunner().invoke(app, []).output


def test_a_command_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    app, part, made = typer.Typer(), typer.Typer(), []
    app.callback()(lambda: None)
    app.command("one", help="The first.")(lambda: typer.echo("one"))
    app.command("two", help="The second.")(lambda: typer.echo("two"))
    part.command("three", help="The third.")(lambda: typer.echo("three"))
    part.command("four", help="The fourth.")(lambda: typer.echo("four"))
    app.add_typer(part, name="part", help="A part.")
    make_later(app)
    real = typer.main.get_command_from_info
    monkeypatch.setattr(
        "typer.main.get_command_from_info",
        lambda command_info, **given: (
            made.append(command_info.name),
            real(command_info=command_info, **given),
        )[1],
    )
    assert CliRunner().invoke(app, ["two"]).output == "two\n"
    assert made == ["two"]
    assert CliRunner().invoke(app, ["part", "three"]).output == "three\n"
    assert made == ["two", "three", "four"]
    told = CliRunner().invoke(app, ["--help"]).output
    assert [told.index(words) for words in ("The first.", "The second.", "A part.")] == sorted(
        told.index(words) for words in ("The first.", "The second.", "A part.")
    )
    wrong = CliRunner().invoke(app, ["twoo"])
    assert (wrong.exit_code, "Did you mean 'two'?" in wrong.output) == (2, True)


def test_init_makes_a_private_key_file_and_refuses_to_run_again(made: Installation) -> None:
    assert stat.S_IMODE(made.key_file.stat().st_mode) == 0o600
    if not made.database:
        assert stat.S_IMODE(made.database_file.stat().st_mode) == 0o600
    before = made.key_file.read_bytes()
    done = made.throughline("init", "--programme", "Other", "--organisation", "Other")
    assert done.returncode == 5
    assert "Nothing was changed" in done.stderr
    assert made.key_file.read_bytes() == before


def test_init_with_a_weak_password_leaves_nothing(tmp_path: Path) -> None:
    place = new_place(tmp_path / "home")
    weak = tmp_path / "weak"
    weak.write_text("password\n")
    done = place.throughline("init", "--programme", "P", "--organisation", "O", "--password-file", str(weak))
    assert done.returncode == 6
    assert "too weak" in done.stderr
    assert not place.key_file.exists()
    assert not place.database_file.exists()


def test_init_shows_the_password_once_and_keeps_it_nowhere(tmp_path: Path) -> None:
    place = new_place(tmp_path / "home")
    done = place.throughline("init", "--programme", "P 1", "--organisation", "O")
    assert done.returncode == 0, done.stderr
    (password,) = re.findall(r"password: (\S+)", done.stdout)
    for path in place.home.rglob("*"):
        assert path.is_dir() or password.encode() not in path.read_bytes()


def test_command_without_a_database_says_what_to_run(tmp_path: Path) -> None:
    place = Installation(tmp_path / "home")
    for words in (
        ("serve",),
        ("audit", "verify"),
        ("backup", str(tmp_path / "b")),
        ("migrate",),
        ("freeze", "a"),
    ):
        done = place.throughline(*words)
        assert done.returncode == 5
        assert "throughline init" in done.stderr
        assert "Traceback" not in done.stderr
        assert not place.database_file.exists()


def test_command_with_missing_migrations_is_refused_until_migrate(mine: Installation) -> None:
    mine.python(
        "from django.db import connection\n"
        "connection.cursor().execute(\"DELETE FROM django_migrations WHERE app = 'django_tasks_database'\")"
    )
    done = mine.throughline("audit", "verify")
    assert done.returncode == 5
    assert "throughline migrate" in done.stderr


def test_command_with_a_key_file_that_others_can_read_is_refused(mine: Installation) -> None:
    mine.key_file.chmod(0o644)
    done = mine.throughline("audit", "verify")
    assert done.returncode == 5
    assert "chmod 600" in done.stderr


def test_command_with_other_or_no_keys_is_refused(mine: Installation) -> None:
    mine.key_file.write_text(json.dumps({"throughline_keys": 1, "ring": "1:" + "A" * 43 + "="}))
    done = mine.throughline("serve", "--port", str(free_port()))
    assert done.returncode == 5
    assert "does not fit this database" in done.stderr
    mine.key_file.write_text("nonsense")
    assert mine.throughline("audit", "verify").returncode == 5
    mine.key_file.unlink()
    assert mine.throughline("audit", "verify").returncode == 5


def test_command_with_another_sqlite_is_refused(made: Installation) -> None:
    """As if pysqlite3 were not installed, on a machine whose own SQLite is too old."""
    code = (
        "import sys; sys.modules['pysqlite3'] = None\n"
        "import sqlite3; sqlite3.sqlite_version_info = (3, 40, 1); sqlite3.sqlite_version = '3.40.1'\n"
        "sys.argv = ['throughline', 'audit', 'verify']\n"
        "from throughline.cli.main import main; main()"
    )
    environment = made.environment()
    environment.pop("THROUGHLINE_DATABASE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, text=True, capture_output=True, check=False
    )
    assert done.returncode == 5
    assert "too old" in done.stderr


def test_audit_verify_names_the_first_break(mine: Installation) -> None:
    mine.python(
        "from throughline.records.audit.models import AuditEvent\n"
        "from throughline.records.programme.models import Programme\n"
        "chain = Programme.objects.get(slug='lantern').id\n"
        "AuditEvent.objects.filter(chain_id=chain, sequence=3).update(count=77)"
    )
    done = mine.throughline("audit", "verify")
    assert done.returncode == 1
    assert "altered at event 3" in done.stderr


def test_user_add_prints_a_code_and_names_what_is_missing(mine: Installation) -> None:
    words = ("user", "add", "eve", "--name", "Eve", "--role", "practitioner", "--programme", "lantern")
    done = mine.throughline(*words, "--organisation", "Harbour service", "--site", "Harrowmere")
    assert done.returncode == 0, done.stderr
    assert re.search(r"One-time code, valid for a day: \w{4}-\w{4}", done.stdout)
    again = mine.throughline(*words, "--organisation", "Harbour service", "--site", "Harrowmere")
    assert (again.returncode, "is taken" in again.stderr) == (6, True)
    wrong = mine.throughline(*words, "--organisation", "Harbour service", "--site", "Nowhere")
    assert wrong.returncode == 6
    assert "Harrowmere, Mill Street station, Saltby" in wrong.stderr


def test_import_with_a_wrong_file_or_mapping_is_a_sentence(made: Installation, tmp_path: Path) -> None:
    table, mapping = tmp_path / "t.csv", tmp_path / "m.yaml"
    table.write_text("a,b\n1,2\n")
    mapping.write_text("what: [is this\n")
    missing = str(tmp_path / "missing")
    for file, by in ((str(table), str(mapping)), (missing, str(mapping)), (str(table), missing)):
        done = made.throughline("import", "contacts", file, "--mapping", by, "--programme", "lantern")
        assert done.returncode in (5, 6), done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.strip()


def test_import_transcripts_adds_what_can_be_read_and_refuses_the_rest(
    mine: Installation, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.docx"
    good.write_text(
        "I: How did you hear of us?\n\nP01: A friend told me.\n\nI: And then?\n\nP01: I came by.\n"
    )
    bad.write_bytes(b"PK\x03\x04 not really")
    words = (
        "import",
        "transcripts",
        str(tmp_path / "none.txt"),
        str(tmp_path),
        str(bad),
        str(good),
        "--programme",
        "lantern",
        "--language",
        "en",
    )
    done = mine.throughline(*words)
    assert done.returncode == 1, done.stderr
    assert "good.txt: 4 turns, 2 speakers\n" in done.stdout
    assert "bad.docx: " in done.stderr
    assert f"none.txt: There is no such file ({tmp_path / 'none.txt'})" in done.stderr
    assert f"{tmp_path.name}: This is a folder" in done.stderr
    assert "there already" in mine.throughline(*words).stdout


def test_import_face_sheet_says_what_matches_before_it_keeps_it(mine: Installation, tmp_path: Path) -> None:
    talk, sheet = tmp_path / "talk of may.txt", tmp_path / "sheet.csv"
    talk.write_text("I: And in May?\n\nP01: I came in May.\n")
    sheet.write_text("source,date,wave\ntalk of may,2025-05-06,second\nTalk of June,,\n")
    mine.throughline("import", "transcripts", str(talk), "--programme", "lantern")
    words = ("import", "face-sheet", str(sheet), "--match", "source", "--programme", "lantern")
    dry = mine.throughline(*words, "--dry-run")
    assert dry.returncode == 1, dry.stderr
    assert "By the column source: 0 participants and 1 sources would be kept." in dry.stdout
    assert "Line 3 names nobody" in dry.stderr and "June" not in dry.stdout + dry.stderr
    assert "1 sources kept" in mine.throughline(*words).stdout
    wrong = mine.throughline("import", "face-sheet", str(sheet), "--match", "who", "--programme", "lantern")
    assert wrong.returncode == 6 and "It has: source, date, wave." in wrong.stderr


def test_freeze_and_evaluate_without_a_study_name_what_there_is(made: Installation) -> None:
    for words in (("freeze", "march"), ("evaluate",), ("evaluate", "series", "--recipient", "x")):
        done = made.throughline(*words, "--programme", "beacon")
        assert done.returncode == 4
        assert "none yet" in done.stderr


def test_unexpected_error_keeps_its_way_and_not_its_words(mine: Installation) -> None:
    """A database error quotes rows: neither the screen nor the log may hold them."""
    mine.python(
        "from django.db import connection\nconnection.cursor().execute('DROP TABLE audit_auditevent')"
    )
    done = mine.throughline("audit", "verify")
    assert done.returncode in (5, 9)
    assert "Traceback" not in done.stderr
    log = mine.home / "logs" / "errors.log"
    if done.returncode == 9:
        assert re.search(r"error [0-9a-f]{8}", done.stderr)
        assert "auditing.py" in log.read_text()
        assert "no such table" not in log.read_text()
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_serve_refuses_example_accounts_elsewhere_and_a_port_in_use(mine: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = mine.throughline("serve", "--port", str(taken.getsockname()[1]))
        assert done.returncode == 5
        assert "something else listens there" in done.stderr
    mine.python(
        "from throughline.records.accounts.models import Account\n"
        "Account.objects.filter(username='bob').update(is_example=True)"
    )
    done = mine.throughline("serve", "--host", "0.0.0.0", "--port", str(free_port()))
    assert done.returncode == 5
    assert "Example accounts" in done.stderr


def test_demo_in_the_folder_of_an_installation_is_refused(made: Installation) -> None:
    done = made.throughline("demo", "--no-serve")
    assert done.returncode == 5
    assert "not made by the demo" in done.stderr or "THROUGHLINE_DATABASE" in done.stderr


@pytest.mark.parametrize(
    "words", [("backup",), ("keys", "export", "--passphrase-file", "p")], ids=["backup", "keys"]
)
def test_command_that_writes_a_file_makes_no_folder_and_overwrites_nothing(
    made: Installation, tmp_path: Path, words: tuple[str, ...]
) -> None:
    passphrase, there = tmp_path / "passphrase", tmp_path / "there"
    passphrase.write_text("five words are quite enough")
    there.write_text("precious")
    given = [str(passphrase) if word == "p" else word for word in words]
    for target, says in (
        (tmp_path, "is a folder"),
        (there, "There is a file"),
        (tmp_path / "none" / "x", "There is no folder"),
    ):
        done = made.throughline(*given, str(target))
        assert (done.returncode, says in done.stderr) == (5, True), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["passphrase", "there"]
    assert there.read_text() == "precious"


@pytest.mark.parametrize("address", ["mysql://root:hidden@localhost/x", "nonsense"])
def test_command_with_a_database_of_another_kind_is_refused_without_its_password(
    made: Installation, address: str
) -> None:
    done = made.throughline("audit", "verify", THROUGHLINE_DATABASE=address)
    assert done.returncode == 5
    assert "THROUGHLINE_DATABASE is not the address" in done.stderr
    assert "hidden" not in done.stderr


@pytest.mark.sqlite
def test_command_with_a_database_that_is_none_says_how_to_mend_it(mine: Installation) -> None:
    for suffix in ("-wal", "-shm"):
        Path(f"{mine.database_file}{suffix}").unlink(missing_ok=True)
    mine.database_file.write_bytes(b"garbage" * 1000)
    done = mine.throughline("audit", "verify")
    assert done.returncode == 5
    assert f"The database in {mine.home} is damaged" in done.stderr
    assert "throughline restore" in done.stderr

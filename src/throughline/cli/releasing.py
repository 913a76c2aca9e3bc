"""release rows: asking, answering, and taking the files. Two people, each by their own sign-in name and password."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from throughline.cli.boundary import told
from throughline.cli.named import freeze_named
from throughline.cli.options import InProgramme, OfFreeze
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence, Unready

AsPerson = Annotated[
    str, typer.Option("--as", help="Your sign-in name; your password is asked for.", metavar="USERNAME")
]
OfRequest = Annotated[UUID, typer.Argument(help="The request's id, as `request` and `list` print it.")]


def add_to(app: typer.Typer) -> None:
    release = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown", help="What leaves for a named recipient."
    )
    rows = typer.Typer(
        no_args_is_help=True, rich_markup_mode="markdown",
        help=(
            "Rows of a freeze for a named recipient: an evaluator asks, a data guardian approves, and who asked writes the"
            " files. Fields that stand for a person never leave, and no group of fewer people than the profile's threshold"
            " may stand out by the fields asked for. Each release has new random ids and is a line of the ledger.\n\n"
            "Both people say who they are with --as and their own password: the server's command line is nobody here."
        ),
    )  # fmt: skip
    for name, command in (
        ("fields", fields), ("request", ask), ("list", listed), ("approve", approve), ("decline", decline), ("write", write),
    ):  # fmt: skip
        rows.command(name)(told(command))
    release.add_typer(rows, name="rows")
    app.add_typer(release, name="release", rich_help_panel="Work")


def fields(
    of: Annotated[str, typer.Argument(help="A table; without one the tables are listed.")] = "",
) -> None:
    """List the tables whose rows may be asked for, or the fields of one, with what they mean.

    A day can be told as its month, quarter or year: `local_on:month`.

    Example: `throughline release rows fields history`
    """
    open_installation()
    from throughline.evaluation.codebook import TABLES, offered

    if not of:
        table("Tables", ["table", "a row is"], [(name, str(one.row)) for name, one in TABLES.items()])
        return
    shown: list[tuple[str, ...]] = [(one.code, one.label.value, str(one.meaning)) for one in offered(of)]
    table(of, ["field", "privacy", "meaning"], shown)


def ask(
    who: AsPerson,
    what: Annotated[str, typer.Option(help="What the rows are for, in a few words.")],
    recipient: Annotated[str, typer.Option(help="Who gets them: a named person, with where they work.")],
    agreement: Annotated[str, typer.Option(help="Reference of the agreement under which they leave.")],
    field: Annotated[list[str], typer.Option(help="A field; say it again for another one.")],
    of: Annotated[str, typer.Option("--table", help="Rows of which table (see `fields`).")] = "history",
    profile: Annotated[str, typer.Option(help="lt5, hes, le7_round5 or custom:THRESHOLD.")] = "lt5",
    freeze: OfFreeze = "",
    programme: InProgramme = "",
    study: Annotated[str, typer.Option(help="Title of the study, where there are several.")] = "",
) -> None:
    """Ask for rows. Prints the smallest group over the fields that could single somebody out; nothing leaves yet.

    Refused where that group is under the profile's threshold: the answer says which fields to coarsen or leave out. A
    refusal is a line of the ledger.

    Example: `throughline release rows request --as chen --what "second opinion" --recipient "Dr. Reader, Hill University"
    --agreement "DSA 2026-4" --field site --field route --field local_on:quarter`
    """
    open_installation()
    from throughline.evaluation.rows import ask_for_rows
    from throughline.records.study.actions import RowsDraft

    found = freeze_named(freeze, programme, study)
    draft = RowsDraft(what, of, tuple(field), recipient, agreement, profile)
    made = ask_for_rows(freeze=found, draft=draft, by=_person(who), at=datetime.now(UTC))
    say(f"Asked for: {made.id}")
    say(
        f"Rows: {made.row_count:,}. Smallest group over {', '.join(made.fields)}: {made.smallest_group} people."
    )
    say(f"Another person approves: throughline release rows approve {made.id} --as USERNAME")


def listed(who: AsPerson, programme: InProgramme = "") -> None:
    """List requests for rows that you may see, those that wait first. Changes nothing.

    Example: `throughline release rows list --as grace`
    """
    open_installation()
    from throughline.records.programme.queries import programme_named
    from throughline.records.study.queries import rows_requests_for

    rows = rows_requests_for(_person(who), programme_named(programme).id)
    table(
        "Requests for rows",
        ["id", "state", "what", "to", "agreement", "rows", "smallest group"],
        [
            (str(row.id), row.state.value, row.what, row.recipient, row.agreement, f"{row.row_count:,}", str(row.smallest_group))
            for row in rows
        ],
    )  # fmt: skip


def approve(request: OfRequest, who: AsPerson) -> None:
    """Approve rows that another person asked for. Who asked may then write them; that cannot be taken back.

    Example: `throughline release rows approve 0198c1f0-... --as grace`
    """
    open_installation()
    from throughline.records.study.actions import approve_rows

    found, by = _request(request, who)
    approve_rows(request=found, by=by, at=datetime.now(UTC))
    say(f"Approved: {found.id}")


def decline(request: OfRequest, who: AsPerson) -> None:
    """Decline rows that another person asked for: they never leave under this request.

    Example: `throughline release rows decline 0198c1f0-... --as grace`
    """
    open_installation()
    from throughline.records.study.actions import decline_rows

    found, by = _request(request, who)
    decline_rows(request=found, by=by, at=datetime.now(UTC))
    say(f"Declined: {found.id}")


def write(
    request: OfRequest,
    place: Annotated[
        Path, typer.Argument(help="A .zip, or a folder to write the files to. It must not exist yet.")
    ],
    who: AsPerson,
) -> None:
    """Let approved rows leave as an extract: one zip, or a folder, with README.txt, the rows, a codebook and checksums.

    The rows stand in rows.parquet, rows.csv and rows.dta (Stata; with the extra `extracts` installed). The first time they
    get new random ids and become a line of the ledger; they are read again, and held against what was approved, each time.
    Written once more, they are the same files; each time is audited. Counts and checksums are printed.

    Example: `throughline release rows write 0198c1f0-... second-opinion.zip --as chen`
    """
    open_installation()
    from throughline.evaluation.rows import handed_over, packed_rows, release_rows
    from throughline.vocabulary.study import RowsState

    if place.exists():
        raise Unready(Sentence("%(path)s exists already. Choose another name.", path=place))
    if not place.resolve().parent.is_dir():
        raise Invalid(Sentence("There is no folder %(path)s.", path=place.resolve().parent))
    found, by = _request(request, who)
    if found.state is not RowsState.LEFT:
        release_rows(request=found, by=by, at=datetime.now(UTC))
    left = handed_over(request=found, by=by, at=datetime.now(UTC))
    if place.suffix == ".zip":
        place.touch(mode=0o600)
        place.write_bytes(packed_rows(left).getvalue())
    else:
        place.mkdir(mode=0o700)
        for path in sorted(left.folder.iterdir()):
            shutil.copyfile(path, place / path.name)
    table(
        f"{left.rows:,} rows, smallest group {left.smallest_group}",
        ["file", "SHA-256"],
        [(name, checksum) for name, checksum in left.checksums.items()],
    )
    say(f"Written: {place}")


def _request(request_id: UUID, who: str) -> tuple[Any, Any]:
    from throughline.records.study.queries import rows_request_for

    by = _person(who)
    return rows_request_for(by, request_id), by


def _person(username: str) -> Any:
    """Who acts: their own sign-in name and password, since rows take two people."""
    from throughline.records.accounts.models import Account
    from throughline.records.programme.queries import actor_for

    account = Account.objects.filter(username__iexact=username, is_active=True).first()
    password = typer.prompt(f"Password of {username}", hide_input=True, err=True)
    if account is None or not account.check_password(password):
        raise NotAllowed(Sentence("This name and password do not belong together."))
    return actor_for(account)

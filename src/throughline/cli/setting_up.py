"""init and migrate."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from throughline.cli.boundary import told
from throughline.cli.place import database_file, missing_migrations, prepare
from throughline.cli.show import say
from throughline.vocabulary.errors import Invalid, NotFound, Sentence, Unready
from throughline.vocabulary.programme import OrganisationKind

if TYPE_CHECKING:
    from throughline.records.accounts.models import Account
    from throughline.records.programme.models import Programme


def add_to(app: typer.Typer) -> None:
    app.command(rich_help_panel="Set up")(told(init))
    app.command(rich_help_panel="Set up")(told(migrate))


def init(
    programme: Annotated[str, typer.Option(help="Name of the programme that this installation opens with.")],
    organisation: Annotated[str, typer.Option(help="Name of the organisation that runs it.")],
    username: Annotated[str, typer.Option(help="Sign-in name of the first administrator.")] = "admin",
    name: Annotated[str, typer.Option(help="The administrator's name, as others see it.")] = "Administrator",
    password_file: Annotated[
        Path | None, typer.Option(help="First line: the password. Without it one is made and printed once.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="What the organisation is: drug_service, peer_network, police, health, housing,"
                               " community, faith or research.")
    ] = "drug_service",
    agreement_needed: Annotated[
        bool, typer.Option("--agreement-needed", help="Where controlled items may leave only with the police's agreement."
                           " Without it they leave like all others; an administrator can switch it on the page Agreements.")
    ] = False,
) -> None:  # fmt: skip
    """Make an installation: a key file, a database, one programme and its first administrator.

    Writes, in THROUGHLINE_HOME: `keys/keys.json` (readable by its owner only) and `throughline.sqlite3`. Refuses where
    either is there already. Keep a copy of the keys apart from the backups: `throughline keys export FILE`.

    Example: `throughline init --programme "Harbour programme" --organisation "Harbour service" --username ada`
    """
    prepare()
    from django.conf import settings

    key_file = Path(settings.THROUGHLINE_KEY_FILE)
    _check_nothing_is_there(key_file)
    password = _first_line(password_file) if password_file else secrets.token_urlsafe(12)
    _check_words(password, kind)
    made = _make_key_file(key_file)
    try:
        bring_up_to_date()
        set_up(programme, organisation, kind, username, name, password, is_agreement_needed=agreement_needed)
    except BaseException:
        _take_back(key_file if made else None)
        raise
    say(f"Key file       {key_file if made else 'none: the keys come from THROUGHLINE_KEYS'}")
    say(f"Database       {database_file() or 'the server of THROUGHLINE_DATABASE'}")
    say(f"Programme      {programme} ({organisation})")
    say(f"Administrator  {username}" + ("" if password_file else f"  password: {password}"))
    if not password_file:
        say("The password is not shown again. Change it after the first sign-in.")
    say(
        "Next: throughline keys export FILE (keep it apart from the backups); throughline site add --help; throughline serve"
    )


def migrate() -> None:
    """Bring the database to this version of Throughline, after an upgrade. Make a backup first.

    Changes the database of THROUGHLINE_HOME; does nothing where nothing is missing. Stop the server meanwhile.
    """
    prepare()
    path = database_file()
    if path is not None and not path.exists():
        raise Unready(Sentence("There is no database at %(path)s. Run: throughline init", path=path))
    missing = missing_migrations()
    bring_up_to_date()
    say(f"{len(missing)} steps done." if missing else "Nothing was missing.")


def bring_up_to_date() -> None:
    """Run what is missing of the migrations; the database's file is its owner's alone."""
    from throughline.records import tables

    path = database_file()
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
    tables.bring_up_to_date()


def _check_nothing_is_there(key_file: Path) -> None:
    if key_file.exists():
        raise Unready(
            Sentence(
                "There is a key file at %(path)s already, so there is an installation. Nothing was changed.", path=key_file
            )
        )  # fmt: skip
    path = database_file()
    if path is not None and path.exists():
        raise Unready(
            Sentence(
                "There is a database at %(path)s already. To use it, bring its keys (throughline keys import FILE).",
                path=path,
            )
        )
    if path is None:
        from django.db import connection

        if connection.introspection.table_names():
            raise Unready(Sentence("The database of THROUGHLINE_DATABASE is not empty. Nothing was changed."))


def _check_words(password: str, kind: str) -> None:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid(Sentence("This password is too weak: %(why)s", why=" ".join(error.messages))) from None
    if kind not in set(OrganisationKind):
        raise Invalid(
            Sentence("%(kind)s is no kind of organisation. There are: %(kinds)s.", kind=kind, kinds=tuple(OrganisationKind))
        )  # fmt: skip


def _make_key_file(path: Path) -> bool:
    """A new ring in a new file; False where the environment holds one already."""
    import os

    from throughline.records.keyring import ENVIRONMENT, KeyRing, save_ring

    if os.environ.get(ENVIRONMENT):
        return False
    save_ring(KeyRing.new(), path)
    return True


def set_up(
    programme: str,
    organisation: str,
    kind: str,
    username: str,
    name: str,
    password: str | None,
    *,
    is_agreement_needed: bool = False,
    is_known: bool = False,
) -> tuple[Programme, Account]:
    """A programme, the organisation that runs it, and its first administrator: a new account, or one that `is_known`.

    Raises Invalid for a name in use, and for a sign-in name that is taken, or that nobody has.
    """
    from django.db import transaction
    from django.utils.text import slugify

    from throughline.records.accounts.actions import add_account
    from throughline.records.programme import actions
    from throughline.vocabulary.actor import Actor
    from throughline.vocabulary.roles import Role

    by, at = Actor.system("command line"), datetime.now(UTC)
    slug = slugify(programme)
    if not slug:
        raise Invalid(Sentence("The programme's name needs at least one letter or digit."))
    with transaction.atomic():
        tenant = actions.create_programme(
            name=programme, slug=slug[:60], is_agreement_needed=is_agreement_needed, by=by, at=at
        )
        runs_it = actions.add_organisation(
            programme=tenant, name=organisation, kind=OrganisationKind(kind), by=by, at=at
        )
        account = (
            _account_of(username)
            if is_known
            else add_account(
                programme_id=tenant.id, username=username, display_name=name, password=password, by=by, at=at
            )
        )
        actions.grant_membership(
            account=account, organisation=runs_it, roles=[Role.ADMINISTRATOR], is_all_sites=True, from_on=at.date(),
            by=by, at=at,
        )  # fmt: skip
    return tenant, account


def _account_of(username: str) -> Account:
    """Somebody who signs in already, and is not shut out. Raises NotFound."""
    from throughline.records.accounts.models import Account

    found: Account | None = Account.objects.filter(username__iexact=username, is_active=True).first()
    if found is None:
        raise NotFound(Sentence("Nobody signs in as %(name)s.", name=username))
    return found


def _take_back(key_file: Path | None) -> None:
    """What a broken run made; it began only where nothing was."""
    from django.db import connection

    connection.close()
    path = database_file()
    if path is not None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
    if key_file is not None:
        key_file.unlink(missing_ok=True)


def _first_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or not lines[0].strip():
        raise Invalid(
            Sentence("The first line of %(path)s is empty: it should hold the password.", path=path)
        )
    return lines[0].strip()

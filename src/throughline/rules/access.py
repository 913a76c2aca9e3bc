"""Who may do what: the checks that every action opens with, and the twin that shows or explains a button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import ParamSpec
from uuid import UUID

from throughline.rules.permissions import Permission as P
from throughline.rules.roles import ROLES, SYSTEM_WORK, permissions_of
from throughline.vocabulary.actor import Actor, Grant
from throughline.vocabulary.errors import NotAllowed, NotFound, Sentence

Args = ParamSpec("Args")

# For so long who sees no colleague's contacts sees what they recorded themselves, and may put it right: a shift.
RECENT = timedelta(hours=18)


def why_not(check: Callable[Args, None], *args: Args.args, **kwargs: Args.kwargs) -> Sentence | None:
    """The sentence with which a check refuses, or None where it allows: a button's tooltip."""
    try:
        check(*args, **kwargs)
    except NotAllowed as refusal:
        return refusal.sentence
    return None


def may(check: Callable[Args, None], *args: Args.args, **kwargs: Args.kwargs) -> bool:
    return why_not(check, *args, **kwargs) is None


def grants_with(actor: Actor, permission: P) -> tuple[Grant, ...]:
    """The grants of an actor that carry a permission; for system work see `system_may`."""
    return tuple(grant for grant in actor.grants if permission in permissions_of(grant.roles))


def system_may(actor: Actor, permission: P) -> bool:
    return actor.is_system and permission in SYSTEM_WORK.get(actor.name, frozenset())


def holds(actor: Actor, permission: P, programme_id: UUID, site_id: UUID | None = None) -> bool:
    """Whether the actor has a permission in a programme and, where a site is given, at that site."""
    if system_may(actor, permission):
        return True
    return any(
        grant.programme_id == programme_id and (site_id is None or grant.reaches(site_id))
        for grant in grants_with(actor, permission)
    )


def check(actor: Actor, permission: P, programme_id: UUID, *, site_id: UUID | None = None) -> None:
    """Raise NotAllowed, saying which roles could, unless the actor holds the permission there."""
    if holds(actor, permission, programme_id, site_id):
        return
    titles = _who_holds(permission)
    if site_id is not None and holds(actor, permission, programme_id):
        raise NotAllowed(
            Sentence("This is not one of your sites. Ask an administrator to add it to your membership.")
        )
    if not titles:
        raise NotAllowed(Sentence("Only the command line of the server may do this."))
    raise NotAllowed(Sentence("Your roles do not allow this. It takes: %(roles)s.", roles=titles))


def _who_holds(permission: P) -> tuple[Sentence, ...]:
    """The titles of the roles that carry a permission, as a sentence names them."""
    titles = (role.title for role in ROLES.values() if permission in role.permissions)
    return tuple(sorted(titles, key=lambda title: title.english))


def check_may_record_contact(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    check(actor, P.RECORD_CONTACT, programme_id, site_id=site_id)


def check_may_send_events(actor: Actor, programme_id: UUID) -> None:
    """What a device holds is sent by whoever records; each record in it is checked at its own site."""
    check(actor, P.RECORD_CONTACT, programme_id)


def check_may_resolve_event(actor: Actor, programme_id: UUID, site_id: UUID | None, *, is_own: bool) -> None:
    """One's own held record; else who may correct colleagues' contacts at its site.

    Where no site can be read, it is for who may do so anywhere in the programme, or manages its accounts.
    """
    if is_own:
        check(actor, P.RECORD_CONTACT, programme_id)
    elif site_id is not None or not holds(actor, P.MANAGE_ACCOUNTS, programme_id):
        check(actor, P.CORRECT_CONTACT, programme_id, site_id=site_id)


def check_may_retire_device(actor: Actor, programme_id: UUID, *, is_own: bool, is_of_colleague: bool) -> None:
    """One's own device, or one of somebody who works at the sites that the actor looks after."""
    if is_own:
        check(actor, P.RECORD_CONTACT, programme_id)
        return
    check(actor, P.RETIRE_DEVICE, programme_id)
    if not is_of_colleague:
        raise NotAllowed(Sentence("This device is of nobody who works at your sites."))


def check_may_correct_contact(
    actor: Actor, programme_id: UUID, site_id: UUID, *, is_own: bool, is_recent: bool
) -> None:
    """A colleague's contact takes the permission, and so does one's own that arrived longer ago than RECENT."""
    is_todays = is_own and is_recent
    check(actor, P.RECORD_CONTACT if is_todays else P.CORRECT_CONTACT, programme_id, site_id=site_id)


def check_may_read_contact(actor: Actor, programme_id: UUID, site_id: UUID, *, is_own: bool) -> None:
    check(actor, P.RECORD_CONTACT if is_own else P.SEE_CONTACTS, programme_id, site_id=site_id)


def check_may_destroy_revisions(actor: Actor, programme_id: UUID, site_id: UUID, *, is_all_own: bool) -> None:
    """What somebody else wrote of a contact goes only with the permission to correct colleagues' contacts."""
    if is_all_own or holds(actor, P.CORRECT_CONTACT, programme_id, site_id):
        check(actor, P.RECORD_CONTACT, programme_id, site_id=site_id)
        return
    raise NotAllowed(
        Sentence(
            "A colleague corrected this contact, and what they wrote would be destroyed. It takes one of: %(roles)s.",
            roles=_who_holds(P.CORRECT_CONTACT),
        )
    )  # fmt: skip


def check_may_see_client_history(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.SEE_CLIENT_HISTORY, programme_id)


def check_may_describe_client(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    check(actor, P.SEE_CLIENT_HISTORY, programme_id, site_id=site_id)


def check_may_record_sharing(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    """Consents to share, and what passed to other organisations of somebody met at a site."""
    check(actor, P.SEE_CLIENT_HISTORY, programme_id, site_id=site_id)


def check_may_keep_identity(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    """A name and telephone number, to write and to read: who meets the person."""
    check(actor, P.KEEP_IDENTITIES, programme_id, site_id=site_id)


def check_may_destroy_identity(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    """As easy as it can be made: whoever sees the person's past there may note that they want no name kept."""
    check(actor, P.SEE_CLIENT_HISTORY, programme_id, site_id=site_id)


def check_may_break_glass(actor: Actor, programme_id: UUID) -> None:
    """Opening one person's record that one's role does not open: for a reason, for a while, and told of."""
    check(actor, P.BREAK_GLASS, programme_id)


def check_may_see_emergencies(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.SEE_AUDIT, programme_id)


def check_may_merge_clients(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.MERGE_CLIENTS, programme_id)


def check_may_close_need(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    check(actor, P.CLOSE_NEED, programme_id, site_id=site_id)


def check_may_make_referral(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    check(actor, P.MAKE_REFERRAL, programme_id, site_id=site_id)


def check_may_move_referral(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    check(actor, P.MOVE_REFERRAL, programme_id, site_id=site_id)


def check_may_record_incident(actor: Actor, programme_id: UUID, site_id: UUID | None) -> None:
    check(actor, P.RECORD_INCIDENT, programme_id, site_id=site_id)


def check_may_import_records(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.IMPORT_RECORDS, programme_id)


def check_may_report_month(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    check(actor, P.REPORT_MONTH, programme_id, site_id=site_id)


def check_may_manage_training(actor: Actor, programme_id: UUID, site_id: UUID | None) -> None:
    check(actor, P.MANAGE_TRAINING, programme_id, site_id=site_id)


def check_may_manage_supplies(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.MANAGE_SUPPLIES, programme_id)


def check_may_move_stock(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    """A delivery at the site it came to, a transfer at the site it left, and withdrawing either, or a count."""
    check(actor, P.MANAGE_SUPPLIES, programme_id, site_id=site_id)


def check_may_count_stock(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    check(actor, P.COUNT_STOCK, programme_id, site_id=site_id)


def check_may_manage_programme(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.MANAGE_PROGRAMME, programme_id)


def check_may_manage_accounts(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.MANAGE_ACCOUNTS, programme_id)


def check_may_manage_account(
    actor: Actor, programme_id: UUID, *, member_of: frozenset[UUID], is_oneself: bool
) -> None:
    """One of this programme; an account that belongs to another programme too is not one administrator's to close or take over."""
    check(actor, P.MANAGE_ACCOUNTS, programme_id)
    if not actor.is_system and programme_id not in member_of:
        raise NotFound(Sentence("There is nobody of this name in the programme."))
    if member_of - {programme_id}:
        raise NotAllowed(
            Sentence(
                "This person belongs to another programme as well. Ask whoever keeps the server to do it."
            )
        )
    if is_oneself:
        raise NotAllowed(Sentence("Not for yourself: ask another administrator."))


def check_may_hold(actor: Actor, programme_id: UUID, *, is_oneself: bool) -> None:
    """Nobody gives themselves roles."""
    check(actor, P.MANAGE_ACCOUNTS, programme_id)
    if is_oneself:
        raise NotAllowed(Sentence("Nobody gives themselves roles: ask another administrator."))


def check_may_end_membership(actor: Actor, programme_id: UUID, *, is_oneself: bool) -> None:
    """Nobody ends, or puts off, their own."""
    check(actor, P.MANAGE_ACCOUNTS, programme_id)
    if is_oneself:
        raise NotAllowed(Sentence("Not for yourself: ask another administrator."))


def check_may_design_study(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.DESIGN_STUDY, programme_id)


def check_may_freeze(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.FREEZE, programme_id)


def check_may_evaluate(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.EVALUATE, programme_id)


def check_may_release(actor: Actor, programme_id: UUID, door: P) -> None:
    """`door` is RELEASE_TABLES, RELEASE_WORDS, MANAGE_SUPPLIES, ASK_FOR_ROWS or APPROVE_ROWS."""
    check(actor, door, programme_id)


def check_may_approve_release(actor: Actor, programme_id: UUID, *, is_own: bool) -> None:
    """Rows need two people: whoever asked for them never approves them."""
    check(actor, P.APPROVE_ROWS, programme_id)
    if is_own:
        raise NotAllowed(Sentence("You asked for this release yourself; another person must approve it."))


def check_may_take_rows(actor: Actor, programme_id: UUID, *, is_own: bool) -> None:
    """Approved rows are taken by who asked for them, and by nobody else."""
    check(actor, P.ASK_FOR_ROWS, programme_id)
    if not is_own:
        raise NotAllowed(Sentence("Only the person who asked for these rows may take them."))


def check_may_run_waves(actor: Actor, programme_id: UUID) -> None:
    """Instruments, waves, targets, answers from elsewhere, and what is left out."""
    check(actor, P.RUN_WAVES, programme_id)


def check_may_approach(actor: Actor, programme_id: UUID, site_id: UUID) -> None:
    """Who works at a site asks people there to take part, and interviews them."""
    check(actor, P.APPROACH_PEOPLE, programme_id, site_id=site_id)


def check_may_fill_response(actor: Actor, programme_id: UUID, site_id: UUID, *, is_own: bool) -> None:
    """A response is filled in by who began it, and by nobody else: not even a colleague sees what was said."""
    check(actor, P.APPROACH_PEOPLE, programme_id, site_id=site_id)
    if not is_own:
        raise NotAllowed(Sentence("A colleague began this interview. Only they can go on with it."))


def check_may_see_responses(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.SEE_RESPONSES, programme_id)


def check_may_record_attitudes(actor: Actor, programme_id: UUID) -> None:
    """Scoring keys, and what officers and workers answered. Who leads them at their sites may not."""
    check(actor, P.RECORD_ATTITUDES, programme_id)


def check_may_link_waves(actor: Actor, programme_id: UUID) -> None:
    """Naming what a self-generated code is made of, linking respondents by it, looking at pairs, and destroying its parts."""
    check(actor, P.LINK_WAVES, programme_id)


def check_may_record_research_consent(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.ADD_SOURCES, programme_id)


def check_may_withdraw_research_consent(actor: Actor, programme_id: UUID) -> None:
    """As easy as it can be made: whoever may erase what was said may also note that consent to it ended."""
    check(actor, P.ERASE_SOURCES, programme_id)


def check_may_see_sources(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.SEE_SOURCES, programme_id)


def check_may_read_source(actor: Actor, programme_id: UUID, *, is_deidentified: bool) -> None:
    """Words that may still name somebody are for who holds the sources alone."""
    check(actor, P.SEE_SOURCES, programme_id)
    if not is_deidentified:
        check(actor, P.ADD_SOURCES, programme_id)


def check_may_add_source(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.ADD_SOURCES, programme_id)


def check_may_erase_source(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.ERASE_SOURCES, programme_id)


def check_may_apply_code(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.APPLY_CODE, programme_id)


def check_may_remove_coding(actor: Actor, programme_id: UUID, *, is_own: bool) -> None:
    """One's own coding may be taken back; a colleague's takes the permission."""
    check(actor, P.APPLY_CODE if is_own else P.REMOVE_CODINGS, programme_id)


def check_may_move_coding(actor: Actor, programme_id: UUID, *, is_own: bool) -> None:
    """A coding is its analyst's reading: nobody else moves its borders."""
    check(actor, P.APPLY_CODE, programme_id)
    if not is_own:
        raise NotAllowed(
            Sentence(
                "This is a colleague's coding. Put your own on the passage, or write a memo beside theirs."
            )
        )


def check_may_lead_rounds(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.LEAD_ROUNDS, programme_id)


def check_may_manage_codebook(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.MANAGE_CODEBOOK, programme_id)


def check_may_open_analysis(actor: Actor, programme_id: UUID) -> None:
    """Whoever holds the sources decides by which approach they are read."""
    check(actor, P.ADD_SOURCES, programme_id)


def check_may_write_themes(actor: Actor, programme_id: UUID) -> None:
    check(actor, P.WRITE_THEMES, programme_id)


def check_may_back_up(actor: Actor) -> None:
    """A backup holds every programme of the installation: the command line or a system task only."""
    if not system_may(actor, P.BACK_UP):
        raise NotAllowed(Sentence("Only the command line of the server may do this."))


def check_may_create_programme(actor: Actor) -> None:
    """A programme is a tenant: nobody inside one may open another."""
    if not system_may(actor, P.MANAGE_PROGRAMME):
        raise NotAllowed(Sentence("Only the command line of the server may do this."))

"""The roles, so that a governance lead can read them: prose first, then the permissions it stands for.

Nobody sees everything. Permissions at a site count only at the sites of the membership.
"""

from __future__ import annotations

from dataclasses import dataclass

from throughline.rules.permissions import Permission as P
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.roles import Role


@dataclass(frozen=True)
class RoleDefinition:
    """A role as people read it and as the software checks it."""

    title: Sentence
    prose: Sentence
    permissions: frozenset[P]


def _role(title: Sentence, prose: Sentence, *permissions: P) -> RoleDefinition:
    return RoleDefinition(title, prose, frozenset(permissions) | {P.SEE_PROGRAMME})


ROLES: dict[Role, RoleDefinition] = {
    Role.PRACTITIONER: _role(
        Sentence("Practitioner"),
        Sentence("Works at a service. Records contacts at own sites, sees what a person told there before so as not to ask"
        " twice, makes referrals and says what became of them; counts the shelves there. Asks people at own sites to take part"
        " in a survey and interviews them. Keeps a person's name and telephone number where they agreed, and alone reads it."
        " Sees nothing of other sites."),
        P.RECORD_CONTACT, P.CORRECT_CONTACT, P.SEE_CONTACTS, P.SEE_CLIENT_HISTORY, P.KEEP_IDENTITIES, P.CLOSE_NEED,
        P.MAKE_REFERRAL, P.SEE_REFERRALS, P.MOVE_REFERRAL, P.SEE_TRAINING, P.COUNT_STOCK, P.APPROACH_PEOPLE, P.SEE_WAVES,
    ),
    Role.PEER_WORKER: _role(
        Sentence("Peer worker"),
        Sentence("Records contacts at own sites, without histories: sees today's own records and no client's past. Asks people there"
        " to take part in a survey and interviews them; reads no answers once a form is complete."),
        P.RECORD_CONTACT, P.APPROACH_PEOPLE, P.SEE_WAVES,
    ),
    Role.PEER_COORDINATOR: _role(
        Sentence("Peer coordinator"),
        Sentence("Looks after peer workers at own sites, their training and what they carry: counts stock. Sees no client's past."),
        P.RECORD_CONTACT, P.SEE_TRAINING, P.MANAGE_TRAINING, P.COUNT_STOCK,
    ),
    Role.OUTREACH_WORKER: _role(
        Sentence("Outreach worker"),
        Sentence("Records contacts outside, makes referrals and counts what is carried; sees the referrals of own sites, no client's"
        " past."),
        P.RECORD_CONTACT, P.MAKE_REFERRAL, P.SEE_REFERRALS, P.MOVE_REFERRAL, P.COUNT_STOCK,
    ),
    Role.OUTREACH_OFFICER: _role(
        Sentence("Outreach officer"),
        Sentence("A police officer on an outreach team: records incidents for own sites. Sees no contact, disclosure or need."),
        P.RECORD_INCIDENT, P.SEE_INCIDENTS,
    ),
    Role.SERVICE_MANAGER: _role(
        Sentence("Service manager"),
        Sentence("Runs own sites: contacts, clients, referrals, training, supplies, months reported, imports of the service's own files. Of a"
        " survey the progress at own sites, no answers. Sees"
        " who of the own sites entered or looked up so many unknown codes that it looks like guessing. Decides on records that phones sent and that are held, and retires a lost phone."
        " Reads no name; in an emergency opens one person's record and name for an hour, with a reason that data guardians read."),
        P.RECORD_CONTACT, P.CORRECT_CONTACT, P.SEE_CONTACTS, P.SEE_CLIENT_HISTORY, P.CLOSE_NEED,
        P.MAKE_REFERRAL, P.SEE_REFERRALS, P.MOVE_REFERRAL, P.RECORD_INCIDENT, P.SEE_INCIDENTS, P.REPORT_MONTH,
        P.SEE_TRAINING, P.MANAGE_TRAINING, P.IMPORT_RECORDS, P.COUNT_STOCK, P.MANAGE_SUPPLIES, P.MERGE_CLIENTS,
        P.SEE_FLAGGED_CODES, P.RETIRE_DEVICE, P.RELEASE_TABLES, P.SEE_WAVES, P.BREAK_GLASS,
    ),
    Role.PARTNERSHIP_MANAGER: _role(
        Sentence("Partnership manager"),
        Sentence("Counts of several towns, through the door for tables; no rows, no client."),
        P.SEE_STUDY, P.RELEASE_TABLES,
    ),
    Role.REFERRER: _role(
        Sentence("Referrer"),
        Sentence("Police or another organisation that refers. Makes referrals and sees the state of own ones where it may be"
        " shared; never disclosures, needs or supplies, and never whether a person is known."),
        P.MAKE_REFERRAL, P.SEE_OWN_REFERRALS,
    ),
    Role.LEAD_RESEARCHER: _role(
        Sentence("Lead researcher"),
        Sentence("Holds the sources and the consents they rest on: adds and erases them, sets the approach, the codebook and the"
        " themes, assigns sources to coders in rounds, may remove a colleague's coding, decides on quotes. Opens and closes the"
        " waves of a survey; reads no single answers."),
        P.SEE_SOURCES, P.ADD_SOURCES, P.ERASE_SOURCES, P.APPLY_CODE, P.REMOVE_CODINGS, P.MANAGE_CODEBOOK,
        P.LEAD_ROUNDS, P.WRITE_THEMES, P.RELEASE_WORDS, P.SEE_STUDY, P.DESIGN_STUDY, P.RUN_WAVES, P.SEE_WAVES,
    ),
    Role.ANALYST: _role(
        Sentence("Analyst"),
        Sentence("Reads de-identified sources, codes them, writes memos and themes. Peer researchers are analysts."),
        P.SEE_SOURCES, P.APPLY_CODE, P.MANAGE_CODEBOOK, P.WRITE_THEMES, P.SEE_STUDY,
    ),
    Role.EVALUATOR: _role(
        Sentence("Evaluator"),
        Sentence("Works on frozen, pseudonymous data: freezes, asks questions, writes the report. Reads de-identified sources beside"
        " the numbers. Runs the waves of a survey and reads its responses, which name nobody; links waves by keyed codes that nobody sees."
        " Brings in what officers and workers answered about their attitudes, which names nobody either. Sees no service record."),
        P.SEE_STUDY, P.DESIGN_STUDY, P.FREEZE, P.EVALUATE, P.RELEASE_TABLES, P.RELEASE_WORDS, P.ASK_FOR_ROWS,
        P.SEE_SOURCES, P.WRITE_THEMES, P.RUN_WAVES, P.SEE_WAVES, P.SEE_RESPONSES, P.LINK_WAVES,
        P.RECORD_ATTITUDES, P.SEE_ATTITUDES,
    ),
    Role.DATA_GUARDIAN: _role(
        Sentence("Data guardian"),
        Sentence("Sees what left and why, approves rows for a named recipient, reads the audit, and why records were opened in an"
        " emergency; in one, opens one person's record and name for an hour. Does no analysis."),
        P.SEE_LEDGER, P.APPROVE_ROWS, P.SEE_AUDIT, P.SEE_FLAGGED_CODES, P.ERASE_SOURCES, P.BREAK_GLASS,
    ),
    Role.ADMINISTRATOR: _role(
        Sentence("Administrator"),
        Sentence("Accounts, devices, organisations, sites, supplies, keys, backups. Sees no client and no source."),
        P.MANAGE_PROGRAMME, P.MANAGE_ACCOUNTS, P.RETIRE_DEVICE, P.COUNT_STOCK, P.MANAGE_SUPPLIES, P.BACK_UP,
    ),
}  # fmt: skip

# Work that nobody pressed a button for, by name, and what it may do.
SYSTEM_WORK: dict[str, frozenset[P]] = {
    # the person at the server's own command line, who holds the key file anyway
    "command line": frozenset(P),
    # loads the fictional programme into an empty installation
    "example": frozenset(P),
    # a task that a permitted actor asked for, continued in the background
    "background task": frozenset({P.FREEZE, P.EVALUATE, P.BACK_UP, P.SEE_AUDIT}),
    # destroys parts of self-generated codes on the protocol's day, and those and the files of whoever withdrew
    "destruction": frozenset({P.LINK_WAVES}),
    # shows one client's record to who opened it in an emergency, and nothing else
    "emergency reading": frozenset({P.SEE_CLIENT_HISTORY, P.SEE_CONTACTS, P.SEE_REFERRALS}),
    # looks which quotes may still be told after somebody withdrew, whoever took them out
    "withdrawal": frozenset({P.SEE_SOURCES}),
}


def permissions_of(roles: frozenset[Role]) -> frozenset[P]:
    """Everything that a set of roles permits."""
    found: frozenset[P] = frozenset()
    for role in roles:
        found |= ROLES[role].permissions
    return found

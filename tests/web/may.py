"""Who there is, what their roles let them do, and what a row of the access matrix says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.web.world import World

from throughline.rules.permissions import Permission as P
from throughline.rules.roles import ROLES
from throughline.vocabulary.roles import Role

ANONYMOUS, NOBODY, DANA = "anonymous", "nobody", "dana"
EVERYBODY = (ANONYMOUS, NOBODY, DANA, *(role.value for role in Role))
OPEN, SEE_OTHER, REFUSED, ABSENT, NOT_YET = 200, 302, 403, 404, 409


def those_who(*permissions: P) -> frozenset[str]:
    """The roles that hold one of the permissions (rules/roles.py)."""
    return frozenset(r.value for r, held in ROLES.items() if held.permissions & set(permissions))


@dataclass(frozen=True)
class Row:
    """An address: who is served and how; everybody else is refused. `anonymous` is always sent to sign in.

    `other` gives single people another status; `is_open` marks what nobody has to sign in for.
    """

    served: frozenset[str]
    status: int = OPEN
    args: Callable[[World], list[Any]] = field(default=lambda world: [])
    post: Callable[[World], dict[str, Any]] | None = None
    query: Callable[[World], str] = field(default=lambda world: "")
    other: dict[str, int] = field(default_factory=dict)
    is_open: bool = False

    def expected(self, who: str) -> int:
        if who in self.other:
            return self.other[who]
        if self.is_open:
            return self.status
        if who == ANONYMOUS:
            return SEE_OTHER
        return self.status if who in self.served else REFUSED


ANYBODY = frozenset(EVERYBODY) - {ANONYMOUS}
MEMBERS = ANYBODY - {NOBODY}
RECORDERS = those_who(P.RECORD_CONTACT) | {DANA}
DECIDERS = those_who(P.CORRECT_CONTACT, P.MANAGE_ACCOUNTS) | {DANA}
KEEPERS = those_who(P.SEE_CLIENT_HISTORY) | {DANA}
OPENERS = those_who(P.BREAK_GLASS) | {DANA}
CLOSERS = those_who(P.CLOSE_NEED) | {DANA}
REFERRERS = those_who(P.MAKE_REFERRAL) | {DANA}
SEE_REFERRALS = those_who(P.SEE_REFERRALS, P.SEE_OWN_REFERRALS) | {DANA}
READERS = those_who(P.SEE_SOURCES)
ADDERS = those_who(P.ADD_SOURCES)
ERASERS = those_who(P.ERASE_SOURCES)
CODERS = those_who(P.APPLY_CODE)
LEADERS = those_who(P.LEAD_ROUNDS)
WRITERS = those_who(P.WRITE_THEMES)
KEEPERS_OF_CODES = those_who(P.MANAGE_CODEBOOK)
COUNTERS = those_who(P.COUNT_STOCK) | {DANA}
SUPPLIERS = those_who(P.MANAGE_SUPPLIES)
IMPORTERS = those_who(P.IMPORT_RECORDS) | {DANA}
INCIDENTS_SEEN = those_who(P.SEE_INCIDENTS) | {DANA}
MERGERS = those_who(P.MERGE_CLIENTS) | {DANA}
REPORTERS = those_who(P.REPORT_MONTH) | {DANA}
RELEASERS_OF_TABLES = those_who(P.RELEASE_TABLES) | {DANA}
NUMBERS_RELEASED = those_who(P.RELEASE_TABLES) & READERS
LEFT_AS_CSV = {"recipient": "A reader", "format": "csv"}
RETURNERS = REPORTERS | RELEASERS_OF_TABLES
WAVES_SEEN = those_who(P.SEE_WAVES) | {DANA}
RUNNERS = those_who(P.RUN_WAVES)
LINKERS = those_who(P.LINK_WAVES)
ATTITUDES = those_who(P.RECORD_ATTITUDES)
STUDIED, DESIGNERS = those_who(P.SEE_STUDY), those_who(P.DESIGN_STUDY)
ASKERS = those_who(P.APPROACH_PEOPLE)
HOUSEHOLD = those_who(P.MANAGE_ACCOUNTS)
SETTERS = those_who(P.MANAGE_PROGRAMME)
ROWS_ASKED = those_who(P.ASK_FOR_ROWS)
ROWS_ANSWERED = those_who(P.APPROVE_ROWS)
ROWS_SEEN = ROWS_ASKED | ROWS_ANSWERED | those_who(P.SEE_LEDGER)
RELEASERS = (
    ROWS_SEEN | those_who(P.RELEASE_TABLES, P.RELEASE_WORDS) | {DANA}
)  # Dana manages a service elsewhere
LOOKERS = those_who(P.SEE_STUDY) & those_who(P.SEE_SOURCES)


def absent(*who: str) -> dict[str, int]:
    return dict.fromkeys(who, ABSENT)


def not_for(served: frozenset[str], *seeing: str) -> dict[str, int]:
    """Absent for whoever is served in general but may not know of this one."""
    return absent(*(who for who in served if who not in seeing))


CLOSED_FOR_ALL = Row(ANYBODY, ABSENT, is_open=True)
STEP_UP = Row(ANYBODY, SEE_OTHER)  # asks to confirm the password first, or goes where it belongs
NOT_SET_UP = Row(ANYBODY, ABSENT)  # nobody here has a second step yet


def of_a_file(served: frozenset[str], name: str, *steps: str) -> dict[str, Row]:
    """The steps of an import that nobody has begun: only who sends a file knows of it."""
    looked = {
        f"{name}_{step}": Row(served, ABSENT, args=lambda w: [w.contact.id])
        for step in ("begun", "table", *steps, "check", "rejects")
    }
    return looked | {
        f"{act}_{name}": Row(served, ABSENT, args=lambda w: [w.contact.id], post=lambda w: {})
        for act in ("drop", "keep")
    }

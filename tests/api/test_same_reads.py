"""What every page shows, an operation gives, too; what has none is listed with its reason.

Held twice: every address of the access matrix names its operations, and every query below the pages that a page reads by is
read by an operation. A new page, and a page with a new query, fail here until the API has them.
"""

from __future__ import annotations

from tests.api.actions_called import queries_called_from
from tests.api.agreed import OPERATIONS
from tests.api.pages_read import NO_READ, READS, SIGN_IN
from tests.web.access_matrix import MATRIX as PAGES

ALLAUTH = ("mfa_", "account_")
# Queries that pages alone read by, and why.
PAGES_ALONE: dict[str, str] = {
    **dict.fromkeys(
        (
            "accounts.queries.account_named",
            "accounts.queries.codes_issued_for",
            "programme.queries.actor_for",
        ),
        SIGN_IN,
    ),
    **dict.fromkeys(
        (
            f"clients.queries.guarded.{name}"
            for name in (
                "emergencies_for",
                "emergency_for",
                "identities_of",
                "identities_opened",
                "identity_for",
                "open_emergencies",
            )
        ),
        "a name, or a record opened in an emergency, is shown to a person (docs/adr/0050)",
    ),
    **dict.fromkeys(
        (
            f"surveys.queries.reading.{name}"
            for name in ("actor_of", "hashed", "link_held", "link_of", "response_held")
        ),
        "of somebody who answers alone, without an account",
    ),
    **dict.fromkeys(
        (
            f"inquiry.queries.workspace.{name}"
            for name in ("coded_source", "codes_for", "codes_seen", "placed_of", "turn_places")
        ),
        "source, codings, codes and coding_changes tell the same, each by itself",
    ),
    **dict.fromkeys(
        ("returns.queries.closed_returns", "returns.queries.open_return", "returns.queries.sites_reported"),
        "month_return asks for them together (return_for); the page takes its time over open months",
    ),
    **dict.fromkeys(
        ("inquiry.queries.catalogue.attributes_in", "inquiry.queries.catalogue.languages_in"),
        "asked_of tells what sources are told apart by",
    ),
    "engagement.queries.books.books_began": "stock has an item's counts as not recorded until then",
    "engagement.queries.ownership": "explains a button",
    "inquiry.queries.aliases.chosen_group": "reads a form back that was sent; mark_name reads the text",
    "inquiry.queries.codebooks.settled": "code_passages says it of each passage",
    "inquiry.queries.coders.names_elsewhere": "people_of names coders of imported projects, too",
    "inquiry.queries.familiarisation.has_read": "who_has_read tells of everybody",
    "inquiry.queries.familiarisation.memo_writers": "memos say who wrote each",
    "inquiry.queries.familiarisation.notes_of": "source_memos has notes among the rest",
    "inquiry.queries.material.with_below": "a program names the codes it asks for",
    "inquiry.queries.reading.is_blind_for": "coding_changes says it",
    "inquiry.queries.reading.memos_for": "memos and source_memos read through it",
    "inquiry.queries.reading.text_of": "source and review_names read through it",
    "inquiry.queries.texts.count_lost": "source_history lists them",
    "study.queries.freeze_named": "operations go by the freeze's id",
    "supplies.queries.controlled_kinds": "items say it of each",
    "supplies.queries.lots_at": "stock lists the lots of a site",
    "surveys.queries.code_plans.code_names": "code_plans names the elements",
    "surveys.queries.code_plans.pairs_of": "linking counts pairs by state, as the door hides them",
    "surveys.queries.code_plans.plan_of": "code_plans lists them",
    "surveys.queries.reading.instruments_for": "instruments lists them",
    "surveys.queries.reading.is_open": "wave has its days",
    "workforce.queries.scales_for": "attitude_scales lists them, counted",
}


def pages() -> set[str]:
    """Addresses that show something to who is signed in; what posts is an action."""
    return {name for name, row in PAGES.items() if row.post is None and not name.startswith(ALLAUTH)}


def test_every_page_names_its_operations_or_why_there_is_none() -> None:
    assert sorted(pages() - set(READS) - set(NO_READ)) == [], (
        "pages without a line in tests/api/pages_read.py"
    )
    assert sorted((set(READS) | set(NO_READ)) - pages()) == [], "lines without a page"
    assert sorted(set(READS) & set(NO_READ)) == []


def test_what_pages_name_is_an_operation() -> None:
    unknown = {page: set(named) - set(OPERATIONS) for page, named in READS.items()}
    assert {page: found for page, found in unknown.items() if found} == {}


def test_every_query_of_a_page_is_read_by_an_operation() -> None:
    seen, told = queries_called_from("web"), queries_called_from("api")
    missing = {name: sorted(files) for name, files in seen.items() if name not in told}
    assert {name: missing[name] for name in set(missing) - set(PAGES_ALONE)} == {}


def test_exceptions_are_still_needed() -> None:
    seen, told = queries_called_from("web"), queries_called_from("api")
    assert sorted(set(PAGES_ALONE) - set(seen)) == [], "no page reads by it any more"
    assert sorted(set(PAGES_ALONE) & set(told)) == [], "the API has it by now"
    assert len(seen) > 150

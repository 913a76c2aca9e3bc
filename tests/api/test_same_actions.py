"""Every action that a page takes, an operation of the API takes, too.

What counts is what acts: every public function below the pages that names who and when. Found in the source, so that a
page with a new action fails here until the API has it.
"""

from __future__ import annotations

from tests.api.actions_called import called_from, every_public_action

# What the API is not for, and why.
PAGES_ALONE: dict[str, str] = {
    "records.accounts.actions.note_sign_in_failed": "the API takes the session of the pages and has no sign-in",
    "records.accounts.actions.note_signed_in": "the API takes the session of the pages and has no sign-in",
    "records.accounts.actions.note_signed_out": "the API takes the session of the pages and has no sign-in",
    "records.accounts.actions.use_sign_in_code": "of nobody who has signed in: it ends in a password of one's own",
    **dict.fromkeys(
        (
            f"records.clients.actions.identity.{name}"
            for name in ("keep_identity", "read_identity", "destroy_identity")
        ),
        "a name leaves no machine for another: it is shown to a person, on a page (docs/adr/0050)",
    ),
    **dict.fromkeys(
        (
            f"records.clients.actions.emergencies.{name}"
            for name in ("break_glass", "note_emergency_read", "end_emergency", "read_emergencies")
        ),
        "a person breaks the glass, who sees the warning and the banner (docs/adr/0050)",
    ),
}


def test_every_action_of_a_page_is_an_operation() -> None:
    pages, operations = called_from("web"), called_from("api")
    missing = {name: sorted(files) for name, files in pages.items() if name not in operations}
    assert {name: missing[name] for name in set(missing) - set(PAGES_ALONE)} == {}


def test_exceptions_are_still_needed() -> None:
    pages, operations = called_from("web"), called_from("api")
    listed = set(PAGES_ALONE)
    assert sorted(listed - set(pages)) == [], "no page calls it any more"
    assert sorted(listed & set(operations)) == [], "the API has it by now"


def test_actions_are_found() -> None:
    actions, pages = every_public_action(), called_from("web")
    assert len(set(pages) & actions) > 120
    assert "evaluation.rows.release_rows" in pages  # what leaves, and what comes in, acts as well

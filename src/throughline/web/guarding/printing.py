"""Which pages print: those that tell of nobody who is met, and hold no number that must pass a door first.

Paper leaves without a line in the ledger. Every other page says on paper, in place of what it shows, what to ask for instead.
"""

from __future__ import annotations

OWN_ACCOUNT = ("account", "mfa")  # one's own name, password and recovery codes
PRINTED = frozenset(
    {
        # what a place offers and is
        "sites", "add_site", "site", "organisations", "code_lists", "code_list", "components", "component", "population",
        "agreements", "add_agreement",
        # things on shelves
        "supplies", "supplies_items", "new_kit", "receive_stock", "transfer_stock", "write_off_stock", "count_stock", "order_list",
        "supplies_history", "supplies_counted",
        # what a study set out to do, and what it asks
        "studies", "study", "study_detect", "study_add", "instruments", "instrument_version",
        # made for paper: a link with its square, a list for the person whom it is about, a receipt of one's own answers
        "make_fill_link", "shared_list", "answer",
    }
)  # fmt: skip


def prints(name: str | None) -> bool:
    """Whether the page of this URL name prints; one without a name is no page of ours."""
    return name is None or name in PRINTED or name.partition("_")[0] in OWN_ACCOUNT

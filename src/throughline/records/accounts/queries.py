"""Reading accounts."""

from __future__ import annotations

from uuid import UUID

from throughline.records.accounts.models import Account
from throughline.vocabulary.errors import NotFound, Sentence


def account_named(username: str) -> Account:
    """By sign-in name, whatever the letter case."""
    found = Account.objects.filter(username__iexact=username).first()
    if found is None:
        raise NotFound(Sentence("There is no account called %(name)s.", name=username))
    return found


def display_names(ids: set[UUID]) -> dict[str, str]:
    """Account id (as text) -> display name, for showing who did something."""
    return {
        str(pk): name for pk, name in Account.objects.filter(id__in=ids).values_list("id", "display_name")
    }

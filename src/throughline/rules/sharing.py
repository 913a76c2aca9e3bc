"""What may pass from one organisation to another, and on what basis (docs/adr/0049-sharing.md)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from throughline.vocabulary.errors import Invalid, NotAllowed, Sentence
from throughline.vocabulary.referral import ReferralKind
from throughline.vocabulary.sharing import Shared, SharingBasis

# By consent the police may learn that somebody is referred and what became of it, and no more. By agreement, nothing.
_POLICE_BY_CONSENT = frozenset({Shared.REFERRAL, Shared.OUTCOME})
# An agreement of organisations is not the person's own: it carries a referral, and nothing of what was told.
_BY_AGREEMENT = frozenset({Shared.REFERRAL, Shared.OUTCOME})
LONGEST_CONSENT_YEARS = 3


def passes_something(kind: ReferralKind, from_organisation: UUID, to_organisation: UUID) -> bool:
    """Whether sending a referral tells another organisation of a person: being told where to go does not."""
    return kind is not ReferralKind.SIGNPOST and from_organisation != to_organisation


@dataclass(frozen=True)
class Standing:
    """A consent as rules see it. Days are days at the site; `is_withdrawn` holds from the moment it was said."""

    id: UUID
    scope: frozenset[Shared]
    from_on: date
    to_on: date
    is_withdrawn: bool

    def covers(self, what: frozenset[Shared], on: date) -> bool:
        """Whether it stands on a day (the last one included) for all of what would pass."""
        return not self.is_withdrawn and self.from_on <= on <= self.to_on and what <= self.scope


@dataclass(frozen=True)
class Passage:
    """What would pass, to whom. `is_of_client`: of somebody whom the record knows; else nobody can be told from it."""

    what: frozenset[Shared]
    on: date
    is_to_police: bool
    is_of_client: bool
    has_agreement: bool  # a partnership of the two organisations stands on that day


def check_may_share(
    passage: Passage, basis: SharingBasis | None, consents: Iterable[Standing] = ()
) -> UUID | None:
    """Raise unless the basis carries the passage; the consent that it rests on, where it rests on one of the record's.

    Invalid where no basis is said, NotAllowed where it does not carry what would pass. `consents` are those of this
    person to this receiver. Of nobody whom the record knows there is no consent to look up: what is said stands.
    """
    if not passage.what:
        raise Invalid(Sentence("Say what passes."), fields={"what": Sentence("Nothing is chosen.")})
    if basis is None or basis is SharingBasis.NOT_RECORDED:
        raise Invalid(
            Sentence(
                "This passes something of a person to another organisation. Say on what basis: the person's written consent, an"
                " emergency, a duty to safeguard, a court's order, or an agreement."
            ),
            fields={"basis": Sentence("Say on what basis.")},
        )
    if basis is SharingBasis.AGREEMENT:
        _check_agreement(passage)
    if basis is not SharingBasis.WRITTEN_CONSENT or not passage.is_of_client:
        return None
    _check_police(passage)
    found = sorted(
        (one for one in consents if one.covers(passage.what, passage.on)), key=lambda one: (one.to_on, one.id)
    )
    if not found:
        raise NotAllowed(
            Sentence(
                "No written consent of this person that stands today covers this, to this receiver. Record the consent on"
                " the client's page first, or say on what other basis it passes."
            )
        )
    return found[-1].id


def _check_agreement(passage: Passage) -> None:
    if not passage.is_of_client:
        return
    if passage.is_to_police:
        raise NotAllowed(
            Sentence("An agreement never carries anything of a person to the police. Ask the person.")
        )
    if not passage.has_agreement:
        raise NotAllowed(
            Sentence("No agreement of the two organisations stands today. Choose another basis.")
        )
    if not passage.what <= _BY_AGREEMENT:
        raise NotAllowed(
            Sentence(
                "An agreement carries a referral and what became of it. What a person told, needs or is called takes"
                " their written consent."
            )
        )


def _check_police(passage: Passage) -> None:
    if passage.is_to_police and not passage.what <= _POLICE_BY_CONSENT:
        raise NotAllowed(
            Sentence(
                "By consent the police may learn that somebody is referred and what became of it, and no more."
            )
        )


def check_consent_days(*, signed_on: date, from_on: date, to_on: date, today: date) -> None:
    """A consent is signed before it is used, and ends: on a day that is written down, within some years."""
    if signed_on > today:
        raise Invalid(
            Sentence("This consent would be signed in the future."),
            fields={"signed_on": Sentence("In the future.")},
        )
    if from_on < signed_on:
        raise Invalid(
            Sentence("A consent holds from the day of its signature at the earliest."),
            fields={"from_on": Sentence("Before the signature.")},
        )
    if to_on < from_on:
        raise Invalid(
            Sentence("A consent ends after it begins."), fields={"to_on": Sentence("Before its beginning.")}
        )
    last = (LONGEST_CONSENT_YEARS, signed_on.month, signed_on.day)
    if (to_on.year - signed_on.year, to_on.month, to_on.day) > last:
        raise Invalid(
            Sentence("A consent is asked for again after %(years)s years.", years=LONGEST_CONSENT_YEARS),
            fields={"to_on": Sentence("Too far away.")},
        )

"""Which state of a referral may follow which, as data. Totality is tested: every state has its row."""

from __future__ import annotations

from throughline.vocabulary.errors import Invalid, Sentence, Unready
from throughline.vocabulary.referral import OutcomeSource
from throughline.vocabulary.referral import ReferralState as S

# Ways a referral can end from almost anywhere: with the person, at the receiver, or by what life does.
_LIFE = frozenset({S.DECEASED, S.IN_CUSTODY})
_STOPS = _LIFE | {S.DECLINED, S.REJECTED, S.COULD_NOT_CONTACT, S.WITHDRAWN, S.EXPIRED, S.TRANSFERRED}

FOLLOWS: dict[S, frozenset[S]] = {
    S.DRAFT: frozenset({S.SENT, S.WITHDRAWN}),
    S.SENT: frozenset({S.RECEIVED, S.ACCEPTED, S.APPOINTMENT, S.ENTERED}) | _STOPS,
    S.RECEIVED: frozenset({S.ACCEPTED, S.APPOINTMENT, S.ENTERED}) | _STOPS,
    S.ACCEPTED: frozenset({S.APPOINTMENT, S.ENTERED}) | _STOPS,
    S.APPOINTMENT: frozenset({S.APPOINTMENT, S.ENTERED}) | _STOPS,
    S.ENTERED: frozenset({S.COMPLETED, S.DECLINED, S.TRANSFERRED, S.COULD_NOT_CONTACT}) | _LIFE,
    # Custody ends: the referral may be taken up again.
    S.IN_CUSTODY: frozenset(
        {S.RECEIVED, S.ACCEPTED, S.APPOINTMENT, S.ENTERED, S.EXPIRED, S.WITHDRAWN, S.DECEASED}
    ),
    S.COMPLETED: frozenset(),
    S.DECLINED: frozenset(),
    S.REJECTED: frozenset(),
    S.COULD_NOT_CONTACT: frozenset(),
    S.WITHDRAWN: frozenset(),
    S.EXPIRED: frozenset(),
    S.TRANSFERRED: frozenset(),
    S.DECEASED: frozenset(),
}

CLOSED: frozenset[S] = frozenset(state for state, after in FOLLOWS.items() if not after) | {S.IN_CUSTODY}
NEEDS_SOURCE: frozenset[S] = _STOPS | {S.ENTERED, S.COMPLETED}


def check_may_follow(now: S, then: S) -> None:
    """Raise Unready where a referral in state `now` cannot come to be `then`."""
    if then in FOLLOWS[now]:
        return
    if not FOLLOWS[now]:
        raise Unready(
            Sentence("This referral is closed (%(state)s); make a new one instead.", state=now.value)
        )
    raise Unready(
        Sentence(
            "A referral that is %(now)s cannot become %(then)s. It can become: %(possible)s.",
            now=now.value,
            then=then.value,
            possible=tuple(sorted(state.value for state in FOLLOWS[now])),
        )
    )


def check_source_given(state: S, source: OutcomeSource | None) -> None:
    """An outcome needs to say who says so; `unknown` is an answer, silence is not."""
    if state in NEEDS_SOURCE and source is None:
        raise Invalid(
            Sentence(
                "Say who says so: the receiver, the person, a worker who saw it, record linkage, or unknown."
            ),
            fields={"source": Sentence("This outcome needs a source.")},
        )


# What a referrer outside the service may be told without the person's consent to share: that it arrived.
SHARED_WITH_REFERRER: frozenset[S] = frozenset({S.DRAFT, S.SENT, S.RECEIVED})


def shared_with_referrer(state: S) -> S | None:
    """The state as its referrer may see it: None where only the service knows, whatever it is."""
    return state if state in SHARED_WITH_REFERRER else None

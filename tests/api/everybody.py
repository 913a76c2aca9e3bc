"""The cast as rows of the access matrix, and outcomes that many operations share."""

from __future__ import annotations

PEOPLE = ("alice", "bob", "priya", "omar", "chen", "rosa", "grace", "ada", "dana", "stranger")

# Lists of the programme: whoever is of it gets what they may see of it, be it nothing.
OF_THE_PROGRAMME = {**dict.fromkeys(PEOPLE, 200), "dana": 404, "stranger": 401}
OWN = {**dict.fromkeys(PEOPLE, 200), "stranger": 401}


def only(others: int, **status: int) -> dict[str, int]:
    return {**dict.fromkeys(PEOPLE, others), "stranger": 401, **status}

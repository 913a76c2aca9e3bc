"""Chance: one stream for each part of the simulation, so that a part drawn alone is the same as drawn with the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any

import numpy as np
from scipy.special import ndtr, ndtri

from throughline.example.agreement import CUT, STRETCH
from throughline.example.arrays import Floats, Ints


class Stream(IntEnum):
    """Numbers are part of what a seed means: never renumber."""

    CONTACTS = 1
    CLIENTS = 2
    TOLD = 3
    NEEDS = 4
    KIT = 5
    REFERRALS = 6
    INCIDENTS = 7
    SURVEY = 8
    TRAINING = 9
    HOURS = 10
    PEOPLE = 11
    SHELVES = 12
    RESPONDENTS = 13
    ATTITUDES = 14


def stream(seed: int, part: Stream) -> np.random.Generator:
    return np.random.default_rng([seed, part.value])


def cut_normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Mean 0, variance 1, never further out than `agreement.FURTHEST`: a normal curve cut at both ends, stretched."""
    low = ndtr(-CUT)
    return np.asarray(ndtri(low + rng.random(shape) * (1 - 2 * low)) * STRETCH)


def pick(rng: np.random.Generator, shares: Sequence[float], size: int) -> Ints:
    """`size` places in a list of shares that add up to 1."""
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(size), side="right").astype(np.int64)


def pick_word(rng: np.random.Generator, words: Sequence[Any], shares: Mapping[Any, float], size: int) -> Ints:
    """`size` places in `words`, by the share of each word (none: 0)."""
    return pick(rng, [shares.get(word, 0.0) for word in words], size)


def pick_rows(rng: np.random.Generator, shares: Floats) -> Ints:
    """One place for each row of `shares` (rows, places), each row adding up to 1."""
    reached = np.cumsum(shares[:, :-1], axis=1)
    return np.asarray((rng.random((shares.shape[0], 1)) >= reached).sum(axis=1), np.int64)

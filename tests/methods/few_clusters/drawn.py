"""Studies drawn by chance, and plain ways to compute what the methods compute in clever ones."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from hypothesis import strategies as st

from throughline.methods.estimate import Missing
from throughline.methods.few_clusters.answers import Answers, answers_of
from throughline.vocabulary.study import ArmKind, OutcomeKind


def study(
    seed: int,
    *,
    arms: tuple[int, int] = (3, 3),
    kind: OutcomeKind = OutcomeKind.CONTINUOUS,
    covariates: int = 0,
    most: int = 14,
    share: float = 0.45,
    **more: Any,
) -> Answers:
    """Sites of 4 to `most` people a phase, with a drift of their own; the phase adds .5 and the programme 1."""
    rng = np.random.default_rng(seed)
    sites = sum(arms)
    sizes = rng.integers(4, most, size=(sites, 2))
    site = np.repeat(np.arange(sites), sizes.sum(axis=1))
    after = np.concatenate([np.repeat([False, True], pair) for pair in sizes])
    treated = np.arange(sites) < arms[0]
    x = rng.normal(size=(site.size, covariates))
    drift = rng.normal(0, 0.6, size=(sites, 2))[site, after.astype(int)]
    level = drift + 0.5 * after + (treated[site] & after) + x.sum(axis=1)
    match kind:
        case OutcomeKind.BINARY:
            y = (rng.random(site.size) < np.clip(share + 0.15 * level - 0.1, 0.02, 0.98)).astype(float)
        case OutcomeKind.COUNT:
            y = rng.poisson(np.exp(0.8 + 0.3 * level)).astype(float)
        case _:
            y = level + rng.normal(size=site.size)
    return answers_of(
        kind=kind, sites=[f"s{n}" for n in range(sites)],
        arms=[ArmKind.INTERVENTION if one else ArmKind.COMPARISON for one in treated],
        site=site, is_after=after, y=y, covariates=x, missing=Missing(declined=3, not_recorded=2), **more,
    )  # fmt: skip


seeds = st.integers(0, 10_000)
sizes = st.tuples(st.integers(2, 5), st.integers(2, 5))


def dense(answers: Answers) -> np.ndarray:
    """The whole design: b, the phase, covariates, a column for each site."""
    levels = np.eye(len(answers.sites))[answers.site]
    return np.column_stack([answers.treated_after, answers.is_after, answers.covariates, levels])


def dense_cr2(x: np.ndarray, y: np.ndarray, cluster: np.ndarray, asked: int = 0) -> tuple[float, float]:
    """CR2 and Bell and McCaffrey's df, n x n, as the papers write them."""
    bread = np.linalg.inv(x.T @ x)
    residual = y - x @ (bread @ (x.T @ y))
    maker = np.eye(len(y)) - x @ bread @ x.T
    meat, columns = 0.0, []
    for one in np.unique(cluster):
        rows = np.flatnonzero(cluster == one)
        values, vectors = np.linalg.eigh(maker[np.ix_(rows, rows)])
        powers = np.where(values > 1e-10, np.clip(values, 1e-10, None) ** -0.5, 0.0)
        towards = (vectors * powers) @ vectors.T @ x[rows] @ bread[:, asked]
        meat += float(towards @ residual[rows]) ** 2
        columns.append(maker[:, rows] @ towards)
    values = np.linalg.eigvalsh(np.array(columns) @ np.array(columns).T)
    return meat**0.5, float(values.sum() ** 2 / np.sum(values**2))


def refitted_bootstrap(
    x: np.ndarray, y: np.ndarray, cluster: np.ndarray, asked: int, null: float
) -> tuple[int, int]:
    """k and n: every outcome with a site's residuals turned, fitted anew on all rows."""
    bread, clusters = np.linalg.inv(x.T @ x), np.unique(cluster)

    def t(outcome: np.ndarray) -> float:
        beta = bread @ (x.T @ outcome)
        left = outcome - x @ beta
        scores = [float(bread[asked] @ x[cluster == one].T @ left[cluster == one]) for one in clusters]
        return float((beta[asked] - null) / np.sqrt(np.sum(np.square(scores))))

    others = np.delete(x, asked, axis=1)
    held = np.linalg.lstsq(others, y - null * x[:, asked], rcond=None)[0]
    fitted = others @ held + null * x[:, asked]
    own = abs(t(y))
    signs = list(itertools.product((-1.0, 1.0), repeat=clusters.size))
    place = np.searchsorted(clusters, cluster)
    drawn = [abs(t(fitted + np.array(v)[place] * (y - fitted))) for v in signs]
    return sum(one >= own * (1 - 1e-9) for one in drawn), len(signs)

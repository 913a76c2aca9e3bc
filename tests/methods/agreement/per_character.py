"""The unitizing family character by character: loops over the formulas as they are printed, and no arithmetic of ours."""

from collections import defaultdict
from collections.abc import Sequence

Passage = tuple[int, int, str]
PHI = None


def family(
    coders: Sequence[Sequence[Passage]], length: int
) -> dict[str, float | dict[str, float | None] | None]:
    """u, bar, cu, coverage, and ku and ku_coverage by code; None where there is nothing to divide by."""
    m = len(coders)
    text: list[list[str | None]] = [[PHI] * length for _ in coders]
    for line, passages in zip(text, coders, strict=True):
        for start, end, code in passages:
            for x in range(start, end):
                line[x] = code
    codes = sorted({code for passages in coders for _, _, code in passages})
    values: list[str | None] = [PHI, *codes]

    ell: dict[tuple[str | None, str | None], float] = defaultdict(float)
    star: dict[tuple[str | None, str | None], float] = defaultdict(float)
    for x in range(length):
        for i in range(m):
            for j in range(m):
                if i != j:
                    pair = (text[i][x], text[j][x])
                    ell[pair] += 1 / (m - 1)
                    if pair[0] is not PHI and pair[1] is not PHI:
                        star[pair] += 1 / (m - 1)

    q: dict[str | None, float] = defaultdict(float)
    q_star: dict[str | None, float] = defaultdict(float)
    for i, passages in enumerate(coders):
        for start, end, code in passages:
            q[code] += (end - start) ** 2
            pairable = sum(text[j][x] is not PHI for x in range(start, end) for j in range(m) if j != i) / (
                m - 1
            )
            q_star[code] += pairable**2
        q[PHI] += sum(value is PHI for value in text[i])

    e = chance(ell, q, values)
    e_star = chance(star, q_star, codes)
    pairs = [(c, k) for c in values for k in values if c != k]
    code_pairs = [(c, k) for c in codes for k in codes if c != k]
    edges: list[tuple[str | None, str | None]] = [(PHI, c) for c in codes]
    total = m * length
    ku: dict[str, float | None] = {}
    ku_coverage: dict[str, float | None] = {}
    for k in codes:
        row_star, row_e = (sum(of[k, c] for c in codes) for of in (star, e_star))
        off_e = row_e - e_star[k, k]
        ku[k] = (
            1 - (row_e / row_star) * (row_star - star[k, k]) / off_e if row_star and off_e > 1e-12 else None
        )
        ku_coverage[k] = row_star / sum(ell[k, c] for c in values)
    return {
        "u": one_less(sum(ell[p] for p in pairs), sum(e[p] for p in pairs)),
        "bar": one_less(sum(ell[p] for p in edges), sum(e[p] for p in edges)),
        "cu": one_less(sum(star[p] for p in code_pairs), sum(e_star[p] for p in code_pairs)),
        "coverage": sum(star.values()) / total if total else None,
        "ku": ku,
        "ku_coverage": ku_coverage,
    }


def chance(
    seen: dict[tuple[str | None, str | None], float],
    q: dict[str | None, float],
    values: Sequence[str | None],
) -> dict[tuple[str | None, str | None], float]:
    """e_ck from l_ck and q_c."""
    total = sum(seen.values())
    if not total:
        return defaultdict(float)
    margin = {c: sum(seen[c, k] for k in values) for c in values}
    below = total - sum(q[c] for c in values) / total
    return {(c, k): (margin[c] * margin[k] - (q[c] if c == k else 0)) / below for c in values for k in values}


def one_less(seen: float, expected: float) -> float | None:
    return 1 - seen / expected if expected > 1e-12 else None

"""A component that began at two sites in different months, as a freeze answers it, from months made here."""

from __future__ import annotations

from datetime import date
from typing import Any

from throughline.evaluation.questions.staggered import (
    ComponentAnswer,
    ComponentSite,
    CountedMonth,
    Spell,
    StaggeredAnswer,
    begun,
    beside,
    measured,
)
from throughline.evaluation.results import to_plain
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.periods import Month
from throughline.vocabulary.study import ArmKind

FIRST = Month(2024, 9)
SEED = 7
TRAINING, OUTREACH = "training", "peer_outreach"
SPELLS = (
    Spell("aston", "Aston", ArmKind.INTERVENTION, OUTREACH, date(2024, 12, 9), date(2025, 3, 31)),
    Spell("aston", "Aston", ArmKind.INTERVENTION, TRAINING, date(2024, 12, 2), None),
    Spell("brook", "Brook", ArmKind.INTERVENTION, TRAINING, date(2025, 2, 10), None),
    Spell("cove", "Cove", ArmKind.COMPARISON, OUTREACH, date(2025, 1, 1), None),
)


def counted_sites(measure: str) -> list[ComponentSite]:
    """Four sites, eight months; one month at Cove not reported."""
    made = []
    for number, name in enumerate(("Aston", "Brook", "Cove", "Dale")):
        arm = ArmKind.INTERVENTION if number < 2 else ArmKind.COMPARISON
        months = []
        for at in range(8):
            month = FIRST.before(-at)
            count = (
                40 + 6 * number + (at * 3 + number) % 4 + (9 if number < 2 and at >= 3 + 2 * number else 0)
            )
            if (number, at) == (2, 4):
                months.append(CountedMonth(month, Nothing.NOT_RECORDED))
            elif measure == "contacts":
                months.append(CountedMonth(month, 2 * count, None, 100.0 + at))
            else:
                months.append(CountedMonth(month, count // 2, count))
        made.append(ComponentSite(name.lower(), name, arm, None, tuple(months)))
    return made


def staggered_answer() -> Any:
    """Plain values, as a page and a release get them: training, on a rate and on a share; pipes refused."""
    components = []
    for component in (OUTREACH, TRAINING):
        sites = {one: begun(counted_sites(one), component, SPELLS) for one in ("contacts", "crack_use_told")}
        components.append(
            ComponentAnswer(
                component,
                tuple(one for one in SPELLS if one.component == component),
                beside(component, SPELLS),
                (
                    *(measured(one, held, seed=SEED) for one, held in sites.items()),
                    measured("response", sites["contacts"][:1], seed=SEED),
                ),
            )
        )
    return to_plain(StaggeredAnswer(tuple(components), None, SEED))

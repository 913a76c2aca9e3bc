"""What the plan named that was locked before the data: read from a freeze, for the questions that follow it."""

from __future__ import annotations

from throughline.evaluation.opened import OpenFreeze
from throughline.rules.plans import LISTS, Plan


def ask(freeze: OpenFreeze) -> Plan:
    """Empty where no plan was locked before the data, and of a freeze that was made before plans were frozen."""
    if not freeze.holds("planned"):
        return Plan()
    rows = freeze.ask("SELECT what, code FROM planned ORDER BY what, code")
    return Plan(**{name: tuple(row["code"] for row in rows if row["what"] == name) for name in LISTS})

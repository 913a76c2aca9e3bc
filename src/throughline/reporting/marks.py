"""What a section of a report tells, in marks: the checklists find by them where an item is told.

A section carries a mark only where it really tells it: one whose numbers were refused does not say that they are there.
`FLOW` is of a flow diagram (approached, eligible, consented, complete, analysed): the section that draws it carries it.
"""

from __future__ import annotations

from enum import StrEnum


class Mark(StrEnum):
    PRIMARY = "primary"  # the primary outcomes' estimates, in a sentence each
    DESIGN = "design"
    SITES = "sites"  # by name and arm
    DATES = "dates"  # of each phase at each site
    METHODS = "methods"  # by name and version
    SOFTWARE = "software"
    APPROACH = "approach"  # of the analysis of what people said
    QUESTION = "question"
    THEORY = "theory"
    MEASURES = "measures"  # what the words that are counted mean
    INSTRUMENTS = "instruments"  # of each wave, with their versions
    ROUTES = "routes"
    DOSE = "dose"  # what was given, by site and month
    TRAINED = "trained"
    OUTCOMES = "outcomes"
    UNIT = "unit"
    RESULTS = "results"  # estimates with their intervals and numbers
    ANCILLARY = "ancillary"
    BASELINE = "baseline"
    ALIKE = "alike"  # how far apart the arms were at baseline
    FLOW = "flow"
    AGREEMENT = "agreement"  # of coders
    SATURATION = "saturation"
    THEMES = "themes"
    COVERAGE = "coverage"
    QUOTES = "quotes"
    CONTRARY = "contrary"  # quotes against a theme
    INTEGRATION = "integration"
    JUDGEMENTS = "judgements"
    LIMITS = "limits"

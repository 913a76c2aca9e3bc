"""What people said: themes with their coverage as n of N, or with their central concept where the analysis does not count;
and the joint display with the quotes that left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from throughline.methods.coverage import NO_SHARE, OWN_TURNS
from throughline.reporting import wording
from throughline.reporting.document import (
    Block,
    Cell,
    JointBlock,
    Kind,
    Paragraph,
    Quote,
    Section,
    TableBlock,
    say,
)
from throughline.reporting.labels import JUDGEMENTS, SPLITS, STEPS, word
from throughline.reporting.line import step_sentences
from throughline.reporting.marks import Mark
from throughline.reporting.material import Material, Plain, row_name, wholes
from throughline.reporting.tables import nothing, number, plain_table
from throughline.reporting.theme_counts import counted
from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import SUPPRESSED, Nothing
from throughline.vocabulary.study import OutcomeSourceKind


def themes(material: Material) -> Section:
    """Coverage overall and by one attribute at a time; counts, no percentages. Themes that are not counted, with why."""
    if not material.themes:
        return Section("themes", say("Themes"), (Paragraph(say("No theme was written.")),))
    told = counted(material.themes)
    blocks = [*_uncounted(material), *(_covered_themes(material, told) if told else ())]
    marks = {Mark.THEMES, Mark.COVERAGE} if told else {Mark.THEMES}
    return Section("themes", say("Themes"), tuple(blocks), frozenset(marks))


def reasons(themes: Sequence[Plain]) -> Iterator[Block]:
    """Why themes carry no count, each reason once."""
    whys = [str(wording.sentence_of(theme["uncounted"])) for theme in themes if theme.get("uncounted")]
    yield from (Paragraph(say("%(why)s", why=why)) for why in dict.fromkeys(whys))


def _uncounted(material: Material) -> Iterator[Block]:
    """Themes by what lies at their centre."""
    rows = [
        (
            Cell(theme["name"]),
            Cell(word(theme["status"])),
            Cell(material.concepts[theme["theme_no"]])
            if theme["theme_no"] in material.concepts
            else nothing(Nothing.NOT_RECORDED.value),
        )
        for theme in material.themes
        if not theme["overall"]
    ]
    if rows:
        yield from reasons(material.themes)
        columns = (say("Theme"), say("Status"), say("What lies at its centre"))
        yield plain_table("concepts", say("Themes, by what lies at their centre"), columns, rows)


def _covered_themes(material: Material, themes: Sequence[Plain]) -> Iterator[Block]:
    yield Paragraph(OWN_TURNS)
    yield Paragraph(NO_SHARE)
    rows = [
        (
            Cell(theme["name"]),
            Cell(word(theme["status"])),
            _covered(theme["overall"]),
            number(None if theme["overall"]["of"] == SUPPRESSED else theme["overall"]["unasked"]),
        )
        for theme in themes
    ]
    columns = (say("Theme"), say("Status"), say("Spoke of it"), say("Raised it unasked"))
    yield plain_table("coverage", say("Participants who spoke of each theme, n of N"), columns, rows)
    for name in themes[0]["by"]:
        yield _by(material, themes, name)


def _by(material: Material, themes: Sequence[Plain], name: str) -> TableBlock:
    values = sorted({row["value"] for theme in themes for row in theme["by"][name]})
    rows = []
    for theme in themes:
        told = {row["value"]: row for row in theme["by"][name]}
        rows.append((Cell(theme["name"]), *(_covered(told.get(value)) for value in values)))
    names = material.design.site_names
    columns = (say("Theme"), *(say("%(value)s", value=word(value, names)) for value in values))
    caption = say("Participants who spoke of each theme, by %(attribute)s", attribute=SPLITS[name])
    return plain_table(f"coverage-{name}", caption, columns, rows)  # fmt: skip


def _covered(row: Plain | None) -> Cell:
    if row is None:
        return nothing(Nothing.NOT_APPLICABLE.value)
    if row["of"] == SUPPRESSED:
        return Cell(SUPPRESSED, Kind.SUPPRESSED)
    return Cell(wording.coverage_text(row), Kind.NUMBER)


def joint(material: Material) -> Section:
    """A row for each step and each other outcome: numbers that left, themes, a person's judgement, quotes."""
    blocks: list[Block] = [
        Paragraph(
            say(
                "Numbers and words stand side by side; whether they fit was judged by a person. A quote carries only what "
                "enough participants share."
            )
        ),
        *reasons([beside["theme"] for row in material.joint for beside in row["themes"]]),
    ]
    printed: dict[Quote, tuple[str, Sentence]] = {}
    blocks += [_joint_row(material, row, printed) for row in material.joint]
    return Section("joint", say("Numbers beside words"), tuple(blocks), frozenset(_marks(blocks)))


def _marks(blocks: list[Block]) -> Iterator[Mark]:
    """What these rows tell: only what left."""
    for row in blocks:
        if isinstance(row, JointBlock):
            if row.numbers and row.said:
                yield Mark.INTEGRATION
            if row.is_judged:
                yield Mark.JUDGEMENTS
            if row.quotes:
                yield Mark.QUOTES
            if any(quote.is_contrary for quote in row.quotes):
                yield Mark.CONTRARY


def _joint_row(material: Material, row: Plain, printed: dict[Quote, tuple[str, Sentence]]) -> JointBlock:
    """`printed` holds beside which row each quote stands, and what that is called; those of this row are added."""
    estimates = _estimates_of(material, row)
    name = _name(row, estimates)
    said: list[Sentence] = []
    quotes: list[Quote] = []
    earlier: list[Sentence] = []
    for beside in row["themes"]:
        theme = beside["theme"]
        reason = material.reasons.get((row_name(row), theme["theme_no"]), "")
        said.append(_theme_words(theme, beside["judgement"], material.concepts, reason))
        for quote in material.quotes.get(theme["theme_no"], ()):
            if quote not in printed:
                printed[quote] = (row_name(row), name)
                quotes.append(quote)
            elif printed[quote][0] != row_name(row):
                earlier.append(
                    say(
                        "Quotes of “%(theme)s” stand beside “%(row)s”.",
                        theme=theme["name"],
                        row=printed[quote][1],
                    )
                )
    several = sum(one["headline"] is not None for one in estimates) > 1
    judged = _judged(material, row)
    return JointBlock(
        name,
        (
            *(step_sentences(material, row["step"]) if row["step"] else ()),
            *(
                _named(found, sentence) if several else sentence
                for found in estimates
                for sentence in _contrasted(row, found)
            ),
        ),
        tuple(said),
        judged,
        tuple(quotes),
        judged is not None or any(beside["judgement"] for beside in row["themes"]),
        tuple(dict.fromkeys(earlier)),
        None if row["step"] or not estimates else wording.refusal(estimates[0]),
    )


def _named(found: Plain, told: Sentence) -> Sentence:
    """Of a step that several outcomes are: which of them this is told of."""
    return say("“%(outcome)s”: %(told)s", outcome=wording.name_of(found["outcome"]), told=told)


def _name(row: Plain, estimates: Sequence[Plain]) -> Sentence:
    if row["step"]:
        return say("%(step)s", step=STEPS[row["step"]])
    return say(
        "%(outcome)s", outcome=wording.name_of(estimates[0]["outcome"]) if estimates else row["outcome"]
    )


def _estimates_of(material: Material, row: Plain) -> list[Plain]:
    """As they leave: the contrast of the outcome that the row is, or of each that is its step."""
    found: list[Plain] = []
    for one in material.estimates:
        outcome = one.found["outcome"]
        is_of_step = outcome["source"] == OutcomeSourceKind.MONITORING and outcome["measure"] == row["step"]
        if is_of_step if row["step"] else outcome["code"] == row["outcome"]:
            found.append({**one.found, "is_coarse": material.profile.rounding > 1})
    return found


def _contrasted(row: Plain, found: Plain) -> Iterator[Sentence]:
    """How the arms differ, where they were compared; of an outcome that is no step also how each changed."""
    headline = found["headline"]
    if headline is None:
        return
    kind, places = found["changes"]["kind"], wording.places_of(found)
    if not row["step"]:
        yield say(
            "Change from before to after: %(intervention)s at the average intervention site, %(comparison)s at the average comparison"
            " site.",
            intervention=wording.change_text(headline["mean_change_intervention"], kind, places),
            comparison=wording.change_text(headline["mean_change_comparison"], kind, places),
        )
    yield say(
        "Change from before to after, intervention less comparison, at their average sites: %(difference)s (%(interval)s).",
        difference=wording.change_text(headline["difference"], kind, places),
        interval=wording.interval_words(headline["interval"], kind, places),
    )
    if found.get("adjusted"):
        yield say(
            "As planned, answers were first adjusted for %(covariates)s.",
            covariates=tuple(found["adjusted"]["adjustment"]["covariates"]),
        )


def _judged(material: Material, row: Plain) -> Sentence | None:
    """Of the row as a whole, in each analysis that judged it; their names are the team's own, and stay behind."""
    found: Sentence | None = None
    for analysis, judgement in wholes(row):
        one = _whole(judgement, material.reasons.get((row_name(row), analysis), ""))
        found = say("%(before)s In another analysis: %(judged)s", before=found, judged=one) if found else one
    return found


def _whole(judgement: str, reason: str) -> Sentence:
    if reason:
        return say("Judged: %(judgement)s. Why: %(reason)s", judgement=JUDGEMENTS[judgement], reason=reason)
    return say("Judged: %(judgement)s.", judgement=JUDGEMENTS[judgement])


def _theme_words(
    theme: Plain, judgement: str | None, concepts: Mapping[int, str], reason: str = ""
) -> Sentence:
    if not theme["overall"]:
        concept = concepts.get(theme["theme_no"])
        spoke = say("“%(theme)s”.", theme=theme["name"])
        if concept:
            spoke = say("“%(theme)s”: %(concept)s", theme=theme["name"], concept=concept)
    elif theme["overall"]["of"] == SUPPRESSED:
        spoke = say("%(theme)s: too few could have spoken of it to tell how many did.", theme=theme["name"])
    else:
        covered = wording.coverage_text(theme["overall"])
        spoke = say("%(theme)s: %(covered)s participants spoke of it.", theme=theme["name"], covered=covered)
    if judgement is None:
        return spoke
    if reason:
        return say(
            "%(spoke)s Judged: %(judgement)s. Why: %(reason)s",
            spoke=spoke,
            judgement=JUDGEMENTS[judgement],
            reason=reason,
        )
    return say("%(spoke)s Judged: %(judgement)s.", spoke=spoke, judgement=JUDGEMENTS[judgement])

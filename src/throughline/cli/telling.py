"""evaluate series, baseline, beforehand, staggered, composition and attitudes: a question's answer as it leaves, through the door for tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any

import typer

from throughline.cli.boundary import told
from throughline.cli.named import freeze_named
from throughline.cli.options import UNSAID, AsJson, ForWhom, InProgramme, OfFreeze, OfStudy, UnderProfile
from throughline.cli.place import open_installation
from throughline.cli.show import say, table


def add_to(questions: typer.Typer) -> None:
    questions.command()(told(series))
    questions.command()(told(baseline))
    questions.command()(told(beforehand))
    questions.command()(told(staggered))
    questions.command()(told(composition))
    questions.command()(told(attitudes))


def series(
    recipient: ForWhom = UNSAID,
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """Interrupted series of an evaluated freeze: level and pace of each site's months from its intervention month on, the
    arms set against each other, with intervals, what is missing and what each fit takes for granted. Beside them incidents, the
    people of these and doses of naloxone, month by month, as they are.

    Printing lets numbers out: months pass the door for tables first, a site with a suppressed month is not told, and each
    call is a line of the ledger.

    Example: `throughline evaluate series --freeze 2026-03 --json`
    """
    open_installation()
    from throughline.reporting import series_words as words
    from throughline.reporting.series_left import release_series
    from throughline.reporting.wording import sentence_of

    answer = released(release_series, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    heads = ["site", "arm", "method", "level", "interval", "pace", "interval"]
    for found in answer["measures"]:
        rows: list[tuple[str, ...]] = [
            (
                one["counted"]["name"], one["counted"]["arm"], str(fit["method"]), words.ratio_text(fit["level"]["ratio"]),
                words.span_text(fit["level"]), words.ratio_text(fit["slope"]["ratio"]), words.span_text(fit["slope"]),
            )
            for one in found["sites"]
            for fit in words.fits_of(one["found"])
        ]  # fmt: skip
        table(str(words.MEASURES[found["measure"]]), heads, rows)
        for sentence in words.together(found):
            say(str(sentence))
        for one in found["sites"]:
            if one["refused"]:
                say(str(sentence_of(one["refused"])))
    if answer["incidents"]:
        _print_incidents(answer["incidents"])
    _say_notes(answer)


def _print_incidents(answer: Any) -> None:
    from throughline.reporting import incidents_words as words

    counts = [[str(one["count"]) for one in found["months"]] for found in answer["measures"]]
    months = [one["month"] for one in answer["measures"][0]["months"]]
    heads = ["month", *(str(words.MEASURES[found["measure"]]).lower() for found in answer["measures"])]
    table(str(words.HEADING), heads, list(zip(months, *counts, strict=True)))
    for found in answer["measures"]:
        for sentence in words.told(found, answer):
            say(str(sentence))
    for sentence in (*words.notes(answer), *words.cannot_show(answer)):
        say(str(sentence))


def baseline(
    recipient: ForWhom = UNSAID,
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """How the arms of an evaluated freeze were before the programme: n, missing by kind, means or shares, and standardised
    differences (Yang and Dalton's for several values). No p values.

    Printing lets numbers out: the counts of each row pass the door for tables first, a row with a suppressed count is not
    told, and each call is a line of the ledger.

    Example: `throughline evaluate baseline --freeze 2026-03 --json`
    """
    open_installation()
    from throughline.reporting import baseline_words as words
    from throughline.reporting.baseline_left import release_baseline
    from throughline.reporting.wording import sentence_of

    answer = released(release_baseline, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    if answer["refused"]:
        say(str(sentence_of(answer["refused"])))
        return
    told_rows = [one["row"] for one in answer["rows"] if "difference" in one["row"]]
    rows: list[tuple[str, ...]] = [
        (row["name"], what, mine, theirs, str(words.difference_text(row)))
        for row in told_rows
        for what, mine, theirs in words.lines(row)
    ]
    table(
        "Before the programme",
        ["variable", "of it", "intervention", "comparison", "standardised difference"],
        rows,
    )
    for one in answer["rows"]:
        if one["row"]["refused"]:
            say(str(words.refusal(one["row"])))
    _say_notes(answer)


def beforehand(
    recipient: ForWhom = UNSAID,
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """How the arms of an evaluated freeze moved before the programme, for each step that services record in both: the trend of each
    arm from month to month, how far they lie apart, and what the same estimate gives at a date when nothing began (placebo).

    Printing lets numbers out, and each call is a line of the ledger. Single months stay on the page; an estimate leaves where at
    least 8 contacts stand behind each half of every site's months, and under no profile that rounds.

    Example: `throughline evaluate beforehand --freeze 2026-03 --json`
    """
    open_installation()
    from throughline.reporting import beforehand_words as words
    from throughline.reporting.beforehand_left import release_beforehand
    from throughline.reporting.labels import STEPS
    from throughline.reporting.wording import sentence_of

    answer = released(release_beforehand, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    assumed: dict[str, None] = {}
    for found in answer["steps"]:
        say(str(STEPS[found["step"]]))
        for sentence in words.told(found):
            say(f"  {sentence}")
        assumed |= dict.fromkeys(map(str, words.assumptions(found)))
    for one in (*assumed, str(sentence_of(answer["cannot_show"]))):
        say(one)


def staggered(
    recipient: ForWhom = UNSAID,
    component: Annotated[
        str,
        typer.Option(
            help="supply_route, training, post_overdose_visit, walk_in, peer_outreach, hospital_liaison (default: each that has dates)."
        ),
    ] = "",
    outcome: Annotated[
        str,
        typer.Option(
            help="contacts, pipes_given, crack_use_told, further_need_told, response, or a study's outcome that looks at one"
            " (default: all of them)."
        ),
    ] = "",
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """A component that began at sites in different months, of an evaluated freeze: what changed at the sites that had begun it
    against those that had not yet, cell by cell with its sites, by months since the start, and how often start dates dealt out
    otherwise give as much. Sites that never began it are compared with, too.

    Printing lets numbers out: months pass the door for tables first, a site with a suppressed month is in no number, and each
    call is a line of the ledger.

    Example: `throughline evaluate staggered --component training --outcome crack_use_told --recipient "Commissioner" --json`
    """
    open_installation()
    from throughline.reporting.staggered_left import release_staggered

    release = partial(release_staggered, component=component, outcome=outcome)
    answer = released(release, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    for one in answer["components"]:
        _print_component(one)
    _say_notes(answer)


def _print_component(told_of: Any) -> None:
    from throughline.reporting import staggered_words as words
    from throughline.reporting.wording import sentence_of

    heads = ["began", "month", "since", "more by", "sites that began", "not begun yet"]
    for found in told_of["measures"]:
        cells = found["found"]["cells"] if found["found"] else ()
        rows: list[tuple[str, ...]] = [
            (
                cell["group"], cell["month"], str(cell["since"]),
                "not estimable" if cell["att"] is None else words.change_text(found, cell["att"]),
                str(len(cell["begun"])), str(len(cell["waiting"])),
            )
            for cell in cells
        ]  # fmt: skip
        table(f"{words.component_name(told_of['component'])}: {words.measure_name(found)}", heads, rows)
        for sentence in words.told(found):
            say(str(sentence))
    for one in told_of["beside"]:
        say(str(words.beside(one)))
    say(str(sentence_of(told_of["standing"])))


def composition(
    recipient: ForWhom = UNSAID,
    contamination: Annotated[
        str,
        typer.Option(
            help="The survey question that tells who got or used a pipe of the programme: what reached comparison sites."
        ),
    ] = "",
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """Whether the same sort of people answered, of an evaluated freeze: beside each survey outcome's headline the same difference
    with each site's mix of respondents of before held still, over each attribute that the plan names (covariates, subgroups); and
    the share at comparison sites that a pipe of the programme reached, where `--contamination` says which question tells it.

    Printing lets numbers out, and each call is a line of the ledger. Who answered at single sites stays on the page; an estimate
    leaves where at least 8 people of each answer stand behind it at every site.

    Example: `throughline evaluate composition --contamination got_pipe --recipient "Commissioner" --json`
    """
    open_installation()
    from throughline.reporting import composition_words as words
    from throughline.reporting.composition_left import release_composition
    from throughline.reporting.wording import sentence_of

    release = partial(release_composition, asked=contamination)
    answer = released(release, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    if answer["refused"]:
        say(str(sentence_of(answer["refused"])))
    for found in answer["attributes"]:
        rows = [(row["outcome"], *words.estimate_cells(row)) for row in found["estimates"]]
        table(f"{found['attribute']}: {words.standing(found)}", list(words.HEADS), rows)
        for sentence in words.beside_adjusted(found):
            say(str(sentence))
        for row in (found, *found["estimates"]):
            if row["refused"]:
                say(f"{row.get('outcome', found['attribute'])}: {words.refusal(row)}")
    for sentence in words.reached(answer["contamination"]) if contamination else ():
        say(str(sentence))
    _say_notes(answer)


def attitudes(
    recipient: ForWhom = UNSAID,
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """Officers' and workers' attitudes before and after, of an evaluated freeze: by scale, subscale and group, and by arm; the change of
    the same people and that of site means, with intervals over sites, and the arms against each other where both have two sites
    or more. A change is no effect, and each answer says what it cannot show.

    Printing lets numbers out: questionnaires pass the door for tables first, what rests on few people is not told, counts of
    scores are told coarsely, and each call is a line of the ledger.

    Example: `throughline evaluate attitudes --freeze 2026-03 --json`
    """
    open_installation()
    from throughline.reporting import attitudes_words as words
    from throughline.reporting.attitudes_left import release_attitudes
    from throughline.reporting.wording import sentence_of

    answer = released(release_attitudes, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    if answer["refused"]:
        say(str(sentence_of(answer["refused"])))
    for key in dict.fromkeys(words.key_of(row) for row in answer["rows"]):
        rows = [row for row in answer["rows"] if words.key_of(row) == key]
        table(
            f"{words.title(key)}. {words.direction(rows[0])}", list(words.HEADS),
            [(str(words.group_name(row)), str(words.arm_name(row)), *words.cells(row)) for row in rows],
        )  # fmt: skip
        for row in rows:
            say(f"No score: {words.without_score(row)}")
        for sentence in dict.fromkeys(one for row in rows for one in words.reasons(row)):
            say(str(sentence))
        for one in answer["contrasts"]:
            if words.key_of(one) == key:
                say(str(words.contrast(one)))
    for sentence in (*words.assumptions(answer), *words.cannot_show(answer)) if answer["rows"] else ():
        say(str(sentence))
    if methods := words.methods_of(answer):
        say(f"Methods: {', '.join(methods)}")
    _say_notes(answer)


def _say_notes(answer: Any) -> None:
    """That something is hidden for the sake of what left before."""
    from throughline.reporting.wording import sentence_of

    for one in answer.get("notes", ()):
        say(str(sentence_of(one)))


def released(
    release: Any, freeze: str, recipient: str, profile: str, programme: str, study: str
) -> dict[str, Any]:
    """An answer as it leaves for the recipient."""
    from throughline.evaluation.doors import profile_named
    from throughline.vocabulary.actor import Actor

    answer: dict[str, Any] = release(
        freeze=freeze_named(freeze, programme, study), profile=profile_named(profile), recipient=recipient,
        by=Actor.system("command line"), at=datetime.now(UTC),
    )  # fmt: skip
    return answer

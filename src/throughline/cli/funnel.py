"""evaluate funnel: how far contacts, codes and referrals came, as it leaves through the door for tables."""

from __future__ import annotations

import json
from typing import Any

import typer

from throughline.cli.boundary import told
from throughline.cli.options import UNSAID, AsJson, ForWhom, InProgramme, OfFreeze, OfStudy, UnderProfile
from throughline.cli.place import open_installation
from throughline.cli.show import say, table
from throughline.cli.telling import released


def add_to(questions: typer.Typer) -> None:
    questions.command()(told(funnel))


def funnel(
    recipient: ForWhom = UNSAID,
    freeze: OfFreeze = "",
    as_json: AsJson = False,
    profile: UnderProfile = "lt5",
    programme: InProgramme = "",
    study: OfStudy = "",
) -> None:
    """How far contacts, distinct codes and referrals of an evaluated freeze came along the line: of each step how many, of which
    denominator, and how much is not known; and the share of referrals entered by day 7, 28 and 90.

    Contacts are told by arm and phase, by route and by site; codes by arm, before and after; referrals by arm and phase. Printing
    lets numbers out: each table passes the door first, and is a line of the ledger. What the door refuses is named.

    Example: `throughline evaluate funnel --freeze 2026-03 --json`
    """
    open_installation()
    from throughline.reporting.funnel_left import release_funnel
    from throughline.reporting.wording import sentence_of

    answer = released(release_funnel, freeze, recipient, profile, programme, study)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1, allow_nan=False))
        return
    _print(answer)
    if answer["codes_by_route"]:
        say(str(sentence_of(answer["codes_by_route"])))
    for one in answer["refused"]:
        say(f"{one['what']}: {sentence_of(one['why'])}")
    for one in (*answer["notes"], *answer["assumptions"], answer["cannot_show"]):
        say(str(sentence_of(one)))


def _print(answer: Any) -> None:
    from throughline.reporting.labels import STEPS, group_words, word
    from throughline.reporting.wording import entered_by_day, sentence_of
    from throughline.vocabulary.study import Step

    heads = ["group", "step", "of", "counted", "yes", "share"]
    for of, by, within in dict.fromkeys(
        (one["of"], tuple(one["by"]), one["within"]) for one in answer["steps"]
    ):
        rows: list[tuple[str, ...]] = [
            (
                str(group_words(one["group"])), str(STEPS[Step(one["step"])]), str(sentence_of(one["denominator"])),
                _count(one["counted"]), _count(one["yes"]), _percent(one["share"]),
            )
            for one in answer["steps"]
            if (one["of"], tuple(one["by"]), one["within"]) == (of, by, within)
        ]  # fmt: skip
        title = f"{word(of)}, {' and '.join(map(word, by))}" + (f": {word(within)}" if within else "")
        table(title.capitalize(), heads, rows)
    entered: list[tuple[str, ...]] = [
        (
            str(group_words(one["group"])) if one["group"] else "all study sites", _count(one["n"]),
            _count(one["still_open"]), _count(one["unknown"]),
            "; ".join(f"{day['day']}: {entered_by_day(day)}" for day in one["by_day"]) or _why(one),
        )
        for one in answer["entered"]
    ]  # fmt: skip
    table("Referrals entered by a day", ["group", "referrals", "open", "unknown", "by day"], entered)


def _count(count: Any) -> str:
    from throughline.reporting.wording import count_text

    return count_text(count) if isinstance(count, int) else str(count).replace("_", " ")


def _percent(share: Any) -> str:
    from throughline.reporting.wording import percent_text

    return percent_text(share) if isinstance(share, float) else _count(share)


def _why(one: Any) -> str:
    from throughline.reporting.wording import sentence_of
    from throughline.vocabulary.nothing import SUPPRESSED

    return str(sentence_of(one["refused"])) if one["refused"] else SUPPRESSED

"""Figures as Vega-Lite specifications, drawn to SVG without a browser.

Every figure has a title and a description for who cannot see it, and its numbers stand in a table beside it. What is
suppressed or a kind of nothing is not drawn and never drawn as 0: a series has a gap there.
A place in a drawing is a number too: who measures it must learn no more than the table says. So values are rounded to what
the tables print before they are drawn, and the drawing's own numbers have one decimal.
Colours are the INK constants; the report's style sheet turns them into those of the reader's theme by these very values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from html import escape
from textwrap import wrap
from typing import Any

import altair as alt
from django.utils.translation import get_language

from throughline.reporting.document import FigureBlock
from throughline.reporting.drawing import drawn
from throughline.vocabulary.sentences import Sentence
from throughline.vocabulary.study import ArmKind
from throughline.vocabulary.words import ARMS

INK, MUTED, RULE = "#14212a", "#4b5a62", "#d0d9db"
SERIES = ("#2f62b5", "#a9431f", "#0b7676", "#7548b0")
THREAD = "#b3246b"
LOCALES = {"fr": "fr-FR"}  # of d3; English is its own default
WIDTH = 420
FONT = "Arial"  # its widths are what the reader's own sans is laid out with
Row = Mapping[str, Any]
PERCENT = 2  # places of a share that is printed as a whole percentage
_WORDS = {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal"}
LOOK: Mapping[str, Any] = {
    "background": "transparent", "font": FONT, "padding": 4,
    "axis": {
        "labelColor": MUTED, "titleColor": MUTED, "gridColor": RULE, "domainColor": RULE, "tickColor": RULE, "labelLimit": 220,
        **_WORDS,
    },
    "header": {
        "labelColor": INK, "labelFontSize": 13, "labelFontWeight": "bold", "title": None, "labelAnchor": "start",
        "labelOrient": "top",
    },
    "legend": {"orient": "top", "title": None, "labelColor": INK, **_WORDS},
    "view": {"stroke": None},
}  # fmt: skip
_TAG = re.compile(r"<[^>]*>")
_LONG = re.compile(r"-?\d*\.\d{2,}(?:e[-+]?\d+)?|-?\d+(?:\.\d+)?e[-+]?\d+")


def figure(
    chart: alt.TopLevelMixin,
    *,
    name: str,
    title: Sentence,
    description: Sentence,
    notes: tuple[Sentence, ...] = (),
) -> FigureBlock:
    """The chart as a block of a report, in the reader's language."""
    finish = partial(_standing, name=name, title=str(title), description=str(description))
    return FigureBlock(name, title, description, drawn(_themed(chart), _locale(), finish), notes)


def _standing(svg: str, *, name: str, title: str, description: str) -> str:
    """An SVG that stands in an HTML page: scales with it, is read out as title and description, refers to nothing."""
    opening, _, rest = svg.partition(">")
    found = re.search(r'viewBox="([^"]+)"', opening)
    box = found.group(1) if found else f"0 0 {WIDTH} {WIDTH}"
    # One picture: its parts are not announced one by one.
    rest = re.sub(r' (?:aria-[a-z]+|role|pointer-events)="[^"]*"', "", rest)
    rest = rest.replace(f'font-family="{FONT}"', 'font-family="inherit"')
    box, rest = _LONG.sub(_short, box), _TAG.sub(lambda tag: _LONG.sub(_short, tag.group()), rest)
    return (
        f'<svg role="img" aria-labelledby="{name}-title {name}-description" viewBox="{box}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-description">{escape(description)}</desc>'
        f"{rest}"
    )


def _locale() -> dict[str, Any]:
    """How axes write numbers and months, where the reader's language is not English."""
    name = LOCALES.get((get_language() or "")[:2])
    return {"format_locale": name, "time_format_locale": name} if name else {}


def _short(number: re.Match[str]) -> str:
    """A number of the drawing with one decimal, which the eye cannot tell from it."""
    return f"{round(float(number.group()), 1) + 0.0:g}"


def _rounded(value: float | None, places: int) -> float | None:
    """As the tables print it."""
    return None if value is None else round(value, places)


def _themed(chart: Any) -> dict[str, Any]:
    """The chart's specification with our look in it: put in once, for altair copies a chart whole at each `configure_`."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    own = spec.setdefault("config", {})
    for part, look in LOOK.items():
        own[part] = {**own.get(part, {}), **look} if isinstance(look, dict) else look
    return spec


def funnel_bars(
    rows: Sequence[Row], *, panels: Sequence[str], series: Sequence[str], steps: Sequence[str], unit: str
) -> Any:
    """Bars of shares by step, a panel for each arm and a bar for each phase.

    `rows`: panel, series, step, share (None: not drawn) and text, which says in words what is not drawn.
    """  # fmt: skip
    shown = [
        {**row, "share": _rounded(row["share"], PERCENT), "at": _rounded(row["at"], PERCENT)} for row in rows
    ]
    base = alt.Chart(alt.InlineData(values=shown)).encode(
        y=alt.Y("step:N", sort=list(steps), title=None, axis=alt.Axis(ticks=False, domain=False)),
        yOffset=alt.YOffset("series:N", sort=list(series)),
    )
    bars = base.mark_bar(height={"band": 0.85}).encode(
        x=alt.X(
            "share:Q", scale=alt.Scale(domain=[0, 1]), title=unit, axis=alt.Axis(format="%", tickCount=4)
        ),
        color=alt.Color("series:N", sort=list(series), scale=_colours(series)),
    )
    words = base.mark_text(align="left", dx=3, fontSize=11, color=INK).encode(
        x=alt.X("at:Q", scale=alt.Scale(domain=[0, 1]), title=unit), text=alt.Text("text:N")
    )
    per_step = 16 * max(1, len(series)) + 6
    layered = (bars + words).properties(width=WIDTH - 190, height=per_step * len(steps))
    return layered.facet(row=alt.Row("panel:N", sort=list(panels)))


def site_changes(rows: Sequence[Row], *, unit: str, headline: Row | None, places: int = 1) -> Any:
    """Every site's change as a point, by arm; below them the difference between the arms with its interval.

    `rows`: site, arm, change. `headline`: label, difference, low, high. `places`: how many decimals the table prints.
    """
    points_at = [
        {**row, "arm": str(ARMS[ArmKind(row["arm"])]), "change": _rounded(row["change"], places)}
        for row in rows
    ]
    arms = [str(ARMS[arm]) for arm in ArmKind]
    sites = [str(row["site"]) for row in rows]
    order = sites + ([str(headline["label"])] if headline else [])
    y = alt.Y("site:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, grid=True))
    points = (
        alt.Chart(alt.InlineData(values=points_at))
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=alt.X("change:Q", title=unit),
            y=y,
            color=alt.Color("arm:N", sort=arms, scale=_colours(arms)),
            shape=alt.Shape(
                "arm:N",
                sort=arms,
                scale=alt.Scale(domain=arms, range=["circle", "square"]),
            ),
        )
    )
    zero = (
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=MUTED, strokeDash=[3, 3])
        .encode(x=alt.X("zero:Q"))
    )
    layers = [zero, points]
    if headline:
        one = alt.Chart(
            alt.InlineData(
                values=[
                    {
                        "site": headline["label"],
                        **{k: _rounded(headline[k], places) for k in ("difference", "low", "high")},
                    }
                ]
            )
        )
        layers.append(
            one.mark_rule(color=THREAD, strokeWidth=3).encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y)
        )
        layers.append(
            one.mark_point(filled=True, shape="diamond", size=160, color=THREAD, opacity=1).encode(
                x=alt.X("difference:Q"), y=y
            )
        )
    return alt.layer(*layers).properties(width=WIDTH - 140, height=26 * len(order))


def forest(rows: Sequence[Row], *, unit: str, places: int = 1) -> Any:
    """Estimates with their intervals below each other, 0 marked.

    `rows`: label, value, low, high. `places`: how many decimals the table prints.
    """
    shown = [
        {
            "label": _wrapped(row["label"]),
            **{name: _rounded(row[name], places) for name in ("value", "low", "high")},
        }
        for row in rows
    ]
    base = alt.Chart(alt.InlineData(values=shown)).encode(
        y=alt.Y(
            "label:N", sort=[str(row["label"]) for row in shown], title=None,
            axis=alt.Axis(ticks=False, domain=False, grid=True, labelExpr="split(datum.label, '\\n')"),
        )
    )  # fmt: skip
    zero = (
        alt.Chart(alt.InlineData(values=[{"zero": 0}]))
        .mark_rule(color=MUTED, strokeDash=[3, 3])
        .encode(x=alt.X("zero:Q"))
    )
    spans = base.mark_rule(color=SERIES[0], strokeWidth=2).encode(
        x=alt.X("low:Q", title=unit), x2=alt.X2("high:Q")
    )
    points = base.mark_point(filled=True, shape="diamond", size=90, color=SERIES[0], opacity=1).encode(
        x=alt.X("value:Q")
    )
    return alt.layer(zero, spans, points).properties(width=WIDTH - 180, height=32 * len(rows))


def _wrapped(label: Any, wide: int = 30) -> str:
    """Over two lines at most, so that no name is cut off before its end is told."""
    lines = wrap(str(label), wide)
    return "\n".join([*lines[:1], " ".join(lines[1:])] if lines[1:] else lines)


def since_start(rows: Sequence[Row], *, unit: str, places: int = 1) -> Any:
    """A point for each month since the start (`since`, below 0 before it); 0 and the start are marked. `rows`: since, value."""
    shown = [{"since": row["since"], "value": _rounded(row["value"], places)} for row in rows]
    zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=MUTED, strokeDash=[3, 3])
    points = (
        alt.Chart(alt.InlineData(values=shown))
        .mark_point(filled=True, size=60, color=SERIES[0], opacity=1)
        .encode(
            x=alt.X(
                "since:Q", title=str(Sentence("months since the start")), scale=alt.Scale(nice=False, padding=8),
                axis=alt.Axis(grid=False, format="d", tickMinStep=1, tickCount=8),
            ),
            y=alt.Y("value:Q", title=unit, axis=alt.Axis(tickCount=5)),
        )
    )  # fmt: skip
    start = alt.Chart(alt.InlineData(values=[{"start": -0.5}])).mark_rule(color=THREAD, strokeWidth=1)
    return alt.layer(zero.encode(y=alt.Y("zero:Q")), start.encode(x=alt.X("start:Q")), points).properties(
        width=WIDTH - 60, height=150
    )


def months(rows: Sequence[Row], *, unit: str, series: Sequence[str], is_share: bool = False) -> Any:
    """Lines over months, one for each series; a month without a value is a gap, never 0.

    `rows`: month (YYYY-MM), series, value (None: gap). `unit`: what the upright axis counts.
    """
    places = PERCENT if is_share else 0
    shown = [
        {"on": f"{row['month']}-01", "series": row["series"], "value": _rounded(row["value"], places)}
        for row in rows
    ]  # fmt: skip
    scale = alt.Scale(domain=[0, 1]) if is_share else alt.Scale(zero=True)
    axis = alt.Axis(format="%", tickCount=4) if is_share else alt.Axis(tickCount=4)
    return (
        alt.Chart(alt.InlineData(values=shown))
        .mark_line(point={"size": 26, "filled": True}, invalid="break-paths-show-path-domains", strokeWidth=2)
        .encode(
            x=alt.X(
                "on:T",
                title=str(Sentence("month")),
                axis=alt.Axis(format="%b %Y", tickCount=4, grid=False, labelFlush=True),
            ),
            y=alt.Y("value:Q", title=_wrapped(unit).split("\n"), scale=scale, axis=axis),
            color=alt.Color("series:N", sort=list(series), scale=_colours(series)),
            strokeDash=alt.StrokeDash(
                "series:N",
                sort=list(series),
                scale=alt.Scale(domain=list(series), range=_dashes(len(series))),
            ),
        )
        .properties(width=WIDTH - 60, height=150)
    )


def interrupted(rows: Sequence[Row], *, panels: Sequence[str], unit: str, places: int = 1) -> Any:
    """A panel for each site: its months as a line, and where its programme began as an upright one.

    `rows`: panel, month (YYYY-MM), value (None: gap, never 0) and starts (YYYY-MM, or None).
    """
    shown = [
        {
            "panel": row["panel"], "on": f"{row['month']}-01", "value": _rounded(row["value"], places),
            "starts": row["starts"] and f"{row['starts']}-01",
        }
        for row in rows
    ]  # fmt: skip
    axis = alt.Axis(format="%b %Y", tickCount=3, grid=False, labelFlush=True)
    is_short = len({row["month"] for row in rows}) <= 48
    width = WIDTH / 2 - 40 if len(panels) > 1 else WIDTH - 60
    base = alt.Chart()
    months = base.mark_line(
        point={"size": 20 if is_short else 5, "filled": True, "color": SERIES[0]},
        invalid="break-paths-show-path-domains",
        strokeWidth=2 if is_short else 1,
        strokeJoin="round",
        color=SERIES[0],
    ).encode(
        x=alt.X("on:T", title=str(Sentence("month")), axis=axis),
        y=alt.Y(
            "value:Q",
            title=_wrapped(unit, 22).split("\n"),
            scale=alt.Scale(zero=True),
            axis=alt.Axis(tickCount=4),
        ),
    )
    start = base.mark_rule(color=THREAD, strokeWidth=2, strokeDash=[4, 3]).encode(x=alt.X("min(starts):T"))
    layered = alt.layer(months, start, data=alt.InlineData(values=shown)).properties(width=width, height=110)
    return layered.facet(facet=alt.Facet("panel:N", sort=list(panels)), columns=2)


def _colours(series: Sequence[str]) -> alt.Scale:
    return alt.Scale(domain=list(series), range=[SERIES[place % len(SERIES)] for place in range(len(series))])


def _dashes(count: int) -> list[list[int]]:
    """Told apart without colour too."""
    return [[1, 0], [6, 3], [2, 2], [8, 2, 2, 2]][:count] or [[1, 0]]

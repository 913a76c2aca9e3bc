"""The thematic map of an analysis: which themes and relations stand on it, and the drawing as an SVG."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.records.inquiry.models import Analysis, Theme, ThemeRelation
from throughline.records.inquiry.queries.theming import relations_in, themes_in_tree
from throughline.reporting.map_drawing import Drawing, MapLink, MapTheme, draw
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import ThemeRelationKind, ThemeStatus

TEMPLATES = Path(__file__).with_name("templates")
SVG = "image/svg+xml"
THEME_STATUSES: Mapping[Any, Promise | str] = {
    ThemeStatus.CANDIDATE: _("candidate"),
    ThemeStatus.REVIEWED: _("reviewed"),
    ThemeStatus.KEPT: _("kept"),
    ThemeStatus.LET_GO: _("let go"),
}
RELATION_KINDS: Mapping[Any, Promise | str] = {
    ThemeRelationKind.LEADS_TO: _("leads to"),
    ThemeRelationKind.SUPPORTS: _("supports"),
    ThemeRelationKind.CONTRADICTS: _("contradicts"),
    ThemeRelationKind.CONTRASTS_WITH: _("contrasts with"),
    ThemeRelationKind.BELONGS_WITH: _("belongs with"),
}
WITHOUT_ARROW = {ThemeRelationKind.CONTRASTS_WITH.value, ThemeRelationKind.BELONGS_WITH.value}


def map_svg(actor: Actor, analysis: Analysis) -> str:
    """The map as an SVG file. It holds names of themes and kinds of relations: nothing that anybody said."""
    engine = Engine(dirs=[str(TEMPLATES)], libraries={"i18n": "django.templatetags.i18n"}, autoescape=True)
    context = map_of(actor, analysis) | {"analysis": analysis, "is_file": True}
    return engine.get_template("report/theme_map.svg").render(Context(context))


def map_of(actor: Actor, analysis: Analysis) -> dict[str, Any]:
    """The themes that were not let go, with their subthemes and how they bear on each other, and their drawing (None without any)."""
    tree = themes_in_tree(actor, analysis)
    shown = [(theme, depth) for theme, depth in tree if theme.status != ThemeStatus.LET_GO.value]
    held = {theme.id for theme, _depth in shown}
    relations = [
        one for one in relations_in(actor, analysis) if one.origin_id in held and one.target_id in held
    ]
    top, above = _tops(shown)
    links = [
        MapLink(
            above[one.origin_id],
            above[one.target_id],
            str(RELATION_KINDS[one.kind]),
            one.kind not in WITHOUT_ARROW,
        )
        for one in relations
        if above[one.origin_id] != above[one.target_id]
    ]
    return {
        "drawing": numbers_as_text(draw(top, links)) if top else None,
        "themes": [(theme, depth, THEME_STATUSES[theme.status]) for theme, depth in shown],
        "relations": [_told(one) for one in relations],
    }


def _tops(shown: list[tuple[Theme, int]]) -> tuple[list[MapTheme], dict[Any, Any]]:
    """The themes of the map with those below them; and for each theme the one of the map that it belongs to."""
    held = {theme.id for theme, _depth in shown}
    above: dict[Any, Any] = {}
    depths: dict[Any, int] = {}
    below: dict[Any, list[tuple[str, int]]] = {}
    tops: list[Theme] = []
    for theme, _depth in shown:  # tree order: what is above comes first
        if theme.parent_id in held:
            above[theme.id], depths[theme.id] = above[theme.parent_id], depths[theme.parent_id] + 1
            below[above[theme.id]].append((theme.name, depths[theme.id]))
        else:  # at the top, or its parent was let go
            above[theme.id], depths[theme.id], below[theme.id] = theme.id, 0, []
            tops.append(theme)
    return [MapTheme(one.id, one.name, one.status, tuple(below[one.id])) for one in tops], above


def _told(one: ThemeRelation) -> dict[str, Any]:
    return {"origin": one.origin, "kind": RELATION_KINDS[one.kind], "target": one.target, "note": one.note}


def numbers_as_text(drawing: Drawing) -> dict[str, Any]:
    """The drawing with its numbers as a file writes them, in no language's own way."""
    return {
        "width": f"{drawing.width:g}",
        "height": f"{drawing.height:g}",
        "boxes": [
            {
                "name": box.theme.name,
                "status": box.theme.status.replace("_", "-"),
                "is_dashed": box.theme.status == ThemeStatus.CANDIDATE.value,
                "at": {name: f"{getattr(box, name):g}" for name in ("x", "y", "width", "height")},
                "names": [(text, f"{x:g}", f"{y:g}") for text, x, y in box.name_lines],
                "subs": [(text, f"{x:g}", f"{y:g}") for text, x, y in box.sub_lines],
            }
            for box in drawing.boxes
        ],
        "lines": [
            {
                "word": line.word,
                "path": "M{:g} {:g} Q{:g} {:g} {:g} {:g}".format(*line.start, *line.bend, *line.end),
                "arrow": line.arrow,
                "label": [f"{value:g}" for value in line.label],
                "back": [
                    f"{value:g}"
                    for value in (
                        round(line.label[0] - line.label_width / 2, 1),
                        round(line.label[1] - 11, 1),
                        line.label_width,
                    )
                ],
            }
            for line in drawing.lines
        ],
    }

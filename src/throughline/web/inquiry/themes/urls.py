"""Addresses of themes, their map, the framework and the trail."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry.familiar import memo_views
from throughline.web.inquiry.themes import framework_views, trail_views
from throughline.web.inquiry.themes import map_views as theme_map_views
from throughline.web.inquiry.themes import passage_views as theme_passage_views
from throughline.web.inquiry.themes import views as theme_views

urlpatterns: list[URLPattern] = [
    path("themes/", theme_views.themes, name="themes"),
    path("themes/add/", theme_views.new_theme, name="new_theme"),
    path("themes/map/", theme_map_views.theme_map, name="theme_map"),
    path("themes/map.svg", theme_map_views.theme_map_file, name="theme_map_file"),
    path("themes/<uuid:theme_id>/", theme_views.theme, name="theme"),
    path("themes/<uuid:theme_id>/memo/", memo_views.theme_memo, name="theme_memo"),
    path("themes/<uuid:theme_id>/write/", theme_views.rewrite_theme, name="rewrite_theme"),
    path("themes/<uuid:theme_id>/arrange/", theme_views.theme_arranged, name="theme_arranged"),
    path("themes/<uuid:theme_id>/versions/", theme_views.theme_versions, name="theme_versions"),
    path("themes/<uuid:theme_id>/review/", theme_passage_views.review_theme, name="review_theme"),
    path("themes/<uuid:theme_id>/passage/", theme_passage_views.theme_passage, name="theme_passage"),
    path("themes/<uuid:theme_id>/relate/", theme_views.themes_related, name="themes_related"),
    path("relations/<uuid:relation_id>/remove/", theme_views.themes_unrelated, name="themes_unrelated"),
    path("framework/", framework_views.framework, name="framework"),
    path("framework/leave/", framework_views.framework_leave, name="framework_leave"),
    path(
        "framework/<uuid:participant_id>/<uuid:theme_id>/",
        framework_views.framework_cell,
        name="framework_cell",
    ),
    path("trail/", trail_views.trail, name="trail"),
]

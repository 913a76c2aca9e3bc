"""Addresses of inquiry."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry import approach_views, coding_views, views

urlpatterns: list[URLPattern] = [
    path("", views.inquiry, name="inquiry"),
    path("analysis/", approach_views.analysis, name="analysis"),
    path("analysis/edit/", approach_views.edit_analysis, name="edit_analysis"),
    path("analysis/position/", approach_views.position, name="position"),
    path("new/", approach_views.new_analysis, name="new_analysis"),
    path("add/", views.upload, name="add_source"),
    path("themes/", views.themes, name="themes"),
    path("memos/", views.memos, name="memos"),
    path("sources/<uuid:source_id>/", coding_views.source, name="source"),
    path("sources/<uuid:source_id>/read/", coding_views.read, name="read_source"),
    path(
        "sources/<uuid:source_id>/deidentified/", coding_views.source_deidentified, name="source_deidentified"
    ),
    path("sources/<uuid:source_id>/memo/", coding_views.source_memo, name="source_memo"),
    path("codings/<uuid:coding_id>/remove/", coding_views.coding_removed, name="coding_removed"),
]

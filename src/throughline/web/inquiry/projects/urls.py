"""Addresses of projects in and out."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry.projects import leaving_views, views

urlpatterns: list[URLPattern] = [
    path("projects/import/", views.import_project, name="import_project"),
    path("projects/work/<uuid:job_id>/", views.work, name="project_work"),
    path("projects/work/<uuid:job_id>/keep/", views.keep, name="keep_project"),
    path("projects/work/<uuid:job_id>/drop/", views.drop, name="drop_project"),
    path("projects/export/", leaving_views.export, name="export_project"),
]

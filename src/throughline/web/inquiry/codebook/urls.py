"""Addresses of the codebook."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry.codebook import file_views as codebook_file_views
from throughline.web.inquiry.codebook import recoding_views
from throughline.web.inquiry.codebook import version_views as codebook_version_views
from throughline.web.inquiry.codebook import views as codebook_views
from throughline.web.inquiry.familiar import memo_views

urlpatterns: list[URLPattern] = [
    path("codebook/", codebook_views.codebook, name="codebook"),
    path("codebook/begin/", codebook_views.codebook_begun, name="codebook_begun"),
    path("codebook/<uuid:codebook_id>/add/", codebook_views.new_code, name="new_code"),
    path("codebook/<uuid:codebook_id>/move/", codebook_views.code_moved, name="code_moved"),
    path("codebook/<uuid:codebook_id>/keep/", codebook_version_views.codebook_kept, name="codebook_kept"),
    path(
        "codebook/<uuid:codebook_id>/versions/",
        codebook_version_views.codebook_versions,
        name="codebook_versions",
    ),
    path("codebook/<uuid:codebook_id>/file/", codebook_file_views.codebook_export, name="codebook_export"),
    path("codebook/<uuid:codebook_id>/import/", codebook_file_views.codebook_import, name="codebook_import"),
    path("codes/<uuid:code_id>/", codebook_views.code, name="code"),
    path("codes/<uuid:code_id>/memo/", memo_views.code_memo, name="code_memo"),
    path("codes/<uuid:code_id>/merge/", recoding_views.merge_code, name="merge_code"),
    path("codes/<uuid:code_id>/passages/", recoding_views.recode, name="recode"),
    path("codes/<uuid:code_id>/retire/", codebook_views.code_retired, name="code_retired"),
    path("codes/<uuid:code_id>/reinstate/", codebook_views.code_reinstated, name="code_reinstated"),
]

"""Addresses of inquiry."""

from __future__ import annotations

from django.urls import URLPattern, path

from throughline.web.inquiry.approach import views as approach_views
from throughline.web.inquiry.asking import urls as asking_urls
from throughline.web.inquiry.codebook import urls as codebook_urls
from throughline.web.inquiry.coding import theming_views, workspace_views
from throughline.web.inquiry.coding import views as coding_views
from throughline.web.inquiry.familiar import memo_views
from throughline.web.inquiry.familiar import views as familiar_views
from throughline.web.inquiry.projects import urls as projects_urls
from throughline.web.inquiry.rounds import urls as rounds_urls
from throughline.web.inquiry.sources import arriving_views as sources_in_views
from throughline.web.inquiry.sources import erasing_views, face_sheet_views, facts_views, views
from throughline.web.inquiry.texts import urls as text_urls
from throughline.web.inquiry.themes import urls as theme_urls

urlpatterns: list[URLPattern] = [
    path("", views.inquiry, name="inquiry"),
    path("analysis/", approach_views.analysis, name="analysis"),
    path("analysis/edit/", approach_views.edit_analysis, name="edit_analysis"),
    path("analysis/position/", approach_views.position, name="position"),
    path("coders/<uuid:coder_id>/", approach_views.coder_joined, name="coder_joined"),
    path("new/", approach_views.new_analysis, name="new_analysis"),
    path("add/", sources_in_views.upload, name="add_source"),
    path("add/one/", sources_in_views.hold_source, name="hold_source"),
    path("add/look/", sources_in_views.look_again, name="look_again"),
    path("add/keep/", sources_in_views.keep_sources, name="keep_sources"),
    path("add/face-sheet/", face_sheet_views.face_sheet, name="face_sheet"),
    path("memos/", memo_views.memos, name="memos"),
    path("memos/<uuid:memo_id>/", memo_views.memo, name="memo"),
    path("reading/", familiar_views.who_has_read, name="who_has_read"),
    path("journal/", familiar_views.journal, name="journal"),
    path("journal/<uuid:entry_id>/share/", familiar_views.entry_shared, name="share_entry"),
    path("sources/<uuid:source_id>/", coding_views.source, name="source"),
    path("sources/<uuid:source_id>/code/", workspace_views.code_source, name="code_source"),
    path("sources/<uuid:source_id>/code/text/", workspace_views.source_text, name="source_text"),
    path("sources/<uuid:source_id>/code/codings/", workspace_views.source_codings, name="source_codings"),
    path("sources/<uuid:source_id>/code/codes/", workspace_views.source_codes, name="source_codes"),
    path("sources/<uuid:source_id>/code/beside/", workspace_views.source_beside, name="source_beside"),
    path("sources/<uuid:source_id>/read/", familiar_views.read, name="read_source"),
    path("sources/<uuid:source_id>/read/end/", familiar_views.read_through_to_the_end, name="mark_read"),
    path("sources/<uuid:source_id>/facts/", facts_views.facts, name="describe_source"),
    path("sources/<uuid:source_id>/erase/", erasing_views.erase, name="erase_source"),
    path("sources/<uuid:source_id>/recording/", facts_views.recording, name="recording"),
    path("sources/<uuid:source_id>/recording/add/", facts_views.recording_added, name="recording_added"),
    path(
        "sources/<uuid:source_id>/deidentified/", coding_views.source_deidentified, name="source_deidentified"
    ),
    path("sources/<uuid:source_id>/theme/", theming_views.source_theme, name="source_theme"),
    path("sources/<uuid:source_id>/memo/", memo_views.source_memo, name="source_memo"),
    path("codings/<uuid:coding_id>/remove/", coding_views.coding_removed, name="coding_removed"),
    *asking_urls.urlpatterns,
    *text_urls.urlpatterns,
    *rounds_urls.urlpatterns,
    *codebook_urls.urlpatterns,
    *theme_urls.urlpatterns,
    *projects_urls.urlpatterns,
]

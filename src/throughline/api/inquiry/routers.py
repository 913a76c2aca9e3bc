"""Every router of inquiry, in the order of its pages."""

from __future__ import annotations

from throughline.api.inquiry import (
    analyses,
    codebook_files,
    codebooks,
    codings,
    face_sheets,
    framework,
    journal,
    memos,
    names,
    participants,
    projects,
    recoding,
    rounds,
    source_facts,
    sources,
    texts,
    theme_passages,
    themes,
    transcripts,
)

ROUTERS = (
    analyses.router,
    codebooks.router,
    codebook_files.router,
    recoding.router,
    sources.router,
    transcripts.router,
    face_sheets.router,
    source_facts.router,
    texts.router,
    names.router,
    participants.router,
    codings.router,
    memos.router,
    journal.router,
    themes.router,
    theme_passages.router,
    framework.router,
    projects.router,
    rounds.router,
)

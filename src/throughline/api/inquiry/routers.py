"""Every router of inquiry, in the order of its pages."""

from __future__ import annotations

from throughline.api.inquiry import (
    analyses,
    codebook_files,
    codebooks,
    face_sheets,
    memos,
    names,
    participants,
    projects,
    recoding,
    rounds,
    source_facts,
    sources,
    texts,
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
    memos.router,
    projects.router,
    rounds.router,
)

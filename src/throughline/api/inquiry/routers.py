"""Every router of inquiry, in the order of its pages."""

from __future__ import annotations

from throughline.api.inquiry import (
    analyses,
    codebook_files,
    codebooks,
    memos,
    projects,
    recoding,
    rounds,
    sources,
)

ROUTERS = (
    analyses.router,
    codebooks.router,
    codebook_files.router,
    recoding.router,
    sources.router,
    memos.router,
    projects.router,
    rounds.router,
)

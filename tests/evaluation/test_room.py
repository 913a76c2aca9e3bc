"""No room is told from other errors, in the words of every engine."""

from __future__ import annotations

import errno
import sqlite3

import duckdb
import pytest

from throughline.evaluation.room import is_full


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EDQUOT, "x"),
        OSError(errno.EFBIG, "x"),
        sqlite3.OperationalError("database or disk is full"),
        duckdb.IOException("IO Error: Could not write file \"/x\": No space left on device"),
        duckdb.OutOfMemoryException("failed to offload data block. This limit was set by the 'max_temp_directory_size' setting."),
    ],
)  # fmt: skip
def test_is_full_knows_the_word_of_every_engine(error: Exception) -> None:
    assert is_full(error)
    caused = RuntimeError("while freezing")
    caused.__cause__ = error
    assert is_full(caused)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EACCES, "x"),
        duckdb.OutOfMemoryException("could not allocate block of size 256.0 KiB (91.5 MiB/91.5 MiB used)"),
        ValueError("x"),
    ],
)
def test_is_full_leaves_other_errors_alone(error: Exception) -> None:
    assert not is_full(error)

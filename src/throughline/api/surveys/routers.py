"""The routers of surveys, in the order of the work."""

from __future__ import annotations

from throughline.api.surveys.filling import router as filling
from throughline.api.surveys.instruments import router as instruments
from throughline.api.surveys.linking import router as linking
from throughline.api.surveys.reading import router as reading
from throughline.api.surveys.waves import router as waves

ROUTERS = (instruments, waves, filling, reading, linking)

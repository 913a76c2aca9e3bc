"""Instruments, waves, who was approached, and what was answered."""

from throughline.records.surveys.models.instruments import Instrument, InstrumentVersion
from throughline.records.surveys.models.responses import FillLink, SurveyResponse
from throughline.records.surveys.models.waves import Approach, Wave, WaveTarget

__all__ = [
    "Approach",
    "FillLink",
    "Instrument",
    "InstrumentVersion",
    "SurveyResponse",
    "Wave",
    "WaveTarget",
]

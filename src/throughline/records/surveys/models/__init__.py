"""Instruments, waves, who was approached, and what was answered."""

from throughline.records.surveys.models.attachments import Attachment
from throughline.records.surveys.models.draft_files import DraftFile
from throughline.records.surveys.models.instruments import Instrument, InstrumentVersion
from throughline.records.surveys.models.linking import CodeParts, CodePlan, LinkedPair, WaveLinking
from throughline.records.surveys.models.mappings import KeptMapping
from throughline.records.surveys.models.responses import NO_DRAFT, FillLink, SurveyResponse
from throughline.records.surveys.models.waves import Approach, Wave, WaveTarget

__all__ = [
    "NO_DRAFT",
    "Approach",
    "Attachment",
    "CodeParts",
    "CodePlan",
    "DraftFile",
    "FillLink",
    "Instrument",
    "InstrumentVersion",
    "KeptMapping",
    "LinkedPair",
    "SurveyResponse",
    "Wave",
    "WaveLinking",
    "WaveTarget",
]

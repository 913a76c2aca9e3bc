from django.apps import AppConfig

from throughline.records.speech import ReadersLanguage
from throughline.vocabulary.sentences import speak_with


class AuditConfig(AppConfig):
    name = "throughline.records.audit"
    label = "audit"

    def ready(self) -> None:
        """The lowest floor with a framework: from here on sentences are read out in the reader's language."""
        speak_with(ReadersLanguage())

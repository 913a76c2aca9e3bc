from django.apps import AppConfig
from django.utils.translation import gettext

from throughline.vocabulary.sentences import turn_with


class AuditConfig(AppConfig):
    name = "throughline.records.audit"
    label = "audit"

    def ready(self) -> None:
        """The lowest floor with a framework: from here on sentences are read out in the reader's language."""
        turn_with(gettext)

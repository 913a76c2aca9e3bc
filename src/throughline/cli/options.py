"""Options that several commands share, each said once."""

from __future__ import annotations

from typing import Annotated

import typer

UNSAID = "whoever holds the command line"  # who it is for where nobody is named

InProgramme = Annotated[str, typer.Option(help="Short name of the programme, where there are several.")]
OfStudy = Annotated[str, typer.Option(help="Title of the study, where the programme has several.")]
OfFreeze = Annotated[str, typer.Option(help="Name of the freeze (default: the newest).")]
ForWhom = Annotated[str, typer.Option(help="Who it is for; the ledger keeps it.")]
UnderProfile = Annotated[
    str,
    typer.Option(help="How small numbers are kept back: lt5, hes, le7_round5 or custom:THRESHOLD:ROUNDING."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]

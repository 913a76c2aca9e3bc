"""import codebook and export codebook."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.options import InProgramme
from throughline.cli.place import open_installation, write_private
from throughline.cli.show import say, warn
from throughline.vocabulary.errors import Invalid, NotFound, Sentence

OfAnalysis = Annotated[str, typer.Option(help="Name of the analysis, where there are several.")]


def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, DOCX (a table of codes), QDC or QDPX.")],
    analysis: OfAnalysis = "",
    update: Annotated[
        bool, typer.Option("--update", help="Codes that are there get the words of the file; what they were is kept.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")] = False,
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Import the codes of a file into an analysis's codebook: all of them, or none. Nothing is taken out of it.

    A table has a row for each code under a header: Name (needed), Code, Under, Definition, Use it for, Do not use it for,
    Example, Origin (deductive or inductive), Colour (1 to 8), Retired. Codes that are there already stay as they are.

    Example: `throughline import codebook codes.xlsx --analysis "What helps" --dry-run`
    """
    open_installation()
    from throughline.exchange.codebook.load import load_codebook
    from throughline.exchange.codebook.read import read_codebook
    from throughline.records.inquiry.queries import analysis_named
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    into = analysis_named(programme_named(programme).id, analysis)
    document = read_codebook(file.read_bytes(), file.name)
    done = load_codebook(
        document=document, analysis=into, takes_words=update, is_dry_run=dry_run, by=Actor.system("command line"),
        at=datetime.now(UTC),
    )  # fmt: skip
    if dry_run:
        say("Nothing was changed. With this file there would be:")
    say(
        f"{len(done.added):,} codes added, {len(done.changed):,} written anew, {len(done.same):,} here just so."
    )
    if done.differing:
        warn(
            f"Here with other words, which they keep (--update takes the file's): {', '.join(done.differing)}"
        )
    if done.unread:
        warn(f"Columns of the file that were not read: {', '.join(done.unread)}")


def export(
    file: Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx, .docx or .qdc.")],
    analysis: OfAnalysis = "",
    with_examples: Annotated[
        bool, typer.Option("--with-examples", help="With the examples, which can hold people's own words.")
    ] = False,
    recipient: Annotated[str, typer.Option(help="Who gets it; needed with examples, the ledger keeps it.")] = "",
    programme: InProgramme = "",
) -> None:  # fmt: skip
    """Export an analysis's codebook: names, meanings and the tree. DOCX and QDC hold the codes in use.

    With the examples it leaves through the door for words: that is a line of the ledger. Whether the people in them
    agreed to be quoted cannot be looked up; make sure of it.

    Example: `throughline export codebook codes.docx --analysis "What helps"`
    """
    open_installation()
    from throughline.exchange.codebook.document import CodebookFormat
    from throughline.exchange.codebook.dump import export_codebook
    from throughline.exchange.new_file import check_new_file
    from throughline.records.inquiry.queries import analysis_named, codebooks_for
    from throughline.records.programme.queries import programme_named
    from throughline.vocabulary.actor import Actor

    ending = file.suffix.removeprefix(".").lower()
    if ending not in set(CodebookFormat):
        raise Invalid(
            Sentence(
                "Give the file a name that ends in .csv, .xlsx, .docx or .qdc: %(name)s does not.",
                name=file.name,
            )
        )
    check_new_file(file)
    by = Actor.system("command line")
    of = analysis_named(programme_named(programme).id, analysis)
    book = codebooks_for(by, of).first()
    if book is None:
        raise NotFound(Sentence("The analysis %(name)s has no codebook yet.", name=of.name))
    content = export_codebook(
        codebook=book, kind=CodebookFormat(ending), has_examples=with_examples, recipient=recipient, by=by,
        at=datetime.now(UTC),
    )  # fmt: skip
    write_private(file, content)
    say(f"Written: {file}")

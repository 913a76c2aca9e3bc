"""Importing answers that were given elsewhere: bytes and a mapping -> responses of a wave, all or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError

from throughline.exchange.answers.dictionary import read_dictionary
from throughline.exchange.answers.mapping import AnswersMapping
from throughline.exchange.answers.plan import (
    Plan,
    as_asked,
    misfits,
    planned_by_mapping,
    planned_by_questions,
)
from throughline.exchange.answers.repeats import repeats_of
from throughline.exchange.answers.rows import Left, RowDraft, Window, map_rows
from throughline.exchange.answers.tables import GivenFile, tables_of
from throughline.exchange.table.binding import columns_of, refuse
from throughline.exchange.table.cells import Reject
from throughline.exchange.table.document import TableDocument
from throughline.exchange.table.importing import BATCH_ROWS, SHOWN_REJECTS, Progress, broke_off, origins_for
from throughline.exchange.table.mapping import folded
from throughline.exchange.table.origins import Origins
from throughline.exchange.table.read import read_table
from throughline.exchange.table.rejects import RejectsFile
from throughline.exchange.table.unfit import nearest
from throughline.records.study.models import StudySite
from throughline.records.surveys.actions import ResponseDraft, record_responses
from throughline.records.surveys.models import SurveyResponse, Wave
from throughline.records.surveys.queries import code_names, code_names_elsewhere, known_origins, questions_of
from throughline.rules.access import check_may_run_waves
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.surveys import UNANSWERED, Question
from throughline.vocabulary.waves import ResponseSource

# What names a row where the mapping does not say: the first of these that the file has. Kobo's _uuid changes when somebody
# mends an answer there.
OWN_IDS = {"kobo": ("_id", "_uuid"), "odk": ("KEY", "meta-instanceID", "instanceID")}
# As REDCap's exports head them, with names and with labels.
EVENTS, REPEATED = ("redcap_event_name", "Event Name"), ("redcap_repeat_instrument", "repeat instrument")
MOST_ROWS = 200_000
KEPT_PLAIN = (
    "%(names)s: elements of a code in other waves of this study, and nobody named them for this one. They would be kept as they"
    " are: name them before the import."
)


@dataclass(frozen=True)
class AnswersReport:
    """What became of a file: rows_read = recorded + known + rejected + left_out. In a dry run `recorded` would be recorded.

    `left_out` are rows of another wave or event, as the mapping says. `questions` were found in the file.
    """

    rows_read: int
    recorded: int
    known: int
    rejected: int
    left_out: int
    questions: int
    first_rejects: tuple[Reject, ...] = ()
    notes: tuple[Sentence, ...] = ()


def import_answers(
    *,
    file: GivenFile,
    mapping: AnswersMapping,
    wave: Wave,
    dictionary: GivenFile | None = None,
    is_dry: bool = False,
    rejects_path: Path | None = None,
    on_reject: Callable[[Reject], None] | None = None,
    progress: Progress | None = None,
    by: Actor,
    at: datetime,
) -> AnswersReport:
    """Import a file of answers into a wave: every usable row, together, or nothing.

    The same file again adds nothing, by whichever mapping, nor in another wave of the same study and phase. `dictionary`: REDCap's data dictionary (CSV). `is_dry`: everything is read and checked, nothing is kept. Rejected rows go to
    `rejects_path`, and one by one to `on_reject`. Raises NotAllowed; Invalid for a file, mapping or dictionary that cannot be used; Unready where the disk is
    full or the database fails.
    """
    check_may_run_waves(by, wave.programme_id)
    document, beside = tables_of(file, mapping.file.shape(), settings.THROUGHLINE_UPLOAD_LIMIT)
    plan, rows = rows_of(document, mapping, wave, dictionary, at, beside)
    drafts: list[ResponseDraft] = []
    shown: list[Reject] = []
    left_out = read = 0
    with RejectsFile(rejects_path) as rejects:
        for row in rows:
            read += 1
            if progress is not None and read % BATCH_ROWS == 0:
                progress(read, document.row_count)
            if isinstance(row, Left):
                left_out += 1
            elif isinstance(row, Reject):
                rejects.add(row)
                if on_reject is not None:
                    on_reject(row)
                shown += [row] if len(shown) < SHOWN_REJECTS else []
            else:
                drafts.append(
                    ResponseDraft(row.site_id, row.answered_on, row.origin, row.answers, row.may_link)
                )
            if read > MOST_ROWS:
                raise Invalid(
                    Sentence(
                        "%(file)s has more than %(most)s rows. Split it.", file=file.name, most=MOST_ROWS
                    )
                )
        bare = _without_repeats(wave, drafts) if plan.repeats is not None else ()
        recorded, known = _kept(file, mapping, wave, plan, drafts, is_dry, by, at)
        rejects.keep()
        return AnswersReport(
            read, recorded, known, rejects.count, left_out, len(plan.questions), tuple(shown),
            (
                *document.notes, *_of_sheets(document, beside), *plan.notes, *bare, *_of_another_wave(wave, drafts),
            ),
        )  # fmt: skip


def rows_of(
    document: TableDocument, mapping: AnswersMapping, wave: Wave, dictionary: GivenFile | None, at: datetime,
    beside: Sequence[TableDocument] = (),
) -> tuple[Plan, Iterator[RowDraft | Reject | Left]]:  # fmt: skip
    """Which columns hold which questions, and each row as it would be. `beside`: tables of repeats.

    Raises Invalid where mapping, file and wave do not fit.
    """
    mapping, plan = _planned(document, mapping, wave, dictionary, beside)
    columns_of(document, mapping, plan.columns)
    plan = _with_code(wave, mapping, plan)
    sites = {
        folded(row.site.name): row.site_id
        for row in StudySite.objects.filter(study=wave.study_id).select_related("site")
    }
    _check_sites(document, mapping, sites)
    window = Window(wave.opens_on, wave.closes_on, at.date())
    if isinstance(mapping.answered, date) and (why := window.why_not(mapping.answered)):
        refuse(document.filename, [Sentence("`answered`: %(why)s", why=why)])
    return plan, map_rows(document, mapping, plan, sites, _origins(wave, mapping), window)


def _with_code(wave: Wave, mapping: AnswersMapping, plan: Plan) -> Plan:
    """Elements of a self-generated code are found by their very names: one that is written otherwise would be kept in plain."""
    elements = code_names(wave)
    there = [one.path for one in plan.questions]
    alike = {folded(name): name for name in elements}
    refuse(
        mapping.name,
        [Sentence("`%(path)s` is an element of the code: give it the code `%(code)s`", path=path[:60], code=alike[folded(path)][:60])
         for path in there if folded(path) in alike and path not in elements],
    )  # fmt: skip
    own = {folded(column) for one in plan.planned if one.question.path in elements for column in one.columns}
    if own and (mapping.id is None or own & {folded(column) for column in mapping.id}):
        # else guesses of a code could be tried by whether their row is known already, and after the day that parts are destroyed
        refuse(
            mapping.name,
            [
                Sentence(
                    "Say in `id` which columns name a row, and no element of the code: without it the whole row does."
                )
            ],
        )
    if not elements and (elsewhere := code_names_elsewhere(wave) & set(there)):
        names = ", ".join(sorted(elsewhere))
        return replace(plan, notes=(*plan.notes, Sentence(KEPT_PLAIN, names=names)))
    absent = [name for name in elements if name not in there]
    if not absent:
        return plan
    told = Sentence("Elements of the code that no column holds: %(names)s.", names=tuple(absent))
    return replace(plan, notes=(*plan.notes, told))


def _origins(wave: Wave, mapping: AnswersMapping) -> Origins:
    """Rows are known by source, study and phase and not by the mapping's name: by another they are the same answers."""
    named = f"answers {mapping.source} {wave.study_id.hex} {wave.phase}"
    return origins_for(wave.study.programme, mapping.model_copy(update={"name": named}))


def _kept(
    file: GivenFile, mapping: AnswersMapping, wave: Wave, plan: Plan, drafts: Sequence[ResponseDraft], is_dry: bool,
    by: Actor, at: datetime,
) -> tuple[int, int]:  # fmt: skip
    if is_dry:
        keys = {draft.origin_key for draft in drafts}
        fresh = len(keys - known_origins(wave, sorted(keys)))
        return fresh, len(drafts) - fresh
    try:
        return record_responses(
            wave=wave,
            source=ResponseSource(mapping.source),
            questions=plan.questions,
            drafts=drafts,
            by=by,
            at=at,
        )
    except (DatabaseError, OSError) as error:
        # Without its cause: what databases say of a row quotes the row.
        raise broke_off(error, file.name) from None


def _without_repeats(wave: Wave, drafts: Sequence[ResponseDraft]) -> tuple[Sentence, ...]:
    """Rows that were recorded before from a file without its repeats: they stay as they are, and that is told."""
    repeating = {draft.origin_key for draft in drafts if any("[" in path for path in draft.answers)}
    there = SurveyResponse.objects.filter(wave=wave).values_list("origin_key", "answers")
    count = sum(
        1 for key, given in there.iterator() if key in repeating and not any("[" in path for path in given)
    )
    if not count:
        return ()
    return (
        Sentence(
            "%(count)s row was recorded before, from a file without its repeats. What is recorded is not changed: its answers in"
            " repeats are not added.",
            "%(count)s rows were recorded before, from a file without their repeats. What is recorded is not changed: their answers in"
            " repeats are not added.",
            count=count,
        ),
    )  # fmt: skip


def _of_another_wave(wave: Wave, drafts: Sequence[ResponseDraft]) -> tuple[Sentence, ...]:
    here = set(SurveyResponse.objects.filter(wave=wave).values_list("origin_key", flat=True))
    there = known_origins(wave, sorted({draft.origin_key for draft in drafts} - here))
    if not there:
        return ()
    return (
        Sentence(
            "%(count)s row was recorded in another wave of this phase already and stays there. Where ids begin"
            " again in each file, name one column more in `id`.",
            "%(count)s rows were recorded in another wave of this phase already and stay there. Where ids begin"
            " again in each file, name one column more in `id`.",
            count=len(there),
        ),
    )  # fmt: skip


def _planned(
    document: TableDocument, mapping: AnswersMapping, wave: Wave, dictionary: GivenFile | None,
    beside: Sequence[TableDocument],
) -> tuple[AnswersMapping, Plan]:  # fmt: skip
    """Where the questions come from: the mapping, else REDCap's dictionary, else the wave's form."""
    if mapping.questions:
        plan = planned_by_mapping(mapping)
    elif mapping.source == "redcap":
        mapping, plan = _of_redcap(document, mapping, dictionary)
    else:
        plan = planned_by_questions(document.header, _asked(wave), mapping)
        plan = _with_repeats(plan, document, beside, _asked(wave), mapping)
        mapping = _recognised(document, mapping, OWN_IDS.get(mapping.source, ()))
    if not plan.planned:
        asked = [one.path for one in _asked(wave)] if wave.instrument_version else []
        refuse(
            document.filename,
            [Sentence("No column is headed like a question; %(nearest)s. Export with the questions' names as headers, not their labels.",
                      nearest=nearest(document.header[0][:60], asked))],
        )  # fmt: skip
    return mapping, _of_form(wave, mapping, plan)


def _with_repeats(
    plan: Plan, document: TableDocument, beside: Sequence[TableDocument], asked: Sequence[Question], mapping: AnswersMapping
) -> Plan:  # fmt: skip
    """The plan with what stands in repeats; what has no table is told, with a count."""
    wanted = [one for one in asked if one.repeat and one.type not in UNANSWERED]
    if mapping.read is not None:
        wanted = [one for one in wanted if {one.name, one.path} & set(mapping.read)]
    found = repeats_of(document, beside, wanted, mapping)
    missed = len(wanted) - (len(found.planned) if found else 0)
    notes = [*plan.notes, *(found.notes if found else ())]
    if missed:
        notes.append(
            Sentence(
                "%(count)s question stands in repeats and is not recorded: no table of the file holds it beside"
                " the main one. Give the whole workbook (Kobo), or the ZIP of all tables (ODK).",
                "%(count)s questions stand in repeats and are not recorded: no table of the file holds them"
                " beside the main one. Give the whole workbook (Kobo), or the ZIP of all tables (ODK).",
                count=missed,
            )
        )
    return replace(plan, notes=tuple(notes), repeats=found)


def _asked(wave: Wave) -> Sequence[Question]:
    if wave.instrument_version is None:
        raise Invalid(
            Sentence(
                "The wave %(code)s has no form that says what was asked. Say it in the mapping (`questions`), or open the wave with"
                " the form.",
                code=wave.code,
            )
        )  # fmt: skip
    return questions_of(wave.instrument_version)


def _of_form(wave: Wave, mapping: AnswersMapping, plan: Plan) -> Plan:
    """Answers stay with the version that asked: a wave with a form takes questions of that form alone, as it asks them."""
    if wave.instrument_version is None:
        return plan
    asked = {one.path: one for one in questions_of(wave.instrument_version)}
    strange = [one.path for one in plan.questions if one.path not in asked]
    refuse(
        mapping.name,
        [
            Sentence(
                "The wave's form does not ask `%(path)s`; %(nearest)s",
                path=path[:60],
                nearest=nearest(path, asked),
            )
            for path in strange[:5]
        ],
    )
    plan = as_asked(plan, asked)
    if mapping.questions or mapping.source == "redcap":
        refuse(mapping.name, [problem for one in plan.planned for problem in misfits(one)])
    return plan


def _of_redcap(
    document: TableDocument, mapping: AnswersMapping, dictionary: GivenFile | None
) -> tuple[AnswersMapping, Plan]:
    if dictionary is None:
        raise Invalid(
            Sentence(
                "Give the data dictionary of the REDCap project (--dictionary FILE), or say in the mapping what each column asks"
                " (`questions`)."
            )
        )  # fmt: skip
    table = read_table(dictionary.data, dictionary.name, max_bytes=settings.THROUGHLINE_UPLOAD_LIMIT)
    read = read_dictionary(table, mapping.nothing)
    plan = planned_by_questions(document.header, read.questions, mapping, read.status)
    header = {folded(name) for name in document.header}
    # a row of a form that repeats stands beside the person's own, unless it is what the mapping asks for
    repeated = next((name for name in document.header if folded(name) in REPEATED), None)
    if repeated is not None and (mapping.only is None or folded(mapping.only.column) != folded(repeated)):
        plan = replace(plan, silent=repeated)
    notes = plan.notes
    if read.identifiers:
        notes = (
            Sentence(
                "%(count)s field is marked as an identifier and was not read.",
                "%(count)s fields are marked as identifiers and were not read.",
                count=read.identifiers,
            ),
            *notes,
        )
    first = next((name for name in (read.first, read.first_label) if name and folded(name) in header), None)
    events = tuple(name for name in EVENTS if folded(name) in header)
    if mapping.id is None and first is not None:
        mapping = mapping.model_copy(update={"id": (first, *events[:1])})
    return mapping, replace(plan, notes=notes)


def _recognised(document: TableDocument, mapping: AnswersMapping, own: Sequence[str]) -> AnswersMapping:
    header = {folded(name) for name in document.header}
    found = next((name for name in own if folded(name) in header), None)
    if mapping.id is not None or found is None:
        return mapping
    return mapping.model_copy(update={"id": (found,)})


def _check_sites(document: TableDocument, mapping: AnswersMapping, sites: Mapping[str, UUID]) -> None:
    """Sites that the mapping names and the study does not have, at once and not row by row."""
    absent = sorted({word for word in mapping.site.words() if folded(word) not in sites})
    refuse(
        document.filename,
        [
            Sentence(
                "The study has no site `%(word)s`; %(nearest)s", word=word[:60], nearest=nearest(word, sites)
            )
            for word in absent
        ],
    )


def _of_sheets(document: TableDocument, beside: Sequence[TableDocument]) -> tuple[Sentence, ...]:
    """Which sheets of a workbook nobody read: not the table, nor one that can be of a repeat."""
    others = [
        name for name in document.sheets if name not in {document.sheet, *(one.sheet for one in beside)}
    ]
    if not others:
        return ()
    return (Sentence("Sheets that were left out: %(others)s.", others=tuple(others[:10])),)

"""Fields that rows may leave with: what each means and how much it tells, and which a recipient never gets.

A field is a column of one table of a freeze. Labels are those of the records (vocabulary/privacy.py); numbers that stand
for a person, a record or a colleague are direct, and direct and free-text fields have no way out. A day can be coarsened
to its month, quarter or year: `local_on:month`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from throughline.evaluation.frames import FRAMES
from throughline.vocabulary.errors import Invalid, Sentence
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import Step
from throughline.vocabulary.words import STEPS

TWIN = "_nothing"  # the field beside a number or day that says which kind of nothing stands instead
DIRECT, QUASI, PLAIN = Privacy.DIRECT, Privacy.QUASI, Privacy.PLAIN
# How a day is told less exactly: SQL of a column, as text.
COARSER: Mapping[str, str] = {
    "month": "strftime({0}, '%Y-%m')",
    "quarter": "CAST(year({0}) AS VARCHAR) || '-Q' || CAST(quarter({0}) AS VARCHAR)",
    "year": "strftime({0}, '%Y')",
}
PARTS: Mapping[str, Sentence] = {
    "month": Sentence("month"),
    "quarter": Sentence("quarter"),
    "year": Sentence("year"),
}


@dataclass(frozen=True)
class Table:
    """A table whose rows may be asked for.

    `person`: SQL of who a row is about. `within`: a column whose values nobody can tell persons apart over; where it is not
    asked for, groups are counted within each of its values, so that no person counts as two.
    """

    row: Sentence
    person: str
    within: str = ""


# A contact without a code is nobody known: each counts for itself.
_BY_CLIENT = "COALESCE('c' || CAST(client_no AS VARCHAR), 'r' || CAST({0} AS VARCHAR))"
TABLES: Mapping[str, Table] = {
    "history": Table(Sentence("a contact, with each step's value"), _BY_CLIENT.format("contact_no")),
    "code_history": Table(Sentence("a client code in a window (all, or a phase)"), "client_no"),
    "need_history": Table(Sentence("a need and a referral for it"), _BY_CLIENT.format("need_no")),
    "referral_history": Table(Sentence("a referral that was sent, and how it ended"), "referral_no"),
    "contacts": Table(Sentence("a contact as it was recorded"), _BY_CLIENT.format("contact_no")),
    "survey_answers": Table(
        Sentence("an answer of a survey wave"),
        "site || ' ' || phase || ' ' || CAST(respondent AS VARCHAR)",
        within="phase",
    ),
    "incident_people": Table(Sentence("a person of an incident"), "person_no"),
}


@dataclass(frozen=True)
class Field:
    """What a recipient reads in the codebook."""

    meaning: Sentence
    label: Privacy


VALUES: Mapping[str, Sentence] = {
    "yes": Sentence("yes"), "no": Sentence("no"), "open": Sentence("open"), "dont_know": Sentence("don't know"),
}  # fmt: skip
_STEP = Sentence(
    "yes, no, open (not decided when the data end) or a kind of nothing; empty: outside the step's denominator"
)
_DAY = Sentence("empty: not reached")
_NUMBER = Sentence("a number within the freeze")
FIELDS: Mapping[str, Field] = {
    # who: never leaves
    "contact_no": Field(_NUMBER, DIRECT), "client_no": Field(_NUMBER, DIRECT), "worker_no": Field(_NUMBER, DIRECT),
    "need_no": Field(_NUMBER, DIRECT), "referral_no": Field(_NUMBER, DIRECT), "respondent": Field(_NUMBER, DIRECT),
    "person_no": Field(_NUMBER, DIRECT), "incident_no": Field(_NUMBER, DIRECT),
    # where and when
    "site": Field(Sentence("the site"), QUASI), "route": Field(Sentence("how the contact came about: service, peer, police ..."), QUASI),
    "arm": Field(Sentence("intervention or comparison; none: outside the study"), QUASI),
    "phase": Field(Sentence("before, implementation or after, by site and day; none: outside"), QUASI),
    "code_window": Field(Sentence("the window that the row counts: all, or a phase"), QUASI),
    "local_on": Field(Sentence("the day at the site"), QUASI), "month": Field(Sentence("the month at the site"), QUASI),
    "first_contact_on": Field(Sentence("day of the first contact in the window"), QUASI),
    "crack_use_told_on": Field(Sentence("day on which crack use was first told; %(empty)s", empty=_DAY), QUASI),
    "further_need_told_on": Field(Sentence("day on which a further need was first told; %(empty)s", empty=_DAY), QUASI),
    "response_on": Field(Sentence("day of the first response; %(empty)s", empty=_DAY), QUASI),
    "accepted_on": Field(Sentence("day of acceptance; %(empty)s", empty=_DAY), QUASI), "entered_on": Field(Sentence("day of entry; %(empty)s", empty=_DAY), QUASI),
    "came_back_on": Field(Sentence("day of coming back; %(empty)s", empty=_DAY), QUASI), "told_on": Field(Sentence("day on which the need was told"), QUASI),
    "sent_on": Field(Sentence("day on which the referral was sent; empty: none was"), QUASI),
    "ended_on": Field(Sentence("day on which the referral ended; empty: still open"), QUASI),
    "answered_on": Field(Sentence("day of the answer"), QUASI), "place": Field(Sentence("where the contact was"), QUASI),
    # the contact
    "n": Field(Sentence("how many contacts the row counts for (a tally)"), QUASI), "kind": Field(Sentence("its kind"), QUASI),
    "tally": Field(Sentence("how many contacts a tally counts"), QUASI), "contacts": Field(Sentence("contacts in the window"), QUASI),
    "is_anonymous": Field(Sentence("whether it carries no client code"), QUASI), "newness": Field(Sentence("new, returning or unknown"), QUASI),
    "mode": Field(Sentence("how it was held"), QUASI), "who_spoke": Field(Sentence("who spoke"), QUASI),
    "duration": Field(Sentence("its length, in bands"), QUASI),
    "on_behalf_of": Field(Sentence("for how many others; empty: see the kind of nothing beside it"), QUASI),
    "on_behalf_of_nothing": Field(Sentence("which kind of nothing stands instead"), QUASI),
    # the line
    "crack_use_told": Field(Sentence("crack use told: %(values)s", values=_STEP), QUASI), "further_need_told": Field(Sentence("further need told: %(values)s", values=_STEP), QUASI),
    "response": Field(Sentence("response: %(values)s", values=_STEP), QUASI), "accepted": Field(Sentence("accepted: %(values)s", values=_STEP), QUASI),
    "entered": Field(Sentence("entered: %(values)s", values=_STEP), QUASI), "came_back_28": Field(Sentence("came back within 28 days: %(values)s", values=_STEP), QUASI),
    "came_back_90": Field(Sentence("came back within 90 days: %(values)s", values=_STEP), QUASI),
    **{
        f"{step.value}_{value}": Field(
            Sentence("referrals at this contact with the value %(value)s of %(step)s", value=word, step=STEPS[step]), QUASI
        )
        for step in (Step.ACCEPTED, Step.ENTERED) for value, word in VALUES.items()
    },
    # needs and referrals
    "domain": Field(Sentence("the need's domain, in the programme's word"), QUASI),
    "counts_as": Field(Sentence("the field's word that it counts as"), QUASI),
    "ended_as": Field(Sentence("how the referral ended; open: not yet"), QUASI),
    "days": Field(Sentence("days until it ended, or until it was last watched"), QUASI),
    "door": Field(Sentence("the door of the referral: service, walk-in ..."), QUASI),
    # survey
    "question": Field(Sentence("the question's code"), QUASI), "value": Field(Sentence("the answer; empty: see the kind of nothing beside it"), QUASI),
    "value_nothing": Field(Sentence("which kind of nothing stands instead of an answer"), QUASI),
    # incidents
    "age_band": Field(Sentence("age, in bands"), QUASI), "gender": Field(Sentence("gender as reported"), QUASI),
    "fatal": Field(Sentence("whether the person died"), QUASI), "naloxone_given": Field(Sentence("whether naloxone was given"), QUASI),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A field as it was asked for: its column, and the word by which it is coarsened, or none."""

    code: str
    column: str
    coarser: str
    label: Privacy
    meaning: Sentence

    @property
    def sql(self) -> str:
        return COARSER[self.coarser].format(self.column) if self.coarser else self.column

    @property
    def name(self) -> str:
        return f"{self.column}_{self.coarser}" if self.coarser else self.column


def offered(table: str) -> list[Asked]:
    """The fields of a table that may be asked for, in its order; a day is followed by its coarser forms."""
    found = []
    for column in FRAMES[_known(table)].schema:
        if FIELDS[column.name].label in (QUASI, PLAIN):
            found.append(_asked(table, column.name))
            if column.type == pa.date32():
                found += [_asked(table, f"{column.name}:{word}") for word in COARSER]
    return found


def asked_fields(table: str, codes: Sequence[str]) -> list[Asked]:
    """Raises Invalid for another table, a field that is none, one that never leaves, or one named twice."""
    _known(table)
    if not codes:
        raise Invalid(Sentence("Say which fields: %(known)s.", known=_names(table)))
    found = [_asked(table, code) for code in codes]
    columns = [one.column for one in found]
    if len(set(columns)) < len(columns):
        raise Invalid(Sentence("A field is named twice; name each once, a day in one form."))
    return found


def check_kinds_beside(table: str, fields: Sequence[Asked]) -> None:
    """Raises Invalid for a field asked for without the one beside it that tells its kinds of nothing apart."""
    asked = {one.column for one in fields}
    for one in fields:
        beside = f"{one.column}{TWIN}"
        if beside in FRAMES[table].schema.names and beside not in asked:
            raise Invalid(
                Sentence(
                    "Ask for %(beside)s with %(field)s: without it nobody could tell what was declined from what was not asked.",
                    beside=beside, field=one.column,
                )
            )  # fmt: skip


def _known(table: str) -> str:
    if table not in TABLES:
        raise Invalid(
            Sentence(
                "Rows are of one of these tables: %(known)s; not of %(table)s.", known=tuple(TABLES), table=table
            )
        )  # fmt: skip
    return table


def _asked(table: str, code: str) -> Asked:
    column, _, coarser = code.partition(":")
    schema = FRAMES[table].schema
    if column not in schema.names:
        raise Invalid(
            Sentence(
                "The table %(table)s has no field %(field)s. It has: %(known)s.",
                table=table, field=code, known=_names(table),
            )
        )  # fmt: skip
    field = FIELDS[column]
    if field.label not in (QUASI, PLAIN):
        raise Invalid(Sentence("The field %(field)s stands for a person; it never leaves.", field=column))
    is_day = schema.field(column).type == pa.date32()
    if coarser and not (is_day and coarser in COARSER):
        raise Invalid(
            Sentence(
                "The field %(field)s cannot be coarsened so; a day can, to %(known)s.", field=code, known=tuple(COARSER)
            )
        )  # fmt: skip
    meaning = (
        Sentence("%(meaning)s; told as its %(part)s", meaning=field.meaning, part=PARTS[coarser])
        if coarser
        else field.meaning
    )
    return Asked(code, column, coarser, field.label, meaning)


def _names(table: str) -> str:
    return ", ".join(one.code for one in offered(table))

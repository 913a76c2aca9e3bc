"""The tables of a freeze: their names, Arrow schemas, keys and what a row is.

People stand in them as integers that are counted anew in each freeze, in the order of the records' ids: `client_no`,
`worker_no`, `participant_no`, `respondent_no`. No table holds a name, an id of a record, a pseudonym or free text. Days are local days of
the site. A step's value is one of VALUES: yes, no, open (not decided when the data end: a referral without an end, a
window to come back that has not passed) or a kind of nothing, which is never a no; null: the row is outside the step's
denominator (no need was told, so nothing to respond to). Other nulls are explained per table and are never a kind of
nothing.

Two grains give the two funnels. `history` has one row per contact (a tally counts `n` times), so that a funnel of
contacts is one pass over it. `code_history` has one row per client code and window (all, or one phase), placed at the
site, arm and route of the code's first contact in that window, so that a funnel of codes is one pass over the rows of
one window and counts each code once. `need_history` has a row per need and referral (which need led where) and
`referral_history` one per referral, from which shares by a day are taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from throughline.vocabulary.nothing import Nothing

OPEN = "open"
VALUES = ("yes", "no", OPEN, *(kind.value for kind in Nothing))
NONE = "none"  # a site outside the study has no arm; a day outside every phase has no phase

TEXT = pa.string()
NUMBER = pa.int64()
DAY = pa.date32()
BOOL = pa.bool_()
REAL = pa.float64()


@dataclass(frozen=True)
class Frame:
    """A table: what a row is, its Arrow schema, and the columns that order it (together unique)."""

    name: str
    row: str
    schema: pa.Schema
    order: tuple[str, ...]


def _frame(name: str, row: str, order: str, /, **columns: pa.DataType) -> Frame:
    return Frame(name, row, pa.schema([pa.field(n, t) for n, t in columns.items()]), tuple(order.split()))


_PLACE = {"site": TEXT, "route": TEXT, "arm": TEXT, "phase": TEXT}
_STEPS = {
    "crack_use_told": TEXT,
    "further_need_told": TEXT,
    "response": TEXT,
    "accepted": TEXT,
    "entered": TEXT,
    "came_back_28": TEXT,
    "came_back_90": TEXT,
}

_REFERRED = {
    f"{step}_{value}": NUMBER
    for step in ("accepted", "entered")
    for value in ("yes", "no", "open", "dont_know")
}

_SERVICE = (
    _frame(
        "members", "who stands behind a number in every freeze alike, under a key: for the ledger, and for no door", "unit number",
        unit=TEXT, number=NUMBER, member=NUMBER,
    ),
    _frame("span", "the first and last day that anything was recorded of; open referrals are watched until then", "from_on", from_on=DAY, until_on=DAY),
    _frame(
        "sites", "a site; opened_on..closed_on, null: still open", "site",
        site=TEXT, name=TEXT, organisation=TEXT, kind=TEXT, area=TEXT, time_zone=TEXT, opened_on=DAY, closed_on=DAY, arm=TEXT,
    ),
    _frame(
        "phases", "the days of a phase at a site, to_on null: still open; where two overlap the later start wins", "site phase",
        site=TEXT, arm=TEXT, phase=TEXT, from_on=DAY, to_on=DAY,
    ),
    _frame(
        "components",
        "the days on which a part of the programme ran at a site, to_on null: still running; in freezes of before there was"
        " this table it is absent",
        "site component from_on",
        site=TEXT, component=TEXT, from_on=DAY, to_on=DAY,
    ),
    _frame(
        "provisions", "what a site gives people who use crack anyway, in either arm; to_on null: still; its words stay with the records",
        "site provision from_on",
        site=TEXT, provision=TEXT, from_on=DAY, to_on=DAY,
    ),
    _frame(
        "contacts", "a contact; client_no null: anonymous; worker_no null: not recorded", "contact_no",
        contact_no=NUMBER, client_no=NUMBER, worker_no=NUMBER, local_on=DAY, month=TEXT, **_PLACE, kind=TEXT, tally=NUMBER,
        is_anonymous=BOOL, newness=TEXT, place=TEXT, mode=TEXT, who_spoke=TEXT, duration=TEXT, on_behalf_of=NUMBER,
        on_behalf_of_nothing=TEXT,
    ),
    _frame(
        "kit_lines", "how much of an item kind (kits taken apart) was given at a contact", "contact_no item_kind",
        contact_no=NUMBER, item_kind=TEXT, counts_as=TEXT, quantity=NUMBER,
    ),
    _frame(
        "disclosures", "an answer to a topic; counts_as: the field's word for a programme's own code", "contact_no topic",
        contact_no=NUMBER, topic=TEXT, counts_as=TEXT, answer=TEXT, raised_by=TEXT,
    ),
    _frame(
        "needs", "a need; closed_on null and closed_as open: not closed", "need_no",
        need_no=NUMBER, contact_no=NUMBER, domain=TEXT, counts_as=TEXT, urgency=TEXT, closed_as=TEXT, closed_on=DAY,
    ),
    _frame("actions", "what was done about a need", "need_no kind taken_on action_no", action_no=NUMBER, need_no=NUMBER, kind=TEXT, taken_on=DAY),
    _frame(
        "barriers", "what stood in the way of a contact or (need_no) of a need", "contact_no barrier_no",
        barrier_no=NUMBER, contact_no=NUMBER, need_no=NUMBER, kind=TEXT, counts_as=TEXT, level=TEXT,
    ),
    _frame(
        "referrals", "a referral that was sent; reason null: it is for needs", "referral_no",
        referral_no=NUMBER, site=TEXT, arm=TEXT, phase=TEXT, to_organisation=TEXT, door=TEXT, kind=TEXT, reason=TEXT,
        sent_on=DAY, state=TEXT,
    ),
    _frame("referral_needs", "a referral is for a need", "referral_no need_no", referral_no=NUMBER, need_no=NUMBER),
    _frame(
        "referral_events", "a step of a referral", "referral_no sequence",
        referral_no=NUMBER, sequence=NUMBER, state=TEXT, source=TEXT, happened_on=DAY,
    ),
    _frame(
        "incidents", "an incident, merged ones once; never joined to clients", "incident_no",
        incident_no=NUMBER, occurred_on=DAY, occurred_on_nothing=TEXT, place_band=TEXT, flags=TEXT, reports=NUMBER,
    ),
    _frame(
        "incident_people", "a person of an incident", "person_no",
        person_no=NUMBER, incident_no=NUMBER, age_band=TEXT, gender=TEXT, fatal=TEXT, naloxone_given=TEXT,
    ),
    _frame(
        "doses", "doses given to a person by one route and hand", "person_no dose_no",
        dose_no=NUMBER, person_no=NUMBER, quantity=NUMBER, quantity_nothing=TEXT, route=TEXT, given_by=TEXT,
    ),
    _frame(
        "site_month",
        "a site's month; counts are null, with their kind of nothing, where nothing was reported; phase mixed: of several;"
        " trained_in: the programme's courses, null (and nobody counted as trained): none is marked",
        "site month",
        site=TEXT, arm=TEXT, month=TEXT, phase=TEXT, reporting=TEXT, open_hours=pa.decimal128(7, 1), open_hours_nothing=TEXT,
        contacts=NUMBER, contacts_nothing=TEXT, pipes_given=NUMBER, pipes_given_nothing=TEXT, staff=NUMBER, staff_trained=NUMBER,
        trained_in=TEXT,
    ),
    _frame(
        "survey_answers",
        "an answer of a survey wave, or what an outcome works out of several (question: its expression); arm from the site, phase as the"
        " wave says",
        "question site phase respondent",
        site=TEXT, arm=TEXT, phase=TEXT, answered_on=DAY, respondent=NUMBER, question=TEXT, value=REAL,
        value_nothing=TEXT,
    ),
    _frame(
        "approaches",
        "somebody who was asked to take part in a survey wave, or whose answers came from elsewhere (through elsewhere), and how far"
        " they went; reason: why not eligible or left out; in freezes of before there was this table it is absent",
        "wave site approach_no",
        wave=TEXT, site=TEXT, arm=TEXT, phase=TEXT, approach_no=NUMBER, through=TEXT, reached=TEXT, reason=TEXT,
    ),
    _frame(
        "assessments",
        "a questionnaire of attitudes; respondent_no null: no label, so of no pair; pair_after and pair_follow_up: linked where the"
        " person handed in before and that one, else alone, not_applicable: of another moment, or not the last follow-up; in freezes of"
        " before there was this table it is absent",
        "assessment_no",
        assessment_no=NUMBER, scale=TEXT, site=TEXT, arm=TEXT, respondent_group=TEXT, moment=TEXT, taken_on=DAY, respondent_no=NUMBER,
        is_of_training=BOOL, pair_after=TEXT, pair_follow_up=TEXT,
    ),
    _frame(
        "attitude_scores",
        "what a questionnaire came to on a subscale, in the unit of an item from lowest to highest; in freezes of before there was this"
        " table it is absent",
        "assessment_no subscale",
        assessment_no=NUMBER, subscale=TEXT, is_higher_better=BOOL, lowest=NUMBER, highest=NUMBER, value=pa.decimal128(8, 3),
        value_nothing=TEXT,
    ),
    _frame(
        "planned",
        "what the plan named that was locked before the data: outcomes (primary, secondary), covariates, subgroups (survey"
        " questions), imputed (kinds of nothing); in freezes of before there was this table it is absent",
        "what code",
        what=TEXT, code=TEXT,
    ),
    _frame(
        "outcomes", "what the study looks at; is_planned: a locked plan names it; is_plan_locked: there is one", "code",
        code=TEXT, name=TEXT, kind=TEXT, source=TEXT, measure=TEXT, rank=TEXT, direction=TEXT, success_by=TEXT, is_planned=BOOL,
        is_plan_locked=BOOL,
    ),
)  # fmt: skip

_HISTORY = (
    _frame(
        "history",
        "a contact, n times, with each step's value; and its referrals, counted at the first contact they are for, by value",
        "contact_no",
        contact_no=NUMBER, client_no=NUMBER, n=NUMBER, local_on=DAY, month=TEXT, **_PLACE, **_STEPS,
        **_REFERRED,
    ),
    _frame(
        "code_history", "a client code in a window (all, or a phase); dates are null where the step was not reached",
        "code_window client_no",
        client_no=NUMBER, code_window=TEXT, **_PLACE, contacts=NUMBER, **_STEPS, first_contact_on=DAY, crack_use_told_on=DAY,
        further_need_told_on=DAY, response_on=DAY, accepted_on=DAY, entered_on=DAY, came_back_on=DAY,
    ),
    _frame(
        "need_history", "a need and a referral for it (referral_no null: none was sent)", "need_no referral_no",
        need_no=NUMBER, referral_no=NUMBER, contact_no=NUMBER, client_no=NUMBER, **_PLACE, domain=TEXT, counts_as=TEXT,
        told_on=DAY, response=TEXT, sent_on=DAY, accepted_on=DAY, entered_on=DAY, ended_as=TEXT, days=NUMBER,
    ),
    _frame(
        "referral_history", "a sent referral: how it ended (open: not yet) and the days until then or until it was last watched",
        "referral_no",
        referral_no=NUMBER, **_PLACE, door=TEXT, kind=TEXT, sent_on=DAY, accepted=TEXT, entered=TEXT, accepted_on=DAY,
        entered_on=DAY, ended_as=TEXT, ended_on=DAY, days=NUMBER,
    ),
)  # fmt: skip

_INQUIRY = (
    _frame("analyses", "an analysis and its approach", "analysis_no", analysis_no=NUMBER, name=TEXT, approach=TEXT),
    _frame("counted_analyses", "an analysis that counts, by its approach or as it asks", "analysis_no", analysis_no=NUMBER),
    _frame(
        "sources", "a source that is not erased; site none: of no one site", "source_no",
        source_no=NUMBER, analysis_no=NUMBER, kind=TEXT, site=TEXT, arm=TEXT, phase=TEXT, language=TEXT, guide_version=TEXT,
        is_deidentified=BOOL,
    ),
    _frame("source_topics", "a step that the source's guide asked about; without a row the source was open", "source_no step", source_no=NUMBER, step=TEXT),
    _frame(
        "participants", "who spoke and has not withdrawn; site, arm, phase mixed: in sources of several", "participant_no",
        participant_no=NUMBER, analysis_no=NUMBER, participant_group=TEXT, site=TEXT, arm=TEXT, phase=TEXT,
    ),
    _frame("themes", "a theme", "theme_no", theme_no=NUMBER, analysis_no=NUMBER, name=TEXT, status=TEXT),
    _frame(
        "theme_records",
        "which theme of the records this is, as a number that is the same in every freeze, under a key: to find its words, and for no"
        " door; in freezes of before there was this table it is absent",
        "theme_no",
        theme_no=NUMBER, member=NUMBER,
    ),
    _frame("theme_steps", "a step of the line that a theme bears on", "theme_no step", theme_no=NUMBER, step=TEXT),
    _frame("theme_outcomes", "an outcome, no step of the line, that a theme bears on", "theme_no outcome", theme_no=NUMBER, outcome=TEXT),
    _frame(
        "joint_rows",
        "what a person judged where numbers and words stand side by side; theme_no null: the step as a whole",
        "step theme_no analysis_no",
        step=TEXT, theme_no=NUMBER, analysis_no=NUMBER, judgement=TEXT,
    ),
    _frame(
        "joint_outcomes", "the same of an outcome that is no step of the line", "outcome theme_no analysis_no",
        outcome=TEXT, theme_no=NUMBER, analysis_no=NUMBER, judgement=TEXT,
    ),
    _frame(
        "theme_coverage",
        "a participant who spoke in a source, of an analysis that counts; was_asked: its guide asked about the theme, or was open; passages: codings of the"
        " theme's codes on own turns",
        "theme_no participant_no source_no",
        theme_no=NUMBER, participant_no=NUMBER, source_no=NUMBER, was_asked=BOOL, passages=NUMBER,
    ),
)  # fmt: skip

FRAMES: Mapping[str, Frame] = {frame.name: frame for frame in (*_SERVICE, *_HISTORY, *_INQUIRY)}
# Tables that freezes of earlier versions do not hold; such a freeze can be asked all but what needs them.
LATER = frozenset(
    {
        "counted_analyses",
        "components",
        "provisions",
        "approaches",
        "planned",
        "assessments",
        "attitude_scores",
        "theme_records",
        "theme_outcomes",
        "joint_outcomes",
    }
)
# How a column of an earlier version's freeze was held: it opens like any other.
EARLIER: Mapping[str, Mapping[str, pa.DataType]] = {"survey_answers": {"value": pa.decimal128(12, 3)}}


def schemas_of(name: str) -> tuple[pa.Schema, ...]:
    """The schemas that a table of a freeze may have: of now, and of earlier versions."""
    now = FRAMES[name].schema
    then = EARLIER.get(name, {})
    return now, pa.schema([pa.field(field.name, then.get(field.name, field.type)) for field in now])

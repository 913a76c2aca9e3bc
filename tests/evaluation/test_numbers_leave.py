"""Counts of codings through the door for tables: what is small, of few people or too close to another stays."""

from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest

from tests.cast import START, SYSTEM, Cast
from tests.records.inquiry.asked import Asked, make_asked
from tests.records.made import a_source_draft
from throughline.evaluation.code_tables import by_attribute, by_code
from throughline.evaluation.numbers import release_code_table, release_figures
from throughline.evaluation.passages import PassagesLeft
from throughline.methods.suppression import PROFILES, Profile
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Source
from throughline.records.inquiry.queries.asking import code_by_attribute, code_by_code
from throughline.records.inquiry.queries.material import GROUP, PHASE, SITE, Attribute, material_for
from throughline.records.study.models import Release
from throughline.reporting.table_files import counts_table, table_file
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import NotAllowed, Unready
from throughline.vocabulary.study import AliasKind, Approach, ApproachUse

pytestmark = pytest.mark.django_db

SMALL = Profile("custom:5:1", 5)


@pytest.fixture
def asked(cast: Cast) -> Asked:
    """Seven more sources at Harrowmere and six at Saltby, each of one person of their own: 'rent' twice in each, 'talk' once."""
    made = make_asked(cast)
    for number in range(13):
        site = cast.site if number < 7 else cast.other_site
        draft = a_source_draft(
            f"X: The rent and the rent, we talk. {number}", name=f"More {number}", site=site
        )
        source = actions.add_source(analysis=made.analysis, draft=draft, by=SYSTEM, at=START)
        person = actions.add_participant(
            analysis=made.analysis,
            label=f"Q{number:02}",
            group="crack",
            attributes={},
            consent=None,
            by=SYSTEM,
            at=START,
        )
        actions.assign_speaker(source=source, speaker="X", participant=person, by=SYSTEM, at=START)
        code(made, source, (7, 11), (20, 24))
    return made


def code(asked: Asked, source: Source, *rent: tuple[int, int], talk: bool = True) -> None:
    drafts = [actions.CodingDraft(asked.rent, start, end) for start, end in rent]
    drafts += [actions.CodingDraft(asked.talk, 3, 33)] if talk else []
    actions.apply_codes(source=source, drafts=drafts, by=asked.una.actor, at=START)


def left(
    asked: Asked,
    now: datetime,
    attribute: Attribute | None = SITE,
    by: Actor | None = None,
    *,
    by_turn: bool = False,
) -> PassagesLeft:
    by = by or asked.cast.chen.actor
    everything = material_for(by, asked.analysis)
    return release_code_table(
        everything=everything, profile=PROFILES["lt5"], recipient="A reader", by=by, at=now,
        count=lambda enough: (
            by_code(everything, is_by_turn=by_turn, enough=enough) if attribute is None
            else by_attribute(everything, attribute, enough=enough)
        ),
        write=lambda one: table_file("csv", counts_table(one)),
    )  # fmt: skip


def told(done: PassagesLeft) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(done.content.decode("utf-8-sig")))
    return {row.pop("code"): row for row in rows}


def test_counts_leave_as_the_page_has_them(asked: Asked, now: datetime) -> None:
    done = left(asked, now)
    assert told(done) == {
        "rent": {"Harrowmere": "14", "Saltby": "12", "all": "26"},
        "talk": {"Harrowmere": "7", "Saltby": "6", "all": "13"},
    }
    line = Release.objects.get()
    assert (line.door, line.what, line.profile) == ("tables", "Codes by site", "lt5")
    assert "Saltby" not in str(line.cells) and len(line.cells) == 6
    assert told(left(asked, now, None)) == {
        "rent": {"rent": "26", "talk": "26"},
        "talk": {"rent": "26", "talk": "13"},
    }


def test_cells_hold_what_the_pages_count(asked: Asked) -> None:
    asked.put(asked.rent, "talk about rent")
    asked.put(asked.reason, "Then we talk about rent.")
    asked.put(asked.reason, "a reason to come in")
    material = material_for(asked.cast.rosa.actor, asked.analysis)
    for is_by_turn in (False, True):
        page = code_by_code(material, is_by_turn=is_by_turn).passages.tolist()
        table = by_code(material, is_by_turn=is_by_turn, enough=1)
        assert [[cell.members.size for cell in row] for row in table.cells] == page
    for attribute in (SITE, GROUP):
        page = code_by_attribute(material, attribute).passages.tolist()
        cells = by_attribute(material, attribute, enough=1).cells
        assert [[cell.members.size for cell in row][: len(page[0])] for row in cells] == page


def test_small_counts_and_those_of_few_people_stay(asked: Asked, now: datetime) -> None:
    asked.put(asked.reason, "a reason to come in")
    for words in ("Rent", "first", "for me", "first, for", "Rent first"):
        asked.put(asked.reason, words)
    found = told(left(asked, now))
    assert set(found["reason"].values()) == {"suppressed"}, "six passages, of two people"
    people = told(left(asked, now, Attribute("participant", "housing")))
    assert list(people["rent"]) == ["not_recorded", "others"], "one value is of one person, one of three"


def test_what_differs_by_few_from_an_earlier_table_is_hidden(asked: Asked, now: datetime) -> None:
    left(asked, now)
    asked.put(asked.rent, "asks about rent", 1)
    later = told(left(asked, now))["rent"]
    assert later == {"Harrowmere": "14", "Saltby": "suppressed", "all": "suppressed"}, (
        "13 beside 12 tells of one"
    )
    phases = told(left(asked, now, PHASE))["rent"]
    assert phases["after"] == "14" and phases["before"] == "suppressed"


def test_nothing_that_may_leave_is_a_refusal(asked: Asked, now: datetime) -> None:
    with pytest.raises(NotAllowed):
        left(asked, now, by=asked.cast.rosa.actor)
    actions.add_alias(
        analysis=asked.analysis,
        kind=AliasKind.OTHER,
        label="town",
        terms=["Saltby"],
        by=asked.cast.rosa.actor,
        at=now,
    )
    with pytest.raises(Unready, match="names of codes or of what"):
        left(asked, now)
    assert not Release.objects.exists()
    Source.objects.filter(name__startswith="More").update(is_deidentified=False)
    asked.put(asked.rent, "talk about rent")
    with pytest.raises(Unready, match="No count"):
        left(asked, now, GROUP)
    assert Release.objects.get().is_refused
    Analysis.objects.update(approach=Approach.REFLEXIVE.value)
    asked.analysis.refresh_from_db()
    with pytest.raises(Unready, match="makes no use of this"):
        left(asked, now, GROUP)


def test_figures_of_too_few_sources_are_a_refusal(asked: Asked, now: datetime) -> None:
    given = {
        "analysis": asked.analysis, "use": ApproachUse.SATURATION, "what": "Saturation", "profile": SMALL,
        "recipient": "A reader", "write": lambda: b"x", "by": asked.cast.chen.actor, "at": now,
    }  # fmt: skip
    with pytest.raises(Unready, match="fewer sources"):
        release_figures(sources=4, **given)
    assert Release.objects.get().is_refused
    assert release_figures(sources=5, **given).release.profile == "custom:5:1"
    with pytest.raises(Unready, match="makes no use"):
        release_figures(sources=5, **given | {"use": ApproachUse.AGREEMENT})

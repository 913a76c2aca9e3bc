"""Rows that leave: two people, no group of few, no number of the freeze, files as they were written."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zipfile
from collections import Counter
from pathlib import Path

import pandas
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evaluation.world import AT, CHEN, WContact, World, write
from tests.evaluation.worlds import AFTER, SIX, moment
from throughline.evaluation import codebook, rows, rows_files
from throughline.evaluation.frames import FRAMES
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.opened import open_freeze
from throughline.methods.suppression import LT5
from throughline.records.audit.models import AuditEvent
from throughline.records.engagement.models import Contact, Disclosure, Need
from throughline.records.foundation import privacy_of
from throughline.records.referral.models import IncidentPerson, Referral
from throughline.records.study.actions import RowsDraft, approve_rows
from throughline.records.study.models import Freeze, Release, RowsRequest, SurveyAnswer
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.nothing import Nothing
from throughline.vocabulary.privacy import Privacy
from throughline.vocabulary.study import RowsState

DRAFT = RowsDraft("a second look", "history", ("site", "route"), "Dr. Reader", "DSA 4", "lt5")
GUARDIAN = Actor.system("example")  # holds every permission, and is not who asked


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.THROUGHLINE_FREEZES = tmp_path / "freezes"  # type: ignore[attr-defined]  # pytest-django's own settings
    settings.THROUGHLINE_WITNESS = tmp_path / "witness"  # type: ignore[attr-defined]  # pytest-django's own settings


def contacts(site: int, route: str, n: int, start: int) -> list[WContact]:
    return [WContact(site, moment(AFTER), route, client=start + i) for i in range(n)]


def frozen(*, few: int = 6) -> Freeze:
    held = contacts(0, "service", 20, 0) + contacts(1, "service", 12, 100) + contacts(1, "peer", few, 200)
    return freeze_study(study=write(World(SIX, tuple(held))).study, name="one", by=CHEN, at=AT)


def asked(freeze: Freeze, **changed: object) -> RowsRequest:
    return rows.ask_for_rows(freeze=freeze, draft=dataclasses.replace(DRAFT, **changed), by=CHEN, at=AT)


def left(freeze: Freeze, **changed: object) -> rows.RowsLeft:
    request = asked(freeze, **changed)
    approve_rows(request=request, by=GUARDIAN, at=AT)
    return rows.release_rows(request=request, by=CHEN, at=AT)


@pytest.mark.django_db(transaction=True)
def test_release_rows_writes_files_that_say_what_they_are_and_one_line() -> None:
    freeze = frozen()
    request = asked(freeze)
    assert (request.row_count, request.smallest_group, request.state) == (38, 6, RowsState.WAITING)
    with pytest.raises(Unready, match="must approve"):
        rows.release_rows(request=request, by=CHEN, at=AT)
    approve_rows(request=request, by=GUARDIAN, at=AT)
    for other in (Actor.stranger(), GUARDIAN):
        with pytest.raises(NotAllowed):
            rows.release_rows(request=request, by=other, at=AT)
    assert not Release.objects.exists() and not rows.rows_folder(request).exists()
    found = rows.release_rows(request=request, by=CHEN, at=AT)
    held = pq.read_table(found.folder / "rows.parquet")
    counted = Counter(zip(held["site"].to_pylist(), held["route"].to_pylist(), strict=True))
    assert counted == {("aston", "service"): 20, ("brook", "service"): 12, ("brook", "peer"): 6}
    assert csv.read_csv(found.folder / "rows.csv").num_rows == found.rows == 38
    fields = csv.read_csv(found.folder / "codebook.csv").to_pydict()
    assert fields["field"] == held.column_names and fields["privacy"] == ["plain", "quasi", "quasi"]
    line = Release.objects.get()
    assert (line.door, line.recipient, line.agreement, line.row_count, line.smallest_group) == (
        "rows", "Dr. Reader", "DSA 4", 38, 6,
    )  # fmt: skip
    assert (line.released_by, line.approved_by) == (CHEN.id, GUARDIAN.id)
    manifest = json.loads((found.folder / "manifest.json").read_text())
    assert (manifest["rows"], manifest["smallest_group"]) == (38, 6)
    with pytest.raises(Unready, match="left already"):
        rows.release_rows(request=request, by=CHEN, at=AT)


@pytest.mark.django_db(transaction=True)
def test_ask_for_rows_of_a_small_group_is_refused_and_says_what_to_coarsen() -> None:
    freeze = frozen(few=3)
    with pytest.raises(Unready) as refused:
        asked(freeze)
    words = str(refused.value.sentence)
    assert "smallest group over site, route is 3, under the 5" in words and "route (15)" in words
    assert "site (" not in words  # without the site the group is as small: it would not help
    line = Release.objects.get()
    assert (line.is_refused, line.door) == (True, "rows") and not RowsRequest.objects.exists()
    assert asked(freeze, fields=("site",)).smallest_group == 15
    with pytest.raises(Invalid, match="under 5 at least"):
        asked(freeze, profile="custom:3:1")


@pytest.mark.django_db(transaction=True)
def test_smallest_group_counts_people_not_rows_and_days_can_be_coarsened() -> None:
    held = [WContact(0, moment(AFTER), "service", client=7) for _ in range(40)]
    freeze = freeze_study(study=write(World(SIX, tuple(held))).study, name="one", by=CHEN, at=AT)
    with pytest.raises(Unready, match="is 1, under"):
        asked(freeze, fields=("site",))  # forty contacts of one client
    with open_freeze(folder_of(freeze)) as opened:
        by_year = codebook.asked_fields("history", ["local_on:year"])
        assert rows.smallest_group(opened, "history", by_year).rows == 40


@pytest.mark.django_db(transaction=True)
def test_smallest_group_of_answers_counts_nobody_once_for_each_phase() -> None:
    """Four respondents before and after are four people, or eight: nobody knows, so it is not eight, asked or not."""
    told = tuple(
        (0, phase, n, "shared_pipe", "1")
        for phase, people in (("before", 4), ("after", 6))
        for n in range(people)
    )
    freeze = freeze_study(study=write(World(SIX, answers=told)).study, name="one", by=CHEN, at=AT)
    with open_freeze(folder_of(freeze)) as opened:
        for codes in (["question"], ["value", "value_nothing"], ["phase", "site"]):
            fields = codebook.asked_fields("survey_answers", codes)
            assert rows.smallest_group(opened, "survey_answers", fields).people == 4, codes
        one = codebook.asked_fields("survey_answers", ["phase", "site"])
        assert rows.smallest_group(opened, "survey_answers", one).without == (("phase", 4), ("site", 4))


@pytest.mark.django_db(transaction=True)
def test_handed_over_only_unaltered_and_to_who_asked() -> None:
    freeze = frozen()
    request = asked(freeze)
    approve_rows(request=request, by=GUARDIAN, at=AT)
    found = rows.release_rows(request=request, by=CHEN, at=AT)
    assert rows.handed_over(request=request, by=CHEN, at=AT).checksums == found.checksums
    assert AuditEvent.objects.filter(action="rows_handed_over").count() == 1
    with pytest.raises(NotAllowed):
        rows.handed_over(request=request, by=GUARDIAN, at=AT)
    path = found.folder / "rows.csv"
    path.write_bytes(path.read_bytes().replace(b"aston", b"brook", 1))
    with pytest.raises(Invalid, match="not as they were written"):
        rows.handed_over(request=request, by=CHEN, at=AT)


@pytest.mark.django_db(transaction=True)
def test_release_rows_that_cannot_be_written_leave_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze = frozen()
    request = asked(freeze)
    approve_rows(request=request, by=GUARDIAN, at=AT)
    # The machine, not our code, fails: the disk is full at the very end.
    monkeypatch.setattr(
        Path, "rename", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(OSError):
        rows.release_rows(request=request, by=CHEN, at=AT)
    request.refresh_from_db()
    assert request.state is RowsState.APPROVED and not Release.objects.exists()
    assert list(rows.rows_folder(request).parent.iterdir()) == []
    monkeypatch.undo()
    assert rows.release_rows(request=request, by=CHEN, at=AT).rows == 38


ANSWERS = ("1", "0.5", *(kind.value for kind in Nothing))
SURVEY = {"table": "survey_answers", "fields": ("arm", "answered_on:month", "value", "value_nothing")}


def answered() -> Freeze:
    """At each of six sites everyone answers something else, and for five of them it is a kind of nothing."""
    told = tuple(
        (site, "before", n, "shared_pipe", answer)
        for site in range(6)
        for n, answer in enumerate(ANSWERS * 2)
    )
    return freeze_study(study=write(World(SIX, answers=told)).study, name="one", by=CHEN, at=AT)


@pytest.mark.django_db(transaction=True)
def test_extract_holds_the_same_rows_in_every_format_and_nothing_is_blank() -> None:
    freeze = answered()
    with pytest.raises(Invalid, match="Ask for value_nothing with value"):
        asked(freeze, table="survey_answers", fields=("arm", "value"))
    by_day = ("arm", "answered_on", "value", "value_nothing")
    first, second = left(freeze, **SURVEY), left(freeze, **SURVEY | {"fields": by_day})
    names = {"README.txt", "rows.parquet", "rows.csv", "rows.dta", "codebook.csv", "values.csv"}
    assert set(first.checksums) == names and (first.rows, first.smallest_group) == (84, 6)
    with zipfile.ZipFile(rows.packed_rows(first)) as bundle:
        assert set(bundle.namelist()) == {*names, "manifest.json"}
        readme = bundle.read("README.txt").decode()
        for name, checksum in first.checksums.items():
            assert hashlib.sha256(bundle.read(name)).hexdigest() == checksum
            assert name == "README.txt" or f"{checksum}  {name}" in readme
    for said in ("Dr. Reader", "DSA 4", "Rows: 84", "fields together: 6 ", "not_asked       .a  in Stata"):
        assert said in readme, said
    plain = csv.read_csv(first.folder / "rows.csv").to_pydict()
    expected = {"1": "value_given", "0.5": "value_given"} | {kind.value: kind.value for kind in Nothing}
    assert Counter(zip(plain["value"], plain["value_nothing"], strict=True)) == dict.fromkeys(expected.items(), 12)  # fmt: skip
    with pandas.read_stata(first.folder / "rows.dta", iterator=True) as file:
        labels, variables = file.value_labels(), file.variable_labels()
        held = file.read(convert_categoricals=False, convert_missing=True)
    assert (
        held["row_id"].tolist() == plain["row_id"]
        and variables["arm"] == codebook.FIELDS["arm"].meaning.english
    )
    letters = {
        "not_asked": ".a",
        "declined": ".b",
        "dont_know": ".c",
        "not_applicable": ".d",
        "not_recorded": ".e",
    }
    for value, kind, word, beside in zip(held["value"], held["value_nothing"], plain["value"], plain["value_nothing"], strict=True):  # fmt: skip
        assert str(value) == letters.get(word, str(float(word) if word not in letters else 0))
        assert (str(kind) if beside in letters else labels["value_nothing"][kind]) == letters.get(
            beside, beside
        )
    given = {word: labels["arm"][2147483621 + place] for place, word in enumerate(letters, start=1)}
    assert given == {word: word for word in letters} and "." not in {str(one) for one in held["value"]}
    assert {labels["arm"][one] for one in held["arm"]} == {"intervention", "comparison"}
    read = pandas.read_stata(
        second.folder / "rows.dta"
    )  # as it comes: numbers and days are none of its categories
    assert (read["value"].count(), read["value"].mean()) == (24, 0.75)
    assert set(read["answered_on"]) == {pandas.Timestamp(2025, 1, 1)} and set(labels) == {"arm", "answered_on_month", "value_nothing"}  # fmt: skip
    assert set(read["arm"].cat.categories) >= {"intervention", "comparison"}
    tables = [pq.read_table(one.folder / "rows.parquet") for one in (first, second)]
    ids = [held["row_id"].to_pylist() for held in tables]
    assert len({*ids[0], *ids[1]}) == 168, "no id of one extract stands in the other"
    assert ids[0] == sorted(ids[0]), "the order of the freeze is gone"
    assert not {"contact_no", "client_no", "respondent"} & set(tables[0].column_names)


@pytest.mark.django_db(transaction=True)
def test_rows_that_are_not_those_approved_stay() -> None:
    """Approved were 38 rows; whoever writes others, whole and with their checksums, hands nothing over."""
    freeze = frozen()
    request = asked(freeze)
    approve_rows(request=request, by=GUARDIAN, at=AT)
    RowsRequest.objects.update(row_count=37)
    with pytest.raises(Invalid, match="not those that were approved"):
        rows.release_rows(request=request, by=CHEN, at=AT)
    RowsRequest.objects.update(row_count=38)
    folder = rows.release_rows(request=request, by=CHEN, at=AT).folder
    RowsRequest.objects.update(fields=["route", "site"])  # the same rows, otherwise than they were written
    with pytest.raises(Invalid, match="not those that were approved"):
        rows.handed_over(request=request, by=CHEN, at=AT)
    RowsRequest.objects.update(fields=["site", "route"])
    other = pq.read_table(folder / "rows.parquet")
    changed = other.set_column(1, "site", [["aston"] * 38])
    for name in ("rows.csv", "rows.dta"):
        (folder / name).unlink()
    names = rows_files.write_all(changed, codebook.asked_fields("history", ["site", "route"]), request, folder, AT)  # fmt: skip
    said = {"rows": 38, "smallest_group": request.smallest_group}
    Release.objects.update(content_hash=rows_files.write_manifest(request, said, names, folder))
    with pytest.raises(Invalid, match="not those that were approved"):
        rows.handed_over(request=request, by=CHEN, at=AT)


def test_every_field_of_a_table_has_a_meaning_and_a_label_and_numbers_are_direct() -> None:
    for table in codebook.TABLES:
        names = FRAMES[table].schema.names
        assert set(names) <= set(codebook.FIELDS), table
        for name in names:
            if name == "respondent" or (name.endswith("_no") and name not in {"accepted_no", "entered_no"}):
                assert codebook.FIELDS[name].label is Privacy.DIRECT
                with pytest.raises(Invalid, match="never leaves"):
                    codebook.asked_fields(table, [name])
        assert all(one.label in (Privacy.QUASI, Privacy.PLAIN) for one in codebook.offered(table))


MODELS = {
    "contacts": Contact, "needs": Need, "disclosures": Disclosure, "survey_answers": SurveyAnswer,
    "incident_people": IncidentPerson, "referral_history": Referral,
}  # fmt: skip


@pytest.mark.parametrize("table", sorted(set(MODELS) & set(codebook.TABLES)))
def test_no_label_is_weaker_than_the_records_own(table: str) -> None:
    strict = {Privacy.PLAIN: 0, Privacy.QUASI: 1, Privacy.FREE_TEXT: 2, Privacy.DIRECT: 3}
    own = privacy_of(MODELS[table])
    for name in set(FRAMES[table].schema.names) & set(own):
        assert strict[codebook.FIELDS[name].label] >= strict[own[name]], name


def test_asked_fields_refuses_what_is_no_field() -> None:
    for table, fields in (
        ("members", ["unit"]), ("history", []), ("history", ["nothing"]), ("history", ["site", "site"]),
        ("history", ["site:month"]), ("history", ["local_on:hour"]), ("history", ["local_on", "local_on:year"]),
        ("history", ["site; DROP TABLE x"]),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            codebook.asked_fields(table, fields)
    day, month = codebook.asked_fields("history", ["site", "local_on:month"])
    assert (day.name, month.name) == ("site", "local_on_month")


@given(
    people=st.integers(0, 12),
    without=st.lists(
        st.tuples(st.sampled_from("abcdef"), st.integers(0, 20)), max_size=6, unique_by=lambda one: one[0]
    ),
)
@settings(max_examples=100)
def test_check_large_enough_refuses_exactly_below_the_threshold(
    people: int, without: list[tuple[str, int]]
) -> None:
    found = rows.Smallest(people, 100, tuple(name for name, _ in without), tuple(without))
    if people >= LT5.threshold:
        rows.check_large_enough(found, LT5)
        return
    with pytest.raises(Unready) as refused:
        rows.check_large_enough(found, LT5)
    helping = {name for name, n in without if n >= LT5.threshold}
    told = str(refused.value.sentence).partition("without it): ")[2]
    named = {part.split(" ")[0] for part in told.rstrip(".").split(", ") if part}
    assert named == helping or (not helping and len(named) <= 3)

"""What leaves: suppressed, compared with all that left before, and written into the ledger, refusals too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.evaluation.world import AT, CHEN, WContact, WNeed, World, write
from tests.evaluation.worlds import AFTER, SIX, moment
from tests.records.made import a_consent, a_source, a_source_draft
from throughline.evaluation import doors
from throughline.evaluation.doors import (
    TableSpec,
    counted,
    profile_named,
    release_table,
    release_tables,
    tables_door,
    told_cells,
    word_of,
    write_answer,
)
from throughline.evaluation.freeze import folder_of, freeze_study
from throughline.evaluation.ledger import Cell, earlier_members, members_of_all
from throughline.evaluation.opened import open_freeze
from throughline.evaluation.words import release_words, words_of
from throughline.methods.suppression import LT5, custom, protect
from throughline.methods.table import ALL
from throughline.records.engagement.models import Contact
from throughline.records.inquiry import actions as inquiry
from throughline.records.inquiry.models import Participant
from throughline.records.study.actions import withdraw_research_consent
from throughline.records.study.models import Freeze, Release, ResearchConsent
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.errors import Invalid, NotAllowed, Unready
from throughline.vocabulary.study import AliasKind, Approach, ConsentScope

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    settings.THROUGHLINE_FREEZES = tmp_path / "freezes"  # type: ignore[attr-defined]  # pytest-django's own settings
    settings.THROUGHLINE_WITNESS = tmp_path / "witness"  # type: ignore[attr-defined]  # pytest-django's own settings


def contacts(site: int, route: str, n: int, start: int) -> list[WContact]:
    return [WContact(site, moment(AFTER), route, client=start + i) for i in range(n)]


def a_world(*, by_peers_at_second: int = 3) -> World:
    rows = contacts(0, "service", 20, 0) + contacts(0, "peer", 15, 100) + contacts(1, "service", 30, 200)
    rows += (
        contacts(1, "peer", by_peers_at_second, 300)
        + contacts(2, "service", 11, 400)
        + contacts(2, "peer", 9, 500)
    )
    return World(SIX, (*rows, WContact(2, moment(AFTER), "police", tally=8)))


def frozen_world(world: World) -> Freeze:
    return freeze_study(study=write(world).study, name="one", by=CHEN, at=AT)


BY_SITE = TableSpec("contacts by site", "contact", ("site",))
BY_BOTH = TableSpec("contacts by site and route", "contact", ("site", "route"))


def release(freeze: Freeze, spec: TableSpec, profile: object = LT5) -> dict[tuple[str, ...], int | str]:
    left = release_table(
        freeze=freeze, spec=spec, profile=profile, recipient="The commissioner", by=CHEN, at=AT
    )  # type: ignore[arg-type]  # a profile
    return left.table.released()


def test_release_table_hides_small_counts_and_writes_the_ledger() -> None:
    freeze = frozen_world(a_world())
    told = release(freeze, BY_BOTH)
    assert told["brook", "peer"] == "suppressed"
    assert (told["cove", ALL], told[ALL, ALL]) == (28, 96)
    hidden = [key for key, value in told.items() if value == "suppressed"]
    assert len(hidden) >= 4  # one alone could be worked out from its row and its column
    line = Release.objects.get()
    assert (line.what, line.recipient, line.profile, line.is_refused) == (
        BY_BOTH.title,
        "The commissioner",
        "lt5",
        False,
    )
    shown = {tuple(sorted(cell["where"].items())) for cell in line.cells}
    assert (("route", "peer"), ("site", "brook")) not in shown
    assert all(cell["shown"] == 0 or cell["shown"] >= 5 for cell in line.cells)


def test_release_table_again_is_the_same_and_may_leave() -> None:
    freeze = frozen_world(a_world())
    own = custom(6)
    assert release(freeze, BY_SITE, own) == release(freeze, BY_SITE, own)
    one, two = Release.objects.all()
    assert one.content_hash == two.content_hash
    assert one.profile == "custom:6:1"  # so that a later release can read what threshold was promised


def test_release_tables_compares_each_with_those_that_left_before_it() -> None:
    freeze = frozen_world(a_world())
    by_service = TableSpec("contacts by service", "contact", ("site",), {"route": "service"})
    left = list(
        release_tables(
            freeze=freeze, specs=[BY_SITE, by_service, BY_SITE], profile=LT5, recipient="x", by=CHEN, at=AT
        )
    )
    assert [isinstance(one, Unready) for one in left] == [False, True, False]
    assert [line.is_refused for line in Release.objects.order_by("id")] == [False, True, False]


def test_release_table_is_refused_where_two_tables_differ_by_few() -> None:
    world = a_world(by_peers_at_second=3)
    freeze = frozen_world(world)
    release(freeze, BY_SITE)
    # All contacts of a site have left; those without the three by peers may not stand beside them.
    by_service = TableSpec("contacts by service", "contact", ("site",), {"route": "service"})
    with pytest.raises(Unready, match="differ by too few"):
        release(freeze, by_service)
    refused = Release.objects.get(is_refused=True)
    assert (refused.what, refused.cells) == ("contacts by service", [])
    assert " 3 " not in refused.refusal  # how many they differ by is not told


def test_release_table_compares_across_freezes_by_members_not_by_numbers() -> None:
    """The same contacts have other numbers in another freeze: what is compared is who stands behind a count."""
    written = write(a_world())
    first = freeze_study(study=written.study, name="one", by=CHEN, at=AT)
    gone = Contact.objects.filter(site=written.sites[0], route="peer").order_by("id")[:2]
    Contact.objects.filter(id__in=[row.id for row in gone]).update(withdrawn_at=AT, withdrawn_by="x")
    second = freeze_study(study=written.study, name="two", by=CHEN, at=AT)
    cell = Cell("contact", {"site": "cove"}, 28)
    with open_freeze(folder_of(first)) as one, open_freeze(folder_of(second)) as two:
        assert np.array_equal(
            *(np.sort(members_of_all(opened, [(cell, "")])[0].members) for opened in (one, two))
        )
    release(first, BY_SITE)
    with pytest.raises(Unready, match="differ by too few"):
        release(second, BY_SITE)  # 35 against 33: the two withdrawn would show


def test_release_table_is_refused_where_an_earlier_freeze_is_gone() -> None:
    written = write(a_world())
    first = freeze_study(study=written.study, name="one", by=CHEN, at=AT)
    second = freeze_study(study=written.study, name="two", by=CHEN, at=AT)
    release(first, BY_SITE)
    (folder_of(first) / "manifest.json").unlink()
    with pytest.raises(Unready, match="cannot be opened"):
        release(second, BY_SITE)


def test_what_left_of_the_freeze_that_is_open_is_not_opened_again() -> None:
    freeze = frozen_world(a_world())
    release(freeze, BY_SITE)
    with open_freeze(folder_of(freeze)) as opened:
        (folder_of(freeze) / "manifest.json").rename(folder_of(freeze) / "away.json")
        found = earlier_members(Release.objects.all(), {freeze.id: opened})
        assert sorted(one.members.size for one in found) == [28, 33, 35, 96]
    with pytest.raises(Unready, match="cannot be opened"):
        earlier_members(Release.objects.all())


def test_a_door_looks_up_what_left_meanwhile_and_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    freeze, looked_up = frozen_world(a_world()), list[list[str]]()

    def counted_members(lines: list[Release], held: object) -> object:
        looked_up.append([line.what for line in lines])
        return earlier_members(lines, held)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(doors, "earlier_members", counted_members)
    by_service = TableSpec("contacts by service", "contact", ("site",), {"route": "service"})
    with tables_door(freeze=freeze, profile=LT5, recipient="x", by=CHEN, at=AT) as door:
        assert [isinstance(one, Unready) for one in door.release([BY_SITE])] == [False]
        assert looked_up == []  # nothing had left
        first = [*door._left]
        write_answer({}, freeze=freeze, what="an answer", profile=LT5, recipient="x", by=CHEN, at=AT)
        assert [isinstance(one, Unready) for one in door.release([by_service, BY_SITE])] == [True, False]
        release(freeze, TableSpec("contacts by route", "contact", ("route",)))
        assert looked_up.pop() == ["contacts by site", "an answer", "contacts by site"]  # by another door
        assert door.may_stand_beside([], [])
        assert door.may_stand_beside([], [])
        assert len(door._left) > len(first) > 0
        assert all(one is again for one, again in zip(first, door._left, strict=False))  # read once
    assert looked_up == [["an answer"], ["contacts by route"]]


def test_release_table_refuses_what_is_no_table_and_who_may_not() -> None:
    freeze = frozen_world(a_world())
    for spec in (
        TableSpec("x", "contact", ("client_no",)), TableSpec("x", "contact", ("local_on",)),
        TableSpec("x", "person", ("site",)), TableSpec("x", "contact", ()), TableSpec("x", "contact", ("site; --",)),
        TableSpec("x", "contact", ("site",), {"site": "aston"}),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            release(freeze, spec)
    with pytest.raises(NotAllowed):
        release_table(freeze=freeze, spec=BY_SITE, profile=LT5, recipient="x", by=Actor.stranger(), at=AT)
    assert not Release.objects.exists()


def test_counted_adds_tallies_and_counts_codes_once() -> None:
    freeze = frozen_world(a_world())
    with open_freeze(folder_of(freeze)) as opened:
        assert counted(opened, BY_BOTH).cells["cove", "police"] == 8
        assert counted(opened, BY_BOTH).cells["aston", "police"] == 0
        assert counted(opened, TableSpec("x", "code", ("site",))).cells[(ALL,)] == 88
        (police,) = members_of_all(opened, [(Cell("contact", {"route": "police"}, 8), "")])
        assert len(set(police.members.tolist())) == 8  # each of a tally stands for itself


def test_members_of_all_are_the_rows_that_each_predicate_names() -> None:
    """One pass for many cells finds who a query for each finds, also where a column has one of several values."""
    freeze = frozen_world(a_world())
    steps: list[dict[str, str | tuple[str, ...]]] = [
        {}, {"site": "aston"}, {"site": ("aston", "brook")}, {"route": "peer", "site": ("brook", "cove")},
        {"site": "nowhere"}, {"crack_use_told_known": "unknown", "site": "cove"}, {"has_code": "without_code"},
        {"response": ("yes", "no", "not_recorded")},
    ]  # fmt: skip
    cells = [(Cell("contact", where, 0), str(place)) for place, where in enumerate(steps)]
    with open_freeze(folder_of(freeze)) as opened:
        for (cell, label), found in zip(cells, members_of_all(opened, cells), strict=True):
            conditions = ["TRUE"]
            for name, value in cell.where.items():
                told = [value] if isinstance(value, str) else value
                made = {
                    "crack_use_told_known": "CASE WHEN t.crack_use_told IN ('yes', 'no') THEN t.crack_use_told ELSE 'unknown' END",
                    "has_code": "CASE WHEN t.client_no IS NULL THEN 'without_code' ELSE 'with_code' END",
                }.get(name, name)  # fmt: skip
                conditions.append(f"{made} IN ({', '.join(repr(one) for one in told)})")
            rows = opened.ask(
                f"SELECT m.member, t.n FROM history AS t JOIN members AS m ON m.unit = 'contact' AND m.number = t.contact_no"
                f" WHERE {' AND '.join(conditions)}"
            )
            assert found.label == label and found.members.size == sum(row["n"] for row in rows)
            first = np.array([row["member"] for row in rows], dtype=np.int64).view(np.uint64)
            assert set(first.tolist()) <= set(found.members.tolist())


def test_a_total_of_a_step_names_only_who_is_in_its_denominator() -> None:
    """Contacts at which no need was told are outside the response's denominator: its total does not stand for them."""
    told = tuple(WContact(0, moment(AFTER), client=i, needs=(WNeed(),) if i < 20 else ()) for i in range(30))
    freeze = frozen_world(World(SIX, told))
    spec = TableSpec("responses", "contact", ("site", "response"))
    with open_freeze(folder_of(freeze)) as opened:
        cells = [one for one in told_cells(spec, protect(counted(opened, spec), LT5)) if one.shown]
        behind = members_of_all(opened, [(cell, cell.label) for cell in cells])
    assert {cell.shown for cell in cells} == {20}
    assert {one.members.size for one in behind} == {20}


def test_release_table_of_several_values_and_of_some_totals() -> None:
    freeze = frozen_world(a_world())
    some = TableSpec(
        "aston and cove", "contact", ("site", "has_code"), {"site": ("aston", "cove")}, margins=(("site",),)
    )
    told = release(freeze, some)
    assert told == {
        ("aston", "with_code"): 35, ("aston", "without_code"): 0, ("aston", ALL): 35,
        ("cove", "with_code"): 20, ("cove", "without_code"): 8, ("cove", ALL): 28,
    }  # fmt: skip
    assert release(freeze, some) == told  # the line is read back with its several values
    for spec in (
        TableSpec("x", "contact", ("site",), {"site": ("aston",)}),
        TableSpec("x", "code", ("code_window",)), TableSpec("x", "respondent", ("site",)),
    ):  # fmt: skip
        with pytest.raises(Invalid):
            release(freeze, spec)


def test_profile_named_reads_what_the_ledger_keeps() -> None:
    assert profile_named("lt5") is LT5
    own = custom(10, 5)
    again = profile_named(word_of(own))
    assert (again.threshold, again.rounding) == (10, 5)
    for wrong in ("none", "custom:²:1", "custom:8:²"):
        with pytest.raises(Invalid, match="lt5"):
            profile_named(wrong)


def test_release_words_carries_what_three_share_and_withholds_the_rest() -> None:
    study = write(World(SIX)).study
    by = Actor.system("command line")
    analysis = inquiry.open_analysis(
        study=study, name="Why", question="?", approach=Approach.REFLEXIVE, by=by, at=AT
    )
    text = "P01: The pipe got me in.\nP02: Not for me.\nP03: Warm.\nP04: Alone.\n"
    source = a_source(analysis, a_source_draft(text, name="a.txt", is_deidentified=False))
    for label in ("P01", "P02", "P03", "P04"):
        person = inquiry.add_participant(
            analysis=analysis, label=label, group="peer" if label == "P04" else "crack",
            consent=a_consent(study, ConsentScope.QUOTE), by=by, at=AT,
        )  # fmt: skip
        inquiry.assign_speaker(source=source, speaker=label, participant=person, by=by, at=AT)
    theme = inquiry.write_theme(
        analysis=analysis, draft=inquiry.ThemeDraft("Reason", "A reason."), by=by, at=AT
    )
    for words in ("The pipe got me in", "Not for me", "Alone"):
        start = text.index(words)
        inquiry.choose_quote(theme=theme, source=source, start=start, end=start + len(words), by=by, at=AT)
    with pytest.raises(Unready, match="None of the chosen"):
        release_words(
            theme=theme, recipient="The report", by=by, at=AT
        )  # the source is not de-identified yet
    assert Release.objects.get().is_refused
    type(source).objects.filter(id=source.id).update(is_deidentified=True)
    withdrawn = ResearchConsent.objects.get(id=Participant.objects.get(label="P02").consent_id)
    withdraw_research_consent(consent=withdrawn, by=by, at=AT)
    words = words_of(theme=theme, by=by, at=AT)
    assert [(quote.text, quote.attributes) for quote in words.quotes] == [
        ("The pipe got me in", (("group", "crack"),)), ("Alone", ()),
    ]  # fmt: skip
    assert words.withheld == 1
    inquiry.add_alias(
        analysis=analysis, kind=AliasKind.OTHER, label="state", terms=["alone"], by=by, at=AT
    )  # a name that the list got after the source was declared de-identified
    named = words_of(theme=theme, by=by, at=AT)
    assert ([quote.text for quote in named.quotes], named.withheld) == (["The pipe got me in"], 2)
    left = release_words(theme=theme, recipient="The report", by=by, at=AT)
    assert (left.release.door, left.release.is_refused) == ("words", False)
    start = text.index("The pipe got me")
    inquiry.choose_quote(theme=theme, source=source, start=start, end=start + 15, by=by, at=AT)
    inquiry.add_alias(analysis=analysis, kind=AliasKind.OTHER, label="person", terms=["me in"], by=by, at=AT)
    cut = words_of(theme=theme, by=by, at=AT)
    assert (cut.quotes, cut.withheld) == ((), 4), "half a name at the edge of a quote gives away as much"

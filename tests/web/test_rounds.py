"""Rounds on pages: opened, blind, closed, compared, settled; and that nothing tells a coder of another's work."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from tests.cast import START, Cast
from tests.records.inquiry.asked import TEXTS, Asked, make_asked
from tests.records.made import a_code, an_analyst
from tests.web.access_matrix import MATRIX
from tests.web.words import words_of

from throughline.methods.agreement.codings import Level
from throughline.methods.suppression import Profile
from throughline.records.inquiry import actions
from throughline.records.inquiry.models import Analysis, Coder, Coding, Round, Settlement, Theme
from throughline.records.inquiry.queries import agreement as agreement_queries
from throughline.records.inquiry.queries import joint_rows_for
from throughline.records.study.models import Release
from throughline.reporting.agreement_table import agreement_tables
from throughline.reporting.table_files import table_file
from throughline.vocabulary.actor import Actor
from throughline.vocabulary.study import AliasKind, Approach, Judgement, Step
from throughline.web.inquiry.urls import urlpatterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> Asked:
    return make_asked(cast, Approach.CODING_RELIABILITY)


@pytest.fixture
def rosa(asked: Asked) -> Client:
    return signed_in(asked.cast.rosa.account)


def signed_in(account: Any) -> Client:
    client = Client()
    client.force_login(account)
    return client


def open_by(asked: Asked, *coders: Actor, is_blind: bool = True) -> Round:
    return actions.open_round(
        analysis=asked.analysis, name="First", is_blind=is_blind, by=asked.cast.rosa.actor, at=START,
        assignments=[actions.AssignmentDraft(source, who.id) for source in asked.sources for who in coders],
    )  # fmt: skip


def test_a_round_is_opened_coded_closed_compared_and_settled(asked: Asked, rosa: Client, cast: Cast) -> None:
    una, yusuf = asked.una, an_analyst(cast, "Yusuf")
    query = f"?analysis={asked.analysis.id}"
    page = words_of(rosa.get(reverse("new_round") + query))
    assert "Una" in page and "Yusuf" in page and "Bob" not in page, "who may not code is not offered"
    given = {
        "name": "First", "is_blind": "blind",
        "assigned": [f"{asked.sources[0].id}:{who.actor.id}" for who in (una, yusuf)],
    }  # fmt: skip
    answer = rosa.post(reverse("new_round") + query, given)
    around = Round.objects.get()
    assert answer["Location"] == reverse("round", args=[around.id])
    again = rosa.post(reverse("new_round") + query, given)
    assert again.status_code == 422 and "has a round called First already" in again.content.decode()
    asked.put(asked.rent, "talk about rent", by=una.actor)
    asked.put(asked.rent, "rent", by=yusuf.actor)
    address = [around.id]
    assert rosa.get(reverse("agreement", args=address)).status_code == 409
    assert rosa.post(reverse("close_round", args=address)).status_code == 302
    page = rosa.get(reverse("agreement", args=address)).content.decode()
    assert "pooled" in page.lower() and "it takes 10" in page
    assert "All coders, over all codes" in page and "all sources" in page and "cannot be drawn again" in page
    assert "Una – Yusuf" in page or "Yusuf – Una" in page
    for level in ("turn", "sentence"):
        assert (
            rosa.get(reverse("agreement", args=address), {"level": level, "over": "text"}).status_code == 200
        )
    page = rosa.get(reverse("differences", args=address)).content.decode()
    assert "<mark>talk about </mark>" in page and "0 of 1 stretches are settled" in page
    start = TEXTS[0].index("talk about rent")
    place = {
        "source": str(asked.sources[0].id),
        "code": str(asked.rent.id),
        "start": start,
        "end": start + 11,
    }
    told = rosa.post(reverse("settle", args=address), place | {"stands": "yes"}, follow=True)
    assert told.status_code == 422 and not Settlement.objects.exists()
    assert told.context["differences"][0]["form"]["stands"].value() == "yes"
    told = rosa.post(
        reverse("settle", args=address),
        place | {"stands": "yes", "reason": "The talk is the point."},
        follow=True,
    )
    assert "The talk is the point." in told.content.decode() and Settlement.objects.get().stands
    mine = place | {"stands": "no", "reason": "I see it otherwise.", "seen": "0" * 16}
    stale = rosa.post(reverse("settle", args=address) + "?state=open", mine)
    assert stale.status_code == 409 and "in another window" in words_of(stale)
    assert "I see it otherwise." in words_of(stale) and "The talk is the point." in words_of(stale)
    gone = rosa.post(reverse("settle", args=address), mine | {"end": start + 12})
    assert gone.status_code == 422 and "I see it otherwise." in words_of(gone)
    assert Settlement.objects.count() == 1
    told = rosa.post(reverse("write_agreed", args=address), follow=True)
    assert "The agreed version has 1 passage" in told.content.decode()
    coding = Coding.objects.get(analyst__startswith="agreed:")
    assert TEXTS[0][coding.start : coding.end] == "talk about rent"
    page = signed_in(una.account).get(reverse("differences", args=address)).content.decode()
    assert "Your roles do not allow this" in page and "Settle it" not in page


def test_coders_of_an_imported_project_are_compared_at_once(asked: Asked, rosa: Client) -> None:
    query = f"?analysis={asked.analysis.id}"
    assert reverse("imported_round") not in rosa.get(reverse("rounds") + query).content.decode()
    assert "Nothing to compare" in rosa.get(reverse("imported_round") + query).content.decode()
    brought(asked, "Elsa", "talk about rent")
    brought(asked, "Finn", "rent")
    assert reverse("imported_round") in rosa.get(reverse("rounds") + query).content.decode()
    una = signed_in(asked.una.account)
    assert reverse("imported_round") not in una.get(reverse("rounds") + query).content.decode()
    assert una.post(reverse("imported_round") + query, {}).status_code == 403
    page = rosa.get(reverse("imported_round") + query).content.decode()
    assert (
        "Interview 1 (Elsa, Finn)" in page and page.count(" checked") == 4
    )  # two coders, a source, and how it is read
    given = {"name": "Brought", "reads_all": "coded", "sources": [str(asked.sources[0].id)]}
    coders = [str(one.id) for one in Coder.objects.all()]
    alone = rosa.post(reverse("imported_round") + query, given | {"coders": coders[:1]})
    assert alone.status_code == 422 and "coded by two of these coders" in alone.content.decode()
    answer = rosa.post(reverse("imported_round") + query, given | {"coders": coders}, follow=True)
    around = Round.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("agreement", args=[around.id])
    assert "Elsa – Finn" in answer.content.decode()
    assert "imported</span>" in rosa.get(reverse("rounds") + query).content.decode()
    told = una.get(reverse("differences", args=[around.id])).content.decode()
    assert "<mark>talk about </mark>" in told and "0 of 1 stretches are settled" in told


def brought(asked: Asked, name: str, words: str) -> None:
    """A coding as it comes with a project: by somebody who has no account here."""
    coding = asked.put(asked.rent, words, by=asked.cast.rosa.actor)
    Coding.objects.filter(id=coding.id).update(analyst=f"coder:{name}")
    Coder.objects.create(
        programme=asked.analysis.programme, analysis=asked.analysis, actor=f"coder:{name}", name=name
    )


@pytest.mark.parametrize("approach", [Approach.REFLEXIVE, Approach.CODEBOOK_TEMPLATE])
def test_an_approach_that_compares_nobody_has_no_rounds(
    asked: Asked, rosa: Client, approach: Approach
) -> None:
    around = open_by(asked, asked.una.actor)
    Analysis.objects.update(approach=approach.value)
    assert reverse("rounds") not in rosa.get(reverse("inquiry")).content.decode()
    for address in (
        reverse("rounds"), reverse("new_round"), reverse("imported_round"), reverse("round", args=[around.id]),
        reverse("agreement", args=[around.id]), reverse("differences", args=[around.id]),
    ):  # fmt: skip
        assert rosa.get(address).status_code == 409


HIDDEN = "what Yusuf thinks of it"
# addresses of inquiry that cannot be asked for here: their ids are of work that waits, or of somebody's own
UNASKED = {
    "drop_project", "keep_project", "name_removed", "project_work", "share_entry", "themes_unrelated", "coder_joined"
}  # fmt: skip


def addresses(asked: Asked, **ids: Any) -> list[str]:
    """Every address that can be asked for with what this world has: all that the access matrix knows, and of the API."""
    known = {
        "source_id": asked.sources[0].id, "code_id": asked.rent.id, "participant_id": asked.people[0].id, "number": 2,
        "codebook_id": asked.rent.codebook_id, "book_id": asked.rent.codebook_id, **ids,
    }  # fmt: skip
    of = {str(one.name): list(one.pattern.converters) for one in urlpatterns if isinstance(one, URLPattern)}
    assert {name for name, needed in of.items() if not set(needed) <= set(known)} == UNASKED
    of = {name: needed for name, needed in of.items() if name not in UNASKED}
    found = [reverse(name, args=[known[one] for one in needed]) for name, needed in of.items()]
    found += [reverse(name) for name in (*(set(MATRIX) - set(of)),) if _stands_alone(name)]
    query = f"?analysis={asked.analysis.id}"
    theme = ids["theme_id"]
    found += [f"{reverse(name)}{query}" for name, needed in of.items() if not needed]
    found += [f"{reverse('review_theme', args=[theme])}?show={show}" for show in ("against", "aside")]
    found += [
        f"{reverse('ask')}{query}&a={asked.rent.id}", f"{reverse('code_matrix')}{query}&by=turn",
        f"{reverse('saturation')}{query}&base_size=1&run_length=1&threshold=5",
        f"{reverse('concordance')}{query}&words=rent", f"/api/sources/{asked.sources[0].id}/codings",
        f"/api/sources/{asked.sources[0].id}", f"/api/programmes/{asked.cast.programme.id}/sources",
        f"/api/programmes/{asked.cast.programme.id}/codes",
    ]  # fmt: skip
    return found


def _stands_alone(name: str) -> bool:
    """An address of another part that takes no id, and that a coder may look at: sign-in and files of phones aside."""
    row = MATRIX[name]
    if row.post is not None or row.is_open or name.startswith(("account", "mfa")):
        return False
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


def seen(client: Client, address: str) -> str:
    """What is answered, without what differs each time."""
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    text = body.decode(errors="replace")
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken&quot;: &quot;|X-CSRFToken": ")[^"&]+', "", text)
    return f"{answer.status_code} {text}"


def test_nothing_that_a_coder_can_ask_for_changes_by_what_another_does_blindly(
    asked: Asked, cast: Cast
) -> None:
    """Every page, feed and answer to a coder is the same before and after another coder, and who leads them, work."""
    una, yusuf = asked.una, an_analyst(cast, "Yusuf")
    other = a_code(asked.analysis, "other")
    theme = actions.write_theme(
        analysis=asked.analysis, draft=actions.ThemeDraft("A theme", "Pipes.", codes=(asked.rent,)),
        by=cast.rosa.actor, at=START,
    )  # fmt: skip
    around = open_by(asked, una.actor, yusuf.actor)
    own = asked.put(asked.rent, "talk about rent", by=una.actor)
    memo = actions.write_memo(
        analysis=asked.analysis, text="mine", about=theme, by=una.actor, at=datetime.now(UTC)
    )
    client = signed_in(una.account)
    every = addresses(asked, round_id=around.id, coding_id=own.id, theme_id=theme.id, memo_id=memo.id)
    before = {address: seen(client, address) for address in every}
    assert sum(text.startswith("200") for text in before.values()) > 60
    now = datetime.now(UTC)
    by: dict[str, Any] = {"by": yusuf.actor, "at": now}
    theirs = asked.put(asked.rent, "talk about rent", by=yusuf.actor)
    moved = asked.put(asked.reason, "come in", 1, by=yusuf.actor)
    actions.move_coding(coding=moved, start=moved.start, end=moved.end + 1, base_version=1, **by)
    gone = asked.put(other, "We all talk", 2, by=yusuf.actor)
    actions.remove_coding(coding=gone, **by)
    for about in (theirs, asked.sources[0], asked.rent, theme, None):
        actions.write_memo(analysis=asked.analysis, text=HIDDEN, about=about, **by)
    for there in (una, yusuf):
        _choices_wait(asked, theme, signed_in(there.account))
    # who leads the round and does not code may choose and sum up: a coder sees nothing of it either
    lead: dict[str, Any] = {"theme": theme, "by": cast.rosa.actor, "at": now}
    actions.choose_quote(**lead, **place_of(asked, "Rent first, for me"))
    actions.place_passage(**lead, **place_of(asked, "The van comes", 1))
    actions.write_cell(**lead, participant=asked.people[0], summary=HIDDEN)
    rosa: dict[str, Any] = {"by": cast.rosa.actor, "at": now}
    for about in (asked.rent, theme, None):
        actions.write_memo(analysis=asked.analysis, text=HIDDEN, about=about, **rosa)
    for writer in (rosa, by):
        actions.share_journal(
            entry=actions.write_journal(analysis=asked.analysis, text=HIDDEN, **writer), **writer
        )
        actions.record_decision(analysis=asked.analysis, text=HIDDEN, decided_on=now.date(), **writer)
    judged = actions.write_joint_row(
        study=asked.analysis.study, analysis=asked.analysis, of=Step.CONTACT, theme=theme,
        judgement=Judgement.SILENCE, reason=HIDDEN, **rosa,
    )  # fmt: skip
    assert judged not in joint_rows_for(una.actor, asked.analysis)
    after = {address: seen(client, address) for address in every}
    for address, text in after.items():
        for secret in (str(theirs.id), theirs.id.hex, str(moved.id), HIDDEN, "in their words"):
            assert secret not in text, f"{address} tells of another coder's work"
    assert [address for address in every if before[address] != after[address]] == []
    hidden = client.post(reverse("coding_removed", args=[theirs.id]))
    assert hidden.status_code == 404
    leads = signed_in(cast.rosa.account)
    cell = reverse("framework_cell", args=[asked.people[0].id, theme.id])
    assert HIDDEN in seen(leads, cell), "who leads the round sees it"
    actions.close_round(round=around, by=cast.rosa.actor, at=now)
    told = [address for address in every if before[address] != seen(client, address)]
    assert judged in joint_rows_for(una.actor, asked.analysis)
    for one in (
        "ask/codes", cell, reverse("review_theme", args=[theme.id]), reverse("memos"), reverse("journal"), reverse("trail"),
    ):  # fmt: skip
        assert any(one in address for address in told), "once it is closed, what they did is seen"


def place_of(asked: Asked, words: str, of: int = 0) -> dict[str, Any]:
    start = TEXTS[of].index(words)
    return {"source": asked.sources[of], "start": start, "end": start + len(words)}


def _choices_wait(asked: Asked, theme: Theme, client: Client) -> None:
    """While one codes blindly: no code, quote, passage or cell of one's own, whether others have such or not."""
    made = client.post(reverse("source_codes", args=[asked.sources[2].id]), {"name": "in their words"})
    assert made.status_code == 409 and "coding blindly" in made.json()["detail"]
    new = {"name": "in their words", "origin": "inductive", "colour": "0"}
    assert client.post(reverse("new_code", args=[asked.rent.codebook_id]), new).status_code == 409
    assert client.post(reverse("code_retired", args=[asked.talk.id])).status_code == 409
    into = {"into": str(asked.rent.id)}
    assert client.post(reverse("merge_code", args=[asked.talk.id]), into).status_code == 409
    place: dict[str, Any] = place_of(asked, "Rent first, for me")
    place["source"] = asked.sources[0].id
    for do in ("for", "against", "quote", "quote_against"):
        told = client.post(reverse("theme_passage", args=[theme.id]), place | {"do": do}, follow=True)
        assert "being coded blindly" in words_of(told)
    cell = reverse("framework_cell", args=[asked.people[0].id, theme.id])
    assert client.post(cell, {"summary": "All of it."}).status_code == 409


def test_each_source_goes_to_the_coders_ticked_beside_it(asked: Asked, rosa: Client, cast: Cast) -> None:
    una, yusuf = asked.una.actor.id, an_analyst(cast, "Yusuf").actor.id
    first, second, third = (str(one.id) for one in asked.sources)
    address = reverse("new_round") + f"?analysis={asked.analysis.id}"
    page = rosa.get(address).content.decode()
    assert "Yusuf codes Interview 2" in page and "Una codes every source" in page
    given = {"name": "Shared out", "is_blind": "blind"}
    refused = rosa.post(address, given)
    assert refused.status_code == 422 and "Tick who codes which source" in words_of(refused)
    assert rosa.post(address, given | {"assigned": [f"{first}:nobody"]}).status_code == 422
    pairs = [f"{first}:{una}", f"{second}:{yusuf}", f"{third}:{una}", f"{third}:{yusuf}"]
    assert rosa.post(address, given | {"assigned": pairs}).status_code == 302
    held = Round.objects.get(name="Shared out").assignments.values_list("source", "coder")
    assert {f"{source}:{coder}" for source, coder in held} == set(pairs)
    actions.close_round(round=Round.objects.get(), by=cast.rosa.actor, at=START)
    whole = {
        "name": "Una all",
        "is_blind": "open",
        "every": [una],
        "assigned": [f"{first}:{una}", f"{first}:{yusuf}"],
    }
    assert rosa.post(address, whole).status_code == 302
    held = Round.objects.get(name="Una all").assignments.values_list("source", "coder")
    assert len(held) == 4, "a cell ticked twice is one"


def test_agreement_leaves_without_names_of_coders_or_sources(asked: Asked, cast: Cast) -> None:
    yusuf, chen = an_analyst(cast, "Yusuf"), signed_in(cast.chen.account)
    around = open_by(asked, asked.una.actor, yusuf.actor)
    for by in (asked.una.actor, yusuf.actor):
        asked.put(asked.rent, "talk about rent", by=by)
    actions.close_round(round=around, by=cast.rosa.actor, at=START)
    page = chen.get(reverse("agreement", args=[around.id]), {"level": "turn"}).content.decode()
    address = re.findall(r'action="([^"]+leave/[^"]*)"', page)[0]
    given = {"recipient": "A reader", "format": "csv", "profile": "lt5"}
    assert chen.post(address, given).status_code == 409, "three sources are too few"
    found = agreement_queries.agreement_of(
        cast.chen.actor,
        around.id,
        agreement_queries.Asked(level=Level.TURN),
        rng=np.random.default_rng(1),
        at=START,
    )
    tables = agreement_tables(found, "turns", Profile("own", 3), is_blind=True)
    assert [row[:4] for row in tables[0].rows] == [("rent", 3, 4, 1.0)]
    assert [row[0] for row in tables[1].rows] == ["coder 1 - coder 2"] and tables[1].rows[0][-1] == 1.0
    told = table_file("csv", *tables).decode()
    assert "who worked apart, over 3 sources" in told, "a file is read without the page"
    assert "Una" not in told and "Yusuf" not in told and "Interview" not in told
    assert "who worked apart" in tables[0].notes[0]
    hidden = agreement_tables(found, "turns", Profile("own", 4), is_blind=False)
    assert "who may have seen each other's work" in hidden[0].notes[0]
    assert all(set(row[1:]) == {"suppressed"} for table in hidden for row in table.rows)


def test_differences_leave_side_by_side_with_what_was_settled(asked: Asked, rosa: Client, cast: Cast) -> None:
    """Coders as numbers, a reason with a name of the list kept back, no source and no place; a line of the ledger."""
    yusuf, una = an_analyst(cast, "Yusuf").actor, asked.una.actor
    around = open_by(asked, una, yusuf)
    asked.put(asked.rent, "talk about rent", by=una)
    asked.put(asked.talk, "Rent first", by=yusuf)
    asked.put(asked.talk, "Who talks?", 2, by=yusuf)
    actions.close_round(round=around, by=cast.rosa.actor, at=START)
    _row, found, compared = agreement_queries.differences_of(cast.rosa.actor, around.id)
    for one, reason in zip(found, ("Marlene says so.", "It is a call to come."), strict=False):
        actions.settle_disagreement(
            round=around, source=one.source, code=one.code, start=one.place.start, end=one.place.end, stands=True,
            reason=reason, by=cast.rosa.actor, at=START,
        )  # fmt: skip
    actions.add_alias(
        analysis=asked.analysis, kind=AliasKind.PERSON, label="person 1", terms=["Marlene"], by=cast.rosa.actor,
        at=START,
    )  # fmt: skip
    page = rosa.get(reverse("differences", args=[around.id])).content.decode()
    address = unescape(re.findall(r'action="([^"]+leave/[^"]*)"', page)[0])
    answer = rosa.post(address, {"recipient": "A reader", "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    told = [
        (
            row["passage"],
            row["code"],
            row["has the code"],
            row["read it and left it"],
            row["settled"],
            row["reason"],
        )
        for row in rows
    ]
    coders = {who: f"coder {n}" for n, who in enumerate(compared.continuum.coders, start=1)}
    assert ("talk about rent", "rent", coders[una.id], coders[yusuf.id], "stands", "(kept back)") in told
    assert ("Rent first", "talk", coders[yusuf.id], coders[una.id], "stands", "It is a call to come.") in told
    line = Release.objects.get()
    assert (line.door, line.what) == ("words", f"where coders differ: {around.name}")
    for word in ("Una", "Yusuf", "Interview", "Marlene"):
        assert word not in answer.content.decode()
    narrowed = rosa.post(f"{address}&code={asked.rent.id}", {"recipient": "A reader", "format": "docx"})
    assert narrowed.status_code == 200 and narrowed.content[:2] == b"PK"
    assert "Say who gets" in words_of(rosa.post(address, {}, follow=True))

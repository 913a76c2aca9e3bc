"""Asking on pages: questions in addresses of ids alone, cells that open their passages, searches that are sent."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse
from tests.cast import Cast
from tests.records.inquiry.asked import Asked, make_asked

from throughline.evaluation.concordance import MOST
from throughline.records.inquiry.actions import read_source
from throughline.records.inquiry.models import Analysis, Code, Coding, Source
from throughline.records.study.models import Release
from throughline.vocabulary.study import Approach

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> Asked:
    made = make_asked(cast)
    made.put(made.reason, "a reason to come in")
    made.put(made.talk, "Then we talk about rent.")
    made.put(made.rent, "talk about rent")
    made.put(made.rent, "asks about rent", 1)
    return made


@pytest.fixture
def una(asked: Asked) -> Client:
    return signed_in(asked.una.account)


@pytest.fixture
def rosa(asked: Asked) -> Client:
    return signed_in(asked.cast.rosa.account)


def signed_in(account: object) -> Client:
    client = Client()
    client.force_login(account)  # type: ignore[arg-type]  # an account
    return client


def marked(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r"<mark>(.*?)</mark>", page)]


def test_a_question_shows_passages_in_context(asked: Asked, una: Client) -> None:
    given = {"analysis": asked.analysis.id, "a": asked.talk.id, "relation": "and", "b": asked.rent.id}
    page = una.get(reverse("ask"), given).content.decode()
    assert marked(page) == ["talk about rent"]
    assert "Then we </span>" in page and ">P01</strong>" in page and "1 passage" in page
    assert f'href="{reverse("source", args=[asked.sources[0].id])}?turn=2#turn-2"' in page


def test_a_question_that_is_not_whole_says_what_lacks(asked: Asked, una: Client) -> None:
    answer = una.get(reverse("ask"), {"a": asked.talk.id, "relation": "near", "b": asked.rent.id})
    assert answer.status_code == 422 and "Say how near" in answer.content.decode()
    answer = una.get(reverse("ask"), {"a": asked.talk.id, "relation": "and"})
    assert answer.status_code == 422 and "second code" in answer.content.decode()
    assert una.get(reverse("ask"), {"a": "x"}).status_code == 422


def test_cells_open_as_many_passages_as_they_count(asked: Asked, una: Client) -> None:
    for name in ("code_matrix", "attribute_matrix"):
        page = una.get(reverse(name), {"analysis": asked.analysis.id}).content.decode()
        cells = re.findall(r'<td class="num[^"]*"><a href="([^"]+)">(\d+)</a>', page)
        assert len(cells) >= 4
        for address, count in cells:
            opened = una.get(urljoin(reverse(name), unescape(address)))
            assert len(marked(opened.content.decode())) == int(count)
            assert "Saltby" not in address and "crack" not in address, (
                "an address holds no word about anybody"
            )


def test_a_reflexive_analysis_shows_presence_and_no_count(asked: Asked, una: Client) -> None:
    Analysis.objects.update(approach=Approach.REFLEXIVE.value)
    for name in ("code_matrix", "attribute_matrix"):
        page = una.get(reverse(name)).content.decode()
        assert "a coding is a reading, not a measurement" in page
        assert re.search(r">\d+</a>", page) is None and "●" in page
    page = una.get(reverse("ask"), {"a": asked.rent.id}).content.decode()
    assert len(marked(page)) == 2 and "2 passages" not in page
    assert 'href="/inquiry/ask/saturation/' not in page
    refused = una.get(reverse("saturation"))
    assert refused.status_code == 409 and "makes no use of this" in refused.content.decode()


def test_saturation_says_what_it_takes(asked: Asked, una: Client) -> None:
    page = una.get(reverse("saturation")).content.decode()
    assert "It takes 6 coded sources" in page
    page = una.get(reverse("saturation"), {"base_size": 1, "run_length": 1, "threshold": 0}).content.decode()
    assert "Reached after 1 source, as 1 more showed" in page


def test_words_are_looked_for_and_their_hits_coded(asked: Asked, una: Client) -> None:
    address = reverse("concordance")
    page = una.post(address, {"words": "come in"}).content.decode()
    assert marked(page) == ["come in", "come in"]
    hits = re.findall(r'name="hit" value="([^"]+)"', page)
    given = {"hit": hits, "code": str(asked.talk.id)}
    answer = una.post(reverse("code_hits"), given, follow=True)
    assert "stands on 2 more passages" in answer.content.decode()
    assert Coding.objects.filter(code=asked.talk).count() == 3
    again = una.post(reverse("code_hits"), given, follow=True)
    assert "stands on 0 more passages" in again.content.decode()
    Source.objects.filter(id=asked.sources[1].id).update(version=2)
    late = una.post(reverse("code_hits"), {"hit": hits, "code": str(asked.rent.id)})
    assert late.status_code == 409 and "was corrected since" in late.content.decode()
    assert Coding.objects.filter(code=asked.rent).count() == 2, "on all of them or on none"


def test_after_coding_the_same_search_goes_on(asked: Asked, una: Client) -> None:
    page = una.post(reverse("concordance"), {"words": "come in", "is_exact": "on"})
    form = page.content.decode().split('action="' + reverse("code_hits"))[1].split("</form>")[0]
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert (sent["words"], sent["is_exact"], sent["page"]) == ("come in", "True", "1")
    hits = re.findall(r'name="hit" value="([^"]+)"', form)
    given = sent | {"hit": hits[:1], "code": str(asked.talk.id)}
    done = una.post(reverse("code_hits"), given).content.decode()
    assert "stands on 1 more passage" in done and marked(done) == ["come in", "come in"]
    refused = una.post(reverse("code_hits"), given | {"code": ""})
    assert refused.status_code == 422 and refused.content.decode().count(" checked") == 2, (
        "the tick and the case"
    )
    Source.objects.filter(id=asked.sources[0].id).update(version=2)
    late = una.post(reverse("code_hits"), given)
    assert late.status_code == 409 and marked(late.content.decode()) == ["come in", "come in"]


def test_as_many_hits_are_coded_as_are_shown(asked: Asked, una: Client) -> None:
    hits = [f"{asked.sources[0].id}:1:{start}:{start + 3}" for start in range(40)]
    given = {"hit": [*hits] * (MOST // 40), "code": str(asked.talk.id)}
    answer = una.post(reverse("code_hits"), given, follow=True)
    assert "stands on 40 more passages" in answer.content.decode()


def test_hits_that_are_none_code_nothing(asked: Asked, una: Client) -> None:
    for hit in ("x", f"{asked.sources[0].id}:1:5:2", f"{asked.sources[0].id}:1:0:99999"):
        answer = una.post(reverse("code_hits"), {"hit": hit, "code": str(asked.talk.id)})
        assert answer.status_code == 422
    assert "choose a code" in una.post(reverse("code_hits"), {"hit": "x"}, follow=True).content.decode()
    assert Coding.objects.filter(code=asked.talk).count() == 1


def test_an_expression_that_is_none_is_refused_in_words(asked: Asked, una: Client) -> None:
    answer = una.post(reverse("concordance"), {"words": "(", "is_expression": "on"})
    assert answer.status_code == 422 and "not a regular expression" in answer.content.decode()


def test_passages_are_taken_out_through_the_door(asked: Asked, una: Client, rosa: Client) -> None:
    page = una.get(reverse("ask"), {"a": asked.rent.id}).content.decode()
    assert "Your roles do not allow this" in page
    address = f"{reverse('passages_leave')}?analysis={asked.analysis.id}&a={asked.rent.id}"
    assert una.post(address, {"recipient": "Me", "format": "csv"}).status_code == 403
    answer = rosa.post(address, {"recipient": "The commissioner", "format": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="passages.csv"'
    assert "talk about rent" in answer.content.decode()
    line = Release.objects.get()
    assert (line.what, line.recipient) == ("passages: rent", "The commissioner")
    assert rosa.post(address, {"format": "csv"}).status_code == 302 and Release.objects.count() == 1
    assert rosa.post(reverse("passages_leave"), {"recipient": "x", "format": "csv"}).status_code == 422


def test_passages_of_several_codes_leave_under_the_name_of_each(asked: Asked, rosa: Client) -> None:
    talk = Code.objects.filter(id=asked.talk.id)
    talk.update(parent=asked.rent)
    asked.put(asked.talk, "talk about rent")
    address = f"{reverse('passages_leave')}?analysis={asked.analysis.id}&a={asked.rent.id}&a_below=on"
    content = rosa.post(address, {"recipient": "The commissioner", "format": "csv"}).content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    coded = Coding.objects.filter(code__in=[asked.rent, asked.talk])
    assert len(rows) == coded.count() and {row["found by"] for row in rows} == {"rent", "talk"}
    assert [row["found by"] for row in rows if row["passage"] == "talk about rent"] == ["rent", "talk"]
    assert Release.objects.get().what == "passages: rent | talk"


def test_no_page_of_asking_tells_of_a_source_out_of_sight(asked: Asked, una: Client) -> None:
    text = read_source(source=asked.sources[1], by=asked.cast.rosa.actor, at=asked.sources[1].added_at)
    Source.objects.filter(id=asked.sources[1].id).update(is_deidentified=False)
    shown = [
        una.get(reverse(name), {"a": asked.rent.id}).content.decode()
        for name in ("ask", "code_matrix", "attribute_matrix", "concordance")
    ]
    shown.append(una.post(reverse("concordance"), {"words": "rent"}).content.decode())
    for page in shown:
        assert "Interview 2" not in page and "Saltby" not in page and text[-20:] not in page


def test_hits_are_taken_out_through_the_door_and_the_ledger_holds_no_word_of_the_search(
    asked: Asked, una: Client, rosa: Client
) -> None:
    search = {"words": "rent", "is_whole": "on"}
    assert "Your roles do not allow this" in una.post(reverse("concordance"), search).content.decode()
    page = rosa.post(reverse("concordance"), search).content.decode()
    form = page[page.index("Take these passages out") :]
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert (sent["words"], sent["is_whole"], sent["is_exact"]) == ("rent", "True", "False")
    address = unescape(re.findall(r'action="([^"]+)"', form)[0])
    answer = rosa.post(address, sent | {"recipient": "The commissioner", "format": "csv"})
    told = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["found by"] for row in told} == {"rent"} and len(told) == 3
    assert Release.objects.get().what == "words in context"
    assert una.post(address, sent | {"recipient": "Me", "format": "csv"}).status_code == 403
    assert rosa.post(address, sent | {"format": "csv"}).status_code == 302
    assert rosa.post(address, {"recipient": "x", "format": "csv"}).status_code == 422


def test_numbers_are_taken_out_under_a_profile_and_not_where_nothing_is_counted(
    asked: Asked, una: Client, rosa: Client
) -> None:
    chen = signed_in(asked.cast.chen.account)
    page = chen.get(reverse("attribute_matrix"), {"analysis": asked.analysis.id}).content.decode()
    form = page[page.index("Take these numbers out") :]
    address = unescape(re.findall(r'action="([^"]+)"', form)[0])
    given = {"recipient": "The commissioner", "format": "csv", "profile": "lt5"}
    refused = chen.post(address, given)
    assert refused.status_code == 409 and "No count of this table may leave" in refused.content.decode()
    assert Release.objects.get().is_refused
    assert rosa.post(address, given).status_code == 403 and chen.post(address, {}).status_code == 302
    assert "Your roles do not allow this" in rosa.get(reverse("code_matrix")).content.decode()
    sizes = {"base_size": 1, "run_length": 1, "threshold": 0}
    page = chen.get(reverse("saturation"), sizes).content.decode()
    address = unescape(re.findall(r'action="([^"]+)"', page[page.index("Take these numbers out") :])[0])
    refused = chen.post(address, given)
    assert refused.status_code == 409 and "rest on fewer sources" in refused.content.decode()
    Analysis.objects.update(approach=Approach.REFLEXIVE.value)
    for name in ("code_matrix", "attribute_matrix", "saturation"):
        refused = chen.post(reverse(f"{name}_leave") + "?base_size=1&run_length=1&threshold=0", given)
        assert refused.status_code == 409 and "makes no use of this" in refused.content.decode()
        assert "Take these numbers out" not in chen.get(reverse(name)).content.decode()

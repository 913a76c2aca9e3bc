"""A language whose counts have three forms is read so wherever a count is told: a page, a report, a command's refusal."""

from __future__ import annotations

import pytest
import typer
from django.template import Context, Template
from tests.web.pseudo import FEW, MANY, ONE, wide_language
from tools.messages.found import Message

from throughline.cli.boundary import told
from throughline.evaluation.questions.subgroups import TOO_MANY
from throughline.reporting.settled import told as settled
from throughline.vocabulary.errors import Invalid
from throughline.vocabulary.study import ArmKind
from throughline.vocabulary.words import SITES

ROWS = Message("and %(shown)s row more", "and %(shown)s rows more")
SAID = (ROWS, *(Message(one.text, one.many) for one in (TOO_MANY, SITES[ArmKind.COMPARISON])))
COUNTS = (1, 3, 5, 13, 1024)
FORMS = [ONE, FEW, MANY, MANY, FEW]


def test_on_a_page() -> None:
    page = Template(
        "{% load i18n throughline_ui %}{% blocktranslate trimmed count number=n with shown=n|value %}and {{ shown }} row more"
        "{% plural %}and {{ shown }} rows more{% endblocktranslate %}"
    )
    with wide_language(*SAID):
        said = [page.render(Context({"n": count})) for count in COUNTS]
    assert [one[-1] for one in said] == FORMS
    assert "1\u00a0024" in said[-1]


def test_in_a_report() -> None:
    with wide_language(*SAID):
        said = [settled(SITES[ArmKind.COMPARISON].given(count=count)) for count in COUNTS]
    assert [one[-1] for one in said] == FORMS


def test_in_the_refusal_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    @told
    def command(count: int) -> None:
        raise Invalid(TOO_MANY.given(code="age", count=count, most=9))

    with wide_language(*SAID):
        for count in COUNTS:
            with pytest.raises(typer.Exit):
                command(count)
    assert [line[-1] for line in capsys.readouterr().err.splitlines()] == FORMS

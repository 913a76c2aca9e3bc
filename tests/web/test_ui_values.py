"""Numbers and kinds of nothing as pages show them: seven different things stay different."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.forms import CharField, Form
from django.template import Context, Template
from django.utils.translation import override

from throughline.vocabulary.errors import Sentence
from throughline.vocabulary.nothing import NOTHING_LABELS, SUPPRESSED, Nothing
from throughline.vocabulary.referral import ReferralState
from throughline.web.badges import REFERRAL_BADGES
from throughline.web.icons import ICONS
from throughline.web.templatetags import throughline_ui as ui


def test_value_of_zero_suppressed_and_nothings_are_seven_different_things() -> None:
    shown = [str(ui.value(given)) for given in (0, SUPPRESSED, *Nothing)]
    assert len(set(shown)) == 7
    assert shown[0] == "0"
    assert all(text for text in shown)


@pytest.mark.parametrize("kind", list(Nothing))
def test_value_of_nothing_uses_the_words_of_the_vocabulary(kind: Nothing) -> None:
    with override("en"):
        assert ui.nothing_text(kind) == str(NOTHING_LABELS[kind])
        assert f'class="nothing">{NOTHING_LABELS[kind]}<'.replace("'", "&#x27;") in str(ui.value(kind.value))


@pytest.mark.parametrize("given", [None, ""])
def test_value_of_silence_is_not_recorded(given: object) -> None:
    assert ui.value(given) == ui.value(Nothing.NOT_RECORDED)


@pytest.mark.parametrize(
    ("given", "places", "shown"),
    [
        (12345, None, "12,345"),
        (0.0, None, "0"),
        (2.25, 2, "2.25"),
        (Decimal("3.5"), None, "3.5"),
        (True, None, "yes"),
        ("<b>", None, "<b>"),
    ],
)
def test_value_of_a_value_is_written_plainly(given: object, places: int | None, shown: str) -> None:
    with override("en"):
        assert ui.value(given, places) == shown


def test_value_in_a_page_is_escaped() -> None:
    page = Template("{% load throughline_ui %}{{ x|value }}").render(Context({"x": "<script>"}))
    assert page == "&lt;script&gt;"


def test_percent_and_points_keep_sign_and_nothing() -> None:
    with override("en"):
        assert ui.percent(0.456) == "46%"
        assert (ui.percent(0), ui.percent(0.003), ui.percent(0.997), ui.percent(1)) == (
            "0%",
            "<1%",
            ">99%",
            "100%",
        )
        assert (ui.percent(0.0003, 1), ui.percent(0.9997, 1)) == ("<0.1%", ">99.9%")
        assert ui.percent(0.456, 1) == "45.6%"
        assert ui.points(0.042) == "+4.2 points"
        assert ui.points(-0.042) == "\N{MINUS SIGN}4.2 points"
        assert ui.points(-0.0001) == "0.0 points"
        assert "suppressed" in ui.percent(SUPPRESSED)


def test_sentence_is_filled_after_translation() -> None:
    with override("en"):
        assert ui.sentence(Sentence("%(n)s rows", n=3)) == "3 rows"


def test_badges_cover_every_state_of_a_referral() -> None:
    assert set(REFERRAL_BADGES) == set(ReferralState)
    with override("en"):
        assert "rejected by receiver" in ui.badge(ReferralState.REJECTED)


def test_age_past_its_limit_says_stale_in_words() -> None:
    with override("en"):
        assert "stale" in ui.age(7, 7)
        assert "stale" not in ui.age(6, 7)
        assert "1 day<" in ui.age(1)


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icon_is_hidden_from_those_who_listen(name: str) -> None:
    assert 'aria-hidden="true"' in ui.icon(name)


class _Form(Form):
    code = CharField(label="Client code", help_text="Initials first.")


def test_field_with_an_error_is_wired_to_hint_and_error() -> None:
    template = Template("{% load throughline_ui %}{% form_errors form %}{% field form.code %}")
    html = template.render(Context({"form": _Form({"code": ""})}))
    assert 'aria-describedby="id_code_helptext id_code_error"' in html
    assert 'id="id_code_helptext"' in html
    assert 'id="id_code_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'href="#id_code"' in html

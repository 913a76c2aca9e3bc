"""Every template stands on a base or is a part of one, and none holds words that cannot be translated."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from django.template import engines
from tests.each import of_each

import throughline.web

FOLDER = Path(throughline.web.__file__).parent / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
BASES = {"base.html"}
SPOKEN = ("alt", "title", "aria-label", "placeholder", "label", "data-label", "data-offline", "data-failed")
NAMES = {
    "Throughline",
    "VTT",
    "u-alpha",
    "|u-alpha",
    "cu-alpha",
    "(k)u-alpha",
}  # what is the same in every language

BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
COMMENT = re.compile(r"{%\s*comment\b.*?endcomment\s*%}|{#.*?#}", re.DOTALL)
CLASSES = re.compile(r"{%\s*block main_class %}.*?{% endblock %}")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
LETTER = re.compile(r"[^\W\d_]")


class Words(HTMLParser):
    """Collects what a reader would see or hear that no tag has translated."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0
        self.is_key = False  # in <kbd>: a letter on a keyboard is no word

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        self.is_key |= tag == "kbd"
        for name, value in attrs:
            if name in SPOKEN and value:
                self._look(value)

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}
        self.is_key &= tag != "kbd"

    def handle_data(self, data: str) -> None:
        if not self.silent and not (self.is_key and len(data) == 1):
            self._look(data)

    def _look(self, text: str) -> None:
        left = " ".join(word for word in text.split() if word not in NAMES)
        if LETTER.search(left):
            self.found.append(left)


def words_in(template: str) -> list[str]:
    for pattern in (COMMENT, CLASSES, BLOCK, TAG):
        template = pattern.sub(" ", template)
    parser = Words()
    parser.feed(template)
    return parser.found


def test_words_in_finds_what_is_not_translated() -> None:
    assert words_in('<p title="{% translate "x" %}">{{ a }} · {% translate "b" %}</p>') == []
    assert words_in("<p>Plain</p>") == ["Plain"]
    assert words_in('<a aria-label="Go {{ there }}">·</a>') == ["Go"]
    assert words_in("{% blocktranslate %}in {{ a }}{% endblocktranslate %}<script>let x</script>") == []


@of_each("name", TEMPLATES)
def test_template_holds_no_untranslated_words(name: str) -> None:
    assert words_in((FOLDER / name).read_text(encoding="utf-8")) == []


@of_each("name", TEMPLATES)
def test_template_extends_a_base_or_is_a_part(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    if name in BASES:
        assert "<!doctype html>" in text
        return
    extends = re.match(r'\s*{% extends "([^"]+)" %}', text)
    if extends:
        assert extends.group(1) in TEMPLATES, "a base that is not ours"
    else:
        assert not re.search(r"<(html|body|head|main)\b", text), "a page without the base"
        if name.startswith("components/"):
            return  # the library: pages take from it what they need
        assert any(f'"{name}"' in (FOLDER / other).read_text(encoding="utf-8") for other in TEMPLATES) or any(
            f'"{name}"' in path.read_text(encoding="utf-8") for path in (FOLDER.parent).rglob("*.py")
        ), "a part that nothing includes"


@of_each("name", TEMPLATES)
def test_template_holds_no_inline_script_or_style(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert not re.search(r"<style\b|\sstyle=|\son(click|load|submit|change|input)=|hx-on", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in script or 'type="application/json"' in script


@of_each("name", TEMPLATES)
def test_template_compiles(name: str) -> None:
    engines["django"].get_template(name)


def test_every_page_of_allauth_that_is_reached_is_ours() -> None:
    ours = set(TEMPLATES)
    reached = {
        "account/login.html", "account/logout.html", "account/reauthenticate.html", "account/account_inactive.html",
        "account/password_change.html", "mfa/index.html", "mfa/authenticate.html", "mfa/reauthenticate.html",
        "mfa/totp/activate_form.html", "mfa/totp/deactivate_form.html", "mfa/recovery_codes/index.html",
        "mfa/recovery_codes/generate.html", "mfa/webauthn/add_form.html", "mfa/webauthn/authenticator_list.html",
        "mfa/webauthn/authenticator_confirm_delete.html", "mfa/webauthn/edit_form.html",
        "mfa/webauthn/reauthenticate.html",
    }  # fmt: skip
    assert reached <= ours

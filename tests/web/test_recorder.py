"""The recorder's page, its service worker and its manifest: the same for everybody, nothing of anybody, served where they work."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from tests.web.words import words_of
from tests.web.world import World

from throughline.web import assets
from throughline.web.recorder import kept
from throughline.web.recorder.words import WORDS

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "assets" / "recorder").glob("*.ts"))


def test_page_is_the_same_for_two_people_and_names_neither(world: World, django_user_model: object) -> None:
    pages = []
    for person in (world.cast.bob, world.cast.dana):
        client = Client()
        client.force_login(person.account)
        pages.append(client.get(reverse("recorder")))
    here, there = (page.content.decode() for page in pages)
    assert here == there
    here = re.sub(r"-[\w-]{8}\.(?:css|js)", "", here)  # what a build calls its files may hold any short word
    assert "csrf" not in here.lower()
    for name in (
        "Bob",
        "Dana",
        world.cast.programme.name,
        world.cast.site.name,
        str(world.cast.bob.account.id),
    ):
        assert name not in here
    assert pages[0].headers["Cache-Control"] == "no-store"  # the service worker alone keeps it
    assert "unsafe" not in pages[0].headers["Content-Security-Policy"]
    # a form within it has a page of its own, which may do more and stands in no other site's
    framed = client.get(reverse("recorder_form"))
    assert framed.headers["X-Frame-Options"] == "SAMEORIGIN" and "csrf" not in framed.content.decode().lower()
    policy = framed.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self';" in policy and "script-src 'self' 'wasm-unsafe-eval';" in policy
    assert pages[0].headers["Content-Security-Policy"].endswith("frame-src 'self'")
    assert pages[0].headers["X-Frame-Options"] == "DENY"


def test_service_worker_names_what_the_page_loads_and_changes_with_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get(reverse("recorder_worker"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-store"  # a newer one is seen at the next visit
    first = answer.content.decode().splitlines()[0]
    told = json.loads(first.removeprefix("self.RECORDER = ").removesuffix(";"))
    page = kept.shell()
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page)) - {
        assets.file_url("brand/icon-192.png")
    }
    assert loaded <= set(told["files"])
    assert reverse("recorder").startswith(reverse("recorder_worker").rpartition("/")[0])
    assert not [name for name in told["files"] if name.startswith("/api/")]
    assert told["forms"]["page"] == reverse("recorder_form")
    for name in [*told["files"], *told["forms"]["files"]]:
        assert client.get(name).status_code == 200, name
    monkeypatch.setitem(kept.WORDS, "save", "Keep it")  # type: ignore[arg-type]  # another language, say
    assert told["version"] not in client.get(reverse("recorder_worker")).content.decode().splitlines()[0]


def test_manifest_makes_an_app_of_the_page(client: Client) -> None:
    answer = client.get(reverse("recorder_manifest"))
    told = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert told["start_url"] == told["scope"] == reverse("recorder")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in told["icons"]}
    for icon in told["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_every_word_that_the_scripts_say_is_in_the_page() -> None:
    said: set[str] = set()
    for path in SCRIPTS:
        text = path.read_text()
        said |= set(re.findall(r'say\([\w.]*words, "(\w+)"', text)) | set(
            re.findall(r"\bwords\.([a-z]\w+)", text)
        )
        said |= {word for pair in re.findall(r'words, [^,;]*?\? "(\w+)" : ["`](\w+)', text) for word in pair}
    assert len(said) > 80
    said = {word for word in said if not word.endswith("_")}  # the beginning of several
    assert said <= set(WORDS), said - set(WORDS)
    stems = {stem for path in SCRIPTS for stem in re.findall(r"`(\w+_)\$\{", path.read_text())}
    spelled = said | {name for name in WORDS if any(name.startswith(stem) for stem in stems)}
    # what the parts of a form are called is put together from their names
    spelled |= {
        "newness",
        "mode",
        "who_spoke",
        "duration",
        "given_out",
        "needs",
        "in_the_way",
        "tally_counted",
    }
    assert set(WORDS) <= spelled, set(WORDS) - spelled


def test_who_works_outside_is_led_to_the_recorder_and_the_others_to_the_form(world: World) -> None:
    found = {}
    for person in (world.cast.priya, world.cast.bob):
        client = Client()
        client.force_login(person.account)
        home = client.get(reverse("home"))
        found[person.account.display_name] = f'href="{reverse("recorder")}">Record<' in home.content.decode()
        assert "works offline" in words_of(home)
    assert found == {"Priya": True, "Bob": False}

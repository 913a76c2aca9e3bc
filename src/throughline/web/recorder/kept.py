"""What a phone keeps of the recorder to open it without a network: the page, and the files that it is built of."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from throughline.web import assets
from throughline.web.island_words import for_island
from throughline.web.recorder.words import WORDS

ISLANDS = ("app", "recorder")
FORM_ISLANDS = ("app", "form_frame")


class Icon(NamedTuple):
    """As the manifest names it."""

    name: str
    sizes: str
    kind: str
    purpose: str


MANIFEST_ICONS = (
    Icon("brand/icon-192.png", "192x192", "image/png", "any"),
    Icon("brand/icon-512.png", "512x512", "image/png", "any"),
    Icon("brand/icon-maskable.png", "512x512", "image/png", "maskable"),
    Icon("brand/mark.svg", "any", "image/svg+xml", "any"),
)


def shell() -> str:
    """The page. Rendered without a request, so that nothing of whoever asks can get into it."""
    return render_to_string("recorder/recorder.html", {"words": for_island(WORDS)})


def form_shell(nonce: str = "") -> str:
    """The page that draws a form within the recorder's. Its nonce is kept with it: it allows style elements, no script."""
    return render_to_string("recorder/form.html", {"nonce": nonce})


def form_files() -> list[str]:
    """Addresses of all that a form's page loads."""
    return _files_of(FORM_ISLANDS)


def _files_of(islands: tuple[str, ...]) -> list[str]:
    if not assets.is_built():
        return []
    found: list[str] = []
    for island in islands:
        found += assets.all_files(island)
    return list(dict.fromkeys(found))


def files() -> list[str]:
    """Addresses of all that the page loads; nothing before the first build."""
    found = _files_of(ISLANDS)
    if not found:
        return []
    # the other icons are the phone's own once the app is installed
    return list(dict.fromkeys([*found, assets.file_url("brand/mark.svg"), reverse("recorder_manifest")]))


def worker() -> str:
    """The service worker, told what to keep. Another build, or other words in the page, make it another one."""
    names, forms = files(), form_files()
    kept = {
        "version": _version(shell(), form_shell(), *names, *forms), "page": reverse("recorder"), "files": names,
        "forms": {"page": reverse("recorder_form"), "files": forms},
    }  # fmt: skip
    return f"self.RECORDER = {json.dumps(kept)};\n{_script(assets.changed_ns())}"


def manifest() -> dict[str, object]:
    """What makes it an app of the phone."""
    icons = [
        {"src": assets.file_url(icon.name), "sizes": icon.sizes, "type": icon.kind, "purpose": icon.purpose}
        for icon in MANIFEST_ICONS
        if assets.is_built()
    ]
    return {
        "id": reverse("recorder"), "name": "Throughline", "short_name": "Throughline", "lang": get_language(),
        "start_url": reverse("recorder"), "scope": reverse("recorder"), "display": "standalone",
        "background_color": "#f3f5f5", "theme_color": "#0b5566", "icons": icons,
    }  # fmt: skip


def _version(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


@lru_cache(maxsize=2)
def _script(changed_ns: int) -> str:
    # the time of change is a key of the cache only: a rebuilt checkout is seen without a restart
    return assets.script_text("service_worker")

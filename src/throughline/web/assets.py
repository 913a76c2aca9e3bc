"""Which hashed file stands for which source of assets/: reads the manifest that Vite writes.

The built files travel inside the package (static/throughline/dist), in a checkout as in the wheel, so that
there is one way to find them. Vite hashes the names; Django's storage must not hash them again.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypedDict

from django.templatetags.static import static

DIST = Path(__file__).parent / "static" / "throughline" / "dist"
STATIC_FOLDER = "throughline/dist"


class ManifestEntry(TypedDict, total=False):
    """What Vite says of one source."""

    file: str
    css: list[str]
    imports: list[str]
    dynamicImports: list[str]


class EntryFiles(NamedTuple):
    """What a page must load for one island, as URLs; styles before scripts."""

    styles: tuple[str, ...]
    scripts: tuple[str, ...]


class AssetMissing(LookupError):
    """A template names an asset that the build did not make."""


@lru_cache(maxsize=4)
def _read_manifest(path: Path, changed_ns: int) -> dict[str, ManifestEntry]:
    # the time of change is a key of the cache only: a rebuilt checkout is seen without a restart
    entries: dict[str, ManifestEntry] = json.loads(path.read_text(encoding="utf-8"))
    return entries


def manifest(dist: Path = DIST) -> dict[str, ManifestEntry]:
    """Source path -> what was built from it; empty where nothing has been built."""
    path = dist / "manifest.json"
    try:
        changed_ns = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _read_manifest(path, changed_ns)


def is_built(dist: Path = DIST) -> bool:
    """Whether the front end has been built; pages work without it, unstyled, and say so."""
    return bool(manifest(dist))


def _url(file: str) -> str:
    return static(f"{STATIC_FOLDER}/{file}")


def _entry(source: str, dist: Path) -> ManifestEntry:
    try:
        return manifest(dist)[source]
    except KeyError:
        built = ", ".join(sorted(manifest(dist)))
        raise AssetMissing(
            f"{source} is not in the built assets ({built}): add it under assets/ and run `npm run build`."
        ) from None


def island_files(island: str, dist: Path = DIST) -> EntryFiles:
    """URLs of the styles and the script of `assets/<island>/main.ts`; nothing before the first build."""
    if not is_built(dist):
        return EntryFiles((), ())
    entry = _entry(f"assets/{island}/main.ts", dist)
    styles = [*entry.get("css", [])]
    for shared in entry.get("imports", []):
        styles = [*manifest(dist)[shared].get("css", []), *styles]
    unique = tuple(dict.fromkeys(_url(style) for style in styles))
    return EntryFiles(unique, (_url(entry["file"]),))


def file_url(name: str, dist: Path = DIST) -> str:
    """URL of one file of assets/, such as `brand/mark.svg`; empty before the first build."""
    if not is_built(dist):
        return ""
    return _url(_entry(f"assets/{name}", dist)["file"])


def all_files(island: str, dist: Path = DIST) -> list[str]:
    """URLs of everything that `assets/<island>/main.ts` loads, whatever imports it: to be kept for want of a network."""
    entries, wanted, found = manifest(dist), [f"assets/{island}/main.ts"], []
    _entry(wanted[0], dist)
    seen: set[str] = set()
    while wanted:
        source = wanted.pop()
        if source in seen:
            continue
        seen.add(source)
        entry = entries[source]
        found += [entry["file"], *entry.get("css", [])]
        wanted += [*entry.get("imports", []), *entry.get("dynamicImports", [])]
    return [_url(file) for file in dict.fromkeys(found)]


def script_text(island: str, dist: Path = DIST) -> str:
    """What was built from `assets/<island>/main.ts`, for a view that serves it under an address of its own."""
    return (dist / _entry(f"assets/{island}/main.ts", dist)["file"]).read_text(encoding="utf-8")


def changed_ns(dist: Path = DIST) -> int:
    """When the front end was built last."""
    return (dist / "manifest.json").stat().st_mtime_ns

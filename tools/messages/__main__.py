"""`python -m tools.messages fr`: brings the catalogue of a language up to date with the source and compiles what is in it."""

from __future__ import annotations

import argparse
import sys

from tools.messages import catalogue
from tools.messages.compiled import compiled
from tools.messages.found import SOURCE, all_messages


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=__doc__)
    parser.add_argument("language", help="as in its folder's name: fr")
    language: str = parser.parse_args().language
    folder = SOURCE / "web" / "locale" / language / "LC_MESSAGES"
    file, found = folder / "django.po", all_messages()
    if found.made:
        print("These texts are made while running, so nobody could translate them:", *found.made, sep="\n  ")
        return 1
    old = (
        catalogue.read(file.read_text(encoding="utf-8"))
        if file.exists()
        else catalogue.new_catalogue(language)
    )
    new = catalogue.brought_up_to_date(old, found.messages)
    wrong = list(catalogue.misfits(new))
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(catalogue.written(new, found.messages), encoding="utf-8")
    gone = len(set(old.entries) - set(new.entries))
    print(
        f"{file}: {len(new.done())} of {len(new.entries)} messages are translated; {gone} are no longer said."
    )
    if wrong:
        print("These translations have other places than the English:", *wrong, sep="\n  ")
        return 1
    file.with_suffix(".mo").write_bytes(compiled(new.done(), new.header))
    return 0


if __name__ == "__main__":
    sys.exit(main())

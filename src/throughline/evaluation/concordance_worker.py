"""Looks for an expression in texts: as a function, or as a process of its own that is ended when it takes too long."""

from __future__ import annotations

import json
import re
import sys


def search(pattern: str, flags: int, texts: list[str], most: int) -> list[tuple[int, int, int]]:
    """(number of the text, start, end) of each match that holds text, in order, `most` at most."""
    compiled = re.compile(pattern, flags)
    found: list[tuple[int, int, int]] = []
    for which, text in enumerate(texts):
        for match in compiled.finditer(text):
            if match.end() > match.start():
                found.append((which, match.start(), match.end()))
                if len(found) == most:
                    return found
    return found


def main() -> None:
    pattern, flags, texts, most = json.load(sys.stdin.buffer)
    json.dump(search(pattern, flags, texts, most), sys.stdout)


if __name__ == "__main__":
    main()

"""Sees to it that there is a chromium for browser tests: the machine's, apt's as root, else playwright's own.

The headless shell comes first: it draws no windows, tabs and bars around pages that nobody sees.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys


def chromium() -> str | None:
    """The browser to start; None: playwright's own."""
    here = (shutil.which(name) for name in ("chromium-headless-shell", "chromium"))
    return os.environ.get("THROUGHLINE_CHROMIUM") or next(filter(None, here), None)


def main() -> int:
    if chromium():
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium-headless-shell"],
        ):
            subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
        return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())

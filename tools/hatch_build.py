"""Pages' assets for whoever builds a wheel or an archive from a checkout: they are built where they are not there yet."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = "src/throughline/web/static/throughline/dist/manifest.json"


class AssetsHook(BuildHookInterface):
    """`python -m build` in a fresh checkout; installed in place (editable), assets are `make assets`' to build."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable":
            build_assets(Path(self.root))


def build_assets(root: Path) -> None:
    """Build what is not there; SystemExit, with what to do, where that does not work."""
    if (root / BUILT).is_file():
        return
    npm = [str(root / "tools" / "node-npm")]
    environment = {**os.environ, "NODE_PYTHON": sys.executable}
    steps = [] if (root / "node_modules").is_dir() else [[*npm, "ci"]]
    for command in [*steps, [*npm, "run", "build"]]:
        done = subprocess.run(command, cwd=root, env=environment, check=False)
        if done.returncode != 0:
            raise SystemExit("The pages' assets could not be built. Run `make assets`, then build again.")
    if not (root / BUILT).is_file():
        raise SystemExit(f"The pages' assets were built, and {BUILT} is not there.")

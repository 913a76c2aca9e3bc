"""Every real form that the compiler takes: is it drawn, can a script answer each question, is it read again?

One browser page draws one after the other with the page's own island, template and content policy; answers are read by
exchange/xlsform/submission. Printed, a form a row: how many questions it asks, whether it is drawn, how many steps the script
took, how many answers came and how many of them are a kind of nothing, or why not. Needs ../shared/data and a built front end.
"""

from __future__ import annotations

import os
import sys

import django


def main() -> int:
    """Set up, then draw and fill."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from bench._forms import main as drawn_and_filled

    return drawn_and_filled()


if __name__ == "__main__":
    sys.exit(main())

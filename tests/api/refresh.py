"""Write the snapshot of the API's document anew: `python -m tests.api.refresh`. Read the difference before you commit it."""

from __future__ import annotations

import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from tests.api.test_document import SNAPSHOT, document

    SNAPSHOT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()

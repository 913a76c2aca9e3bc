"""Settings for tests: a folder and keys of their own, never an installation's."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="throughline-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["THROUGHLINE_HOME"] = str(_HOME)
os.environ.pop("THROUGHLINE_KEYS", None)
os.environ.pop("THROUGHLINE_KEY_FILE", None)
# What commands say is laid out for a screen that is wide enough, whoever reads the words first.
os.environ["COLUMNS"] = "200"

from throughline.config.settings import *  # noqa: E402, F403  (the folder must be set before they are read)
from throughline.config.settings import DATABASES  # noqa: E402

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in life: locks and the write-ahead log behave differently in memory.
    DATABASES["default"]["TEST"] = {
        "NAME": str(_HOME / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3")
    }

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every client of the tests would otherwise read the folders of assets anew.
WHITENOISE_AUTOREFRESH = True
# A page is whole at once; tests that are about a request's share set it (tests/web/test_reckoning.py).
THROUGHLINE_RECKONING_SECONDS = 3600

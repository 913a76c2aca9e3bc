"""Behind a proxy that speaks TLS: cookies travel by it alone, and browsers are told to come by it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

ASK = """
import json, os
os.environ |= {"THROUGHLINE_TLS": "%s", "THROUGHLINE_HOSTS": "records.example"}
from throughline.config import settings as s
print(json.dumps([
    s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0,
    s.SESSION_COOKIE_NAME.startswith("__Host-"), s.CSRF_COOKIE_NAME.startswith("__Host-"),
    not s.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN, s.CSRF_TRUSTED_ORIGINS == ["https://records.example"],
    s.SECURE_PROXY_SSL_HEADER is not None,
]))
print(json.dumps([s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE]))
"""


@pytest.mark.parametrize("behind", [True, False])
def test_cookies_and_addresses_follow_the_proxy(behind: bool) -> None:
    code = ASK % int(behind)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    by_proxy, always = map(json.loads, done.stdout.splitlines())
    assert by_proxy == [behind] * len(by_proxy)
    assert always == [True, "Lax", "Lax"]

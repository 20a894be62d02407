"""Settings under test: demonstration mode, with a runtime folder that is thrown away."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

if "MINSHENG_VAR" not in os.environ:
    os.environ["MINSHENG_VAR"] = tempfile.mkdtemp(prefix="minsheng-test-")
    atexit.register(shutil.rmtree, os.environ["MINSHENG_VAR"], ignore_errors=True)
os.environ.setdefault("MINSHENG_MODE", "demo")

from minsheng.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Each test's client would list every static file before its first answer: look for one when it is asked.
WHITENOISE_AUTOREFRESH = True

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # Tests with several connections or processes need one database they all see: a file.
    DATABASES["default"]["TEST"] = {"NAME": str(MINSHENG_VAR / "test.sqlite3")}  # noqa: F405

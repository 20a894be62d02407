"""What every test shares: demonstration mode, a runtime folder of its own."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("MINSHENG_MODE", "demo")
os.environ.setdefault("MINSHENG_VAR", tempfile.mkdtemp(prefix="minsheng-test-"))

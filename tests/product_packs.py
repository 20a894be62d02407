"""The product's own packs, read once for every test of a process that only looks at them."""

from __future__ import annotations

from minsheng import content

PACKS = content.load()

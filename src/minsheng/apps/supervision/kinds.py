"""Every kind of thing that is watched over."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from minsheng.apps.supervision import requests, subjects
from minsheng.apps.supervision.subjects import Kind

KINDS: Mapping[str, Kind] = MappingProxyType({**subjects.FIRST_KINDS, **requests.KINDS})

"""Packs that can be changed, as the tests of cases have them."""

from tests.apps.cases.conftest import packs as packs

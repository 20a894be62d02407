"""The district with its schools."""

import pytest
from tests.factories import District


@pytest.fixture
def district(schooled: District) -> District:
    """The district, with four pupils in a class and those of the cast."""
    return schooled

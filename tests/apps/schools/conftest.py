"""A school with its classes, pupils, teachers and families."""

import pytest
from tests.factories import District

from minsheng.apps.schools import reads
from minsheng.apps.schools.models import SchoolClass
from minsheng.cli.demo import cast, schools
from minsheng.engines import population


@pytest.fixture
def school(district: District) -> SchoolClass:
    """A class of the demonstration, with the others: four pupils each, and those of the cast."""
    people = population.District(cast.households(), ())
    schools.begin(people, on=district.today, seed=1, most=4)
    found = reads.school_class("qinghuai-4-2")
    assert found is not None
    return found

"""An invented district: households, persons, marriages and births from a seed.

A plain library: the same seed and day give the same people. Every number has a region prefix that
is assigned to nobody, so no real person can own it.
"""

from minsheng.engines.population.households import (
    Birth,
    District,
    Household,
    Person,
    families,
    generate,
)
from minsheng.engines.population.registers import people_facts, register_facts

__all__ = [
    "Birth",
    "District",
    "Household",
    "Person",
    "families",
    "generate",
    "people_facts",
    "register_facts",
]

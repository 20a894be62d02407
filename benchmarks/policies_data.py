"""An invented population as arrays: persons in the order of their households, with gaps.

Nulls, 1 to 3 in 100, stand in insured, status, income, months unemployed, months since graduation,
medical costs, assets and layoff rates. 2 in 100 employers aren't known.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.policies_rules import DAY, GRADES, STATUSES

from minsheng.rules.columns import NOBODY_KNOWS, NONE, Column, Table, ToMany, ToOne, Words


@dataclass(frozen=True)
class Arrays:
    """The columns; `unknown` has a mask for each that has gaps."""

    person: dict[str, Any]
    household: dict[str, Any]
    enterprise: dict[str, Any]
    unknown: dict[str, Any]
    home: Any
    offsets: Any
    spouse: Any
    employer: Any

    @property
    def count(self) -> int:
        return len(self.home)


def invented(count: int, seed: int = 20261101) -> Arrays:
    """Return `count` persons."""
    draw = np.random.default_rng(seed)
    sizes = 1 + draw.choice(6, size=count, p=(0.19, 0.27, 0.25, 0.18, 0.08, 0.03)).astype(np.int64)
    homes = int(np.searchsorted(np.cumsum(sizes), count) + 1)
    sizes = sizes[:homes]
    sizes[-1] -= int(sizes.sum()) - count
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    home = np.repeat(np.arange(homes), sizes)
    place = np.arange(count) - offsets[home]
    firms = max(count // 25, 1)
    age = np.where(place < 2, draw.normal(48, 17, count), draw.normal(26, 24, count))
    days = np.clip(np.abs(age), 0, 104) * 365.25 + draw.integers(0, 300, count)
    status = draw.choice(5, count, p=(0.48, 0.08, 0.14, 0.2, 0.1)).astype(np.int8)
    working = status == 0
    person = {
        "birth": (DAY.toordinal() - days.astype(np.int32) - 1).astype(np.int32),
        "local": draw.random(count) < 0.82,
        "status": status,
        "income": np.where(working, draw.lognormal(12.9, 0.7, count), 0).astype(np.int64)
        + np.where(status == 3, draw.integers(20_000, 500_000, count), 0),
        "insured": draw.random(count) < np.where(working, 0.9, 0.4),
        "months_unemployed": np.where(status == 1, draw.integers(0, 40, count), 0).astype(np.int16),
        "months_since_grad": draw.integers(0, 500, count).astype(np.int16),
        "grade": draw.choice(5, count, p=(0.94, 0.012, 0.016, 0.016, 0.016)).astype(np.int8),
        "medical": (draw.pareto(1.4, count) * 20_000).astype(np.int64),
        "loan": np.where(draw.random(count) < 0.06, draw.integers(1, 400, count) * 100_000, 0),
    }
    person["has_loan"] = person["loan"] > 0
    household = {
        "assets": draw.lognormal(15.5, 1.2, homes).astype(np.int64),
        "rent": np.where(draw.random(homes) < 0.3, draw.integers(50_000, 400_000, homes), 0),
        "rural": draw.random(homes) < 0.3,
    }
    enterprise = {
        "staff": (draw.pareto(1.1, firms) * 12 + 1).clip(1, 30_000).astype(np.int32),
        "layoff_rate": draw.integers(0, 300, firms).astype(np.int32),
    }
    gaps = {"status": 0.01, "income": 0.02, "insured": 0.03, "months_unemployed": 0.02,
            "months_since_grad": 0.03, "medical": 0.01}  # fmt: skip
    unknown = {name: draw.random(count) < share for name, share in gaps.items()}
    unknown |= {"assets": draw.random(homes) < 0.02, "layoff_rate": draw.random(firms) < 0.02}
    for name, mask in unknown.items():
        for columns in (person, household, enterprise):
            if name in columns:
                columns[name] = np.where(mask, 0, columns[name]).astype(columns[name].dtype)
    second = (place == 1) & (draw.random(count) < 0.7)
    spouse = np.full(count, NONE, np.int32)
    spouse[second] = np.flatnonzero(second) - 1
    spouse[np.flatnonzero(second) - 1] = np.flatnonzero(second)
    spouse[draw.random(count) < 0.01] = NOBODY_KNOWS
    employer = np.where(working, draw.integers(0, firms, count), NONE).astype(np.int32)
    employer[draw.random(count) < 0.02] = NOBODY_KNOWS
    return Arrays(person, household, enterprise, unknown, home.astype(np.int32), offsets, spouse,
                  employer)  # fmt: skip


def tables(arrays: Arrays) -> dict[str, Table]:
    """Return the arrays as tables of the rules; nothing is copied but the masks."""
    words = {"status": Words(STATUSES), "grade": Words(GRADES)}

    def columns(given: dict[str, Any]) -> dict[str, Column]:
        made = {}
        for name, values in given.items():
            known = ~arrays.unknown[name] if name in arrays.unknown else None
            under = 1000 if name == "layoff_rate" else 1
            made[name] = Column(values, known, under, words.get(name))
        return made

    return {
        "person": Table(
            arrays.count,
            columns(arrays.person),
            {
                "household": ToOne(arrays.home),
                "spouse": ToOne(arrays.spouse),
                "employer": ToOne(arrays.employer),
            },
        ),
        "household": Table(
            len(arrays.offsets) - 1,
            columns(arrays.household),
            {"members": ToMany(arrays.offsets)},
        ),
        "enterprise": Table(len(arrays.enterprise["staff"]), columns(arrays.enterprise)),
    }


def save(arrays: Arrays, path: Path) -> None:
    """Write the arrays to one file."""
    groups = ("person", "household", "enterprise", "unknown")
    flat = {f"{group}.{name}": values for group in groups
            for name, values in getattr(arrays, group).items()}  # fmt: skip
    single = {name: getattr(arrays, name) for name in ("home", "offsets", "spouse", "employer")}
    np.savez(path, **flat, **single)


def load(path: Path) -> Arrays:
    """Return the arrays of a file."""
    groups: dict[str, dict[str, Any]] = {}
    single: dict[str, Any] = {}
    with np.load(path) as found:
        for key in found.files:
            group, _, name = key.partition(".")
            if name:
                groups.setdefault(group, {})[name] = found[key]
            else:
                single[group] = found[key]
    return Arrays(**groups, **single)

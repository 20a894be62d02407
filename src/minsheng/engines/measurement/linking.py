"""Two calibrations brought onto one scale by the items they share.

The other way is to keep the shared items fixed while the new ones are calibrated:
`irt.fit_2pl(…, anchors=bank)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from minsheng.engines.measurement.models import Bank, Population
from minsheng.engines.measurement.responses import Floats
from minsheng.lib.errors import WrongInput

NODES = 41
STANDARD = Population()


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """How to come from the new scale to the old: θ_old = slope · θ_new + intercept.

    common: names of the shared items. distance (common,): root mean squared difference of the two
    curves of each afterwards, in chances of being right; a great one is an item that has changed.
    loss: the same of the whole curve, in items. start: slope and intercept by mean and sd alone.
    """

    slope: float
    intercept: float
    common: tuple[str, ...]
    distance: Floats
    loss: float
    start: tuple[float, float]

    def moved(self, bank: Bank) -> Bank:
        """Items of the new scale, on the old one: a / slope, slope · b + intercept."""
        return Bank(
            bank.discrimination / self.slope,
            self.slope * bank.difficulty + self.intercept,
            bank.items,
        )

    def ability(self, new: Floats) -> Floats:
        """Abilities of the new scale, on the old one."""
        return np.asarray(self.slope * np.asarray(new, np.float64) + self.intercept)

    def suspects(self, most: float = 0.1) -> tuple[str, ...]:
        """Names of common items whose curves still differ by more than `most`, a setting."""
        return tuple(
            name for name, far in zip(self.common, self.distance, strict=True) if far > most
        )


def stocking_lord(new: Bank, old: Bank, *, population: Population = STANDARD) -> Link:
    """The link under which the expected number right on the shared items differs least.

    Differences are weighed over `population`, on the old scale. Items are matched by name.
    Raises WrongInput for fewer than 2 shared items.
    Source: Stocking & Lord (1983), Applied Psychological Measurement 7.
    """
    known = set(old.items)
    common = tuple(name for name in new.items if name in known)
    if len(common) < 2:
        raise WrongInput(
            "link_common",
            "两次标定共有的题不到 2 道，接不到一把尺上。请加共同题。",
            "The two calibrations share fewer than 2 items; add common items.",
            facts={"common": len(common)},
        )
    here, there = new.only(common), old.only(common)
    start = _mean_sigma(here, there)
    theta = population.mean + population.sd * np.linspace(-4, 4, NODES)
    weight = np.exp(-0.5 * ((theta - population.mean) / population.sd) ** 2)
    root = np.sqrt(weight / weight.sum())
    wanted = _curves(there, theta)

    def gap(at: Floats) -> Floats:
        slope = np.exp(at[0])
        # An ability of the old scale is (θ - intercept) / slope on the new one.
        return np.asarray(root * (_curves(here, (theta - at[1]) / slope) - wanted).sum(axis=0))

    found = least_squares(gap, [np.log(start[0]), start[1]], xtol=1e-12, ftol=1e-12, gtol=1e-12)
    slope, intercept = float(np.exp(found.x[0])), float(found.x[1])
    apart = (_curves(here, (theta - intercept) / slope) - wanted) ** 2
    return Link(
        slope,
        intercept,
        common,
        np.sqrt(apart @ root**2),
        float(np.sqrt(2 * found.cost)),
        start,
    )


def _curves(bank: Bank, theta: Floats) -> Floats:
    logit = np.multiply.outer(bank.discrimination, theta) + bank.intercept[:, None]
    return np.asarray(1 / (1 + np.exp(-logit)))


def _mean_sigma(new: Bank, old: Bank) -> tuple[float, float]:
    """Slope and intercept that give difficulties their old mean and sd."""
    spread, wanted = float(new.difficulty.std()), float(old.difficulty.std())
    if spread < 1e-9 or wanted < 1e-9:
        slope = float(np.mean(np.abs(new.discrimination)) / np.mean(np.abs(old.discrimination)))
    else:
        slope = wanted / spread
    return slope, float(old.difficulty.mean() - slope * new.difficulty.mean())

"""Items that were calibrated, and the population they were calibrated in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from minsheng.engines.measurement.responses import Floats
from minsheng.lib.errors import WrongInput


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """Items of a 2PL model: P(right) = 1 / (1 + exp(-a(θ - b))), with a and b finite, a not 0.

    discrimination a, difficulty b (items,), read-only copies; `items` are their names. The Rasch
    model is a = 1. Raises WrongInput naming the first item that can't be used.
    """

    discrimination: Floats
    difficulty: Floats
    items: tuple[str, ...] = ()
    intercept: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        a = np.array(self.discrimination, dtype=np.float64)
        b = np.array(self.difficulty, dtype=np.float64)
        names = tuple(self.items) or tuple(str(n) for n in range(1, a.size + 1))
        if a.ndim != 1 or a.shape != b.shape or not a.size or len(names) != a.size:
            raise WrongInput(
                "bank_shape",
                "每题要有一个区分度、一个难度、一个名字，至少一题。",
                "Each item needs a discrimination, a difficulty and a name; one item at least.",
            )
        unusable = ~(np.isfinite(a) & np.isfinite(b)) | (a == 0)
        if unusable.any():
            name = names[int(np.flatnonzero(unusable)[0])]
            raise WrongInput(
                "bank_item",
                f"题目 {name} 没有可用的参数：区分度、难度都要是有限的数，区分度不为 0。先拿掉它。",
                f"Item {name} has no usable parameters: both finite, a not 0. Leave it out first.",
                facts={"item": name},
            )
        if len(set(names)) != len(names):
            raise WrongInput(
                "bank_names",
                "题目的名字有重复，请改成各不相同。",
                "Some items have the same name; make them different.",
            )
        for values in (a, b):
            values.flags.writeable = False
        object.__setattr__(self, "discrimination", a)
        object.__setattr__(self, "difficulty", b)
        object.__setattr__(self, "items", names)
        object.__setattr__(self, "intercept", -a * b)

    def only(self, names: Sequence[str]) -> Bank:
        """The items of these names, in this order. Raises WrongInput for a name it hasn't."""
        where = {name: at for at, name in enumerate(self.items)}
        missing = [name for name in names if name not in where]
        if missing:
            raise WrongInput(
                "bank_missing",
                f"题库里没有题目 {missing[0]}。",
                f"There is no item {missing[0]} in the bank.",
                facts={"item": missing[0]},
            )
        at = [where[name] for name in names]
        return Bank(self.discrimination[at], self.difficulty[at], tuple(names))


@dataclass(frozen=True, slots=True)
class Population:
    """Abilities are normal with this mean and this sd, above 0."""

    mean: float = 0.0
    sd: float = 1.0

    def __post_init__(self) -> None:
        if not np.isfinite(self.mean) or not np.isfinite(self.sd) or self.sd <= 0:
            raise WrongInput(
                "population",
                "总体的平均数要是有限的数，标准差要大于 0。",
                "A population has a finite mean and an sd above 0.",
            )


@dataclass(frozen=True, slots=True)
class Priors:
    """Weak normal priors for few persons; whoever uses them says so, they are never on by default.

    The discrimination is normal about `discrimination_mean`, the intercept d = -ab about 0.
    """

    discrimination_mean: float = 1.0
    discrimination_sd: float = 0.5
    intercept_sd: float = 3.0

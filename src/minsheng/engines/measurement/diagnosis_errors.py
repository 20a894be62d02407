"""Standard errors of a diagnosis, from how the log likelihood of each pattern of answers leans."""

from __future__ import annotations

import numpy as np

from minsheng.engines.measurement.diagnosis_steps import Groups, Ints, Patterns
from minsheng.engines.measurement.responses import Floats

NEAR = 1e-4  # a chance this near to 0 or 1, or a class this small, has no error of its own
CHUNK = 20_000


def reasons_of(
    patterns: Patterns, groups: Groups, parameters: Floats, by_class: Floats
) -> list[str]:
    """Return for each parameter why it has no standard error, or "": `empty`, `at_bound`."""
    sizes = np.zeros(groups.count)
    shown = (patterns.weight[:, None] * (patterns.marks >= 0)).T @ by_class
    np.add.at(sizes, groups.place.ravel(), shown.ravel())
    inside = (parameters > NEAR) & (parameters < 1 - NEAR)
    return [
        "empty" if size <= 1e-6 else "" if fine else "at_bound"
        for size, fine in zip(sizes, inside, strict=True)
    ]


def errors_of(
    patterns: Patterns,
    groups: Groups,
    parameters: Floats,
    prior: Floats,
    by_class: Floats,
    *,
    use: Ints,
    saturated: bool,
) -> Floats:
    """Return the standard errors of the parameters `use`.

    From the sum of squares of the scores, with the shares of classes estimated along with the items
    (Philipp et al., 2018). Directions in which the answers say nothing are left out of the inverse.
    """
    if not len(use):
        return np.zeros(0)
    shares = patterns.weight @ by_class
    common = np.flatnonzero(shares > NEAR * shares.sum()) if saturated else np.zeros(0, np.int64)
    others, last = common[:-1], common[-1:]  # shares add up to one: the last is no parameter
    whole = np.zeros((len(use) + len(others),) * 2)
    for start in range(0, len(patterns.weight), CHUNK):
        part = slice(start, start + CHUNK)
        scores = _scores(patterns, groups, parameters, by_class, part)[:, use]
        if len(others):
            lean = by_class[part] / np.maximum(prior, 1e-300)
            scores = np.concatenate([scores, lean[:, others] - lean[:, last]], 1)
        whole += (scores * patterns.weight[part][:, None]).T @ scores
    scale = np.sqrt(np.maximum(np.diag(whole), 1e-300))
    inverse = np.linalg.pinv(whole / np.outer(scale, scale), rcond=1e-10, hermitian=True)
    return np.asarray(np.sqrt(np.maximum(np.diag(inverse)[: len(use)], 0.0)) / scale[: len(use)])


def _scores(
    patterns: Patterns, groups: Groups, parameters: Floats, by_class: Floats, part: slice
) -> Floats:
    """Return how the log likelihood of each pattern leans by each parameter: (patterns, parameters)."""
    marks, share = patterns.marks[part], by_class[part]
    scores = np.zeros((len(marks), groups.count))
    for item in range(len(groups.place)):
        of_item = groups.owner == item
        start, count = int(np.flatnonzero(of_item)[0]), int(of_item.sum())
        belongs = np.zeros((share.shape[1], count))
        belongs[np.arange(share.shape[1]), groups.place[item] - start] = 1.0
        chance = parameters[start : start + count]
        away = (marks[:, [item]] == 1) - chance
        lean = away / (chance * (1 - chance)) * (marks[:, [item]] >= 0)
        scores[:, start : start + count] = (share @ belongs) * lean
    return scores

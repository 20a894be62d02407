"""A precision matrix whose last block is diagonal: as many effects as pupils × skills, at the cost of few.

    H = [[A, B], [Bᵀ, diag(d)]]

Each answer belongs to one pupil in one skill, so that the effects of pupils in skills meet one another nowhere.
They are taken out by the Schur complement S = A - B diag(1/d) Bᵀ.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minsheng.engines.learning.answers import Floats


@dataclass(frozen=True, slots=True)
class Arrowhead:
    """H, ready to be solved: `beside` is B (dense, last), `last` is d, `root` the lower Cholesky root of S."""

    beside: Floats
    last: Floats
    root: Floats

    def solve(self, right: Floats) -> Floats:
        """Return x with H x = right."""
        front = len(self.root)
        one = right[:front] - self.beside @ (right[front:] / self.last)
        first = np.linalg.solve(self.root.T, np.linalg.solve(self.root, one))
        return np.concatenate([first, (right[front:] - self.beside.T @ first) / self.last])

    def variances(self) -> Floats:
        """Return the diagonal of the inverse of H."""
        half = np.linalg.inv(self.root)
        inverse = half.T @ half
        of_last = ((inverse @ self.beside) * self.beside).sum(0)
        return np.concatenate([np.diag(inverse), 1 / self.last + of_last / self.last**2])

    def draws(self, normal: Floats) -> Floats:
        """Return draws with covariance H⁻¹ from standard normal ones, both (draws, columns)."""
        front = len(self.root)
        first = np.linalg.solve(self.root.T, normal[:, :front].T).T
        second = normal[:, front:] / np.sqrt(self.last) - (first @ self.beside) / self.last
        return np.concatenate([first, second], 1)


def arrowhead(first: Floats, beside: Floats, last: Floats) -> Arrowhead:
    """Return H ready to be solved. Raises LinAlgError unless it is positive definite."""
    schur = first - (beside / last) @ beside.T
    return Arrowhead(beside, last, np.asarray(np.linalg.cholesky(schur), np.float64))

"""Judges and works: against the Rasch fit, the likelihood written out, and truth."""

from __future__ import annotations

import numpy as np
import pytest
from tests.engines.measurement_data import lsat7

from minsheng.engines.measurement.facets import (
    Ratings,
    _Model,
    fit_facets,
    ratings_of,
)
from minsheng.engines.measurement.irt import fit_rasch
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput

THRESHOLDS = np.array([-1.5, -0.3, 0.4, 1.4])


def contest(seed, works=250, judges=8, each=3, *, criteria=(0.4, -0.4), sd=1.2):
    """Every work rated by some of the judges, on scores 0 to 4."""
    draw = np.random.default_rng(seed)
    ability, severity = draw.normal(0.3, sd, works), np.linspace(-1, 1, judges)
    rows = []
    for work in range(works):
        for judge in draw.permutation(judges)[:each]:
            for criterion, hard in enumerate(criteria):
                steps = np.concatenate([[0], np.cumsum(THRESHOLDS)])
                log = np.arange(5) * (ability[work] - severity[judge] - hard) - steps
                chance = np.exp(log - log.max())
                score = draw.choice(5, p=chance / chance.sum())
                rows.append((f"w{work:03}", f"j{judge}", f"c{criterion}", int(score)))
    ratings = ratings_of(sorted(rows))
    return ratings, ability, severity[[int(name[1:]) for name in ratings.judges]]


def test_right_and_wrong_with_items_as_judges_is_the_rasch_model():
    marks = lsat7().marks
    rows = [(str(n), str(i), "", int(x)) for n, row in enumerate(marks) for i, x in enumerate(row)]
    found, rasch = fit_facets(ratings_of(rows)), fit_rasch(Responses(marks))
    centre = rasch.difficulty.mean()
    assert found.severity == pytest.approx(rasch.difficulty - centre, abs=1e-4)
    assert found.mean == pytest.approx(-centre, abs=1e-4)
    assert found.sd == pytest.approx(rasch.population.sd, abs=1e-4)
    assert found.log_likelihood == pytest.approx(rasch.log_likelihood, abs=1e-4)


def test_the_gradient_is_that_of_the_likelihood():
    model = _Model(contest(1, works=20)[0])
    at = np.random.default_rng(2).normal(0, 0.4, model.start().size)
    for place in range(at.size):
        moved = np.zeros_like(at)
        moved[place] = 1e-5
        slope = (model(at + moved)[0] - model(at - moved)[0]) / 2e-5
        assert model(at)[1][place] == pytest.approx(slope, rel=1e-4, abs=1e-4)


def test_truth_is_found_again_and_its_errors_hold():
    errors, reach = [], []
    for seed in range(6):
        ratings, ability, severity = contest(seed)
        found = fit_facets(ratings)
        assert found.warnings == ()
        errors += list((found.severity - severity) / found.severity_error)
        reach += list(np.abs(found.ability - ability) < 1.96 * found.ability_error)
        assert found.difficulty == pytest.approx([0.4, -0.4], abs=5 * found.difficulty_error[0])
        assert found.thresholds == pytest.approx(THRESHOLDS, abs=0.5)
        assert found.sd == pytest.approx(1.2, abs=0.2)
        assert found.infit == pytest.approx(1, abs=0.25)
        assert found.outfit == pytest.approx(1, abs=0.35)
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(1, abs=0.3)
    assert 0.93 < np.mean(reach) < 0.97


def test_a_work_that_met_strict_judges_is_not_the_worse_for_it():
    """Two equal halves; one met the strict judges, a few works met all and hold them together."""
    draw = np.random.default_rng(4)
    rows = []
    for work in range(200):
        ability = draw.normal()
        judges = range(6) if work < 60 else (range(3) if work % 2 else range(3, 6))
        for judge in judges:
            log = np.arange(5) * (ability - (1.2 if judge >= 3 else -1.2))
            log = log - np.concatenate([[0], np.cumsum(THRESHOLDS)])
            chance = np.exp(log - log.max())
            rows.append((f"w{work}", f"j{judge}", "", int(draw.choice(5, p=chance / chance.sum()))))
    ratings = ratings_of(rows)
    found = fit_facets(ratings)
    raw = np.bincount(ratings.work, ratings.score) / np.bincount(ratings.work)
    mild, strict = np.arange(61, 200, 2), np.arange(60, 200, 2)
    assert raw[mild].mean() - raw[strict].mean() > 1
    assert abs(found.fair[mild].mean() - found.fair[strict].mean()) < 0.3


def test_a_judge_who_scores_by_chance_stands_out():
    ratings, _, _ = contest(3)
    score = ratings.score.copy()
    of = ratings.judges.index("j2")
    score[ratings.judge == of] = np.random.default_rng(1).integers(
        0, 5, (ratings.judge == of).sum()
    )
    noisy = Ratings(
        ratings.work, ratings.judge, ratings.criterion, score,
        ratings.works, ratings.judges, ratings.criteria,
    )  # fmt: skip
    found = fit_facets(noisy)
    assert np.argmax(found.infit) == of
    assert found.infit[of] > 1.5


def test_judges_who_share_no_work_and_judges_of_one_score_are_said():
    rows = [(f"a{n}", f"x{n % 2}", "", (n * 7) % 3) for n in range(30)]
    rows += [(f"a{n}", "x0", "", (n * 5) % 3) for n in range(1, 30, 2)]
    whole = fit_facets(ratings_of(rows))
    assert "not_connected" not in whole.warnings
    apart = [(f"b{n}", "y", "", (n * 7) % 3) for n in range(30)]
    assert "not_connected" in fit_facets(ratings_of(rows + apart)).warnings
    kind = [(f"a{n}", "kind", "", 2) for n in range(30)]
    found = fit_facets(ratings_of(rows + kind))
    assert found.judge_flags[found.judges.index("kind")] == ("one_sided",)
    assert found.severity[found.judges.index("kind")] < -4


def test_ratings_that_cannot_be_used_are_refused():
    with pytest.raises(WrongInput):
        ratings_of([])
    with pytest.raises(WrongInput):
        ratings_of([("w", "j", "", 1), ("v", "j", "", 1)])
    with pytest.raises(WrongInput) as refused:
        ratings_of([("w", "j", "", 0), ("v", "j", "", 2)])
    assert refused.value.facts == {"unused": [1]}
    with pytest.raises(WrongInput):
        Ratings([0, 5], [0, 0], [0, 0], [0, 1], ("w",), ("j",))

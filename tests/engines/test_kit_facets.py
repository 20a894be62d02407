"""Judges and works: against the Rasch fit, the likelihood written out, and truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.engines.measurement_data import lsat7

from minsheng.engines.kit import facets
from minsheng.engines.kit.facets import (
    Ratings,
    _Model,
    fit_facets,
    fit_sheets,
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


@pytest.mark.parametrize("by_sheet", [False, True])
def test_the_gradient_is_that_of_the_likelihood(by_sheet):
    model = _Model(weighed(contest(1, works=20)[0]), by_sheet=by_sheet)
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


def weighed(ratings):
    """The same ratings, those by the first criterion counted for more."""
    return replace(ratings, weight=np.where(ratings.criterion == 0, 1.3, 0.7))


def sheets(seed, *, leaning, works=60, judges=6, each=3, thresholds=THRESHOLDS):
    """Whole sheets of five criteria; each leans by a draw of its own."""
    draw = np.random.default_rng(seed)
    ability, severity = draw.normal(0.2, 1.2, works), np.linspace(-0.8, 0.8, judges)
    steps = np.concatenate([[0], np.cumsum(thresholds)])
    rows = []
    for work in range(works):
        for judge in (work + np.arange(each) * (1 + work % 2)) % judges:
            at = ability[work] - severity[judge] + draw.normal(0, leaning)
            chance = np.exp(np.arange(steps.size) * at - steps)
            given = draw.choice(steps.size, 5, p=chance / chance.sum())
            rows += [(f"w{work:03}", f"j{judge}", f"c{n}", int(s)) for n, s in enumerate(given)]
    ratings = ratings_of(rows)
    return ratings, ability, severity[[int(name[1:]) for name in ratings.judges]]


def test_sheets_that_lean_have_errors_that_hold_where_independent_ratings_claim_too_much():
    off, naive, reach, leanings = [], [], [], []
    for seed in range(8):
        ratings, ability, severity = sheets(seed, leaning=0.6)
        found, alone = fit_sheets(ratings), fit_facets(ratings)
        assert found.warnings == ()
        off += list((found.severity - severity) / found.severity_error)
        naive += list((alone.severity - severity) / alone.severity_error)
        reach += list(np.abs(found.ability - ability) < 1.96 * found.ability_error)
        leanings.append(found.leaning)
        assert found.log_likelihood > alone.log_likelihood + 5
        assert found.halo > 1.3
    assert np.sqrt(np.mean(np.square(off))) == pytest.approx(1, abs=0.25)
    assert np.sqrt(np.mean(np.square(naive))) > 1.25
    assert 0.91 < np.mean(reach) < 0.98
    assert np.mean(leanings) == pytest.approx(0.6, abs=0.1)


def test_sheets_that_do_not_lean_are_found_not_to_and_give_what_independent_ratings_give():
    ratings, _, _ = sheets(1, leaning=0.0)
    found, alone = fit_sheets(ratings), fit_facets(ratings)
    assert found.leaning < 0.1
    assert found.severity == pytest.approx(alone.severity, abs=0.02)
    assert found.severity_error == pytest.approx(alone.severity_error, rel=0.05)
    assert found.ability == pytest.approx(alone.ability, abs=0.03)


def test_the_likelihood_of_leaning_sheets_is_that_of_sums_over_both():
    """One work, two sheets: the sum written out over abilities and leanings, on a grid of its own."""
    ratings = weighed(ratings_of(
        [("w", f"j{j}", f"c{c}", (j + 2 * c) % 3) for j in range(2) for c in range(2)]
    ))  # fmt: skip
    model = _Model(ratings, by_sheet=True)
    values = np.array([0.3, -0.2, 0.4, 0.1, 0.2, np.log(0.5)])
    severity, difficulty, thresholds, mean, sd = model.unpacked(values)
    steps, line = np.concatenate([[0], np.cumsum(thresholds)]), np.linspace(-7, 7, 281)
    bell = np.exp(-0.5 * line**2)
    bell /= bell.sum()
    whole = 0.0
    for at, share in zip(mean + sd * line, bell, strict=True):
        of_work = 1.0
        for judge in range(2):
            sheet = np.zeros(line.size)
            for one in np.flatnonzero(ratings.judge == judge):
                eta = at + 0.5 * sd * line - severity[judge] - difficulty[ratings.criterion[one]]
                log = np.multiply.outer(eta, np.arange(3)) - steps
                chance = np.exp(log[:, ratings.score[one]]) / np.exp(log).sum(axis=1)
                sheet += ratings.weights[one] * np.log(chance)
            of_work *= bell @ np.exp(sheet)
        whole += share * of_work
    # both judges and both criteria are away from the ends, so nothing is taken inside
    assert model(values)[0] == pytest.approx(-np.log(whole), abs=1e-4)


def test_more_nodes_and_a_closer_search_change_nothing(monkeypatch):
    ratings, _, _ = sheets(3, leaning=0.4, thresholds=np.linspace(-2, 2, 9))
    found = fit_sheets(ratings)
    monkeypatch.setattr(facets, "FEWEST_NODES", 241)
    again = fit_sheets(ratings)
    assert again.nodes.size == 241 > found.nodes.size
    assert again.severity == pytest.approx(found.severity, abs=2e-4)
    assert again.ability == pytest.approx(found.ability, abs=5e-4)
    assert again.severity_error == pytest.approx(found.severity_error, rel=2e-3)


def test_errors_of_works_hold_the_part_of_severities():
    """Two judges who share three works: each work's error is about that of the link besides its own."""
    draw = np.random.default_rng(5)
    rows = []
    for work in range(120):
        for judge in (0, 1) if work < 3 else (work % 2,):
            at = draw.normal(0, 1.2) - (0.7, -0.7)[judge]
            chance = np.exp(np.arange(5) * at - np.concatenate([[0], np.cumsum(THRESHOLDS)]))
            given = draw.choice(5, 8, p=chance / chance.sum())
            rows += [(f"w{work:03}", f"j{judge}", f"c{n}", int(s)) for n, s in enumerate(given)]
    found = fit_facets(ratings_of(rows))
    own = found.posterior @ found.nodes**2 - (found.posterior @ found.nodes) ** 2
    added = found.ability_error**2 - own
    assert (added > 0).all()
    # an EAP moves with its judge's severity as far as its own ratings, and not the population, tell of it
    told = 1 - own / found.sd**2
    assert added[3:] == pytest.approx((told * found.severity_error[0])[3:] ** 2, rel=0.35)


def test_weights_are_ratings_counted_again_and_have_to_fit():
    ratings, _, _ = contest(2, works=40)
    twice = ratings_of([
        (ratings.works[w], ratings.judges[j], ratings.criteria[c], int(s))
        for w, j, c, s in zip(ratings.work, ratings.judge, ratings.criterion, ratings.score, strict=True)
        for _ in range(1 + (c == 0))
    ])  # fmt: skip
    weighted = fit_facets(replace(ratings, weight=np.where(ratings.criterion == 0, 2.0, 1.0)))
    again = fit_facets(twice)
    assert weighted.severity == pytest.approx(again.severity, abs=1e-4)
    assert weighted.severity_error == pytest.approx(again.severity_error, rel=1e-3)
    for wrong in (np.zeros(ratings.score.size), np.ones(3), np.full(ratings.score.size, np.nan)):
        with pytest.raises(WrongInput):
            replace(ratings, weight=wrong)

"""Tracing, portraits, next exercises and the twin: how long, and how much better than what needs no model.

All answers are invented, and none of those that models are judged on was made by the model itself, save for
tracing's parameters, which must be found again. With a public log at hand: `minsheng learn evaluate`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.measuring import cpu, one_thread, row

one_thread()

import numpy as np  # noqa: E402

from minsheng.engines.learning import exercise, mastery, rehearsal, scores, tracing, twin  # noqa: E402
from minsheng.engines.learning.answers import Answers, answers_of  # noqa: E402
from minsheng.engines.learning.twin_rows import Past, past_of, until  # noqa: E402

Rows = list[dict[str, Any]]


def skills_of(draw: np.random.Generator, skills: int) -> tracing.Skills:
    """Invented parameters."""
    return tracing.Skills(
        draw.uniform(0.1, 0.7, skills),
        draw.uniform(0.02, 0.3, skills),
        np.zeros(skills),
        draw.uniform(0.05, 0.4, skills),
        draw.uniform(0.02, 0.25, skills),
    )


def log_of(draw: np.random.Generator, *, rows: int, skills: int, pupils: int) -> Any:
    """Return answers in runs of a skill, some skills far more common, and what made them."""
    truth = skills_of(draw, skills)
    common = draw.dirichlet(np.full(skills, 0.5))
    lanes = rows // 5
    key = np.unique(
        draw.integers(pupils, size=lanes) * skills + draw.choice(skills, lanes, p=common)
    )
    pupil, skill = key // skills, key % skills
    length = draw.geometric(0.15, len(key))
    known = draw.random(len(key)) < truth.known[skill]
    parts = []
    for step in range(int(length.max())):
        here = length > step
        chance = np.where(known, 1 - truth.slip[skill], truth.guess[skill])
        right = draw.random(len(key)) < chance
        parts.append(np.stack([pupil[here], skill[here], right[here]]))
        known |= draw.random(len(key)) < truth.learn[skill]
    table = np.concatenate(parts, 1)[:, :rows]
    return answers_of(*table, pupils=pupils, skills=skills), truth


def timed(run: Callable[[], Any], rounds: int = 3) -> tuple[float, float, Any]:
    """CPU seconds, what the first run took more (compiling), and what came back."""
    start = time.process_time()
    run()
    first = time.process_time() - start
    ours, found = cpu(run, rounds=rounds)
    return ours, max(first - ours, 0.0), found


def knowledge(*, count: int, peer: bool) -> Rows:
    """220,000 answers to 110 skills: fitted; pupils who weren't seen foretold, beside the parameters that made them."""
    draw = np.random.default_rng(1)
    answers, truth = log_of(draw, rows=220_000, skills=110, pupils=4_000)
    ours, first, found = timed(lambda: tracing.fit(answers))
    often = found.answers >= 2_000
    ahead, ahead_first, _ = timed(lambda: tracing.follow(found.skills, answers))
    seen = answers.pupil < 2_800
    early = tracing.fit(
        answers_of(answers.pupil[seen], answers.skill[seen], answers.right[seen], skills=110)
    )
    new, right = ~seen, answers.right[~seen]
    judged = scores.score(tracing.follow(early.skills, answers)[0][new], right)
    best = scores.score(tracing.follow(truth, answers)[0][new], right)
    base = scores.score(np.full(len(right), answers.right[seen].mean()), right)
    gap = {
        f"mean_error_{name}": float(
            np.abs(getattr(found.skills, name) - getattr(truth, name))[often].mean()
        )
        for name in ("known", "learn", "guess", "slip")
    }
    plain = time.process_time()
    _in_numpy(answers, found)
    plain = time.process_time() - plain
    return [
        row(
            f"tracing, {len(answers):,} answers x 110 skills",
            ours=ours,
            peer=None,
            peer_name="target 2.5 s",
            first_run_more=first,
            steps=found.steps,
            log_likelihood=float(found.log_likelihood.sum()),
            judged_on_new_pupils=len(right),
            auc=judged.auc,
            auc_of_the_truth=best.auc,
            brier=judged.brier,
            brier_of_the_truth=best.brier,
            brier_of_the_base_rate=base.brier,
            most_guess_and_slip=float((found.skills.guess + found.skills.slip).max()),
            **gap,
        ),
        row(
            "chances of all of them",
            ours=ahead,
            peer=None,
            peer_name="",
            first_run_more=ahead_first,
        ),
        row("one step of the fit in numpy without numba", ours=plain, peer=None, peer_name=""),
    ]


def _in_numpy(answers: Answers, found: tracing.Fit) -> None:
    from minsheng.engines.learning.tracing_loops import lanes_of, sums_in_numpy

    parts = (
        found.skills.known,
        found.skills.learn,
        found.skills.forget,
        found.skills.guess,
        found.skills.slip,
    )
    sums_in_numpy(lanes_of(answers), np.stack(parts, 1), found.answers > 0)


def portraits(*, count: int, peer: bool) -> Rows:
    """100,000 pupils, 60 skills, 200 answers each: made anew, and one night's answers folded in."""
    pupils = 100_000 if count >= 100_000 else 10_000
    draw = np.random.default_rng(3)
    skills, size = skills_of(draw, 60), 5_000
    one = draw.integers(60, size=size * 200)
    right = (draw.random(size * 200) < 0.65).astype(np.int8)
    who, day = np.repeat(np.arange(size), 200), np.tile(np.arange(200), size)
    school = Answers(who, one, right, day, size, 60)

    def nights() -> Iterator[Answers]:
        for _ in range(pupils // size):
            yield school

    def run() -> int:
        return sum(int((each.standing > 0).sum()) for each in mastery.portraits(skills, nights()))

    ours, first, _ = timed(run, rounds=1)
    kept = mastery.fold(skills, mastery.nothing(skills, size), school)
    last = school.day == 199
    night = Answers(who[last], one[last], right[last], day[last] + 1, size, 60)
    folded, _, _ = timed(lambda: mastery.portrait(mastery.fold(skills, kept, night), before=kept))
    return [
        row(
            f"portraits, {pupils:,} pupils x 60 skills x 200 answers",
            ours=ours,
            peer=None,
            peer_name="target 60 s",
            first_run_more=first,
        ),
        row(f"one night folded in, {size:,} pupils", ours=folded, peer=None, peer_name=""),
    ]


def next_exercise(*, count: int, peer: bool) -> Rows:
    """A class of 45 and a bank of 600 items in 60 skills."""
    draw = np.random.default_rng(4)
    needs = np.zeros((60, 60), bool)
    for skill in range(1, 60):
        needs[skill, draw.integers(max(0, skill - 5), skill)] = True
    bank = exercise.Bank(
        draw.integers(60, size=600),
        draw.integers(1, 6, 600),
        draw.choice([2.0, 3.0, 5.0], 600),
        needs,
    )
    practised = draw.integers(0, 8, (45, 60))
    pupils = exercise.Class(
        draw.random((45, 60)),
        practised,
        np.where(practised > 0, draw.random((45, 60)), np.nan),
        draw.integers(0, 3, (45, 600)),
        np.full(45, 40.0),
    )
    ours, first, found = timed(lambda: exercise.next_items(bank, pupils), rounds=20)
    return [
        row(
            "next exercises, 45 pupils x 600 items",
            ours=ours,
            peer=None,
            peer_name="target 0.05 s",
            first_run_more=first,
            picks_each=float(np.mean([len(each.items) for each in found])),
        )
    ]


def term(draw: np.random.Generator, *, pupils: int = 45, skills: int = 10, days: int = 30) -> Past:
    """A term of a class by item response theory: ability wanders and rises, tasks are new each day.

    Discriminations differ, the level that is printed on a task is often wrong, pupils learn at their own speed and
    forget between lessons: none of it is the twin's own model.
    """
    ability = draw.normal(0, 0.9, (pupils, 1)) + draw.normal(0, 0.6, (pupils, skills))
    hard, speed = draw.normal(0, 0.7, skills), draw.gamma(2, 0.5, pupils)
    rows, item = [], 0
    for number in range(days):
        ability += draw.normal(0.02, 0.15, (pupils, 1)) + draw.normal(-0.01, 0.15, ability.shape)
        for skill in draw.choice(skills, size=2, replace=False):
            for _ in range(4):
                level = int(draw.integers(1, 6))
                difficulty = hard[skill] + 0.5 * (level - 3) + draw.normal(0, 0.6)
                slope = draw.lognormal(0.2, 0.3)
                chance = 0.15 + 0.85 / (1 + np.exp(-slope * (ability[:, skill] - difficulty)))
                right = draw.random(pupils) < chance
                there = np.flatnonzero(draw.random(pupils) > 0.08)
                rows += [
                    (pupil, skill, int(right[pupil]), number * 3 + 1, item, level)
                    for pupil in there
                ]
                item += 1
            ability[:, skill] += 0.12 * speed
    table = np.array(rows)
    answers = answers_of(*table[:, :3].T, day=table[:, 3], pupils=pupils, skills=skills)
    return past_of(answers, item=table[:, 4], level=table[:, 5])


def classroom(*, count: int, peer: bool) -> Rows:
    """Twenty classes: the last four days of a term held out; Brier beside what needs no twin."""
    rounds = 20 if count >= 100_000 else 6
    briers, errors, aucs, seconds, ahead = [], [], [], [], 0
    for seed in range(rounds):
        past = term(np.random.default_rng(1_000 + seed))
        early, late = until(past, int(np.unique(past.day)[-4]))
        start = time.process_time()
        fitted = twin.fit(early)
        seconds.append(time.process_time() - start)
        luck = rehearsal.luck_for(fitted, np.random.default_rng(seed))
        found = rehearsal.beside(fitted, early, late, rehearsal.predict(fitted, late, luck))
        parts = (found.twin, found.base_rate, found.last_time, found.own_rate)
        briers.append([one.brier for one in parts])
        errors.append(found.twin.reliability.error)
        aucs.append(found.twin.auc)
        ahead += found.ahead
    mean = np.mean(briers, 0)
    day, steps = int(late.day.max()), [rehearsal.Step(0, (2, 3), 4), rehearsal.Step(1, (3,), 4)]
    again, _, _ = timed(lambda: rehearsal.compare(fitted, steps, steps[::-1], luck, day=day))
    return [
        row(
            f"twin of a class of 45, {len(early):,} answers: fitted",
            ours=float(np.mean(seconds)),
            peer=None,
            peer_name="",
            classes=rounds,
            brier_twin=float(mean[0]),
            brier_base_rate=float(mean[1]),
            brier_last_time=float(mean[2]),
            brier_own_rate=float(mean[3]),
            ahead_of_all=ahead,
            auc=float(np.mean([one for one in aucs if one is not None])),
            calibration_error=float(np.mean(errors)),
        ),
        row("two orders compared, 200 draws", ours=again, peer=None, peer_name=""),
    ]


PARTS = {
    "tracing": knowledge,
    "portraits": portraits,
    "next_exercise": next_exercise,
    "twin": classroom,
}

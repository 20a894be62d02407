"""The floor: the same twelve policies in numpy, written by hand for these rules and this data.

Whole columns, three-valued, no null where there can be none, everything shared that can be shared.
It is what somebody who knows numpy writes when the rules never change.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from benchmarks.policies_data import Arrays
from benchmarks.policies_rules import DAY, LIMITS

from minsheng.rules.columns.ages import latest_birth

Pair = tuple[Any, Any]


def limits(variant: int = 0) -> dict[str, Any]:
    """Return the numbers of the law of one variant."""
    return {name: values[variant] for name, (_, values) in LIMITS.items()}


class Facts:
    """What the policies share: facts of households, ages as dates, gaps as masks."""

    def __init__(self, arrays: Arrays) -> None:
        a, unknown = arrays, arrays.unknown
        person, home, starts = a.person, a.home.astype(np.intp), a.offsets[:-1]
        self.size = np.diff(a.offsets)
        homes = len(self.size)
        self.home = home

        def per_home(mask: Any) -> Any:
            found = np.zeros(homes, bool)
            found[home[np.flatnonzero(mask)]] = True
            return found

        self.income = np.bincount(home, weights=person["income"], minlength=homes).astype(np.int64)
        self.income_gap = per_home(unknown["income"])
        self.medical = np.bincount(home, weights=person["medical"], minlength=homes).astype(
            np.int64
        )
        self.medical_gap = per_home(unknown["medical"])
        birth = person["birth"]
        self.severe = (person["grade"] == 1) | (person["grade"] == 2)
        self.disabled = person["grade"] != 0
        self.has_severe = per_home(self.severe)
        status, gap = person["status"], unknown["status"]
        employed = (status == 0) & ~gap
        self.employed: Pair = employed, ~(employed | gap)
        self.no_worker = ~per_home(employed | gap)
        self.some_worker = per_home(employed) & ~per_home(gap)
        self.all_old = ~per_home(birth > latest_birth("age_years", 60, DAY))
        toddler = birth > latest_birth("age_years", 3, DAY)
        self.toddlers = np.bincount(home[np.flatnonzero(toddler)], minlength=homes)
        working_age = (birth <= self.born(16)) & (birth > self.born(60))
        jobless = (status == 1) & ~gap & working_age
        self.out_of_work: Pair = jobless, ~(jobless | (gap & working_age))
        self.starts = starts

    def born(self, age: int) -> int:
        return latest_birth("age_years", age, DAY)


def judged(arrays: Arrays, variant: int = 0) -> dict[str, tuple[Any, Any, Any]]:
    """Return for each policy the verdicts, the fen, and where the fen are known."""
    facts = Facts(arrays)
    return {**_of_homes(arrays, facts, variant), **_of_work(arrays, facts, variant)}


def _verdict(yes: Any, no: Any) -> Any:
    made = yes.astype(np.int8)
    made -= (~(yes | no)).view(np.int8)
    return made


def _paid(yes: Any, no: Any, fen: Any) -> tuple[Any, Any, Any]:
    """Return verdicts and amounts, where the amount is known of everybody who gets it."""
    return _verdict(yes, no), np.multiply(yes, fen, dtype=np.int64), yes | no


def _below(facts: Facts, limit: Any) -> Pair:
    """Return whether income per head is below a limit, for each household."""
    yes = facts.income * limit.denominator < limit.numerator * facts.size
    return yes & ~facts.income_gap, ~(yes | facts.income_gap)


def _of_homes(arrays: Arrays, facts: Facts, variant: int) -> dict[str, tuple[Any, Any, Any]]:
    law, home, person = limits(variant), facts.home, arrays.person
    local, birth = person["local"], person["birth"]
    line, size = law["line"], facts.size
    made = {}
    poor_home, not_poor_home = _below(facts, line)
    poor, not_poor = poor_home[home], not_poor_home[home]
    facts.poor = poor, not_poor  # type: ignore[attr-defined]
    gap = arrays.unknown["assets"]
    few = arrays.household["assets"] <= law["assets"] * size
    yes = poor_home & few & ~gap
    no = not_poor_home | ~(few | gap)
    lacking = line * size - facts.income
    fen = np.maximum((2 * np.maximum(lacking, 0) + size) // (2 * size), 0)
    made["living"] = _paid(yes[home] & local, no[home] | ~local, fen[home])

    wide_home, not_wide_home = _below(facts, line * law["wide"])
    sick = ~facts.medical_gap & (facts.medical > law["sick"])
    not_sick = ~facts.medical_gap & (facts.medical <= law["sick"])
    need, no_need = facts.has_severe | sick, ~facts.has_severe & not_sick
    yes = not_poor_home & wide_home & need
    no = poor_home | not_wide_home | no_need
    made["edge"] = _paid(yes[home] & local, no[home] | ~local, int(line * 3 + 5) // 10)

    old = birth <= facts.born(law["old"])
    yes = local & old
    fen = 10_000 + 10_000 * (birth <= facts.born(90)) + 30_000 * (birth <= facts.born(100))
    made["elder"] = _paid(yes, ~yes, fen)

    old_home = facts.all_old[home] & local & (birth <= facts.born(60))
    wide, not_wide = wide_home[home], not_wide_home[home]
    fen = 15_000 + 15_000 * (old | facts.severe)
    made["elder_care"] = _paid(old_home & wide, ~old_home | not_wide, fen)

    yes = local & (birth > latest_birth("age_months", 36, DAY))
    fen = (law["child"] * (1 + (facts.toddlers > 1)))[home]
    made["child_care"] = _paid(yes, ~yes, fen)

    severe, disabled = facts.severe, facts.disabled & local
    higher, lower = (int(line * 25 + 50) // 100, int(line * 15 + 50) // 100)
    yes = disabled & (severe | wide)
    no = ~disabled | (~severe & not_wide)
    made["disabled_living"] = _paid(yes, no, lower + (higher - lower) * severe)

    below, not_below = _below(facts, line * 3)
    candidate = local & severe
    yes = candidate & (~old | below[home])
    no = ~candidate | (old & not_below[home])
    made["disabled_nursing"] = _paid(yes, no, 12_000 + 8_000 * (person["grade"] == 1))

    rent, burden = arrays.household["rent"], law["burden"]
    pays, known = rent > 0, ~facts.income_gap
    heavy = rent * burden.denominator > facts.income * burden.numerator
    below4, not_below4 = _below(facts, line * 4)
    yes = pays & heavy & known & below4
    no = ~pays | (~heavy & known) | not_below4
    doubled = np.minimum(rent, 2 * law["cap"])
    fen = (2 * doubled + 2 * size) // (4 * size)
    grown = birth <= facts.born(18)
    made["rent"] = _paid(yes[home] & grown, no[home] | ~grown, fen[home])
    return made


def _of_work(arrays: Arrays, facts: Facts, variant: int) -> dict[str, tuple[Any, Any, Any]]:
    law, home, person, unknown = limits(variant), facts.home, arrays.person, arrays.unknown
    local, birth = person["local"], person["birth"]
    poor, not_poor = facts.poor  # type: ignore[attr-defined]
    made = {}
    insured_gap = unknown["insured"]
    insured = person["insured"] & ~insured_gap
    not_insured = ~(person["insured"] | insured_gap)
    employed, not_employed = facts.employed
    jobless, not_jobless = facts.out_of_work
    old50 = birth <= facts.born(50)

    months, gap = person["months_unemployed"], unknown["months_unemployed"]
    long = (months >= law["months"]) & ~gap
    short = ~((months >= law["months"]) | gap)
    simple = old50 | facts.disabled
    hard = simple | facts.no_worker[home] | poor
    not_hard = ~simple & facts.some_worker[home] & not_poor
    yes = local & jobless & long & hard
    no = ~local | not_jobless | short | not_hard
    base = law["base"]
    full, third = (4 * base + 3) // 6, (2 * base + 3) // 6
    fen = third * yes + (full - third) * (yes & insured)
    made["hard_to_employ"] = _verdict(yes, no), fen, no | (yes & ~insured_gap)

    since, since_gap = person["months_since_grad"], unknown["months_since_grad"]

    def recent(limit: int) -> Pair:
        within = since <= limit
        return within & ~since_gap, ~(within | since_gap)

    firm = arrays.employer
    there = firm >= 0
    small_firm = arrays.enterprise["staff"] < law["staff"]
    firm_row = np.maximum(firm, 0)
    small = there & small_firm[firm_row]
    not_small = there & ~small
    young = birth > facts.born(35)
    graduate, not_graduate = recent(law["grad_months"])
    yes = graduate & young & employed & insured & small
    no = not_graduate | ~young | not_employed | not_insured | not_small
    more, no_more = facts.disabled | poor, ~facts.disabled & not_poor
    fen = 100_000 * yes + 50_000 * (yes & more)
    made["graduate"] = _verdict(yes, no), fen, no | (yes & (more | no_more))

    rate_gap = unknown["layoff_rate"]
    limit = law["layoff"]
    calm = arrays.enterprise["layoff_rate"] * limit.denominator <= 1000 * limit.numerator
    calm_firm, wild_firm = small_firm & calm & ~rate_gap, ~small_firm | (~calm & ~rate_gap)
    fits, fits_not = there & calm_firm[firm_row], there & wild_firm[firm_row]
    new, not_new = recent(12)
    income_gap = unknown["income"]
    low = person["income"] < base
    older, not_older = old50 & low & ~income_gap, ~old50 | ~(low | income_gap)
    yes = employed & insured & fits & (new | facts.disabled | older)
    no = not_employed | not_insured | fits_not | (not_new & ~facts.disabled & not_older)
    made["employer_insurance"] = _paid(yes, no, int(base * 24 + 50) // 100)

    grown = (birth <= facts.born(18)) & (birth > facts.born(60))
    started, not_started = recent(60)
    rural = arrays.household["rural"][home]
    may, may_not = jobless | started | rural, not_jobless & not_started & ~rural
    spouse, has_loan = arrays.spouse, person["has_loan"]
    theirs = has_loan[np.maximum(spouse, 0)]
    married = spouse >= 0
    free = (married & ~theirs) | (spouse == -1)
    bound = married & theirs
    wants = grown & (person["loan"] > 0)
    yes = wants & may & free
    no = ~wants | may_not | bound
    interest = law["interest"] / 12
    over, under = interest.numerator, interest.denominator
    fen = (2 * np.minimum(person["loan"], 30_000_000) * over + under) // (2 * under)
    made["loan"] = _paid(yes, no, fen)
    return made

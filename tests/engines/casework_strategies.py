"""Random services, calendars and courses of a case, for the property tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st
from tests.engines.casework_specs import REASONS, calendar_of, full_item, rule, service

from minsheng.engines.casework.clocks import calendar_acts
from minsheng.engines.casework.state import (
    Accept,
    AnswerExtension,
    Approve,
    AskExtension,
    Claim,
    Consent,
    Correct,
    DecideObjection,
    EffectDone,
    Expire,
    Objection,
    Pause,
    Rate,
    Refuse,
    Release,
    Resume,
    Return,
    Reverse,
    Skip,
    Supply,
    Transfer,
    Unclaim,
    Withdraw,
)

KEYS = "abcdef"
FIRST = date(2026, 1, 5)
POLICIES = st.sampled_from(["hold", "redo", "keep"])


@st.composite
def services(draw: st.DrawFn, *, units: str = "wc", plain: bool = False) -> Any:
    """An acyclic service of two to six items; `plain` leaves conditions and consents out."""
    items = []
    for n, key in enumerate(KEYS[: draw(st.integers(2, 6))]):
        fewest = draw(st.sampled_from([0, 1, 1])) if n else 0
        needs = draw(st.sets(st.sampled_from(KEYS[:n]), min_size=fewest, max_size=3)) if n else ()
        unit = draw(st.sampled_from(units))
        amount = draw(st.integers(0, 6 if unit == "w" else 12))
        more: dict[str, Any] = {
            "needs": tuple(sorted(needs)),
            "on_needed_reversed": draw(POLICIES),
            "effect": draw(st.sampled_from(["", "x.y"])),
        }
        if not plain:
            more["consent_of"] = draw(st.sampled_from([(), (), ("father",)]))
            more["optional"] = draw(st.sampled_from([False, False, True]))
            more["when"] = draw(st.sampled_from([None, None, rule("insured")]))
        items.append(full_item(key, f"{amount}{unit}d", **more))
    return service(*draw(st.permutations(items)), reasons=REASONS)


@st.composite
def calendars(draw: st.DrawFn) -> Any:
    """Weekends, and up to twenty random days off or worked in the first half of 2026."""
    days = st.integers(0, 200).map(lambda n: FIRST + timedelta(days=n))
    off = draw(st.sets(days.filter(lambda d: d.weekday() < 5), max_size=20))
    work = draw(st.sets(days.filter(lambda d: d.weekday() >= 5), max_size=5))
    return calendar_of(off=off, work=work)


def facts(draw: st.DrawFn, spec: Any) -> dict[str, Any]:
    """Random answers; what is left out is unknown."""
    offered = sorted(k for k, i in spec.items.items() if i.optional)
    chosen = draw(st.sets(st.sampled_from(offered))) if offered else set()
    given: dict[str, Any] = {"selected": frozenset(chosen)}
    household = draw(st.sampled_from([None, "mother", "father"]))
    insured = draw(st.sampled_from([None, True, False]))
    if household is not None:
        given["household"] = household
    if insured is not None:
        given["insured"] = insured
    return given


def courses(*, max_size: int = 18) -> st.SearchStrategy[list[Any]]:
    """A course of a case: numbers pick one of the sensible next acts, commands come as they are."""
    # one_of counts equal parts once, so the odds of nine to two are drawn as a number.
    step = st.integers(0, 10).flatmap(lambda n: commands() if n >= 9 else st.integers(0, 30))
    return st.lists(step, min_size=max_size // 2, max_size=max_size)


def sensible(spec: Any, state: Any, on: date = date.min) -> list[Any]:
    """What people, registers and the calendar may well do next; so ordered that numbers shrink."""
    found: list[Any] = list(calendar_acts(spec, state, on))
    for key, now in state.items.items():
        match now.status:
            case "open":
                found += [Approve(key, "sunwei")] * 3
                found += [Return(key, "sunwei", "unclear"), Pause(key, "sunwei", "expert")]
                found += [Pause(key, "sunwei", "panel"), Pause(key, "sunwei", "posted")]
                found += [Refuse(key, "sunwei", "wrong"), Accept(key, "sunwei")]
                found += [Claim(key, "linlan"), Transfer(key, "sunwei", "hall.window")]
                found += [
                    AskExtension(key, "sunwei", "slow"),
                    AnswerExtension(key, "zhoujing", True),
                ]
                found += [Approve(key, "wutong")]
            case "refused":
                found += [Objection(key, "wangfang")] * 2
            case "objected":
                found += [DecideObjection(key, "zhoujing", upheld=True)] * 2
                found += [DecideObjection(key, "zhoujing", upheld=False, reason="right")]
            case "returned":
                found += [Supply(key, "wangfang")]
            case "external":
                found += [EffectDone(key, now.attempt, "r")]
            case "held":
                found += [Release(key, "sunwei", redo=redo) for redo in (False, True)]
                found += [EffectDone(key, now.attempt, "r")]
            case "done":
                found += [Reverse(key, "sunwei", "mistake"), Correct(key, "sunwei", "misprint")]
        if now.claimed_by:
            found += [Claim(key, "sunwei", take_over=True), Unclaim(key, now.claimed_by)]
        if now.is_stopped:
            found += [Resume(key, "sunwei"), Resume(key, "sunwei", "passed")]
        if now.maybe:
            found += [Skip(key, "sunwei")]
    for subject in sorted(state.wanted):
        found += [Consent(subject, "chenli")]
    return found or [Rate("wangfang", 5)]


def commands() -> st.SearchStrategy[Any]:
    """Anything anyone may send at any time, sensible or not."""
    keys = st.sampled_from(KEYS)
    by = st.sampled_from(["sunwei", "linlan"])
    attempts = st.integers(1, 3)
    return st.one_of(
        st.builds(Approve, keys, by),
        st.builds(Approve, keys, by),
        st.builds(Refuse, keys, by, st.just("wrong")),
        st.builds(Return, keys, by, st.just("unclear")),
        st.builds(Supply, keys, by),
        st.builds(Pause, keys, by, st.just("expert")),
        st.builds(Resume, keys, by),
        st.builds(Claim, keys, by, st.booleans()),
        st.builds(Unclaim, keys, by, st.booleans()),
        st.builds(Accept, keys, by, st.booleans()),
        st.builds(AskExtension, keys, by, st.just("slow")),
        st.builds(AnswerExtension, keys, by, st.booleans()),
        st.builds(Transfer, keys, by, st.sampled_from(["hall.window", "hr.card"])),
        st.builds(Correct, keys, by, st.just("misprint")),
        st.builds(Expire, keys, by),
        st.builds(Objection, keys, by),
        st.builds(DecideObjection, keys, by, st.booleans(), st.just("right")),
        st.builds(Skip, keys, by),
        st.builds(EffectDone, keys, attempts, st.sampled_from(["r", "s"])),
        st.builds(EffectDone, keys, st.just(1), st.just("r")),
        st.builds(Consent, st.just("father"), by, st.booleans()),
        st.builds(Reverse, keys, by, st.just("mistake")),
        st.builds(Reverse, keys, by, st.just("mistake")),
        st.builds(Release, keys, by, st.booleans()),
        st.builds(Withdraw, by),
        st.builds(Rate, by, st.integers(0, 6)),
    )

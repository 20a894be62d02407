"""What stands in the way of a running case that would go on under another form.

Pure. Each act that somebody has begun keeps what it was promised: an extension its length, an
objection its right, a public notice what it shows, a question its last day, a stop its reason, a
claim its officer. Where the other form can't keep it, an obstacle says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from minsheng.engines.casework.clocks import due_day_of
from minsheng.engines.casework.decide import Start
from minsheng.engines.casework.plan import Facts, Plan
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import TERMINAL, CaseState, ItemState
from minsheng.engines.casework.step import is_claimed, is_past, post_of, stop_kind
from minsheng.lib.texts import Text, day_said
from minsheng.lib.workdays import WorkCalendar
from minsheng.rules import Rule

OVER = frozenset({"done", "skipped"})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a case can't go over. `item` is empty where it is about the whole case."""

    code: str
    item: str
    text: Text


@dataclass(frozen=True, slots=True)
class Moving:
    """A running case with what is known about it: facts, proofs at hand."""

    old: ServiceSpec
    new: ServiceSpec
    state: CaseState
    facts: Facts
    at_hand: Collection[str]

    @property
    def undecided(self) -> dict[str, ItemState]:
        """The items that an office still has to decide."""
        return {k: i for k, i in self.state.items.items() if i.status not in TERMINAL}


def misfits(case: Moving, on: date) -> Iterator[Obstacle]:
    """Yield what can't be carried over at all, seen on the day `on`."""
    old, new, state = case.old, case.new, case.state
    if state.status != "running" or state.withdrawn:
        yield Obstacle("closed", "", Text("这一件已经办结或撤回", "the case has ended"))
        return
    whole = (
        ("event", old.event_key != new.event_key, "按什么认定是同一件事，变了", "the key of its event"),
        ("applicant", old.applicant.key != new.applicant.key, "谁来申请，变了", "who applies"),
        ("protected", old.protected != new.protected, "是不是要保护，变了", "whether it is protected"),
        ("subject", not old.subjects.keys() <= new.subjects.keys(), "当事人少了一个", "who is in it"),
    )  # fmt: skip
    for code, differs, zh, en in whole:
        if differs:
            yield Obstacle(code, "", Text(zh, f"{en} is another"))
    for key, item in state.items.items():
        title = old.items[key].title
        if key not in new.items:
            yield _of("item_gone", key, title, "新版里没有“{}”", "the new form has no “{}”")
            continue
        yield from _unworded(case, item, title)
        if item.status in TERMINAL:
            yield from _undone(case, item, title, on)
        else:
            yield from _misfit(case, item, title)
            yield from _interrupted(case, item, title, on)


def _unworded(case: Moving, item: ItemState, title: Text) -> Iterator[Obstacle]:
    """Yield an item whose reasons, of decisions and stops, the new form has no words for."""
    used = {stop.reason for stop in item.stops} | {item.reason, item.extension_reason}
    for reason in sorted(used & case.old.reasons.keys()):
        kept = case.new.reasons.get(reason)
        if kept is None or kept.act != case.old.reasons[reason].act:
            yield _of(
                "reason_gone",
                item.key,
                title,
                "“{}”用过的一条理由，新版里没有",
                "a reason that was given for “{}” isn't in the new form",
            )
            return


def _undone(case: Moving, item: ItemState, title: Text, on: date) -> Iterator[Obstacle]:
    """Yield what the new form would take away from an item that is decided."""
    old, new = case.old.items[item.key], case.new.items[item.key]
    if item.status == "done" and (old.gives, old.effect) != (new.gives, new.effect):
        yield _of(
            "result",
            item.key,
            title,
            "“{}”已经办好，新版出的结果不一样",
            "“{}” is done, and gives something else under the new form",
        )
    may_object = (
        item.status == "refused"
        and old.objection is not None
        and item.objected_on is None
        and not is_past(item.object_by, on)
    )
    if may_object and new.objection is None:
        yield _of(
            "objection_right",
            item.key,
            title,
            "“{}”没有办成，还在可以提异议的日子里，新版没有这一步",
            "“{}” was refused and may still be objected to, which the new form doesn't provide",
        )


def _misfit(case: Moving, item: ItemState, title: Text) -> Iterator[Obstacle]:
    """Yield what an undecided item waits for and would wait for in vain."""
    key = item.key
    old, new = case.old.items[key], case.new.items[key]
    if "external" in (item.status, item.before) and old.effect != new.effect:
        yield _of(
            "register",
            key,
            title,
            "“{}”正等登记库回答，新版换了登记库",
            "“{}” waits for a register that the new form doesn't use",
        )
    if item.status == "objected" and new.objection is None:
        yield _of(
            "objection",
            key,
            title,
            "“{}”正在复核，新版里没有复核",
            "“{}” is being looked at again, which the new form doesn't provide",
        )
    is_asked = item.extension == "asked" and new.extend is None
    if is_asked or (item.extra and old.due.unit != new.due.unit):
        yield _of(
            "extension",
            key,
            title,
            "“{}”申请或批准过延期，新版的时限接不上",
            "more time was asked or agreed for “{}”, which doesn't fit the new term",
        )
    if item.status == "waiting":
        return
    # Those it needs already under the old form are as they are: held, or being done again.
    for need in set(new.needs) - set(old.needs):
        needed = case.state.items.get(need)
        if need in case.new.items and (needed is None or needed.status not in OVER):
            other = case.new.items[need].title
            yield Obstacle(
                "begun_too_early",
                key,
                Text(
                    f"“{title.zh}”已经开始办，新版要先办好“{other.zh}”",
                    f"“{title.to('en')}” has begun, but now needs “{other.to('en')}” first",
                ),
            )


def _interrupted(case: Moving, item: ItemState, title: Text, on: date) -> Iterator[Obstacle]:
    """Yield what is being done at this moment and would be broken off."""
    is_another = post_of(case.old, item) != post_of(case.new, item)
    if is_another and is_claimed(item, on):
        yield _of(
            "claimed",
            item.key,
            title,
            "“{}”今天有人正在办，新版换了岗位；明天再换",
            "somebody is on “{}” today, and it would pass to another post; move it tomorrow",
        )
    was = stop_kind(case.old, item)
    if was != stop_kind(case.new, item) or (was == "public_notice" and _shows_other(case, item)):
        yield _of(
            "notice",
            item.key,
            title,
            "“{}”正在公示或评审，新版的公示、评审不一样；结束以后再换",
            "“{}” is posted or under review, which the new form does otherwise; move it afterwards",
        )


def _shows_other(case: Moving, item: ItemState) -> bool:
    reason = item.stops[-1].reason
    return case.old.reasons[reason].shows != case.new.reasons[reason].shows


def bared(case: Moving, starts: Mapping[str, Start]) -> Iterator[Obstacle]:
    """Yield the sensitive answers that another office would read, or that would be less guarded.

    The person agreed to what the old form said.  Source: 个人信息保护法, art. 14 and 29.
    """
    known = {
        key
        for key, field in case.old.fields.items()
        if field.protect == "sensitive" and key in case.facts
    }
    for key in sorted(known & case.new.fields.keys()):
        label = case.old.fields[key].label
        if case.new.fields[key].protect != "sensitive":
            yield _of("protect", "", label, "“{}”少了一层保护", "“{}” would be less guarded")
    todo = [*case.undecided, *(key for key, how in starts.items() if how != "skipped")]
    for key in todo:
        before = case.old.items[key].uses if key in case.old.items else ()
        for field in sorted((set(case.new.items[key].uses) - set(before)) & known):
            yield _of(
                "sensitive",
                key,
                case.old.fields[field].label,
                "要多给一个部门看“{}”，这是敏感信息，要本人另外同意",
                "another office would read “{}”, which is sensitive and needs consent of its own",
            )


def unasked(case: Moving, planned: Plan, starts: Mapping[str, Start]) -> Iterator[Obstacle]:
    """Yield what the applicant would have to bring or answer: nothing is asked again."""
    todo = set(case.undecided) | {k for k, how in starts.items() if how != "skipped"}
    on = case.state.submitted
    wanted = {key for item in todo for key in case.new.items[item].materials}
    live = {
        k
        for k, i in case.state.items.items()
        if i.status not in {"skipped", "cancelled", "refused"}
    }
    live |= {k for k, how in starts.items() if how != "skipped"}
    for key in sorted(wanted - set(case.at_hand)):
        material = case.new.materials[key]
        comes = any(s.kind == "item" and s.name in live for s in material.sources)
        if comes or _says(material.when, case.facts, on) is False:
            continue
        yield Obstacle(
            "material",
            "",
            Text(f"要多一份“{material.title.zh}”", f"needs “{material.title.to('en')}” as well"),
        )
    read = {key for item in todo for key in case.new.items[item].uses}
    for key in sorted(read - case.facts.keys()):
        field = case.new.fields.get(key)
        if field is None or field.ask != "always" or not field.required:
            continue
        if _says(field.when, case.facts, on) is not False:
            yield Obstacle(
                "question",
                "",
                Text(f"要多问一项“{field.label.zh}”", f"has to ask “{field.label.to('en')}”"),
            )


def unagreed(case: Moving, planned: Plan) -> Iterator[Obstacle]:
    """Yield whose consent the new form wants that the old one did not."""
    undecided = case.undecided
    for wanted in planned.consents_wanted:
        waits = [k for k in wanted.items if k in undecided or k not in case.state.items]
        if waits and wanted.subject not in case.state.wanted:
            who = case.new.subjects[wanted.subject].title
            yield Obstacle(
                "consent",
                waits[0],
                Text(f"要多一个人同意：{who.zh}", f"{who.to('en')} would have to agree"),
            )


def worsened(
    case: Moving, after: CaseState, on: date, calendar: WorkCalendar
) -> Iterator[Obstacle]:
    """Yield the items whose day would come later, or lies behind already, or that would end.

    Also of a clock that stands still: it is read as if it ran again today.
    """
    for key, item in case.undecided.items():
        title = case.new.items[key].title
        if after.items[key].status in TERMINAL:
            yield _of(
                "would_end", key, title, "按新版，“{}”就不办了", "under the new form “{}” would end"
            )
        if item.started is None or item.status == "waiting":
            continue
        before = due_day_of(case.old, case.state, key, calendar=calendar, on=on).day
        now = due_day_of(case.new, after, key, calendar=calendar, on=on).day
        if now < on <= before:
            yield _of(
                "late_at_once",
                key,
                title,
                "按新版时限，“{}”今天就已经超期",
                "under the new term “{}” would be late already",
            )
        if now > before:
            was, then = day_said(before), day_said(now)
            yield Obstacle(
                "item_later",
                key,
                Text(
                    f"“{title.zh}”说过{was.zh}前办好，按新版要到{then.zh}",
                    f"“{title.to('en')}” was to be done by {was.en}; under the new form by {then.en}",
                ),
            )


def promise_later(promised: date, finish: date) -> Obstacle:
    """Return the obstacle that the whole would be done later than was promised."""
    was, now = day_said(promised), day_said(finish)
    return Obstacle(
        "promise_later",
        "",
        Text(
            f"答应过{was.zh}前全部办好，按新版要到{now.zh}",
            f"all was promised by {was.en}; under the new form it would be {now.en}",
        ),
    )


def _says(rule: Rule | None, facts: Facts, on: date) -> bool | None:
    return True if rule is None else rule.decide(facts, on=on).value


def _of(code: str, item: str, title: Text, zh: str, en: str) -> Obstacle:
    return Obstacle(code, item, Text(zh.format(title.zh), en.format(title.to("en"))))

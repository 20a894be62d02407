"""Who may do what: the firm with its own numbers, the keeper of a score, and who confirms."""

from __future__ import annotations

from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation, Person
from minsheng.content.scores import LoadedScore
from minsheng.engines.scoring import Fact
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.rules.ir import fields_of


def scores() -> list[LoadedScore]:
    """Return every score of firms; those that need weights come last."""
    found = [one for one in installed.packs().scores.values() if one.score.holder == "firm"]
    return sorted(found, key=lambda one: bool(one.score.stages))


def loaded(slug: str) -> LoadedScore:
    """Return one score of firms; raises NotFound."""
    found = next((one for one in scores() if one.score.score == slug), None)
    if found is None:
        raise NotFound(
            "scores.none", "没有这种积分。请回列表看看。", "There is no such score. See the list."
        )
    return found


def has_talent() -> bool:
    """Whether this district has a score of persons."""
    return any(one.score.holder == "talent" for one in installed.packs().scores.values())


def talent() -> LoadedScore:
    """Return the score of persons; raises NotFound where this district has none."""
    found = next(
        (one for one in installed.packs().scores.values() if one.score.holder == "talent"), None
    )
    if found is None:
        raise NotFound(
            "scores.no_talent",
            "本区还没有人才积分。别的都不受影响。",
            "This district has no points of talents. Nothing else is affected.",
        )
    return found


def own_person(account: Account) -> Person:
    """Return who this account is proved to be; raises NotAllowed for everybody else."""
    if account.person is None or not account.is_proved:
        raise NotAllowed(
            "scores.not_proved",
            "先核实身份，再填人才积分。在“我的”里点“核实身份”。",
            "Confirm who you are first, under “Mine”.",
        )
    return account.person


def require_talent_desk(account: Account) -> LoadedScore:
    """Return the score of persons for who keeps or confirms it; raises NotAllowed."""
    loaded_score = talent()
    if not duties(account, loaded_score):
        raise _not_yours()
    return loaded_score


def own_firm(account: Account, code: str = "") -> Organisation:
    """Return the firm that this account speaks for today: that of a credit code, or the only one.

    Raises NotAllowed for everybody else.
    """
    firms = [] if account.is_staff_member else people.organisations_of(account)
    found = [one for one in firms if code in ("", one.credit_code)]
    if len(found) != 1:
        raise NotAllowed(
            "scores.not_your_firm",
            "没有登记您代表这家企业。带营业执照和委托书到综合窗口登记，当场能用。",
            "It isn't written down that you speak for this firm. Register at the general counter.",
        )
    return found[0]


def keeper(account: Account, loaded_score: LoadedScore) -> str:
    """Return who acts, as events say it, where this account keeps a score; raises NotAllowed."""
    return _acting(account, loaded_score.spec.keeper)


def confirmer(account: Account, loaded_score: LoadedScore) -> str:
    """Return who acts, as events say it, where this account confirms; raises NotAllowed."""
    return _acting(account, loaded_score.spec.confirmer)


def may_keep(account: Account) -> bool:
    """Whether this account keeps or confirms any score."""
    held = {post.key for post in people.posts_of(account)}
    return any({one.spec.keeper, one.spec.confirmer} & held for one in scores())


def duties(account: Account, one: LoadedScore) -> frozenset[str]:
    """Return which of "keep" and "confirm" this account does for a score."""
    held = {post.key for post in people.posts_of(account)}
    pairs = (("keep", one.spec.keeper), ("confirm", one.spec.confirmer))
    return frozenset(duty for duty, post in pairs if post in held)


def firm(code: str) -> Organisation:
    """Return a firm by its credit code; raises NotFound."""
    found = people.organisation_by_code(code)
    if found is None:
        raise NotFound(
            "scores.no_firm",
            "没有这家企业。请核对统一社会信用代码。",
            "There is no such firm. Check the credit code.",
        )
    return found


def require_keeper(account: Account) -> str:
    """Return who acts, as events say it, for whoever keeps any score; raises NotAllowed."""
    for one in scores():
        if "keep" in duties(account, one):
            return keeper(account, one)
    raise _not_yours()


def fact_named(name: str) -> Fact:
    """Return one declared fact of firms; raises NotFound."""
    for one in scores():
        if name in one.score.facts:
            return one.score.facts[name]
    raise no_number()


def read_facts() -> dict[str, Fact]:
    """Return the facts of firms that something reads: those of scores first, then those of policies."""
    names = [name for one in scores() for name in one.score.used]
    shelf = installed.packs().policies
    for policy in shelf.policies.values() if shelf else ():
        if policy.about == "firm":
            names += [name for rule in policy.rules() for name in fields_of(rule.ir)]
    return {name: fact_named(name) for name in dict.fromkeys(names)}


def no_number() -> NotFound:
    """Return the answer to who asks for a number that isn't there, or isn't theirs."""
    return NotFound(
        "scores.no_number",
        "没有这个数，或者不是您企业的。请回列表看看。",
        "There is no such number, or it isn't your firm's. See the list.",
    )


def no_talent_number() -> NotFound:
    """Return the answer to who asks for a talent's number that isn't there, or isn't theirs."""
    return NotFound(
        "scores.no_talent_number",
        "没有这个数，或者不是您的。请回列表看看。",
        "There is no such number, or it isn't yours. See the list.",
    )


def _acting(account: Account, post: str) -> str:
    if post not in {one.key for one in people.posts_of(account)}:
        raise _not_yours()
    return f"post:{post}/account:{account.pk}"


def _not_yours() -> NotAllowed:
    return NotAllowed(
        "scores.not_yours",
        "这件事由企业服务中心管积分的岗位办。您的待办在工作台。",
        "This is done by the posts that keep scores. What waits for you is at your desk.",
    )

"""What every step of a stake shares: the row locked, words checked, the step and its event written."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.accounts.actions import Why
from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.stakes import access
from minsheng.apps.stakes.models import Stake, StakeStep
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

STREAM = "stake"
MOST_WORDS = 400


def locked(stake_id: int) -> Stake:
    """Return a stake with its row locked until the transaction ends; raises NotFound."""
    found = (
        Stake.objects.select_for_update(of=("self",))
        .select_related("organisation", "account")
        .filter(pk=stake_id)
        .first()
    )
    if found is None:
        raise access.no_such_stake()
    return found


def checked(text: str, *, field: str, what: Text) -> str:
    """Return words without blanks around; WrongInput, naming the field, for none or too many."""
    text = " ".join(text.split())
    if not text:
        raise WrongInput(
            "stakes.missing",
            f"还没有写：{what.zh}。别的都还在。",
            f"This is missing: {what.to('en')}. The rest is still there.",
            field=field,
        )
    if len(text) > MOST_WORDS or any(ord(c) < 32 for c in text):
        raise WrongInput(
            "stakes.too_long",
            f"{what.zh}最多 {MOST_WORDS} 个字。您写的都还在。",
            f"{what.to('en').capitalize()}: at most {MOST_WORDS} characters. What you wrote is here.",
            field=field,
        )
    return text


def record(
    stake: Stake, act: str, side: str, by: Account, *, fen: int = 0, reason: str = ""
) -> None:
    """Write a step and its event: the event holds codes and amounts alone."""
    at = timezone.now()
    StakeStep.objects.create(
        stake=stake, act=act, side=side, account=by, amount_fen=fen, reason=reason, at=at
    )
    data = {"state": stake.state, "fen": fen}
    audit.record(STREAM, str(stake.pk), audit.News(f"stake.{act}", at, who(side, by), data))


def why(stake: Stake, key: str, side: str, by: Account) -> Why:
    """Return what a posting of a stake says of itself."""
    cause = f"stake:{stake.pk}"
    return Why(f"{cause}:{key}", cause, timezone.localdate(), who(side, by))


def who(side: str, by: Account) -> str:
    """Return who acts, as events say it."""
    return f"{side}/account:{by.pk}"


def tell_firm(stake: Stake, said: Text) -> None:
    """Tell whoever speaks today for the firm of a stake where it stands."""
    for row in people.representatives():
        if row.organisation_id == stake.organisation_id:
            notices.notify(
                row.account,
                kind="stake",
                title=Text("您企业的先投后股有新进展", "News about your firm's grant"),
                body=said,
                link=f"/firm/stakes/{stake.pk}",
                key=f"stake:{stake.pk}:{stake.steps.count()}:{row.account_id}",
            )

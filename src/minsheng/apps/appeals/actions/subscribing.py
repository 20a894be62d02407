"""Following what somebody near has reported, without a request of one's own; and no longer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import near
from minsheng.apps.appeals.models import Request, Subscription
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import Conflict

MOST = 100


def subscribe(number: str, *, by: Account) -> Subscription:
    """Follow a request near; asked twice it is once. Nobody else learns of it."""
    near.require_resident(by)
    with transaction.atomic():
        request = Request.objects.select_for_update().filter(number=number).first()
        if request is None or not near.is_near(request):
            raise near.no_such_neighbour()
        found = Subscription.objects.filter(request=request, account=by).first()
        if found is not None:
            return found
        if request.status == "closed":
            raise Conflict(
                "appeals.closed_to_follow",
                "这一件已经办结了。又坏了，自己提一件。",
                "This one is closed. If it came back, make a request of your own.",
            )
        if (
            Subscription.objects.filter(account=by).exclude(request__status="closed").count()
            >= MOST
        ):
            raise Conflict(
                "appeals.too_many_followed",
                f"最多同时关注 {MOST} 件。先取消几件。",
                f"You can follow {MOST} requests at a time. End some first.",
            )
        return Subscription.objects.create(request=request, account=by, at=timezone.now())


def unsubscribe(number: str, *, by: Account) -> None:
    """Follow a request no longer; harmless where one doesn't."""
    near.require_resident(by)
    request = Request.objects.filter(number=number).first()
    ended, _ = Subscription.objects.filter(request=request, account=by).delete()
    if not ended and (request is None or not near.is_near(request)):
        raise near.no_such_neighbour()


def forget(person: Person) -> None:
    """Delete what an erased person followed."""
    Subscription.objects.filter(account__person=person).delete()

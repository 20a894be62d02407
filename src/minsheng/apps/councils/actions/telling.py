"""Who else is told: neighbours of a meeting and a vote, the posts whose turn it is, the mediator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from minsheng.apps.appeals.models import Request
from minsheng.apps.councils import access
from minsheng.apps.councils.homes import accounts_in, homes_of
from minsheng.apps.councils.models import Home, Matter, Vote
from minsheng.apps.councils.writing import TELL
from minsheng.apps.notices import actions as notices
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox.actions import Job
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text

NEIGHBOURS: Mapping[str, Text] = {
    "called": Text("请您参加一次议事会", "You are asked to a meeting of neighbours"),
    "vote": Text("有一次表决等您家投票", "A vote waits for your household"),
    "result": Text("表决有结果了", "A vote has its result"),
    "ended": Text("邻居商量的一件事有结果了", "A matter of the neighbours has ended"),
}
PAPER = Text(
    "您家的纸票录进去了；没有投过，请马上告诉社区",
    "Your household's paper vote was entered. If you cast none, tell the community at once",
)
POSTS: Mapping[str, Text] = {
    "proposed": Text("有一笔小基金等您同意", "A payment of the small fund waits for your word"),
    "decided": Text("小基金的一笔有答复了", "A payment of the small fund was decided"),
    "asked": Text("有人想约调解", "Somebody asks for a mediator"),
}


def tell_of_matter(job: Job) -> None:
    """Tell whoever must know of what has happened to a matter, or to a wish for a mediator."""
    what, key = str(job.payload["what"]), job.key
    if what == "asked":
        request = Request.objects.get(pk=job.payload["request"])
        post, body = access.rules(request).mediation.post, Text(request.number, request.number)
        path = f"/desk/mediation/{request.number}"
        _notify(people.accounts_of(post), POSTS[what], body, path, key)
        return
    matter = Matter.objects.select_related("request").get(pk=job.payload["matter"])
    title = Text(matter.title, matter.title)
    if what == "paper":
        home = Home.objects.get(pk=job.payload["home"])
        accounts = accounts_in([home.household_id] if home.household_id else [])
        _notify(accounts, PAPER, title, f"/council/{matter.pk}", key)
        return
    if what in NEIGHBOURS:
        homes = homes_of(matter.area, matter.part)
        accounts = accounts_in(one.household_id for one in homes if one.household_id)
        others = [one for one in accounts if one.pk != matter.request.account_id]
        own = [one for one in accounts if one.pk == matter.request.account_id]
        told = [*others, *(own if what == "vote" else ())]
        _notify(told, NEIGHBOURS[what], title, f"/council/{matter.pk}", key)
        return
    fund = access.rules(matter.request).fund
    post = fund.approve if what == "proposed" else matter.post
    path = f"/desk/councils/{matter.pk}"
    _notify(people.accounts_of(post), POSTS[what], title, path, key)


def put_for_home(vote: Vote, home_id: int) -> None:
    """Put the telling of a home whose paper vote was entered; not what it was."""
    payload = {"matter": vote.matter_id, "home": home_id, "what": "paper"}
    outbox.put(TELL, f"{TELL}:paper:{vote.pk}:{home_id}", payload)


def put_for_mediator(request: Request, appointment_id: int) -> None:
    """Put the telling of the mediator."""
    payload = {"request": request.pk, "what": "asked"}
    outbox.put(TELL, f"{TELL}:asked:{appointment_id}", payload)


def _notify(accounts: Iterable[Account], title: Text, body: Text, path: str, key: str) -> None:
    for account in accounts:
        notices.notify(
            account, kind="council", title=title, body=body, link=path, key=f"{key}:{account.pk}"
        )

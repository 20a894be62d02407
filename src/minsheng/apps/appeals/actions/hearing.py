"""What visits found and courtyards said becomes requests, each once: the ledger is read upward.

The event holds ids and codes; words and place are fetched from the visit and sealed under the key of
whoever made the request. What fails waits in the outbox and is tried again, so that nothing said is lost.
"""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.actions.filing import Told, open_request, received_of
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit import actions as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.notices import actions as notices
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.outbox.actions import Job
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.repairs import reads as repairs
from minsheng.apps.visits import actions as visits
from minsheng.apps.visits import reads as visit_reads
from minsheng.apps.visits.reads import Matter
from minsheng.content.appeals import Appeal
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text

HEARD, REPAIR = "request.heard", "request.repair"
READER = "appeals"
REPAIR_STEPS = frozenset(
    f"entry.{step}"
    for step in (
        "repair_planned", "observed", "reopened", "asked", "failed", "passed", "dropped",
        "repair_archived",
    )
)  # fmt: skip
"""The steps of a repair that whoever asked for it reads in their request."""
NAMELESS = {"organisation": "走访的企业", "visit": "走访的地方", "voice": "院坝里的话"}
"""How somebody is called who isn't known by name, as a caller is."""


def follow_ledger() -> int:
    """Read the ledger on, and return for how much of it something follows here."""
    return audit.follow(READER, _follow)


def _follow(entry: Entry) -> int:
    if entry.stream == "visit" and entry.kind == "visit.finding":
        data = entry.data
        if data["leads"] != "request":
            return 0
        effect = outbox.effect_of(HEARD, f"finding:{data['finding']}", {"finding": data["finding"]})
        outbox.put_effect(effect)
        return 1
    if entry.stream == "project" and entry.kind in REPAIR_STEPS:
        number = repairs.request_of_repair(entry.key)
        if not number:
            return 0
        payload = {
            "request": number,
            "entry": entry.key,
            "step": entry.kind,
            "by": entry.by,
            "at": entry.at.isoformat(),
        }
        outbox.put_effect(outbox.effect_of(REPAIR, f"repair:{entry.pk}", payload))
        return 1
    return 0


def make_of_finding(job: Job) -> None:
    """Make a request of a finding, or tell its office where the pack names no kind of request."""
    finding = int(job.payload["finding"])
    matter = visit_reads.matter(finding)
    if matter is None or Request.objects.filter(finding=finding).exists():
        return
    declared = matter.spec.findings[matter.key]
    if not declared.appeal:
        _tell_office(matter)
        return
    on = timezone.localtime(matter.at).date()
    loaded = catalogue.appeal_on(declared.appeal, on)
    person, account = _requester(matter)
    try:
        # Erasing locks the same rows, account first: of the two one wins.
        person = people_actions.held_person_of(account) if account else people_actions.held(person)
    except NotFound:
        return
    said = f"{matter.title.zh}：{matter.words}" if matter.words else matter.title.zh
    told = Told(
        category=declared.category,
        words=said,
        area=matter.area,
        contact=_contact(loaded.spec, matter, None if loaded.spec.protected else person),
        channel="round" if matter.visit else "courtyard",
    )
    # A protected kind lets named posts alone act; whoever speaks up in one is its requester.
    duty = "requester" if loaded.spec.protected else f"post:{matter.spec.post}"
    who = f"{duty}/account:{matter.by.pk}"
    made = open_request(
        loaded,
        told,
        received_of(loaded, told, by=who, at=matter.at),
        person=person,
        account=None if loaded.spec.protected else account,
        firm=matter.organisation if loaded.spec.requester == "organisation" else None,
        finding=finding,
    )
    visits.refer(finding, made.number)


def _requester(matter: Matter) -> tuple[Person, Account | None]:
    """Return for whom it is made, and their sign-in; a voice and a place are persons without a number."""
    if matter.owner is not None:
        return matter.owner, people.account_of_person(matter.owner)
    if matter.organisation is not None:
        for row in people.representatives():
            if row.organisation_id == matter.organisation.pk and row.account.person is not None:
                return row.account.person, row.account
    name = NAMELESS["organisation" if matter.organisation else "visit" if matter.visit else "voice"]
    who = f"account:{matter.by.pk}"
    return people_actions.create_person(None, name, demo=matter.by.demo, by=who), None


def _contact(spec: Appeal, matter: Matter, person: Person | None) -> dict[str, str]:
    """Return whom to ask, of what the kind asks for: the one visited, else who noted it, and that one."""
    helper = people.displays([matter.by.pk]).get(matter.by.pk, "")
    known = {"contact_name": people.name_of(person) if person else helper, "helper": helper}
    return {key: value for key, value in known.items() if key in spec.fields and value}


def _tell_office(matter: Matter) -> None:
    """Tell who must know: of a protected plan the named posts, of others the head of the office."""
    district = installed.packs().district
    posts = {district.head_of(matter.office)}
    if matter.spec.protected:
        posts = {
            key
            for key, post in district.posts.items()
            if post.department == matter.office and post.opens_protected
        }
    body = Text(f"走访 {matter.visit}", f"Visit {matter.visit}") if matter.visit else matter.title
    for account in (one for post in sorted(posts) for one in people.accounts_of(post)):
        notices.notify(
            account,
            kind="visit.finding",
            title=Text("走访发现了一件事，请看", "A visit found something: please see"),
            body=body,
            link=f"/desk/rounds/{matter.visit}" if matter.visit else "/desk/voices",
            key=f"visit.finding:{matter.id}:{account.pk}",
            is_quiet=matter.spec.protected,
        )

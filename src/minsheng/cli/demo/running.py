"""Cases of invented mothers at different points, so that no inbox is empty at the first start.

Made by the same actions as everybody's; the worker prints their certificates when it starts. The
mothers' accounts have no password.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING
from uuid import UUID

from minsheng.apps.cases import actions as cases
from minsheng.apps.cases import reads as case_reads
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.ratings import actions as ratings
from minsheng.cli.demo.cast import WANG_FANG
from minsheng.cli.worker_command import work
from minsheng.engines.population import Birth, District
from minsheng.engines.population.households import GIVEN_CHILD

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

SERVICE = "newborn"
COURSES: tuple[tuple[str, ...], ...] = (
    (
        "approve guidance",
        "approve birth_certificate",
        "approve vaccination",
        "approve household",
        "approve insurance",
        "approve birth_costs",
        "approve social_card",
        "rate 5",
    ),
    ("approve birth_certificate", "approve vaccination", "approve household", "approve insurance"),
    ("approve birth_certificate", "return household marriage_unclear"),
    ("approve birth_certificate",),
    ("approve birth_certificate",),
    ("return birth_certificate name_unclear", "supply birth_certificate"),
    (),
    (),
)
"""What has happened in each case since it was submitted."""
WORDS = {
    "name_unclear": "孩子名字的第二个字看不清，请再写一遍。",
    "marriage_unclear": "结婚登记没有查到，请拍一张结婚证传上来。",
}
BANK_CARD = "6222020000000000000"
"""A number with a right check digit that no bank has given out."""
EFFECTS = ("case.effect", "case.follow")


def start_cases(district: District, count: int) -> int:
    """Start `count` cases, or as many as there are single births to married mothers."""
    births = list(islice(_births(district), count))
    for number, birth in enumerate(births, 1):
        _start(birth, number, COURSES[(number - 1) % len(COURSES)])
    return len(births)


def _births(district: District) -> list[Birth]:
    """Return the births of married mothers outside the cast who had one child."""
    married = {one.number for home in district.households for one in home.couple or ()}
    counts = Counter(birth.mother.number for birth in district.births)
    return [
        birth
        for birth in district.births
        if counts[birth.mother.number] == 1
        and birth.mother.number in married
        and birth.mother.number != WANG_FANG.number
    ]


def _start(birth: Birth, number: int, course: tuple[str, ...]) -> None:
    mother, draft = filled_draft(birth, f"mother{number:02d}", number)
    case = cases.submit_draft(draft, by=mother)
    follow()
    for act in course:
        verb, item, reason = (*act.split(), "", "")[:3]
        if verb == "rate":
            ratings.rate_case(case.pk, ratings.Given(int(item), {}), by=mother)
        elif verb == "supply":
            cases.supply_item(case.pk, item, by=mother, answer="名字没有错，就是这个字。")
        else:
            row = case.items.get(key=item)
            officer = people_reads.accounts_of(row.post)[0]
            if verb == "approve":
                cases.approve_item(row.pk, by=officer)
            else:
                cases.return_item(row.pk, by=officer, reason=reason, message=WORDS[reason])
        follow()


def filled_draft(
    birth: Birth, username: str, number: int, *, service: str = SERVICE
) -> tuple[Account, UUID]:
    """Return a new account without password for a mother, and her draft with every answer."""
    mother = people.open_account(username, None, display=f"{birth.mother.name}（演示）", demo=True)
    clerk = people_reads.accounts_of("hall.window")[0]
    people.prove_by_clerk(mother, birth.mother.number, clerk=clerk)
    draft = cases.open_draft(mother, service)
    at = number * 2 % len(GIVEN_CHILD)
    answers = {
        "child_name": birth.mother.name[0] + (GIVEN_CHILD * 2)[at : at + 2],
        "phone": f"1380000{number:04d}",
        "household": "mother",
        "card_delivery": "collect",
        "bank_card": BANK_CARD,
    }
    for step in case_reads.draft_view(draft.pk, account=mother).steps:
        cases.save_answers(draft.pk, by=mother, step=step.key, answers=answers)
    return mother, draft.pk


def follow() -> None:
    """Carry out what follows, save printing and mailing."""
    while work("demo", kinds=EFFECTS):
        pass

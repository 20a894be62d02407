"""People for tests: 王芳 the mother, 李强 the stranger, 赵敏 the clerk, 何军 the auditor."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from minsheng.apps.people import actions
from minsheng.apps.people.models import Account, Person
from minsheng.lib.identifiers import CitizenNumber, citizen_number
from minsheng.lib.regions import Region, RegionTable
from minsheng.lib.texts import Text

REGIONS = RegionTable(
    [
        Region(
            code="500107",
            name="九龙坡区",
            valid_from=date(1997, 6, 18),
            valid_to=None,
            parent="500000",
        )
    ]
)
WANG = citizen_number("500999", date(1993, 3, 5), 2)
CHEN = citizen_number("500999", date(1991, 7, 9), 3)
LI = citizen_number("500999", date(1988, 1, 1), 5)
CHILD = citizen_number("500999", date(2024, 5, 6), 4)
PASSWORD = "minsheng-demo"


def parsed(number: str) -> CitizenNumber:
    return CitizenNumber.parse(number, on=timezone.localdate(), regions=REGIONS, demo=True)


def person(name: str, number: str) -> Person:
    return actions.create_person(parsed(number), name, demo=True)


def proved(username: str, name: str, number: str) -> Account:
    account = actions.open_account(username, PASSWORD, demo=True)
    actions.prove_by_register(
        account,
        number,
        name,
        lambda asked: actions.RegisterAnswer(name=name, born_on=asked.birth),
    )
    return account


def staff(username: str, post_key: str) -> Account:
    account = actions.open_account(username, PASSWORD, kind=Account.STAFF, demo=True)
    office = actions.set_department("hall", Text("政务服务中心", "Service centre"))
    post = actions.set_post(
        post_key, office, title=Text("综合窗口", "Window"), may_vouch=post_key == "hall.window"
    )
    actions.assign(account, post, since=date(2020, 1, 1))
    return account

"""Draws households: who lives together, who is married to whom, which children were just born.

Shares (couples, singles, elders, children) are plain settings of a demonstration, mark L: they
claim nothing about a real district.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from minsheng.lib.identifiers import citizen_number

Sex = Literal["female", "male"]
DEMO_PREFIX = "500999"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN_FEMALE = "婷雪梅兰慧敏静丽娟芳燕玲霞倩颖琳璐悦欣怡佳宁蕾薇岚岑禾"
GIVEN_MALE = "伟强磊军洋勇杰涛明超刚平辉鹏飞宇浩凯健俊帆博文昊晨睿航"
GIVEN_CHILD = "梓涵宇轩一诺子墨沐予安知乐可佑宁希朗晴禾允之初语桐"
RARE = "喆堃昇珺祎旻玥"


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    number: str
    name: str
    sex: Sex
    born: date


@dataclass(frozen=True, slots=True)
class Household:
    """People who live at one address. `couple` are married to each other since `married`."""

    address: str
    region: str
    members: tuple[Person, ...]
    couple: tuple[Person, Person] | None = None
    married: date | None = None


@dataclass(frozen=True, slots=True)
class Birth:
    """One newborn in a hospital's record: no name and no number yet. Twins are two births."""

    record: str
    mother: Person
    born: date
    sex: Sex
    weight_g: int


@dataclass(frozen=True, slots=True)
class District:
    """Everything drawn."""

    households: tuple[Household, ...]
    births: tuple[Birth, ...]


@dataclass
class _Draw:
    random: Random
    on: date
    streets: Sequence[tuple[str, str]]
    used: set[str]

    def person(self, age: int, sex: Sex, surname: str | None = None) -> Person:
        """Return one person of about `age` years with a number nobody else has."""
        while True:
            born = self.on - timedelta(days=age * 365 + self.random.randrange(360))
            order = 2 * self.random.randrange(1, 499) + (1 if sex == "male" else 0)
            number = citizen_number(DEMO_PREFIX, born, order)
            if number not in self.used:
                self.used.add(number)
                return Person(number, self.name(sex, surname, child=age < 18), sex, born)

    def child(self, first: date, last: date, sex: Sex, surname: str) -> Person:
        """Return a child born between two days, with a number nobody else has."""
        while True:
            born = first + timedelta(days=self.random.randrange((last - first).days + 1))
            order = 2 * self.random.randrange(1, 499) + (1 if sex == "male" else 0)
            number = citizen_number(DEMO_PREFIX, born, order)
            if number not in self.used:
                self.used.add(number)
                return Person(number, self.name(sex, surname, child=True), sex, born)

    def name(self, sex: Sex, surname: str | None, *, child: bool) -> str:
        """Return an invented name; about one in sixty has a rare character."""
        given = GIVEN_CHILD if child else GIVEN_FEMALE if sex == "female" else GIVEN_MALE
        letters = self.random.choice(given)
        if self.random.random() < 0.6:
            letters += self.random.choice(RARE if self.random.random() < 0.03 else given)
        return (surname or self.random.choice(SURNAMES)) + letters

    def address(self) -> tuple[str, str]:
        """Return a region code and an address in one of its streets."""
        region, street = self.random.choice(list(self.streets))
        number, building = self.random.randrange(1, 199), self.random.randrange(1, 12)
        floor, door = self.random.randrange(1, 31), self.random.randrange(1, 5)
        return region, f"{street} {number} 号 {building} 栋 {floor}-{door}"

    def household(self) -> Household:
        """Return a couple with or without children, one parent, one person, or an elder couple."""
        region, address = self.address()
        kind = self.random.random()
        if kind < 0.18:
            one = self.person(self.random.randrange(20, 80), self.random.choice(("female", "male")))
            return Household(address, region, (one,))
        if kind < 0.24:
            parent = self.person(self.random.randrange(24, 50), "female")
            return Household(address, region, (parent, *self.children(parent, parent.name[0], 1)))
        age = self.random.randrange(60, 85) if kind < 0.42 else self.random.randrange(23, 52)
        wife, husband = self.person(age, "female"), self.person(age + 1, "male")
        married = wife.born + timedelta(days=365 * 22 + self.random.randrange(300))
        married = min(married, self.on - timedelta(days=400))
        count = 0 if age >= 60 else self.random.choice((0, 1, 1, 1, 2, 2))
        children = self.children(wife, husband.name[0], count)
        return Household(address, region, (wife, husband, *children), (wife, husband), married)

    def children(self, mother: Person, surname: str, count: int) -> list[Person]:
        """Return children young enough to be this mother's, none of them a newborn."""
        oldest = max(1, (self.on - mother.born).days // 365 - 21)
        return [
            self.person(
                self.random.randrange(1, min(18, oldest) + 1),
                self.random.choice(("female", "male")),
                surname,
            )
            for _ in range(count)
        ]

    def births(self, households: Sequence[Household], share: float) -> list[Birth]:
        """Return newborns of the last 150 days; one birth in forty is of twins."""
        made: list[Birth] = []
        for household in households:
            mother = household.members[0]
            years = (self.on - mother.born).days // 365
            if mother.sex != "female" or not 22 <= years <= 42 or self.random.random() > share:
                continue
            born = self.on - timedelta(days=self.random.randrange(2, 150))
            for _ in range(2 if self.random.random() < 0.025 else 1):
                made.append(self.birth(mother, born, len(made) + 1))
        return made

    def birth(self, mother: Person, born: date, serial: int) -> Birth:
        """Return one birth record."""
        return Birth(
            record=f"YS-{born:%Y%m%d}-{serial:04d}",
            mother=mother,
            born=born,
            sex=self.random.choice(("female", "male")),
            weight_g=self.random.randrange(2500, 4100, 10),
        )


def families(
    random: Random,
    *,
    born: Sequence[tuple[date, date]],
    streets: Sequence[tuple[str, str]],
    on: date,
    taken: Sequence[str] = (),
) -> list[Household]:
    """Return one family for each pair of days, with a child born between them.

    A mother, in four of five a father too, and the child; `taken` numbers are given to nobody.
    """
    draw = _Draw(random, on, streets, set(taken))
    made = []
    for first, last in born:
        region, address = draw.address()
        mother = draw.person(random.randrange(31, 44), "female")
        father = draw.person(random.randrange(32, 46), "male")
        surname = father.name[0] if random.random() < 0.8 else mother.name[0]
        child = draw.child(first, last, random.choice(("female", "male")), surname)
        couple = (mother, father) if surname == father.name[0] else None
        parents = couple or (mother,)
        made.append(
            Household(
                address,
                region,
                (*parents, child),
                couple,
                first - timedelta(days=400) if couple else None,
            )
        )
    return made


def generate(
    random: Random,
    *,
    households: int,
    on: date,
    streets: Sequence[tuple[str, str]],
    first: Sequence[Household] = (),
    taken: Sequence[str] = (),
    birth_share: float = 0.06,
) -> District:
    """Return `households` invented households as of day `on`.

    `streets` are pairs of region code and street name; `first` are households that are put in
    front as they are; `taken` numbers are given to nobody.
    """
    used = {*taken, *(person.number for one in first for person in one.members)}
    draw = _Draw(random, on, streets, used)
    drawn = [draw.household() for _ in range(max(0, households - len(first)))]
    return District((*first, *drawn), tuple(draw.births(drawn, birth_share)))

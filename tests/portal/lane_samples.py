"""Plans of many sizes, with the longest names there are, for measuring labels in a browser."""

from __future__ import annotations

from datetime import date

from minsheng.lib.texts import Text
from minsheng.portal.languages import Language
from minsheng.portal.public import specimen_samples as samples

START = date(2026, 3, 24)
CHAIN = (
    (Text("出生医学证明", "Medical certificate of birth"), samples.HOSPITAL),
    (Text("出生户口登记", "Household registration of a newborn child"), samples.POLICE),
    (Text("社会保障卡", "Social security card"), samples.LABOUR),
    (Text("居民医保参保", "Health insurance for residents"), samples.INSURER),
    (Text("生育医疗费用报销", "Refund of the medical costs of childbirth"), samples.INSURER),
    (Text("科学育儿指导登记", "Registration for parenting guidance"), samples.HEALTH),
    (Text("预防接种证", "Vaccination card"), samples.CLINIC),
    (Text("生育服务登记", "Birth service registration"), samples.HEALTH),
    (
        Text("托育补贴申请", "Nursery subsidy"),
        Text("妇女联合会", "Women's Federation of the District"),
    ),
)


def drawings(lang: Language, *, elder: bool) -> dict[str, str]:
    """Return drawings by name: chains and fans of 1, 3, 7 and 9 items over 5 to 60 working days."""
    found = {}
    for count, days in ((1, 1), (3, 14), (3, 30), (7, 14), (7, 20), (7, 30), (9, 60)):
        for shape in ("chain", "fan"):
            parts = []
            for index in range(count):
                title, office = CHAIN[index]
                first = (
                    1 + index * days // count
                    if shape == "chain"
                    else 1 + (days - 1) * (index % 3) // 3
                )
                last = max(first, (index + 1) * days // count if shape == "chain" else days)
                parts.append(
                    (str(index), title, office, first, last, str(index - 1) if shape == "chain" and index else "", shape == "chain" or index == 0)
                )  # fmt: skip
            plan = {"submitted": START, "lang": lang, "elder": elder, "ident": f"{shape}-{count}"}
            found[f"{shape} {count} items {days} days"] = samples.plan(tuple(parts), **plan).svg
            states = {
                str(i): (("done", "open", "returned", "late", "waiting", "refused")[i % 6], 1)
                for i in range(count)
            }
            found[f"{shape} {count} items {days} days, running"] = samples.plan(
                tuple(parts), **plan, states=states, today=samples._workday(START, max(1, days // 2))
            ).svg  # fmt: skip
    return found

"""Searching 100,000 invented texts by the index, beside the naive scan of the same rows.

The peer is what one would write first: `LIKE '%…%'` over title, names and text, ordered by where it
hits. Words that stand in few texts and in very many are asked; both must find some.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Case as OneOf
from django.db.models import IntegerField, Q, Value, When

from minsheng.apps.search import actions, reads
from minsheng.apps.search.models import Document, Gram
from minsheng.apps.search.texts import Found
from minsheng.lib.texts import Text

ROUNDS = 7
SUBJECTS = re.findall(
    r"\S+",
    """
    新生儿 孩子 老人 残疾人 退役军人 企业 学生 家长 租户 居民 个体户 毕业生 孕妇 患者 业主 游客
""",
)
MATTERS = re.findall(
    r"\S+",
    """
    出生登记 落户 社保卡 医保报销 养老补贴 公租房 学区 转学 营业执照 税费 优待证 丧葬 救助 就业培训 失业金 居住证 婚姻登记 疫苗 家庭医生
    图书证 停车 电梯 物业 垃圾 水表 燃气 护照 户口迁移 公积金 职称
""",
)
ACTS = re.findall(
    r"\S+",
    """
    申请 办理 变更 注销 补办 查询 预约 咨询 投诉 核验 续期 年检
""",
)
COMMON = re.findall(
    r"\S+",
    """
    办理 需要 材料 时间 窗口 网上 部门 工作日 证件 本人 家属 提交 审核 结果 电话 地址 进度 通知 免费 全程
""",
)
QUERIES = (
    "办理",
    "学",
    "户口迁移",
    "退役军人优待证",
    "电梯年检",
    "公租房申请",
    "老人养老补贴",
    "燃汽变更",
    "护照",
)


def measure(*, count: int) -> Mapping[str, Any]:
    """Return the figures over `count` texts: build, median and slowest search, and the scan's."""
    actions.index_texts()
    began = time.monotonic()
    actions.put(_texts(count))
    build = time.monotonic() - began
    _refresh()
    index = {typed: _median(lambda typed=typed: reads.find_texts(typed)) for typed in QUERIES}
    worked = {
        typed: _median(lambda typed=typed: reads.find_texts(typed), clock=time.process_time)
        for typed in QUERIES
    }
    scan = {typed: _median(lambda typed=typed: _scan(typed)) for typed in QUERIES}
    ratios = {typed: scan[typed] / index[typed] for typed in QUERIES}
    return {
        "bench": "search",
        "database": connection.vendor,
        "texts": Document.objects.count(),
        "grams": Gram.objects.count(),
        "build_seconds": round(build, 1),
        "search_ms_median": _ms(statistics.median(index.values())),
        "search_ms_slowest": _ms(max(index.values())),
        "search_cpu_ms_median": _ms(statistics.median(worked.values())),
        "scan_ms_median": _ms(statistics.median(scan.values())),
        "scan_ms_slowest": _ms(max(scan.values())),
        "times_faster_median": round(statistics.median(ratios.values()), 1),
        "times_faster_least": round(min(ratios.values()), 1),
        "slowest_query": max(index, key=lambda typed: index[typed]),
        "found_by_index_only": [t for t in QUERIES if reads.find_texts(t) and not _scan(t)],
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
    }


def _texts(count: int) -> list[Found]:
    draw = Random(2026)
    made = []
    for number in range(count):
        who, what, act = draw.choice(SUBJECTS), draw.choice(MATTERS), draw.choice(ACTS)
        said = "".join(draw.choices([*COMMON, *MATTERS], k=12))
        made.append(
            Found("made", f"{number:06d}", Text(f"{who}{what}{act}"), (what,), (Text(said),))
        )
    return made


def _scan(typed: str) -> list[Document]:
    """Return what the naive search finds: every row is looked at."""
    holds = Q(title_zh__contains=typed) | Q(words__contains=typed) | Q(text_zh__contains=typed)
    place = OneOf(
        When(title_zh__contains=typed, then=Value(0)),
        When(words__contains=typed, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return list(Document.objects.filter(holds).order_by(place, "pk")[: reads.MOST_FOUND])


def _refresh() -> None:
    """Bring statistics up to date, as a database does by itself within a minute of such a load.

    On PostgreSQL the index answers alone only once a VACUUM has marked the pages; before, each of a
    gram's rows costs a page of the table (7,185 pages and 240 ms instead of 62 and 3 ms).
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _median(act: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    act()
    taken = []
    for _ in range(ROUNDS):
        began = clock()
        act()
        taken.append(clock() - began)
    return statistics.median(taken)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)

"""The specimen: every component with sample data, in the current language and look."""

from __future__ import annotations

import re
from functools import cache

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from minsheng.lib.texts import Text
from minsheng.portal.fields import mistakes
from minsheng.portal.languages import language_of, look_of
from minsheng.portal.public import specimen_samples as samples
from minsheng.portal.words import STATES

SWATCHES = (
    ("c-paper", "纸", "paper"), ("c-surface", "面", "surface"), ("c-sunk", "底", "sunk"),
    ("c-ink", "墨", "ink"), ("c-edge", "边", "edge"), ("c-river", "嘉陵青", "river"),
    ("c-tint", "浅青", "river-tint"), ("c-ochre", "长江赭", "ochre"),
    ("c-ochre-tint", "浅赭", "ochre-tint"), ("c-verm", "朱", "verm"), ("c-slate", "岩", "slate"),
    ("c-lamp", "灯", "lamp"),
)  # fmt: skip
# A drawn pattern, not a code anyone could scan.
QR = (
    '<svg viewBox="0 0 7 7" aria-hidden="true" focusable="false">'
    '<path d="M0 .5h3M4 .5h3M0 1.5h1M2 1.5h1M4 1.5h1M6 1.5h1M0 2.5h3M4 2.5h3M1 3.5h1M3 3.5h2'
    'M0 4.5h3M4 4.5h1M6 4.5h1M0 5.5h1M2 5.5h1M5 5.5h1M0 6.5h3M4 6.5h2"/></svg>'
)


@require_safe
def design(request: HttpRequest) -> HttpResponse:
    """Return the page on which every component can be looked at."""
    lang = language_of(request)
    fields = samples.fields(lang)
    return render(
        request,
        "portal/public/design.html",
        {
            "swatches": SWATCHES,
            "icons": icon_names(),
            "states": [(key, word.text) for key, word in STATES.items()],
            "fields": fields,
            "mistakes": mistakes(fields),
            "plans": samples.plans(lang, elder=look_of(request).elder),
            "timeline": samples.timeline(),
            "pages": Paginator(range(60), 20).page(2),
            **_shelf(),
        },
    )


@cache
def icon_names() -> tuple[str, ...]:
    """Return the names of all icons of the sprite."""
    return tuple(re.findall(r'id="i-([a-z]+)"', render_to_string("portal/_sprite.html")))


def _shelf() -> dict[str, object]:
    """Sample data of the components that only show words."""
    here = "#components"
    return {
        "crumbs": [
            {"title": Text("办事", "Services"), "path": "/"},
            {"title": Text("新生儿出生一件事", "Newborn"), "path": here},
            {"title": Text("填表", "The form")},
        ],
        "steps": [
            {"title": Text("孩子和父母", "Child and parents"), "path": here},
            {"title": Text("落户", "Household registration"), "path": here},
            {"title": Text("材料", "Documents")},
            {"title": Text("看安排，提交", "See the plan, submit")},
        ],
        "numbers": [
            {"value": "1", "unit": Text("张表", "form"), "was": Text("原来 3 张", "3 before")},
            {"value": "0", "unit": Text("次跑动", "visits"), "was": Text("原来 4 次", "4 before")},
            {"value": "2", "unit": Text("份要您提供", "documents"), "was": Text("原来 9 份", "9 before")},
            {"value": "14", "unit": Text("个工作日", "working days"), "words": Text("没有可比的数字", "Nothing to compare with")},
        ],
        "stats": [
            {"title": Text("响应率", "Answered in time"), "value": "99.1", "unit": "%", "words": Text("870 件里 862 件按时联系", "862 of 870 contacted in time"), "path": here, "link": Text("8 件没按时", "8 not in time")},
            {"title": Text("超期", "Late"), "value": "9", "unit": Text("件", "items"), "words": Text("比上月少 3 件", "3 fewer than last month"), "path": here, "link": Text("打开 9 件", "Open 9"), "late": True},
            {"title": Text("在办", "In progress"), "value": "24", "unit": Text("件", "items"), "words": Text("今天到期 3 件", "3 due today"), "path": here, "link": Text("打开 24 件", "Open 24")},
            {"title": Text("企业吹哨解决", "Calls from firms solved"), "value": "7/8", "unit": Text("家", "firms"), "words": Text("少于 10，不算百分比", "Fewer than 10, so no percentage"), "path": here, "link": Text("打开 8 家", "Open 8")},
        ],
        "rows": [
            {"title": Text("新生儿出生一件事", "Newborn"), "path": here, "state": "yours", "words": Text("3 件办好 1 件，还有 9 个工作日", "1 of 3 done, 9 working days left")},
            {"title": Text("灵活就业社保补贴", "Subsidy for the self-employed"), "path": here, "state": "unknown", "state_words": Text("还差一项", "One fact missing"), "words": Text("补一项就能判断", "One more fact will settle it")},
            {"title": Text("父亲的同意", "The father's consent"), "state": "done", "words": Text("今天 10:12 已同意", "Given today at 10:12")},
        ],
        "facts": [
            {"label": Text("结婚登记", "Marriage"), "value": Text("不用交", "Not needed"), "source": Text("民政登记库核对", "Checked with the register")},
            {"label": Text("单位申报", "Employer's claim"), "unknown": True, "source": Text("查了 3 次都没有回答", "Asked three times, no answer")},
        ],
        "known": [
            {"label": Text("出生日期、体重、医院", "Birth date, weight, hospital"), "source": Text("区妇幼保健院出生记录", "Hospital birth record"), "path": here, "link": Text("更正", "Correct")},
        ],
        "inbox": [
            {"left": "−2", "left_words": Text("工作日", "working days"), "urgency": "late", "path": here, "title": Text("出生户口登记", "Household registration"), "person": "李＊（演示）", "words": Text("案卷 2026-000241，应 3月31日办结。卡在：医院 3 天没回", "Case 2026-000241, due 31 March. Stuck: no answer from the hospital for 3 days"), "state": "late"},
            {"left": "0", "left_words": Text("今天 17:30", "today 17:30"), "urgency": "soon", "path": here, "title": Text("社会保障卡", "Social security card"), "person": "吴＊＊（演示）", "words": Text("案卷 2026-000334，材料齐，核对 4 条全部符合", "Case 2026-000334, complete, 4 checks passed"), "state": "done", "state_words": Text("可以直接办", "Ready")},
            {"left": Text("停", "‖"), "left_words": Text("13 日可用", "13 days left"), "path": here, "title": Text("社会保障卡", "Social security card"), "person": "王＊（演示）", "words": Text("案卷 2026-000318，4月1日停表，第 2 天", "Case 2026-000318, stopped on 1 April, day 2"), "state": "returned"},
        ],
        "checks": [
            {"verdict": "unknown", "words": Text("单位没有报过这笔费用", "The employer has not claimed it"), "evidence": Text("单位申报库 3月份数据未到", "The employers' register has no March data yet")},
            {"verdict": "yes", "words": Text("出生记录对得上", "The birth record matches"), "evidence": Text("区妇幼保健院，今天 09:31 查", "Hospital, today 09:31")},
            {"verdict": "no", "words": Text("申请在一个月内", "Applied within a month"), "evidence": Text("出生 2月2日，申请 3月24日", "Born 2 February, applied 24 March")},
        ],
        "choices": [
            {"value": "approve", "label": Text("同意", "Approve"), "note": Text("有 1 条未知，同意时要写您怎么核实的", "1 unknown: if you approve, say how you settled it")},
            {"value": "return", "label": Text("问申请人一次", "Ask the applicant once"), "note": Text("停表，等申请人回答", "The clock stops until the applicant answers")},
            {"value": "refuse", "label": Text("不同意", "Refuse"), "note": Text("选是哪一条，申请人能看到", "Say which rule; the applicant sees it")},
        ],
        "sheet": {
            "number": "2026-000318-3", "title": Text("一件事办结凭证", "Certificate of completion"), "title_en": "CERTIFICATE OF COMPLETION",
            "body": Text("兹证明王＊于2026年3月24日为陈＊＊申请的“新生儿出生一件事”，下列事项已经办结。", "This certifies that the items below, for which 王＊ applied on 24 March 2026 for 陈＊＊, are done."),
            "caption": Text("已办结事项", "Items that are done"),
            "head": [Text("事项", "Item"), Text("办理部门", "Office"), Text("办结日期", "Done on"), Text("结果编号", "Number")],
            "table": [
                [Text("出生医学证明", "Birth certificate"), samples.HOSPITAL, "2026-03-25", "演示-A-0001"],
                [Text("出生户口登记", "Household registration"), samples.POLICE, "2026-03-30", "演示-C-0001"],
            ],
            "digest": "SM3 66c7f0f4 62eeedd9 d1f2d46b dc10e4e2", "sample": True,
            "qr": mark_safe(QR), "qr_label": Text("核验二维码（样张）", "Verification code (sample)"),  # noqa: S308
        },
    }  # fmt: skip

"""Mandates in words, for the person, the agent and the counter."""

from __future__ import annotations

from datetime import date

from minsheng.apps.cases import catalogue
from minsheng.apps.mandates.reads import Given, Held
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

KINDS = {
    "family": Text("家人代办", "somebody of the family"),
    "clerk": Text("窗口代办", "a clerk at a counter"),
    "agency": Text("代办专员", "an agency clerk"),
}
STATES = {
    "waits": Text("等对方接受", "waits for acceptance"),
    "holds": Text("有效", "valid"),
    "over": Text("已到期", "has run out"),
    "ended": Text("已收回或结束", "ended"),
}
ACTS = {
    "began": Text("开始填表", "began a form"),
    "submitted": Text("提交了", "submitted"),
    "supplied": Text("补了材料或回答", "answered what was asked"),
    "brought": Text("交了材料", "brought a document"),
    "withdrew": Text("撤回了", "withdrew"),
    "objected": Text("提出了异议", "objected to a decision"),
    "attached": Text("给异议附了文件", "added a file to an objection"),
    "assessed": Text("申请了评估", "asked for an assessment"),
    "read": Text("看了评估", "read an assessment"),
    "took_up": Text("把没办成的再办一次", "took it up again"),
}


def given_line(one: Given) -> dict[str, object]:
    """Return a mandate as its principal reads it, with what was done by it."""
    return {
        **_line(one.mandate, one.status),
        "who": one.mandate.agent_shown,
        "acts": [
            {
                "words": ACTS.get(act.act.partition(":")[0], Text(act.act)),
                "service": scope_title(act.act.partition(":")[2]) if ":" in act.act else None,
                "at": act.at,
                "case": act.case,
            }
            for act in one.acts
        ],
    }


def held_line(one: Held) -> dict[str, object]:
    """Return a mandate as its agent reads it."""
    return {**_line(one.mandate, one.status), "who": one.who}


def scope_title(slug: str) -> Text:
    """Return the name of a service; one that isn't offered any more is shown by its key."""
    found = catalogue.packs()
    loaded = found.services.get(slug) or found.gradings.get(slug)
    return loaded.spec.title if loaded else Text(slug)


def typed_day(text: str, field: str) -> date:
    """Return the day typed; raises WrongInput."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise WrongInput(
            "day_wrong",
            "日期写成 2026-03-24 这样。",
            "Write the day like this: 2026-03-24.",
            field=field,
        ) from error


def _line(mandate: Given | Held | object, status: str) -> dict[str, object]:
    slugs: list[str] = mandate.services  # type: ignore[union-attr]
    return {
        "mandate": mandate,
        "status": status,
        "state": STATES[status],
        "kind": KINDS[mandate.kind],  # type: ignore[union-attr]
        "scope": [{"slug": slug, "title": scope_title(slug)} for slug in slugs],
        "may_end": status in {"waits", "holds", "over"},
    }

"""Every write to the ledger of projects that is a business act."""

from __future__ import annotations

from minsheng.apps.projects.actions.amending import add_milestone, set_helpers, set_public
from minsheng.apps.projects.actions.changing import ask_change, decide_change
from minsheng.apps.projects.actions.checking import check_entry, drop_entry, reopen_entry
from minsheng.apps.projects.actions.opening import NewEntry, NewMilestone, open_entry, open_plan
from minsheng.apps.projects.actions.working import (
    add_news,
    ask_check,
    assign_entry,
    begin_observation,
    finish_milestone,
    judge_risk,
    list_as,
    record_rain,
    report_money,
)
from minsheng.apps.projects.writing import Shown

__all__ = [
    "NewEntry",
    "NewMilestone",
    "Shown",
    "add_milestone",
    "add_news",
    "ask_change",
    "ask_check",
    "assign_entry",
    "begin_observation",
    "check_entry",
    "decide_change",
    "drop_entry",
    "finish_milestone",
    "judge_risk",
    "list_as",
    "open_entry",
    "open_plan",
    "record_rain",
    "reopen_entry",
    "report_money",
    "set_helpers",
    "set_public",
]

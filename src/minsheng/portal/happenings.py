"""Events of a case as lines of its timeline: what happened, when, and which office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from minsheng.apps.cases.reads import Happening
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.texts import Text, day_said

# kind → (words, shape of the mark)
WORDS: Mapping[str, tuple[Text, str]] = {
    "submitted": (Text("您提交了", "You submitted"), ""),
    "opened": (Text("{item}开始办", "{item}: started"), ""),
    "approved": (Text("{office}同意了{item}", "{office}: {item} approved"), ""),
    "done": (Text("{item}办好了", "{item}: done"), ""),
    "refused": (Text("{item}没办成", "{item}: refused"), "hold"),
    "returned": (Text("{office}请您补一样", "{office} asks you for one thing"), "hold"),
    "supplied": (Text("您补好了，接着计时", "You answered; the clock runs again"), ""),
    "paused": (Text("{item}停表", "{item}: clock stopped"), "hold"),
    "resumed": (Text("{item}接着计时", "{item}: clock runs again"), ""),
    "held": (Text("{item}停下核对", "{item}: on hold"), "hold"),
    "released": (Text("{item}核对过了，接着办", "{item}: checked, goes on"), ""),
    "kept": (Text("{item}照旧有效", "{item}: still valid"), ""),
    "reversed": (
        Text(
            "{office}更正了{item}，旧证作废",
            "{office}: {item} corrected, the old certificate is void",
        ),
        "hold",
    ),
    "redone": (Text("{item}重新办", "{item}: being redone"), ""),
    "cancelled": (Text("{item}不办了", "{item}: not going ahead"), "hold"),
    "skipped": (Text("{item}不用办", "{item}: not needed"), ""),
    "consent_wanted": (Text("已请{subject}同意", "{subject} was asked to agree"), "hold"),
    "consented": (Text("{subject}同意了", "{subject} agreed"), ""),
    "declined": (Text("{subject}没有同意", "{subject} did not agree"), "hold"),
    "withdrawn": (Text("您撤回了", "You withdrew"), "hold"),
    "claimed": (Text("{office}有人在办{item}", "{office}: somebody is on {item}"), ""),
    "accepted": (Text("{item}受理了，从{on}起算", "{item}: accepted as of {on}"), ""),
    "extension_asked": (
        Text("{office}申请延长{item}的时限", "{office} asks for more time for {item}"),
        "hold",
    ),
    "extended": (Text("{item}延长了时限", "{item}: more time was given"), "hold"),
    "extension_refused": (Text("{item}的延期没有批", "{item}: no more time was given"), ""),
    "transferred": (Text("{item}转给了别的岗位", "{item}: passed to another post"), ""),
    "corrected": (Text("{item}换了新证", "{item}: a new certificate replaces the old"), ""),
    "expired": (Text("{item}到期没有补，不办了", "{item}: nothing came in time; it ended"), "hold"),
    "objected": (Text("您对{item}提了异议", "You objected to the decision on {item}"), "hold"),
    "notice.objected": (
        Text("有人对{item}的公示提了不同意见", "{item}: somebody spoke up against the notice"),
        "hold",
    ),
    "objection.file": (Text("随异议交了文件", "A file came with the objection"), ""),
    "upheld": (Text("异议有理，{item}换人重新办", "Objection upheld: {item} is done again"), ""),
    "objection_rejected": (Text("复核后维持，{item}没办成", "{item}: the refusal stands"), "hold"),
    "revived": (Text("{item}又接着办", "{item}: taken up again"), ""),
    "register.corrected": (Text("登记库改好了{item}", "{item}: the register was put right"), ""),
    "promise.broken": (Text("答应补的到期没有补", "What was promised didn't come in time"), "hold"),
    "join.asked": (Text("有人请求加入案卷", "Somebody asked to join the case"), ""),
    "join.agreed": (Text("同意一个人加入案卷", "Somebody was let into the case"), ""),
    "join.declined": (Text("没有同意加入案卷", "Somebody was not let into the case"), ""),
    "join.left": (Text("请求加入的人收回或退出了", "Who wanted to join has left"), ""),
    "join.ended": (Text("请加入的人退出了", "Who had joined was let out"), ""),
    "join.lapsed": (Text("加入的请求过期了", "The wish to join has lapsed"), ""),
    "case.succeeded": (Text("又办了一次：案卷 {case}", "Taken up again in case {case}"), ""),
    "closed": (Text("全部办完", "All finished"), ""),
    "reopened": (Text("重新打开", "Opened again"), "hold"),
    "moved": (Text("改按新办法办", "Goes on under the new form"), ""),
    "rated": (Text("您评了 {score} 分", "You gave a rating of {score}"), ""),
}

# The same acts, told to somebody in the case who isn't the applicant.
OF_THE_APPLICANT: Mapping[str, Text] = {
    "submitted": Text("申请人提交了", "The applicant submitted"),
    "returned": Text("{office}请申请人补一样", "{office} asks the applicant for one thing"),
    "supplied": Text("申请人补好了，接着计时", "The applicant answered; the clock runs again"),
    "objected": Text("申请人对{item}提了异议", "The applicant objected to the decision on {item}"),
    "withdrawn": Text("申请人撤回了", "The applicant withdrew"),
    "rated": Text("申请人评了 {score} 分", "The applicant gave a rating of {score}"),
}

CLOSED_OTHERWISE = Text("案卷结束", "The case is closed")
# What a person needn't read once the item is done.
STEPS_TO_DONE = frozenset({"opened", "approved", "claimed"})
DEEMED = Text(
    "{item}没有要您补正，从收到那天（{on}）起算受理",
    "{item}: nothing was asked, so it counts as accepted from the day it was received, {on}",
)


def timeline(
    happenings: Iterable[Happening], *, spec: ServiceSpec, is_applicant: bool = True
) -> list[dict[str, object]]:
    """Return the lines of the timeline, newest first; steps nobody asks for are left out.

    is_applicant: the reader's own acts say "you"; otherwise they are the applicant's.
    """
    lines: list[dict[str, object]] = []
    finished: set[str] = set()
    for one in happenings:  # newest first
        item = str(one.data.get("item", ""))
        if one.kind == "done":
            finished.add(item)
        if one.kind not in WORDS or (one.kind in STEPS_TO_DONE and item in finished):
            continue
        words, shape = WORDS[one.kind]
        if one.kind == "closed" and one.data.get("status") != "done":
            words = CLOSED_OTHERWISE
        if one.kind == "accepted" and one.data.get("deemed"):
            words = DEEMED
        if not is_applicant:
            words = OF_THE_APPLICANT.get(one.kind, words)
        subject = spec.subjects.get(str(one.data.get("subject", "")))
        reason = spec.reasons.get(str(one.data.get("reason", "")))
        lines.append(
            {
                "at": one.at,
                "title": _filled(words, one, subject.title if subject else Text("")),
                "words": reason.text if reason else (one.office if one.item.zh else Text("")),
                "kind": shape,
            }
        )
    return lines


def _filled(words: Text, one: Happening, subject: Text) -> Text:
    day = one.data.get("on")
    on = day_said(date.fromisoformat(str(day))) if day else Text("")
    same = {"score": one.data.get("score", ""), "case": one.data.get("case", "")}
    return Text(
        words.zh.format(
            item=one.item.zh, office=one.office.zh, subject=subject.zh, on=on.zh, **same
        ),
        words.en.format(
            item=one.item.to("en"),
            office=one.office.to("en"),
            subject=subject.to("en"),
            on=on.to("en"),
            **same,
        ),
    )

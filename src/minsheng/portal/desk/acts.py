"""The rarer acts on an item: each a page of its own that says what it leads to, then does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import Decision
from minsheng.engines.casework.spec import NO_TEXT, ReasonSpec
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text, day_said
from minsheng.portal.desk.purposes import ask, stated
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, field_of, mistakes
from minsheng.portal.languages import Language, language_of

Posted = Mapping[str, str]
# Done at once by a button on the item's own page.
AT_ONCE = ("claim", "takeover", "unclaim")
OUTCOMES = (
    (
        "passed",
        Text("通过", "Passed"),
        Text("专家没有意见", "the experts found nothing against it"),
    ),
    (
        "not_passed",
        Text("不通过", "Not passed"),
        Text("专家认为不行", "the experts found against it"),
    ),
    ("unclear", Text("说不准", "Unclear"), Text("专家没有定论", "the experts could not say")),
)


@dataclass(frozen=True, slots=True)
class Act:
    """One rarer act: its name, what it leads to in a line, and what its page asks.

    `button` confirms it; `title` is the page's finding.
    """

    name: Text
    leads_to: Text
    title: Callable[[Decision], Text]
    fields: Callable[[Decision, Posted, Language], list[Field]]
    follows: Callable[[Decision], list[Text]]
    do: Callable[[SignedIn, Decision, Posted], object]
    button: Text


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def act(request: SignedIn, item_id: int, key: str) -> HttpResponse:
    """Show what a rarer act leads to, then do it."""
    posted = {name: str(value) for name, value in request.POST.items()}
    if request.method == "POST" and key in AT_ONCE:
        _at_once(request, item_id, key)
        return HttpResponseRedirect(reverse("desk-item", args=[item_id]))
    purpose = stated(request, item_id)
    if not purpose:
        return ask(request, item_id=item_id)
    decision = reads.decision(item_id, account=request.user, purpose=purpose)
    chosen = _possible(key, decision)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            chosen.do(request, decision, posted)
        except WrongInput as wrong:
            error = wrong
        else:
            back = "desk" if key == "transfer" else "desk-item"
            return HttpResponseRedirect(reverse(back, args=[] if back == "desk" else [item_id]))
    lang = language_of(request)
    fields = _with_error(chosen.fields(decision, posted, lang), error, lang)
    return render(
        request,
        "portal/desk/act.html",
        {
            "decision": decision,
            "act": chosen,
            "title": chosen.title(decision),
            "fields": fields,
            "follows": chosen.follows(decision),
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def extension(request: SignedIn, item_id: int) -> HttpResponse:
    """Show a request for more time to the post that may agree, and take the answer."""
    asked = reads.extension_request(item_id, account=request.user)
    if not stated(request, item_id):
        return ask(request, item_id=item_id)
    if request.method == "POST":
        granted = request.POST.get("granted") == "yes"
        actions.answer_extension(item_id, by=request.user, granted=granted)
        return HttpResponseRedirect(reverse("desk"))
    return render(request, "portal/desk/extension.html", {"asked": asked})


def offered(decision: Decision) -> list[dict[str, object]]:
    """Return the rarer acts that an item's page offers, each with what it leads to."""
    return [
        {"name": ACTS[key].name, "note": ACTS[key].leads_to, "key": key}
        for key in decision.more.acts
        if key in ACTS
    ]


def _possible(key: str, decision: Decision) -> Act:
    if key not in ACTS:
        raise NotFound(
            "no_such_act",
            "没有这一步。回这一件看看。",
            "There is no such step. Go back to the item.",
        )
    if key not in decision.more.acts:
        raise Conflict(
            "act_not_now",
            "这一件现在不能走这一步，可能刚有人办过。回这一件看最新情况。",
            "This step isn't possible for the item now; somebody may have been faster. Go back to it "
            "and look.",
        )
    return ACTS[key]


def _at_once(request: SignedIn, item_id: int, key: str) -> None:
    if key == "unclaim":
        actions.unclaim_item(item_id, by=request.user)
    else:
        actions.claim_item(item_id, by=request.user, take_over=key == "takeover")


def _with_error(fields: list[Field], error: MinshengError | None, lang: Language) -> list[Field]:

    if error is None:
        return fields
    names = [field.name for field in fields]
    where = error.field if error.field in names else names[0] if names else ""
    return [replace(f, error=error.to(lang)) if f.name == where else f for f in fields]


# ── what the pages ask ──────────────────────────────────────────────────────────────────────────
def _reason(
    reasons: tuple[ReasonSpec, ...], posted: Posted, lang: Language, notes: Mapping[str, Text] = {}
) -> Field:
    return Field(
        id="reason",
        name="reason",
        label=Text("为什么", "Why").to(lang),
        control="radio",
        options=[
            Choice(one.key, one.text.to(lang), notes.get(one.key, one.remedy).to(lang))
            for one in reasons
        ],
        value=posted.get("reason", reasons[0].key if len(reasons) == 1 else ""),
    )


def _words(
    name: str,
    label: Text,
    posted: Posted,
    lang: Language,
    *,
    draft: Text = NO_TEXT,
    help: Text = NO_TEXT,
    required: bool = False,
) -> Field:
    return Field(
        id=name,
        name=name,
        label=label.to(lang),
        control="textarea",
        help=help.to(lang),
        value=posted.get(name, draft.to(lang)),
        required=required,
        maxlength=500,
        width="l",
    )


MESSAGE = Text("写给申请人看的话", "Message to the applicant")


def _accept_fields(decision: Decision, posted: Posted, lang: Language) -> list[Field]:
    draft = Text(
        "材料齐了，今天受理，日子不变。", "Nothing is missing. Accepted today; the date stands."
    )
    return [_words("message", MESSAGE, posted, lang, draft=draft)]


def _pause_fields(decision: Decision, posted: Posted, lang: Language) -> list[Field]:
    notes = {one.key: _stop_note(one) for one in decision.more.stops}
    return [
        _reason(decision.more.stops, posted, lang, notes),
        _words("message", MESSAGE, posted, lang),
    ]


def _stop_note(reason: ReasonSpec) -> Text:
    """Return what a stop leads to, and how long it lasts."""
    last = reason.lasts.text if reason.lasts else None
    if reason.kind == "public_notice" and last:
        return Text(
            f"在公示页上挂 {last.zh}，到期自动接着计时",
            f"posted for everybody to see for {last.en}; then the clock runs again by itself",
        )
    if reason.kind == "expert_review":
        about = (f"，大约 {last.zh}", f", about {last.en}") if last else ("", "")
        return Text(
            f"等专家意见{about[0]}，写下结论才接着计时",
            f"until the experts have been heard{about[1]}; the clock runs again with what they found",
        )
    return Text("到您点“接着计时”为止", "until you let the clock run again")


def _resume_fields(decision: Decision, posted: Posted, lang: Language) -> list[Field]:
    message = _words("message", MESSAGE, posted, lang)
    if decision.more.stop != "expert_review":
        return [message]
    outcome = Field(
        id="outcome",
        name="outcome",
        label=Text("专家怎么看", "What the experts found").to(lang),
        control="radio",
        options=[Choice(key, word.to(lang), note.to(lang)) for key, word, note in OUTCOMES],
        value=posted.get("outcome", ""),
    )
    label = Text("评审意见，一两句", "Their finding, in a sentence or two")
    return [outcome, _words("finding", label, posted, lang, required=True), message]


def _extend_fields(decision: Decision, posted: Posted, lang: Language) -> list[Field]:
    label = Text("给审批人的话", "Message to who decides")
    return [
        _reason(decision.more.extensions, posted, lang),
        _words("message", label, posted, lang),
    ]


def _transfer_fields(decision: Decision, posted: Posted, lang: Language) -> list[Field]:
    to = Field(
        id="to",
        name="to",
        label=Text("转给谁", "Pass it to").to(lang),
        control="radio",
        options=[Choice(key, title.to(lang)) for key, title in decision.more.posts],
        value=posted.get("to", decision.more.posts[0][0] if len(decision.more.posts) == 1 else ""),
    )
    label = Text("给接手的人的话", "Message to your colleague")
    help = Text(
        "为什么转，办到哪里了。申请人看不到。",
        "Why, and how far it is. The applicant doesn't see it.",
    )
    return [to, _words("handover", label, posted, lang, help=help, required=True)]


def _correct_fields(decision: Decision, posted: Posted, lang: Language) -> list[Field]:

    lines = [
        replace(
            field_of(declared, lang=lang, value=posted.get(f"v-{declared.key}", value)),
            id=f"v-{declared.key}",
            name=f"v-{declared.key}",
            why="",
            required=False,
        )
        for declared, value in decision.more.printed
    ]
    return [
        _reason(decision.more.corrections, posted, lang),
        *lines,
        _words("message", MESSAGE, posted, lang),
    ]


# ── what they do ────────────────────────────────────────────────────────────────────────────────
def _accept(request: SignedIn, decision: Decision, posted: Posted) -> object:
    return actions.accept_item(decision.item.pk, by=request.user, message=posted.get("message", ""))


def _pause(request: SignedIn, decision: Decision, posted: Posted) -> object:
    return actions.pause_item(
        decision.item.pk,
        by=request.user,
        reason=posted.get("reason", ""),
        message=posted.get("message", ""),
    )


def _resume(request: SignedIn, decision: Decision, posted: Posted) -> object:
    return actions.resume_item(
        decision.item.pk,
        by=request.user,
        outcome=posted.get("outcome", ""),
        finding=posted.get("finding", ""),
        message=posted.get("message", ""),
    )


def _extend(request: SignedIn, decision: Decision, posted: Posted) -> object:
    return actions.ask_extension(
        decision.item.pk,
        by=request.user,
        reason=posted.get("reason", ""),
        message=posted.get("message", ""),
    )


def _transfer(request: SignedIn, decision: Decision, posted: Posted) -> object:
    return actions.transfer_item(
        decision.item.pk,
        by=request.user,
        to=posted.get("to", ""),
        handover=posted.get("handover", ""),
    )


def _correct(request: SignedIn, decision: Decision, posted: Posted) -> object:
    return actions.correct_item(
        decision.item.pk,
        by=request.user,
        reason=posted.get("reason", ""),
        values={
            name.removeprefix("v-"): value
            for name, value in posted.items()
            if name.startswith("v-")
        },
        message=posted.get("message", ""),
    )


# ── what follows ────────────────────────────────────────────────────────────────────────────────
def _accept_follows(decision: Decision) -> list[Text]:
    return [
        Text("以后不能再让申请人补正。", "The applicant can't be asked for anything any more."),
        Text("到期的日子不变，申请人收到通知。", "The due day stands; the applicant is told."),
    ]


def _pause_follows(decision: Decision) -> list[Text]:
    return [
        Text(
            "停表的日子不算，申请人收到书面通知。",
            "Stopped days don't count; the applicant is told in writing.",
        ),
        Text("别的事照办。", "Everything else goes on."),
    ]


def _resume_follows(decision: Decision) -> list[Text]:
    due = decision.reading.due.day if decision.reading else None
    day = day_said(due) if due else Text("")
    return [
        Text(
            f"今天起接着计时，新的日子是{day.zh}。",
            f"The clock runs again today; the new day is {day.en}.",
        ),
        Text("申请人收到通知。", "The applicant is told."),
    ]


def _extend_title(decision: Decision) -> Text:
    due = decision.more.extended_due
    day = day_said(due.day) if due else Text("")
    return Text(f"批了的话，延到{day.zh}", f"If agreed, it is due on {day.en}")


def _extend_follows(decision: Decision) -> list[Text]:
    who = decision.more.approver
    return [
        Text(
            f"{who.zh}来批。没批以前，还是原来的日子。",
            f"{who.to('en')} decides. Until then the day stands.",
        ),
        Text(
            "只能延这一次。批了，申请人收到新的日子和原因。",
            "Only once. If agreed, the applicant is told the new day and why.",
        ),
    ]


def _transfer_follows(decision: Decision) -> list[Text]:
    return [
        Text(
            "时限、停表、材料都跟着走，日子不变。",
            "Its clock, stops and documents go along; the day stands.",
        ),
        Text("转走以后，您的岗位打不开这一件。", "Once passed on, your post can't open it."),
        Text("申请人收到通知，知道现在归谁办。", "The applicant is told who sees to it now."),
    ]


def _correct_follows(decision: Decision) -> list[Text]:
    return [
        Text(
            "马上出一张新证，旧证的核验页写明换成了哪一张。",
            "A new certificate is made at once; the old one's verification page leads to it.",
        ),
        Text(
            "这一件还是“已办好”，别的事不受影响。", "The item stays done, and nothing else changes."
        ),
        Text(
            "登记错了，不只是印错，请用“办错了，撤回重办”。",
            "If more than the wording is wrong, take it back and do it again.",
        ),
    ]


def _said(zh: str, en: str) -> Callable[[Decision], Text]:
    words = Text(zh, en)
    return lambda decision: words


ACTS: Mapping[str, Act] = {
    "accept": Act(
        Text("受理", "Accept"),
        Text("材料齐了，写明哪天受理", "Nothing is missing: say so, and from which day"),
        _said("受理以后，不能再让申请人补", "Once accepted, the applicant can't be asked any more"),
        _accept_fields,
        _accept_follows,
        _accept,
        Text("受理", "Accept"),
    ),
    "pause": Act(
        Text("停表", "Stop the clock"),
        Text(
            "等鉴定、专家评审或公示，日子不算",
            "For an appraisal, experts or a public notice; the days don't count",
        ),
        _said("停表的日子不算在期限里", "Stopped days don't count against the term"),
        _pause_fields,
        _pause_follows,
        _pause,
        Text("停表", "Stop the clock"),
    ),
    "resume": Act(
        Text("接着计时", "Let the clock run again"),
        Text("要等的等到了", "What was waited for has come"),
        _said("从今天起接着计时", "The clock runs again from today"),
        _resume_fields,
        _resume_follows,
        _resume,
        Text("接着计时", "Let it run"),
    ),
    "extend": Act(
        Text("申请延期", "Ask for more time"),
        Text("只能一次，要别人批", "Only once, and somebody else must agree"),
        _extend_title,
        _extend_fields,
        _extend_follows,
        _extend,
        Text("送去批", "Ask for it"),
    ),
    "transfer": Act(
        Text("转给别的岗位", "Pass to another post"),
        Text("时限跟着走", "Its clock goes along"),
        _said("转给别的岗位，日子不变", "Passed to another post; the day stands"),
        _transfer_fields,
        _transfer_follows,
        _transfer,
        Text("转走", "Pass it on"),
    ),
    "correct": Act(
        Text("证印错了，换一张", "Correct the certificate"),
        Text("新证替旧证，不用重办", "A new one replaces it; nothing is done again"),
        _said("换一张新证，旧证指向新证", "A new certificate; the old one points to it"),
        _correct_fields,
        _correct_follows,
        _correct,
        Text("换新证", "Replace it"),
    ),
}

"""What follows from the events of a case: effects outside, certificates, and telling people.

The worker runs it; it may run twice and acts once, because effects and notices have keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.utils import timezone

from minsheng import content
from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import agents, catalogue, joining, store
from minsheng.apps.cases.models import Case, Item, Joiner
from minsheng.apps.notices import actions as notices
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines.casework.spec import ItemSpec, ReasonSpec, ServiceSpec
from minsheng.lib.texts import Text, day_said

NEWS = Text("您的案卷有新进展", "There is news about your case")
SIGN_IN = Text("登录以后看。", "Sign in to read it.")


def follow_case(job: outbox.Job) -> None:
    """Tell people and put what else follows from a run of events of one case."""
    case = Case.objects.select_related("applicant", "filed_by").get(pk=job.payload["case"])
    spec = catalogue.pinned_spec(case.pack_id)
    first, last = int(job.payload["from"]), int(job.payload["to"])
    for entry in audit.history(store.CHAIN, str(case.pk), after=first - 1):
        act = _FOLLOW.get(entry.kind)
        if act is not None and entry.seq <= last:
            act(_Follow(case, spec, entry))


class _Follow:
    """One event of a case, with what is needed to follow it."""

    def __init__(self, case: Case, spec: ServiceSpec, entry: Entry) -> None:
        self.case, self.spec, self.entry = case, spec, entry

    @property
    def item(self) -> ItemSpec:
        return self.spec.items[str(self.entry.data["item"])]

    @property
    def attempt(self) -> int:
        return int(str(self.entry.data["attempt"]))

    @property
    def reason(self) -> ReasonSpec | None:
        return self.spec.reasons.get(str(self.entry.data.get("reason", "")))

    def put(self, kind: str, item: str, attempt: int, **more: object) -> None:
        """Put an effect, known by the case's own id: a number could come again after a restore."""
        key = f"{kind}:{self.case.draft}:{item}:{attempt}"
        outbox.put(kind, key, {"case": self.case.pk, "item": item, "attempt": attempt, **more})

    def tell(self, title: Text, body: Text) -> None:
        """Tell the applicant; the account that filed it when the applicant has none.

        Nobody where the case is hidden from the applicant.
        """
        if self.case.hidden_from_applicant:
            return
        own = people.account_of_person(self.case.applicant)
        if own is not None or self.case.mandate_id is None:
            self.tell_account(own or self.case.filed_by, title, body)
        # Who acts for them is told while the mandate holds, and not a moment longer.
        if self.case.mandate_id and agents.mandate_in(self.case, self.case.filed_by):
            self.tell_account(self.case.filed_by, title, body)

    def tell_account(self, account: Account, title: Text, body: Text) -> None:
        """Tell an account, once for each event; of a protected case only that there is news."""
        protected = self.case.protected
        notices.notify(
            account,
            kind="case.news" if protected else f"case.{self.entry.kind}"[:40],
            title=NEWS if protected else title,
            body=SIGN_IN if protected else body,
            link=f"/mine/cases/{self.case.number}",
            key=f"case:{self.case.draft}:{self.entry.seq}:{account.pk}",
            is_quiet=protected,
        )

    @property
    def row(self) -> Item:
        """The row of the event's item, as it stands now."""
        return self.case.items.get(key=self.item.key)

    def tell_post(self, post: str, zh: str, en: str, body: Text) -> None:
        """Tell who fills a post today about the event's item."""
        on = timezone.localdate()
        for account in people.accounts_of(post, on):
            self.tell_officer(account, zh, en, body)

    def tell_officer(self, account: Account, zh: str, en: str, body: Text, page: str = "") -> None:
        """Tell an officer about the event's item, once for each event."""
        title = NEWS if self.case.protected else self.item.title
        notices.notify(
            account,
            kind=f"desk.{self.entry.kind}"[:40],
            title=Text(f"{zh}：{title.zh}", f"{en}: {title.to('en')}"),
            body=SIGN_IN if self.case.protected else body,
            link=f"/desk/items/{self.row.pk}{page}",
            key=f"case:{self.case.draft}:{self.entry.seq}:{account.pk}",
        )

    def tell_broken_promise(self, account: Account, row: Item, material: Text) -> None:
        """Tell an officer that what was promised for an item hasn't come."""
        title = NEWS if self.case.protected else material
        notices.notify(
            account,
            kind="desk.promise",
            title=Text(
                f"容缺承诺到期没有补：{title.zh}", f"Promised, not brought: {title.to('en')}"
            ),
            body=SIGN_IN
            if self.case.protected
            else Text(
                "可以再问一次、按现有的材料决定，或者不同意。",
                "Ask once, decide on what is there, or refuse.",
            ),
            link=f"/desk/items/{row.pk}",
            key=f"case:{self.case.draft}:{self.entry.seq}:{account.pk}",
            is_quiet=self.case.protected,
        )

    def day(self, key: str) -> Text | None:
        """Return a day of the event in words, or None."""
        day = self.entry.data.get(key)
        return day_said(date.fromisoformat(str(day))) if day else None

    def tell_item(self, zh: str, en: str, body: Text) -> None:
        """Tell the applicant about the event's item."""
        title = self.item.title
        self.tell(Text(f"{zh}：{title.zh}", f"{en}: {title.to('en')}"), body)


def _submitted(news: _Follow) -> None:
    title, day = news.spec.title, day_said(news.case.promised_day)
    news.tell(
        Text(f"收到了：{title.zh}", f"We have it: {title.to('en')}"),
        Text(
            f"{day.zh}前全部办好。办好一件，告诉您一件。",
            f"All done by {day.en}. We tell you as each item is done.",
        ),
    )


def _consent_wanted(news: _Follow) -> None:
    """Ask the other person, where they can sign in, and tell the applicant whom we wait for."""
    subject = str(news.entry.data["subject"])
    row = news.case.subjects.select_related("person").filter(key=subject).first()
    account = people.account_of_person(row.person) if row and row.person else None
    title, who = news.spec.title, news.spec.subjects[subject].title
    if account is not None and not news.case.protected:
        news.tell_account(
            account,
            Text(f"要您同意：{title.zh}", f"Your consent is needed: {title.to('en')}"),
            Text(
                "有一件要您同意才能开始。打开案卷，点同意或不同意。",
                "One item starts only when you agree. Open the case and say yes or no.",
            ),
        )
    else:
        news.tell(
            Text(f"请{who.zh}登录点同意", f"{who.to('en')} must sign in and agree"),
            Text(
                f"{who.zh}在这里还没有账号。请对方用自己的身份登录，点了同意，那一件才开始。",
                f"{who.to('en')} has no account here yet. They sign in as themselves; the item starts "
                "once they agree.",
            ),
        )


def _answered_consent(news: _Follow) -> None:
    who = news.spec.subjects[str(news.entry.data["subject"])].title
    if news.entry.kind == "consented":
        title = Text(f"{who.zh}同意了", f"{who.to('en')} agreed")
        news.tell(title, Text("等着的那一件可以办了。", "The item that waited for it can go on."))
    else:
        title = Text(f"{who.zh}没有同意", f"{who.to('en')} did not agree")
        body = Text(
            "要对方同意的那一件和排在它后面的不办了，别的照办。到案卷里看。",
            "The item that needed it and those after it will not go ahead; the rest does. "
            "See your case.",
        )
        news.tell(title, body)


def _approved(news: _Follow) -> None:
    if news.item.effect:
        news.put("case.effect", news.item.key, news.attempt, register=news.item.effect)


def _done(news: _Follow) -> None:
    if news.item.gives:
        news.put("case.certificate", news.item.key, news.attempt)
    news.tell_item("办好了", "Done", Text("到案卷里看结果。", "See the result in your case."))


def _refused(news: _Follow) -> None:
    reason, last = news.reason, news.day("object_by")
    remedy = reason.remedy if reason and reason.remedy.zh else None
    body = remedy or Text("到案卷里看原因。", "See why in your case.")
    if last is not None:
        body = Text(
            f"{body.zh}不同意这个决定，{last.zh}以前可以在案卷里提出来，换人复核。",
            f"{body.to('en')} If you don't agree, say so in your case by {last.en}; somebody else "
            "looks at it.",
        )
    news.tell_item("没办成", "Refused", body)


def _returned(news: _Follow) -> None:
    body = Text(
        "打开案卷看要补什么，写好发出就接着办。等您的日子停表，别的照办。",
        "Open the case to see what is needed; once you send it, we go on. "
        "The clock is stopped while we wait for you; the rest goes ahead.",
    )
    last = news.day("answer_by")
    if last is not None:
        body = Text(
            f"{body.zh}{last.zh}还没有补，这一件就不办了。",
            f"{body.to('en')} If nothing comes by {last.en}, this item ends.",
        )
    news.tell_item("等您补一样", "One thing needed from you", body)


def _paused(news: _Follow) -> None:
    why = news.reason.text if news.reason else Text("有法定的理由", "a legal reason")
    last = news.day("until")
    length = Text(f"，到{last.zh}为止", f", until {last.en}") if last else Text("")
    news.tell_item(
        "停表",
        "Clock stopped",
        Text(
            f"{why.zh}{length.zh}。停表的日子不算，接着计时的时候告诉您新的日子。",
            f"{why.to('en')}{length.en}. Stopped days don't count; we tell you the new date when the "
            "clock runs again.",
        ),
    )


def _runs_again(news: _Follow) -> None:
    """A promised day never moves in silence: the new one is told."""
    found = OUTCOMES.get(str(news.entry.data.get("outcome", "")), Text(""))
    new_day = _new_day(news)
    if new_day is not None:
        body = Text(f"{found.zh}{new_day.zh}", f"{found.en}{new_day.en}")
        news.tell_item("接着计时", "The clock runs again", body)


def _new_day(news: _Follow) -> Text | None:
    day = news.day("due")
    if day is None:
        return None
    maybe = ("（暂定）", " (provisional)") if news.entry.data.get("provisional") else ("", "")
    return Text(f"这一件{day.zh}前办好{maybe[0]}。", f"Done by {day.en}{maybe[1]}.")


def _claimed(news: _Follow) -> None:
    """Tell the colleague from whom an item was taken over."""
    over = str(news.entry.data.get("over", "")).rpartition("account:")[2]
    if over.isdigit():
        body = Text(
            "同事接手了这一件，您不用再办。", "A colleague has taken it over; you needn't go on."
        )
        news.tell_officer(people.account(over), "有人接手了", "Taken over", body)


def _accepted(news: _Follow) -> None:
    since = news.day("on") or Text("")
    if news.entry.data.get("deemed"):
        body = Text(
            f"五个工作日里没有让您补材料，从收到那天（{since.zh}）起算受理。以后不会再让您补。",
            f"You weren't asked for anything within five working days, so it counts as accepted from "
            f"the day we had it ({since.en}). You won't be asked any more.",
        )
    else:
        body = Text(
            f"材料齐了，{since.zh}受理。日子不变，以后不会再让您补。",
            f"Nothing is missing; accepted on {since.en}. The date stands, and you won't be asked for "
            "anything more.",
        )
    news.tell_item("受理了", "Accepted", body)


def _extension_asked(news: _Follow) -> None:
    why, on = news.reason.text if news.reason else Text(""), timezone.localdate()
    for account in people.accounts_of(news.row.asks_post, on):
        news.tell_officer(account, "等您批延期", "More time is asked for", why, "/extension")


def _extended(news: _Follow) -> None:
    why, new_day = news.reason.text if news.reason else Text(""), _new_day(news)
    if new_day is None:
        new_day = Text(
            "接着计时的时候告诉您新的日子。", "You are told the day once the clock runs."
        )
    news.tell_item(
        "延长了时限",
        "More time was given",
        Text(
            f"{why.zh}。{new_day.zh}只延这一次。", f"{why.to('en')}. {new_day.en} Only this once."
        ),
    )
    _tell_asker(news, "延期批了", "More time: agreed")


def _extension_refused(news: _Follow) -> None:
    _tell_asker(news, "延期没有批", "More time: not agreed")


def _tell_asker(news: _Follow, zh: str, en: str) -> None:
    """Tell who had asked for more time how it ended."""
    before = audit.history(store.CHAIN, str(news.case.pk))
    asked = [e for e in before if e.kind == "extension_asked" and e.seq < news.entry.seq]
    mine = [e for e in asked if e.data.get("item") == news.item.key]
    account = mine[-1].by.rpartition("account:")[2] if mine else ""
    if account.isdigit():
        body = Text("打开这一件看新的日子。", "Open the item to see its day.")
        news.tell_officer(people.account(account), zh, en, body)


def _transferred(news: _Follow) -> None:
    to = str(news.entry.data["to"])
    post = catalogue.packs().district.posts.get(to)
    office = catalogue.packs().district.departments.get(post.department) if post else None
    name = office.title if office else Text("")
    news.tell_item(
        "换了地方办",
        "Passed on",
        Text(
            f"现在由{name.zh}接着办，办好的日子不变，您不用做什么。",
            f"{name.to('en')} sees to it now. Its date stands, and you needn't do anything.",
        ),
    )
    body = Text("转到您的岗位了，时限跟着走。", "It was passed to your post, with its clock.")
    news.tell_post(news.row.post, "转来一件", "Passed to you", body)


def _corrected(news: _Follow) -> None:
    """Have the new certificate made, once the register knows what is right; it replaces the old one."""
    reason = str(news.entry.data.get("reason", ""))
    if news.item.effect:
        register = news.item.effect
        news.put(REWRITE, news.item.key, news.attempt, register=register, replaces=reason)
    else:
        news.put("case.certificate", news.item.key, news.attempt, replaces=reason)
    remedy = news.reason.remedy if news.reason else Text("")
    body = remedy if remedy.zh else Text("换好的证在案卷里。", "The new one is in your case.")
    news.tell_item("换了新证", "A new certificate", body)


def _expired(news: _Follow) -> None:
    news.tell_item(
        "到期没有补，不办了",
        "Nothing came in time, so it ended",
        Text(
            "别的照办。还想办，到案卷里点“再办一次”，填过的都带过去。",
            "The rest goes on. To have it done, choose “Do it again” in your case; your answers come "
            "along.",
        ),
    )


def _objected(news: _Follow) -> None:
    day = news.day("due")
    by = Text(f"{day.zh}前给您答复。", f"You have an answer by {day.en}.") if day else Text("")
    news.tell_item(
        "收到您的异议",
        "We have your objection",
        Text(f"换一个岗位的人来看。{by.zh}", f"Another post looks at it. {by.en}"),
    )
    body = Text("申请人不同意原来的决定，请您复核。", "The applicant objects; please look at it.")
    news.tell_post(news.row.post, "要您复核", "An objection to look at", body)


def _spoken(news: _Follow) -> None:
    """Tell the applicant that there was one, never whose; tell the post that it is to be read."""
    body = Text(
        "经办人看过再决定。您现在不用做什么。",
        "The officer reads it before deciding. You needn't do anything now.",
    )
    news.tell_item("有人对公示提了不同意见", "Somebody spoke up against the notice", body)
    to_read = Text("看过才能决定。", "Read it; nothing can be decided before.")
    news.tell_post(news.row.post, "公示有不同意见", "Words against a notice", to_read)


def _upheld(news: _Follow) -> None:
    body = Text(
        "您说得有理，这一件重新办，换人来办，不用您再填。",
        "You were right. It is done again by somebody else, and you needn't fill in anything.",
    )
    news.tell_item("复核有结果了", "Your objection was upheld", body)


def _rejected(news: _Follow) -> None:
    remedy = news.reason.remedy if news.reason else Text("")
    news.tell_item("复核有结果了", "The decision stands", remedy)


def _revived(news: _Follow) -> None:
    body = Text("它等的那一件重新办了。", "What it waits for is being done again.")
    news.tell_item("又接着办了", "Taken up again", body)


def _released(news: _Follow) -> None:
    """A held item goes on. If its register answered meanwhile, its certificate is still to come."""
    _runs_again(news)
    item = store.state_of(news.case).items[news.item.key]
    is_done = item.status == "done" and item.attempt == news.attempt
    if news.item.gives and is_done and not _is_corrected(news):
        news.put("case.certificate", item.key, item.attempt)


def _is_corrected(news: _Follow) -> bool:
    """Whether this attempt is a correction's: its certificate is put with it, held or not."""
    return any(
        e.kind == "corrected"
        and e.data.get("item") == news.item.key
        and e.data.get("attempt") == news.attempt
        for e in audit.history(store.CHAIN, str(news.case.pk))
    )


def _held(news: _Follow) -> None:
    body = Text(
        "它所依据的那一件更正了，有人看过就接着办。",
        "What it is based on has been corrected. Somebody checks, then it goes on.",
    )
    news.tell_item("停下核对", "On hold", body)


def _taken_back(news: _Follow) -> None:
    """Revoke what the attempt before had given, and tell why."""
    news.put(
        "case.revoke",
        news.item.key,
        news.attempt - 1,
        reason=str(news.entry.data.get("reason", "")),
    )
    remedy = news.reason.remedy if news.reason else Text("")
    body = (
        remedy
        if remedy.zh
        else Text("旧证作废，重新办。", "The old certificate is void; it is being done again.")
    )
    news.tell_item("重新办", "Being done again", body)


def _cancelled(news: _Follow) -> None:
    if news.entry.data.get("reason") == "withdrawn":
        return
    body = Text(
        "它要等的没有办成。到案卷里看原因。",
        "What it was waiting for didn't come about. See why in your case.",
    )
    news.tell_item("不办了", "Not going ahead", body)


def _closed(news: _Follow) -> None:
    if news.entry.data.get("status") in {"done", "partly_done"}:
        news.put("case.certificate", "", news.entry.seq)
        title = news.spec.title
        news.tell(
            Text(f"全部办完：{title.zh}", f"All finished: {title.to('en')}"),
            Text("办得怎样？打开案卷，说一句真话。", "How did it go? Open the case and be frank."),
        )


def _reopened(news: _Follow) -> None:
    """The certificate of completion says what isn't so any more."""
    before = audit.history(store.CHAIN, str(news.case.pk))
    closings = [e.seq for e in before if e.kind == "closed" and e.seq < news.entry.seq]
    if closings:
        news.put("case.revoke", "", closings[-1], reason="")


def _promise_moved(news: _Follow) -> None:
    before, after = str(news.entry.data["from"]), str(news.entry.data["to"])
    if before == after:
        return
    title, day = news.spec.title, day_said(date.fromisoformat(after))
    news.tell(
        Text(f"日子变了：{title.zh}", f"The date has changed: {title.to('en')}"),
        Text(
            f"放假安排公布了，现在是{day.zh}前全部办好。",
            f"The holiday notice is out: all done by {day.en} now.",
        ),
    )


def _moved(news: _Follow) -> None:
    """Tell what the new form changes for what isn't decided yet."""
    before = catalogue.pinned_spec(str(news.entry.data["from"]))
    after = catalogue.pinned_spec(str(news.entry.data["to"]))
    kept = set(
        news.case.items.filter(status__in=["done", "refused", "cancelled", "skipped"]).values_list(
            "key", flat=True
        )
    )
    told = [
        one.text
        for one in content.differences(before, after)
        if one.part in {"items", "materials"} and one.key not in kept
    ][:MOST_TOLD]
    nearer = news.entry.data.get("due")
    if nearer:
        day = day_said(date.fromisoformat(str(nearer)))
        told.insert(
            0, Text(f"{day.zh}前全部办好，比原来早", f"all done by {day.en}, earlier than before")
        )
    if not told:
        told = [Text("您的事项和日子都不变", "your items and days stay as they are")]
    title = news.spec.title
    news.tell(
        Text(f"改按新办法办：{title.zh}", f"Goes on under the new form: {title.to('en')}"),
        Text(
            f"{'；'.join(one.zh for one in told)}。办好的不变，您什么也不用做。",
            f"{'; '.join(one.to('en') for one in told)}. What is done stays; you needn't do anything.",
        ),
    )


def _promise_broken(news: _Follow) -> None:
    """Tell who promised, and each officer whose open item needs what hasn't come."""
    key = str(news.entry.data["material"])
    title = news.spec.materials[key].title
    news.tell(
        Text(f"答应补的还没有到：{title.zh}", f"Promised and not here yet: {title.to('en')}"),
        Text(
            "今天还能在案卷里补。没有补，部门按现有的材料决定，可能办不成。",
            "You can still add it in your case. Otherwise the office decides on what it has, and may refuse.",
        ),
    )
    on = timezone.localdate()
    for row in news.case.items.filter(status__in=["open", "returned", "held"]):
        if key in news.spec.items[row.key].materials:
            for account in people.accounts_of(row.post, on):
                news.tell_broken_promise(account, row, title)


def _join_asked(news: _Follow) -> None:
    news.tell(
        Text("有人请求加入您的案卷", "Somebody asks to join your case"),
        Text(
            "打开案卷看是谁，再同意或不同意。不同意，对方什么也看不到。",
            "Open your case, see who it is, and agree or not. If you don't, they see nothing.",
        ),
    )


def _join_agreed(news: _Follow) -> None:
    _tell_joiner(
        news,
        Text("您可以看这个案卷了", "You may look into the case now"),
        Text(
            "在“我的”里看每一件办到哪里。别人的信息不给您看。",
            "See under “Mine” how each item stands. Nothing of anybody else is shown.",
        ),
    )
    if news.entry.by.startswith("post:"):
        news.tell(
            Text(
                "牵头部门让一个人加入了您的案卷", "The leading office let somebody join your case"
            ),
            Text(
                "对方只看得到每一件办到哪里。不该让看的，打开案卷请对方退出。",
                "They see how each item stands, nothing else. If they shouldn't, open your case and "
                "let them out.",
            ),
        )


def _join_declined(news: _Follow) -> None:
    _tell_joiner(
        news,
        Text("没有同意您加入", "You may not join the case"),
        Text(
            "有不同意见，带证件到窗口，或打 12345。",
            "If you think this is wrong, come to a counter with your papers, or call 12345.",
        ),
    )


def _join_left(news: _Follow) -> None:
    news.tell(
        Text("对方不再要求看您的案卷", "They no longer ask to see your case"),
        Text("您不用做什么。", "You needn't do anything."),
    )


def _join_ended(news: _Follow) -> None:
    title = Text("您不再能看这个案卷", "You can't look into the case any more")
    body = Text("有疑问，打 12345。", "Call 12345 if you have a question.")
    _tell_joiner(news, title, body)
    if news.entry.by.startswith("post:"):
        news.tell(
            Text("牵头部门让对方退出了您的案卷", "The leading office let them out of your case"),
            Text("您不用做什么。", "You needn't do anything."),
        )


def _join_lapsed(news: _Follow) -> None:
    _tell_joiner(
        news,
        Text("请求加入没有人答复，已经过期", "Nobody answered your wish to join; it has lapsed"),
        Text("还想看，再请求一次，或到窗口。", "Ask again, or come to a counter."),
    )


def _tell_joiner(news: _Follow, title: Text, body: Text) -> None:
    """Tell who asked to join; never of a case that is protected by now."""
    row = Joiner.objects.select_related("person").filter(pk=int(str(news.entry.data["joiner"])))
    found = row.first()
    account = people.account_of_person(found.person) if found else None
    if account is None or news.case.protected:
        return
    notices.notify(
        account,
        kind=news.entry.kind,
        title=title,
        body=body,
        link="/mine",
        key=f"case:{news.case.draft}:{news.entry.seq}:{account.pk}",
    )


MOST_TOLD = 6
REWRITE = "case.rewrite"
PROMISE_MOVED = "promise.moved"
PROMISE_BROKEN = "promise.broken"
OUTCOMES = {
    "passed": Text("专家看过，认为可以。", "The experts found nothing against it. "),
    "not_passed": Text("专家看过，认为不行。", "The experts found against it. "),
    "unclear": Text("专家看过，说不准。", "The experts could not say. "),
}
_FOLLOW: Mapping[str, Callable[[_Follow], None]] = {
    "submitted": _submitted,
    "consent_wanted": _consent_wanted,
    "consented": _answered_consent,
    "declined": _answered_consent,
    "approved": _approved,
    "done": _done,
    "refused": _refused,
    "returned": _returned,
    "supplied": _runs_again,
    "paused": _paused,
    "resumed": _runs_again,
    "released": _released,
    "held": _held,
    "reversed": _taken_back,
    "redone": _taken_back,
    "cancelled": _cancelled,
    "claimed": _claimed,
    "accepted": _accepted,
    "extension_asked": _extension_asked,
    "extended": _extended,
    "extension_refused": _extension_refused,
    "transferred": _transferred,
    "corrected": _corrected,
    "expired": _expired,
    "objected": _objected,
    "notice.objected": _spoken,
    "upheld": _upheld,
    "objection_rejected": _rejected,
    "revived": _revived,
    "closed": _closed,
    "reopened": _reopened,
    "moved": _moved,
    PROMISE_MOVED: _promise_moved,
    PROMISE_BROKEN: _promise_broken,
    joining.ASKED: _join_asked,
    joining.AGREED: _join_agreed,
    joining.DECLINED: _join_declined,
    joining.LEFT: _join_left,
    joining.ENDED: _join_ended,
    joining.LAPSED: _join_lapsed,
}

"""Everything held about a person, by themselves: to see, to take away, before erasing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.cases import access, catalogue, facts
from minsheng.apps.cases.actions.correcting import ANSWER, WISH
from minsheng.apps.cases.actions.transition import NOTE
from minsheng.apps.cases.forms import open_form
from minsheng.apps.cases.models import RUNNING, Case, CaseSubject, CorrectionRequest, Draft
from minsheng.apps.cases.reads.glass import glass_of_case_holder
from minsheng.apps.cases.reads.joining import JOINED, joins_of
from minsheng.apps.cases.reads.protection import looks_about, mandates_given
from minsheng.apps.cases.reads.running import lookups_about
from minsheng.apps.notices import reads as notices
from minsheng.apps.people import assurance
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.people.purposes import CONSENTS
from minsheng.apps.people.typed import said
from minsheng.apps.records import reads as records
from minsheng.apps.records.models import StoredFile
from minsheng.engines.casework.words import CASE_STATUS
from minsheng.lib.texts import Text, day_said

EXPORTED = "exported"
STATUS_WORDS: Mapping[str, Text] = {str(key): words for key, words in CASE_STATUS.items()}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: its label, its text, and where it came from or what it is for."""

    label: Text
    text: Text | str
    note: Text | str = ""

    @property
    def plain(self) -> tuple[str, str]:
        """The text and the note in Chinese, for a file or a program."""
        return plainly(self.text), plainly(self.note)


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of data, with how many pieces there are and each of them."""

    key: str
    title: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One thing to agree to, declared; `given_at` None while one doesn't agree."""

    purpose: str
    text: Text
    given_at: datetime | None
    case: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One request for correction with its answer."""

    id: int
    what: str
    wish: str
    status: str
    due_day: date
    answer: str
    asked_at: datetime
    office: Text


def held_about(account: Account) -> tuple[Section, ...]:
    """Return everything held about the person of a proved account, section by section."""
    person = _person(account)
    return (
        _identity(account, person),
        _household(person),
        _cases(person),
        _drafts(person),
        _papers(person),
        _told(account),
        _agreed(person),
        _agents(person),
        _joined(account),
        _asked_to_correct(account),
        _others(account, person),
    )


def export_of(account: Account, *, more: Sequence[Section] = ()) -> Mapping[str, Any]:
    """Return everything held as plain data, and write down that it was taken away.

    `more` are the sections of apps above this one.

    Raises NotAllowed unless a clerk has seen the card: it hands over a whole life at once.
    """
    assurance.require_level(account, "export")
    person = _person(account)
    news = audit.News(EXPORTED, timezone.now(), f"account:{account.pk}", {"by": "self"})
    audit.record(people.LOOK_STREAM, str(person.pk), news)
    looks = [
        {
            "at": look.at.isoformat(),
            "who": look.who.zh,
            "purpose": look.purpose.zh,
            "case": look.case,
        }
        for look in looks_about(person)
    ]
    return {
        "made_at": timezone.now().isoformat(),
        "number": people.number_of(person),
        "sections": [
            {
                "key": section.key,
                "title": section.title.zh,
                "rows": [
                    {"label": r.label.zh, "text": r.plain[0], "note": r.plain[1]}
                    for r in section.rows
                ],
            }
            for section in (*held_about(account), *more)
        ],
        "looks": looks,
    }  # fmt: skip


def exports_of(person: Person) -> list[datetime]:
    """Return when this person took their data away, newest first."""
    entries = audit_reads.history(people.LOOK_STREAM, str(person.pk))
    return [entry.at for entry in reversed(entries) if entry.kind == EXPORTED]


def consent_lines(account: Account) -> list[ConsentLine]:
    """Return each declared purpose, agreed to or not, and the cases in which one agreed."""
    person = _person(account)
    standing = {c.purpose: c for c in people.consents_of(person) if c.withdrawn_at is None}
    lines = [
        ConsentLine(key, text, standing[key].given_at if key in standing else None)
        for key, text in CONSENTS.items()
    ]
    asked = {row.case_id: row.case for row in access.subjects_of(account).select_related("case")}
    for purpose, consent in standing.items():
        pk = purpose.removeprefix("case:")
        case = asked.get(int(pk)) if pk != purpose and pk.isdigit() else None
        if case is not None:
            title = catalogue.pinned_spec(case.pack_id).title
            lines.append(ConsentLine(purpose, title, consent.given_at, case.number))
    return lines


def corrections_of(account: Account) -> list[CorrectionLine]:
    """Return one's own requests for correction, newest first."""
    person = _person(account)
    rows = CorrectionRequest.objects.filter(person=person).select_related("person")
    hidden = Case.objects.filter(applicant=person, hidden_from_applicant=True)
    rows = rows.exclude(what__in=[f"case:{case.number}" for case in hidden])
    return [_correction(row) for row in rows.order_by("-pk")]


def corrections_for(account: Account) -> list[CorrectionLine]:
    """Return the requests that wait for the offices of this officer, the most urgent first."""
    offices = {post.department.key for post in access.posts_that_answer(account)}
    rows = CorrectionRequest.objects.filter(office__in=offices, status=CorrectionRequest.WAITS)
    rows = rows.exclude(account=account).filter(person__erased_at=None).select_related("person")
    return [_correction(row) for row in rows.order_by("due_day", "pk")[:200]]


def correctable(account: Account) -> list[tuple[str, Text]]:
    """Return where a mistake may stand: the registers about oneself, and one's own cases."""
    registers = [(f"register:{name}", Text(name)) for name in catalogue.register_keepers()]
    cases = access.cases_shown_to(_person(account)).order_by("-pk")[:50]
    return registers + [
        (f"case:{case.number}", catalogue.pinned_spec(case.pack_id).title) for case in cases
    ]  # fmt: skip


def obstacles(person: Person) -> list[Obstacle]:
    """Return what stands against erasing a person now: their running cases, and until when."""
    rows = access.cases_shown_to(person).filter(status=RUNNING).order_by("promised_day")
    return [
        Obstacle(
            code="case_running",
            number=case.number,
            what=Text(f"案卷 {case.number} 还在办", f"Case {case.number} is running"),
            way=Text("办完或撤回以后", "Let it finish, or withdraw it"),
            link=f"/mine/cases/{case.number}",
            until=case.promised_day,
        )
        for case in rows
    ]


def is_anything_hidden(person: Person) -> bool:
    """Whether something of theirs must be kept of which they may not be told."""
    return Case.objects.filter(applicant=person, hidden_from_applicant=True).exists()


def _person(account: Account) -> Person:
    assurance.require_level(account, "see")
    if account.person is None:
        raise access.no_such_case()
    return account.person


def _identity(account: Account, person: Person) -> Section:
    born = people.birth_of(person)
    rows = [
        Row(Text("姓名", "Name"), people.name_of(person)),
        Row(Text("公民身份号码", "Citizen number"), person.number_masked, "加密保存，只显示头尾"),
        Row(Text("出生日期", "Day of birth"), born.isoformat() if born else ""),
        Row(Text("登录名", "Sign-in name"), account.username),
        Row(Text("称呼", "How we call you"), account.display),
        Row(Text("邮箱", "Mail address"), account.email),
        Row(
            Text("核实到哪一级", "How sure we are it is you"),
            assurance.LEVELS[assurance.level_of(account)].zh,
        ),
    ]
    return Section("identity", Text("您是谁", "Who you are"), tuple(row for row in rows if row.text))  # fmt: skip


def _household(person: Person) -> Section:
    roles = {"head": "户主", "spouse": "配偶", "child": "子女", "parent": "父母", "other": "其他"}
    rows = [
        Row(Text(roles.get(one.role, one.role)), one.person.name_masked, one.since.isoformat())
        for one in people.household_members(person)
    ]
    return Section("household", Text("同一户的人", "Your household"), tuple(rows))


def _cases(person: Person) -> Section:
    rows: list[Row] = []
    for case in access.cases_shown_to(person).order_by("-pk"):
        spec, known = catalogue.pinned_spec(case.pack_id), facts.values_of(case)
        rows.append(
            Row(spec.title, case.number, _on(case.submitted_day, STATUS_WORDS[case.status]))
        )
        rows += [
            Row(declared.label, said(declared, known[key].value), _origin(known[key].origin))
            for key, declared in spec.fields.items()
            if key in known and known[key].is_known
        ]
        rows += [
            Row(
                Text("往来的话", "Messages"),
                people.open_value(person, note.sealed, purpose_field=NOTE),
                note.at.date().isoformat(),
            )
            for note in case.notes.order_by("at", "pk")
            if note.kind in {"message", "answer"}
        ]
    return Section("cases", Text("案卷和里面的信息", "Cases and what they hold"), tuple(rows))


def _drafts(person: Person) -> Section:
    rows: list[Row] = []
    for draft in Draft.objects.filter(person=person).select_related("person").order_by("-saved_at"):
        form = open_form(draft, on=timezone.localdate())
        rows.append(Row(form.spec.title, "", draft.saved_at.date().isoformat()))
        rows += [
            Row(form.spec.fields[key].label, text) for key, text in form.answers.items() if text
        ]
    return Section("drafts", Text("没提交的表", "Unfinished forms"), tuple(rows))


def _papers(person: Person) -> Section:
    rows = [
        Row(one.title, one.number, f"{one.office.zh} {one.issued_on}")
        for one in records.licences_of(person)
    ]
    files = (
        StoredFile.objects.filter(owner=person)
        .exclude(licence__withheld=True)
        .select_related("owner")
        .order_by("-stored_at")
    )
    rows += [
        Row(Text("文件", "File"), records.file_name(one), f"{one.size_bytes} B") for one in files
    ]
    return Section("papers", Text("证照和文件", "Certificates and files"), tuple(rows))


def _told(account: Account) -> Section:
    rows = [
        Row(one.title, one.body.zh, one.created_at.date().isoformat())
        for one in notices.notices_of(account)
    ]
    return Section("notices", Text("通知", "Notices"), tuple(rows))


def _agreed(person: Person) -> Section:
    """Return each consent by its purpose: when it was given, and taken back."""
    rows = []
    for one in people.consents_of(person):
        given = _on(timezone.localdate(one.given_at), Text("同意", "agreed"))
        if one.withdrawn_at:
            back = _on(timezone.localdate(one.withdrawn_at), Text("撤回", "taken back"))
            given = Text(f"{given.zh}，{back.zh}", f"{given.to('en')}; {back.to('en')}")
        rows.append(Row(Text("同意", "Consent"), _purpose(one.purpose), given))
    return Section("consents", Text("您同意过什么", "What you agreed to"), tuple(rows))


def _purpose(purpose: str) -> Text:
    serial = purpose.removeprefix("case:")
    if serial == purpose or not serial.isdigit():
        return CONSENTS.get(purpose, Text(purpose, purpose))
    case = Case.objects.filter(pk=int(serial), protected=False).first()
    if case is None:
        return Text("一个案卷里请您同意的事", "something that you were asked to agree to in a case")
    title = catalogue.pinned_spec(case.pack_id).title
    return Text(f"{title.zh}，案卷 {case.number}", f"{title.to('en')}, case {case.number}")


def _agents(person: Person) -> Section:
    """Return whom this person has act for them, and everything that was done so."""
    rows = []
    for given in mandates_given(person):
        until, status = day_said(given.mandate.last_day), MANDATE_STATUS[given.status]
        note = Text(f"{status.zh}，到{until.zh}", f"{status.en}, until {until.en}")
        label = Text("请人代办", "Somebody acts for you")
        rows.append(Row(label, given.mandate.agent_shown, note))
        for one in given.acts:
            what, _, slug = one.act.partition(":")
            done = _on(timezone.localdate(one.at), ACTS_FOR.get(what, ACTED))
            rows.append(Row(Text("替您做的", "Done for you"), one.case or _service(slug), done))
    return Section("mandates", Text("谁替您办，办了什么", "Who acts for you, and what they did"), tuple(rows))  # fmt: skip


def _joined(account: Account) -> Section:
    """Return the cases of others that this person asked to see, and what became of it."""
    rows = [
        Row(line.title, JOINED[line.status], timezone.localdate(line.asked_at).isoformat())
        for line in joins_of(account)
    ]
    return Section("joins", Text("您请求一起看的案卷", "Cases you asked to see"), tuple(rows))


def _service(slug: str) -> Text | str:
    found = catalogue.packs().services.get(slug)
    return found.spec.title if found else slug


def _asked_to_correct(account: Account) -> Section:
    rows = []
    for one in corrections_of(account):
        rows.append(Row(Text("请求更正", "A correction asked for"), one.wish, _on(timezone.localdate(one.asked_at), one.office)))  # fmt: skip
        if one.answer:
            rows.append(Row(Text("答复", "The answer"), one.answer, one.office))
    return Section("corrections", Text("请求更正的", "Corrections you asked for"), tuple(rows))


def _others(account: Account, person: Person) -> Section:
    rows = [
        Row(
            Text("替您问过的登记库", "A register we asked"),
            _register(one.register),
            _on(timezone.localdate(one.at), ANSWERED[one.outcome]),
        )
        for one in lookups_about(account)
    ]
    rows += [
        Row(
            Text("紧急查看", "An emergency"),
            line.reason,
            _on(
                timezone.localdate(line.opened_at),
                Text(f"{line.who.zh}，案卷 {line.case}", f"{line.who.to('en')}, case {line.case}"),
            ),
        )
        for line in glass_of_case_holder(person)
    ]
    subjects = CaseSubject.objects.filter(person=person, is_asked=True, case__protected=False)
    rows += [
        Row(
            Text("别人的案卷请您同意", "A case in which you were asked"),
            one.case.number,
            catalogue.pinned_spec(one.case.pack_id).subjects[one.key].title,
        )
        for one in subjects.select_related("case")
    ]
    return Section("others", Text("别的记录", "Other records"), tuple(rows))  # fmt: skip


def plainly(words: Text | str) -> str:
    """Return words in Chinese."""
    return words.zh if isinstance(words, Text) else words


def _on(day: date, what: Text) -> Text:
    return Text(f"{day.isoformat()} {what.zh}", f"{day.isoformat()} {what.to('en')}")


def _register(name: str) -> Text:
    found = catalogue.packs().district.registers.get(name)
    return found.title if found else Text(name, name)


def _origin(origin: str) -> Text:
    kind, _, name = origin.partition(":")
    return _register(name) if kind == "register" else ORIGINS.get(kind, Text(origin, origin))


ANSWERED = {
    "found": Text("查到了", "found"),
    "none": Text("没有记录", "no record"),
    "silent": Text("没有回答", "no answer"),
}
ORIGINS = {
    "asked": Text("您填的", "your answer"),
    "applicant": Text("您上传的", "your upload"),
    "promise": Text("您的承诺", "your promise"),
    "licence": Text("您的证照夹", "your certificates"),
    "item": Text("同一案卷里办的", "from the same case"),
}
MANDATE_STATUS = {
    "waits": Text("等对方接受", "waits to be accepted"),
    "holds": Text("有效", "in force"),
    "ended": Text("已经停止", "ended"),
    "over": Text("已经到期", "over"),
}
ACTED = Text("代办了一步", "acted for you")
ACTS_FOR = {
    "began": Text("开始填表", "began a form"),
    "submitted": Text("提交", "submitted"),
    "withdrew": Text("撤回", "withdrew"),
    "supplied": Text("回答了问的", "answered what was asked"),
    "brought": Text("补交了材料", "brought a proof"),
}


def _correction(row: CorrectionRequest) -> CorrectionLine:
    gone = row.person.is_erased
    district = catalogue.packs().district
    return CorrectionLine(
        id=row.pk,
        what=row.what,
        wish="" if gone else people.open_value(row.person, row.wish_sealed, purpose_field=WISH),
        status=row.status,
        due_day=row.due_day,
        answer=people.open_value(row.person, row.answer_sealed, purpose_field=ANSWER)
        if row.answer_sealed and not gone
        else "",
        asked_at=row.asked_at,
        office=district.office(row.office),
    )

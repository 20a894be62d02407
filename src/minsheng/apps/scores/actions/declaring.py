"""Numbers of a firm: declared by itself, noted by an office, objected to, settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.scores import access, sealing
from minsheng.apps.scores.models import CHANGED, FIRM, KEPT, OFFICE, OPEN, Declared, Objection
from minsheng.engines.scoring import Fact
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

STREAM = "score"
OLDEST = timedelta(days=366 * 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What somebody types: fact → number as written ("" leaves it), where it stands, as of a day."""

    numbers: Mapping[str, str]
    paper: str
    as_of: date | None


def declare(code: str, typed: Typed, *, by: Account) -> list[str]:
    """Keep what a firm says of itself and return which facts are new or changed.

    Raises NotAllowed for who doesn't speak for the firm, WrongInput with the field, Conflict where an
    office has noted a number: a firm objects to that.
    """
    firm = access.own_firm(by, code)
    return _keep(firm, typed, source=FIRM, by=f"account:{by.pk}")


def note(code: str, typed: Typed, *, by: Account) -> list[str]:
    """Keep what an office noted of a firm and return which facts are new or changed."""
    who = access.require_keeper(by)
    firm = access.firm(code)
    changed = _keep(firm, typed, source=OFFICE, by=who)
    if changed:
        said = Text("部门记下了您企业的数", "An office noted numbers of your firm")
        _tell_firm(firm, said, f"noted:{timezone.now().isoformat()}")
    return changed


def object_to(declared_id: int, words: str, *, by: Account) -> Objection:
    """Return the objection of a firm to a number that an office noted; the same one again if open."""
    with transaction.atomic():
        row = _locked(declared_id)
        access.own_firm(by, row.organisation.credit_code)
        if row.source != OFFICE or not row.is_current:
            raise Conflict(
                "scores.your_own",
                "这个数是您企业自己填的，直接改就行，不用提异议。",
                "Your firm declared this number itself: change it, no objection is needed.",
            )
        there = Objection.objects.filter(declared=row, outcome=OPEN).first()
        if there is not None:
            return there
        told = sealing.checked(words, field=f"words-{row.pk}")
        made = Objection.objects.create(declared=row, account=by, words=sealing.sealed(told))
        _record(row, "objected", f"account:{by.pk}", {"objection": made.pk})
        for account in _confirmers():
            notices.notify(
                account,
                kind="score",
                title=Text("企业对一个数有异议", "A firm objects to a number"),
                body=row_label(row),
                link="/desk/scores",
                key=f"score:objection:{made.pk}:{account.pk}",
            )
    return made


def settle_objection(objection_id: int, number: str, answer: str, *, by: Account) -> Objection:
    """Answer an objection: with another number it is changed, with "" it is kept; always with why.

    Raises NotAllowed for all but who confirms, and for who noted the number; Conflict when answered.
    """
    with transaction.atomic():
        found = Objection.objects.select_for_update().filter(pk=objection_id).first()
        if found is None:
            raise access.no_number()
        row = _locked(found.declared_id)
        who = _settling(by, row)
        if found.outcome != OPEN:
            raise Conflict(
                "scores.answered",
                "这条异议刚才已经答复了。请刷新页面。",
                "This objection has been answered. Reload the page.",
            )
        told = sealing.checked(answer, field=f"answer-{found.pk}")
        if number.strip():
            fact = access.fact_named(row.fact)
            value = _number(fact, number, field=f"number-{found.pk}")
            _write(row.organisation, fact, value, OFFICE, row.as_of, sealing.opened(row.paper), who)
        found.outcome = CHANGED if number.strip() else KEPT
        found.answer, found.answered_by = sealing.sealed(told), who
        found.save(update_fields=["outcome", "answer", "answered_by"])
        _record(row, "settled", who, {"objection": found.pk, "outcome": found.outcome})
        said = Text("您的异议有答复了", "Your objection has been answered")
        _tell_firm(row.organisation, said, f"settled:{found.pk}")
    return found


def row_label(row: Declared) -> Text:
    """Return what a number is, without the number."""
    return access.fact_named(row.fact).label


def checked_day(as_of: date | None) -> date:
    """Return the day of some numbers; raises WrongInput unless it is within three years."""
    today = timezone.localdate()
    if as_of is None or not today - OLDEST <= as_of <= today:
        raise WrongInput(
            "scores.as_of",
            "请写这些数是哪一天的，三年以内。别的都还在。",
            "Say as of which day, within three years. The rest is kept.",
            field="as_of",
        )
    return as_of


def _keep(firm: Organisation, typed: Typed, *, source: str, by: str) -> list[str]:
    as_of = checked_day(typed.as_of)
    paper = sealing.checked(typed.paper, field="paper")
    numbers = {
        name: _number(access.fact_named(name), text, field=name)
        for name, text in typed.numbers.items()
        if text.strip()
    }
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=firm.pk)
        rows = {
            row.fact: row for row in Declared.objects.filter(organisation=firm, is_current=True)
        }
        changed = []
        for name, value in numbers.items():
            there = rows.get(name)
            same = there is not None and int(sealing.opened(there.value)) == value
            if there and same and there.as_of >= as_of and there.source in (source, OFFICE):
                continue
            if there is not None and there.source == OFFICE and source == FIRM:
                if same:
                    continue
                raise Conflict(
                    "scores.noted_by_office",
                    f"“{access.fact_named(name).label.zh}”是部门记的，不能直接改。请在数的后面提异议。",
                    f"An office noted '{access.fact_named(name).label.to('en')}'. Object to it instead of changing it.",
                    facts={"fact": name},
                )
            _write(firm, access.fact_named(name), value, source, as_of, paper, by)
            changed.append(name)
    return changed


def _write(
    firm: Organisation, fact: Fact, value: int, source: str, as_of: date, paper: str, by: str
) -> None:
    Declared.objects.filter(organisation=firm, fact=fact.key, is_current=True).update(
        is_current=False
    )
    made = Declared.objects.create(
        organisation=firm,
        fact=fact.key,
        value=sealing.sealed(str(value)),
        paper=sealing.sealed(paper),
        source=source,
        as_of=as_of,
        by=by,
    )
    _record(made, "declared", by, {"fact": fact.key, "source": source})


def _number(fact: Fact, text: str, *, field: str) -> int:
    if fact.type == "boolean":
        return sealing.yes_no(text, field=field)
    return sealing.number(text, is_money=fact.type == "money", signed=fact.signed, field=field)


def _settling(by: Account, row: Declared) -> str:
    for loaded in access.scores():
        if "confirm" in access.duties(by, loaded):
            who = access.confirmer(by, loaded)
            break
    else:
        who = access.confirmer(by, access.scores()[0])
    if row.by.endswith(f"/account:{by.pk}"):
        raise Conflict(
            "scores.two_persons",
            "这个数是您记的，异议要由另一个人答复。",
            "You noted this number; another person answers the objection.",
        )
    return who


def _confirmers() -> list[Account]:
    posts = {loaded.spec.confirmer for loaded in access.scores()}
    return list({one.pk: one for post in posts for one in people.accounts_of(post)}.values())


def _tell_firm(firm: Organisation, said: Text, what: str) -> None:
    notices.notify_speakers(
        firm.pk,
        kind="score",
        title=said,
        body=Text(firm.name, firm.name),
        link="/firm/room",
        key=f"score:{what}:{firm.pk}",
    )


def _locked(declared_id: int) -> Declared:
    found = Declared.objects.select_for_update().filter(pk=declared_id).first()
    if found is None:
        raise access.no_number()
    return found


def _record(row: Declared, kind: str, by: str, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(f"score.{kind}", timezone.now(), by, {"declared": row.pk, **facts})
    audit.record(STREAM, str(row.organisation_id), news)

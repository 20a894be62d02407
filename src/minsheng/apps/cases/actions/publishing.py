"""A later form of a service is proposed by one person and published by another, with its day.

Both acts stand in the ledger, on the chain of the service, with the content hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng import content
from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import access, catalogue
from minsheng.apps.cases.models import Publication
from minsheng.apps.people.models import Account
from minsheng.content.problems import Place
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import Json
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

CHAIN = "pack"


def propose_form(slug: str, begins: str, *, by: Account) -> Publication:
    """Propose the dated form in the pack folder for publication, once everything about it is proved.

    Raises WrongInput with the first finding of the check, where it doesn't hold, begins today or
    earlier, or is the one in force; Conflict when another form for that day is proposed already.
    """
    form = draft_form(slug, begins)
    loaded = _proved(form)
    if not access.may_propose(loaded.spec, by):
        raise _not_yours()
    _require_day_to_come(loaded.spec)
    before = content.form_on(catalogue.forms_of(slug), loaded.spec.effective_from)
    if before is not None and before.hash == loaded.hash:
        raise WrongInput(
            "form_is_the_same",
            "这一版和现在的一样，不用发布。",
            "This form is the one in force already; there is nothing to publish.",
        )
    try:
        with transaction.atomic():
            _require_succession(slug, loaded.spec, Publication.objects.filter(slug=slug))
            row = Publication.objects.create(
                slug=slug,
                pack=catalogue.pin(loaded),
                effective_from=loaded.spec.effective_from,
                effective_to=loaded.spec.effective_to,
                status="proposed",
                proposed_by=by,
                proposed_at=timezone.now(),
            )
            _record(row, "version.proposed", by)
    except IntegrityError as error:
        raise Conflict(
            "form_proposed_already",
            "这一天已经有一版了。先把那一版撤回，再提这一版。",
            "There is a form for that day already. Withdraw it first, then propose this one.",
            facts={"slug": slug, "from": begins},
        ) from error
    return row


def publish_form(publication_id: int, *, by: Account, seen: str) -> Publication:
    """Publish a proposed form: a second person, who leads, and who has seen exactly this content.

    Raises NotAllowed for the person who proposed it and for who leads nothing; Conflict when it is
    not proposed any more, when `seen` is another content, or when its day has come meanwhile.
    """
    with transaction.atomic():
        row = _locked(publication_id)
        if not access.may_publish(by):
            raise _not_yours()
        if row.proposed_by_id == by.pk:
            raise NotAllowed(
                "two_pairs_of_eyes",
                "这一版是您提的，要另一个人来发布。",
                "You proposed this form, so somebody else must publish it.",
            )
        if row.status != "proposed" or row.pack_id != seen:
            raise _changed_meanwhile()
        spec = catalogue.pinned_spec(row.pack_id)
        _require_day_to_come(spec)
        others = Publication.objects.filter(slug=row.slug).exclude(pk=row.pk)
        _require_succession(row.slug, spec, others.filter(status="published"))
        row.status, row.published_by, row.published_at = "published", by, timezone.now()
        row.save(update_fields=["status", "published_by", "published_at"])
        _record(row, "version.published", by)
    return row


def withdraw_form(publication_id: int, *, by: Account) -> Publication:
    """Take back a form before its day: who proposed it, or who leads.

    Raises Conflict once it is in force: then the next form mends it.
    """
    with transaction.atomic():
        row = _locked(publication_id)
        if row.proposed_by_id != by.pk and not access.may_publish(by):
            raise _not_yours()
        if row.status == "withdrawn":
            return row
        if row.status == "published" and row.effective_from <= timezone.localdate():
            raise Conflict(
                "form_in_force",
                "这一版已经生效，撤不回。要改，请提下一版。",
                "This form is in force and can't be taken back. To change it, propose the next one.",
                facts={"from": row.effective_from},
            )
        row.status = "withdrawn"
        row.save(update_fields=["status"])
        _record(row, "version.withdrawn", by)
    return row


def draft_form(slug: str, begins: str) -> content.Form:
    """Return the dated form in the pack folder, read anew; raises NotFound."""
    forms = (
        content.read_forms(catalogue.roots(), slug) if slug in catalogue.packs().services else ()
    )
    for form in forms:
        if form.begins == begins:
            return form
    raise NotFound(
        "no_such_form",
        "没有这一版。请核对生效日期，再看服务包的文件夹里有没有。",
        "There is no such form. Check its first day and the folder of the service.",
    )


def _proved(form: content.Form) -> content.LoadedService:
    """Return the form once nothing stops its publication; the gate of every proposal."""
    errors = [p for p in content.check_form(form, catalogue.roots()) if p.severity == "error"]
    if form.loaded is None or errors:
        first = errors[0]
        raise WrongInput(
            "form_not_proved",
            f"这一版还不能发布，有 {len(errors)} 处要改。第一处：{first.to('zh')}",
            f"This form can't be published yet: {len(errors)} to mend. First: {first.to('en')}",
            facts={"problems": [str(problem) for problem in errors]},
        )
    return form.loaded


def _require_day_to_come(spec: ServiceSpec) -> None:
    if spec.effective_from <= timezone.localdate():
        raise WrongInput(
            "form_begins_too_early",
            f"生效日 {spec.effective_from} 已经到了。新版最早明天生效，请改日期再提。",
            f"Its first day, {spec.effective_from}, has come. A form begins tomorrow at the "
            "earliest; change the day and propose it again.",
        )


def _require_succession(slug: str, spec: ServiceSpec, others: Iterable[Publication]) -> None:
    """Raise WrongInput where the form overlaps another that holds, or leaves days to none."""
    own = content.span_of(spec, Place(f"{slug}/{spec.effective_from}"))
    spans = [own]
    installed = catalogue.packs().services.get(slug)
    if installed is not None:
        spans.append(content.span_of(installed.spec, Place(slug)))
    spans += [
        content.Span(row.effective_from, row.effective_to, Place(f"{slug}/{row.effective_from}"))
        for row in others
        if row.status != "withdrawn" and row.effective_from != spec.effective_from
    ]
    for problem in content.wrong_succession(spans):
        raise WrongInput("forms_do_not_follow", problem.to("zh"), problem.to("en"))


def _locked(publication_id: int) -> Publication:
    row = Publication.objects.select_for_update(of=("self",)).filter(pk=publication_id).first()
    if row is None:
        raise NotFound(
            "no_such_publication",
            "没有这一版。回版本页看看有哪些。",
            "There is no such form. See the page of versions.",
        )
    return row


def _record(row: Publication, kind: str, by: Account) -> None:
    data: Mapping[str, Json] = {
        "hash": row.pack_id,
        "from": row.effective_from.isoformat(),
        "to": row.effective_to.isoformat() if row.effective_to else None,
        "proposed_by": f"account:{row.proposed_by_id}",
        "published_by": f"account:{row.published_by_id}" if row.published_by_id else "",
    }
    news = audit.News(kind=kind, at=timezone.now(), by=f"account:{by.pk}", data=data)
    audit.record(CHAIN, row.slug, news)


def _not_yours() -> NotAllowed:
    return NotAllowed(
        "not_your_service",
        "这个服务不归您的岗位。提新版要牵头或办理的部门，发布要分管负责人。",
        "This service isn't your post's. An office it concerns proposes a form; a leader publishes.",
    )


def _changed_meanwhile() -> Conflict:
    return Conflict(
        "form_changed",
        "这一版刚刚有人动过。请打开再看一遍，再决定。",
        "Somebody has just acted on this form. Open it, look again, then decide.",
    )

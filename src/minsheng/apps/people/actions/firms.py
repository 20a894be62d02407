"""Who speaks for an organisation: named and ended by a clerk who sees the papers."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import access, reads
from minsheng.apps.people.actions.persons import create_organisation
from minsheng.apps.people.models import Account, Organisation, Representative
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.lib.identifiers import CreditCode


def name_representative(
    account: Account, organisation: Organisation, *, by: Account, since: date | None = None
) -> Representative:
    """Return who speaks for an organisation from a day on (today), named once.

    Raises NotAllowed unless `by` is a clerk who confirms identities and names somebody else;
    WrongInput for a sign-in whose own identity isn't confirmed yet.
    """
    access.require_clerk(by)
    if account.is_staff_member or not account.is_proved:
        raise WrongInput(
            "people.representative_unproved",
            "这个账号还没有核实身份，或者是工作人员账号。先核实本人，再登记他代表单位。",
            "This sign-in isn't confirmed yet, or belongs to staff. Confirm the person first.",
            field="username",
        )
    day = since or timezone.localdate()
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        found = reads.representing(account, organisation, on=day)
        if found is not None:
            return found
        made = Representative.objects.create(account=account, organisation=organisation, since=day)
        _record(made, "representative_named", by)
    return made


def register_representative(
    username: str, credit_code: str, name: str, *, by: Account
) -> Representative:
    """Return who speaks from today for the organisation with this credit code, which is kept if new.

    Raises WrongInput with the field that is wrong; a known organisation keeps its name.
    """
    access.require_clerk(by)
    account = reads.account_by_username(username.strip())
    if account is None:
        raise WrongInput(
            "no_such_account",
            "没有这个登录名，请来人再报一遍。",
            "There is no such sign-in name. Ask the person to say it again.",
            field="username",
        )
    try:
        code = CreditCode.parse(credit_code, demo=settings.DEMO)
    except WrongInput as wrong:
        raise WrongInput(wrong.code, wrong.zh, wrong.en, field="credit_code") from wrong
    with transaction.atomic():
        firm = reads.organisation_by_code(code.code)
        if firm is None:
            if not name.strip():
                raise WrongInput(
                    "people.firm_name",
                    "这家单位第一次登记，请照营业执照写上名称。",
                    "This organisation is new here. Write its name as on the licence.",
                    field="name",
                )
            firm = create_organisation(code, name)
        return name_representative(account, firm, by=by)


def end_representative(representative_id: int, *, by: Account) -> Representative:
    """Let somebody no longer speak for an organisation, from today on."""
    access.require_clerk(by)
    with transaction.atomic():
        found = Representative.objects.select_for_update().filter(pk=representative_id).first()
        if found is None:
            raise NotFound(
                "people.no_representative",
                "没有这一条登记，刷新页面再看。",
                "There is no such entry. Reload the page.",
            )
        if found.until is None:
            found.until = max(timezone.localdate(), found.since)
            found.save(update_fields=["until"])
            _record(found, "representative_ended", by)
    return found


def _record(row: Representative, kind: str, by: Account) -> None:
    news = audit.News(
        kind, timezone.now(), f"account:{by.pk}", {"account": row.account_id, "entry": row.pk}
    )
    audit.record("organisation", str(row.organisation_id), news)

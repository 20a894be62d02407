"""What can be known of persons, accounts and posts; used by portal, API and CLI alike."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import keys
from minsheng.apps.people.models import (
    Account,
    Assignment,
    Consent,
    Department,
    Household,
    HouseholdMember,
    Organisation,
    Person,
    Post,
    Representative,
    Token,
)
from minsheng.apps.people.purposes import PARTS, PURPOSES
from minsheng.lib.errors import NotFound
from minsheng.lib.identifiers import CitizenNumber
from minsheng.lib.periods import age_in_years
from minsheng.lib.texts import Text

LOOK_STREAM = "look"
PROTECTED_LOOK_STREAM = "look.protected"
BLINDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened a record. An officer is named by office and post, never by name."""

    at: datetime
    who: Text
    purpose: Text
    part: Text
    case: str


# ── persons ─────────────────────────────────────────────────────────────────────────────────────
def person(person_id: uuid.UUID | str) -> Person:
    """Return the person with this id; NotFound for an unknown or malformed one."""
    try:
        return Person.objects.get(pk=uuid.UUID(str(person_id)))
    except (Person.DoesNotExist, ValueError) as error:
        raise NotFound(
            "people.unknown", "没有这个人，请核对编号。", "There is no such person. Check the id."
        ) from error


def person_by_number(number: CitizenNumber | str) -> Person | None:
    """Return who owns this citizen number, found by its keyed blind index, or None.

    All keys and suites that are still valid are tried, so that a rotation loses nobody.
    """
    text = number if isinstance(number, str) else number.number
    return Person.objects.filter(number_blind__in=keys.blinds_of_number(text)).first()


def persons_by_numbers(numbers: Iterable[str]) -> dict[str, Person]:
    """Return who owns each of these citizen numbers; a number that nobody has is left out."""
    blinds = {blind: number for number in numbers for blind in keys.blinds_of_number(number)}
    asked = list(blinds)
    found: dict[str, Person] = {}
    for start in range(0, len(asked), BLINDS_AT_ONCE):
        for one in Person.objects.filter(number_blind__in=asked[start : start + BLINDS_AT_ONCE]):
            found[blinds[str(one.number_blind)]] = one
    return found


def open_value(person: Person, token: str, *, purpose_field: str) -> str:
    """Return the text that was sealed for this person and this field.

    Raises NotFound (code people.erased) when the person was erased: the key no longer exists.
    Raises CannotOpen when the token belongs to another person or field, or was altered.
    """
    return keys.open_for(person, token, field=purpose_field)


def name_of(person: Person) -> str:
    """Return the full name. Who shows it must have asked `access` and recorded the look."""
    return keys.open_for(person, person.name_sealed, field=keys.NAME) if person.name_sealed else ""


def number_of(person: Person) -> str:
    """Return the full citizen number, or "" for a child who has none yet."""
    return keys.open_number(person)


def birth_of(person: Person) -> date | None:
    """Return the day of birth, or None where it isn't known."""
    if not person.birth_sealed:
        return None
    return date.fromisoformat(keys.open_for(person, person.birth_sealed, field=keys.BIRTH))


def age_of(person: Person, *, on: date) -> int | None:
    """Return the age attained on a day, or None where the day of birth isn't known."""
    born = birth_of(person)
    return None if born is None or born > on else age_in_years(born, on)


# ── households ──────────────────────────────────────────────────────────────────────────────────
def _now(day: date) -> Q:
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def household_members(person: Person, *, on: date | None = None) -> list[HouseholdMember]:
    """Return all members of this person's household on a day, this person included."""
    day = on or timezone.localdate()
    own = HouseholdMember.objects.filter(_now(day), person=person).values("household_id")
    members = HouseholdMember.objects.filter(_now(day), household_id__in=own)
    return list(members.select_related("person").order_by("id"))


def household_ids(person: Person) -> list[uuid.UUID]:
    """Return the households that a person belongs to today."""
    own = HouseholdMember.objects.filter(_now(timezone.localdate()), person=person)
    return list(own.values_list("household_id", flat=True))


def has_other_members(household: uuid.UUID, *, but: Person) -> bool:
    """Whether somebody else, who isn't erased, belongs to a household today."""
    members = HouseholdMember.objects.filter(_now(timezone.localdate()), household=household)
    return members.exclude(person=but).filter(person__erased_at=None).exists()


def is_child_of_guardian(child: Person, *, guardian_id: uuid.UUID, on: date) -> bool:
    """Whether the child lives in a household in which this person is guardian on the day."""
    own = HouseholdMember.objects.filter(
        _now(on), person_id=guardian_id, is_guardian=True, household__isnull=False
    ).values("household_id")
    return HouseholdMember.objects.filter(
        _now(on), person=child, role="child", household_id__in=own
    ).exists()


def children_of(guardian: Person, *, on: date | None = None) -> list[Person]:
    """Return the children of the household in which this person is guardian."""
    day = on or timezone.localdate()
    own = HouseholdMember.objects.filter(_now(day), person=guardian, is_guardian=True)
    members = HouseholdMember.objects.filter(
        _now(day), role="child", household_id__in=own.values("household_id")
    )
    return [member.person for member in members.select_related("person").order_by("id")]


# ── organisations ───────────────────────────────────────────────────────────────────────────────
def organisation_by_code(code: str) -> Organisation | None:
    """Return the organisation with this credit code, or None."""
    return Organisation.objects.filter(credit_code=code).first()


def organisations_of(account: Account, on: date | None = None) -> list[Organisation]:
    """Return the organisations for which this account speaks on a day (today), by name."""
    if not account.is_active or not account.is_proved:
        return []
    held = Representative.objects.filter(_now(on or timezone.localdate()), account=account)
    found = Organisation.objects.filter(pk__in=held.values("organisation_id"))
    return list(found.order_by("name", "pk"))


def representing(
    account: Account, organisation: Organisation, *, on: date | None = None
) -> Representative | None:
    """Return by which entry an account speaks for an organisation on a day (today), or None."""
    day = on or timezone.localdate()
    found = Representative.objects.filter(_now(day), account=account, organisation=organisation)
    return found.first()


def representatives(on: date | None = None) -> list[Representative]:
    """Return who speaks for which organisation on a day (today), by organisation."""
    rows = Representative.objects.filter(_now(on or timezone.localdate()))
    return list(rows.select_related("account", "organisation").order_by("organisation__name", "pk"))


# ── offices and posts ───────────────────────────────────────────────────────────────────────────
def departments() -> list[Department]:
    """Return all offices, by key."""
    return list(Department.objects.order_by("key"))


def department(key: str) -> Department:
    """Return the office with this key; NotFound for an unknown one."""
    found = Department.objects.filter(key=key).first()
    if found is None:
        raise NotFound(
            "people.no_office",
            "没有这个部门，请在列出的里面选。",
            "There is no such office. Choose one of those listed.",
        )
    return found


def post(key: str) -> Post:
    """Return the post with this key; NotFound for an unknown one."""
    try:
        return Post.objects.select_related("department").get(key=key)
    except Post.DoesNotExist as error:
        raise NotFound(
            "people.no_post", "没有这个岗位，请核对名称。", "There is no such post. Check its name."
        ) from error


def posts_of(account: Account, on: date | None = None) -> list[Post]:
    """Return the posts that this account fills on a day (today), by dated assignments.

    Those whose work has passed to one of them by then are among them.
    """
    day = on or timezone.localdate()
    if not account.is_active:
        return []
    held = holdings(account, day).values("post_id")
    once = Q(succeeded_by__in=held, succeeded_on__lte=day)
    twice = Q(
        succeeded_on__lte=day,
        succeeded_by__succeeded_by__in=held,
        succeeded_by__succeeded_on__lte=day,
    )
    found = Post.objects.filter(Q(pk__in=held) | once | twice)
    return list(found.select_related("department").order_by("key"))


def duty_of(account: Account, on: date | None = None) -> str:
    """Return which administrator this account is on a day (today): system, security, audit or ""."""
    day = on or timezone.localdate()
    if not account.is_active or not account.is_staff_member:
        return ""
    held = Assignment.objects.filter(_now(day), account=account).exclude(duty="")
    return held.values_list("duty", flat=True).first() or ""


def holdings(account: Account, on: date) -> QuerySet[Assignment]:
    """Return the assignments of an account that hold on a day."""
    return Assignment.objects.filter(_now(on), account=account)


def filling(post_key: str | OuterRef, on: date) -> Q:
    """Return the condition on assignments to fill a post on a day: it, or one that succeeded it."""
    heir, again = "post__predecessors__", "post__predecessors__predecessors__"
    passed, passed_twice = {f"{heir}succeeded_on__lte": on}, {f"{again}succeeded_on__lte": on}
    return (
        Q(post__key=post_key)
        | Q(**{f"{heir}key": post_key}, **passed)
        | Q(**{f"{again}key": post_key}, **passed, **passed_twice)
    )


def posts_of_offices(offices: Collection[int] | None = None) -> list[Post]:
    """Return the posts of some offices, or of all, by key."""
    found = Post.objects.select_related("department").order_by("key")
    return list(found if offices is None else found.filter(department_id__in=offices))


def filled_posts(on: date) -> frozenset[str]:
    """Return the keys of the posts that an active account fills on a day, in its own or an heir's."""
    held = Assignment.objects.filter(_now(on), account__is_active=True)
    heir, again = "post__predecessors__key", "post__predecessors__predecessors__key"
    rows = held.values_list("post__key", heir, again)
    return frozenset(key for row in rows for key in row if key)


def displays(account_ids: Collection[int]) -> dict[int, str]:
    """Return how some accounts wish to be called, by id."""
    found = Account.objects.filter(pk__in=account_ids)
    return {
        pk: display or name for pk, display, name in found.values_list("pk", "display", "username")
    }


def accounts_of(post: Post | str, on: date | None = None) -> list[Account]:
    """Return the active accounts that fill a post on a day (today), or one that succeeded it."""
    day = on or timezone.localdate()
    key = post if isinstance(post, str) else post.key
    held = Assignment.objects.filter(_now(day), filling(key, day)).values("account_id")
    return list(Account.objects.filter(pk__in=held, is_active=True).order_by("username"))


def accounts_in_charge(on: date | None = None) -> list[Account]:
    """Return who can see to it that posts are filled: leaders and system administrators."""
    day = on or timezone.localdate()
    held = Assignment.objects.filter(Q(post__may_lead=True) | Q(duty="system"), _now(day))
    found = Account.objects.filter(pk__in=held.values("account_id"), is_active=True)
    return list(found.order_by("username"))


def assignments_of(account: Account) -> list[Assignment]:
    """Return all assignments of an account, past ones too, newest first."""
    found = Assignment.objects.filter(account=account).select_related("post__department")
    return list(found.order_by("-since", "-id"))


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post as administrators see it: its rights, and how many fill it today."""

    post: Post
    filled: int


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """One office with its posts."""

    office: Department
    posts: tuple[PostLine, ...]


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One sign-in of staff with its assignments, newest first."""

    account: Account
    assignments: tuple[Assignment, ...]
    has_password: bool


def offices(on: date | None = None) -> list[OfficeLine]:
    """Return all offices with their posts and how many accounts fill each on a day (today)."""
    day = on or timezone.localdate()
    filled = Counter(
        Assignment.objects.filter(_now(day), account__is_active=True).values_list("post", flat=True)
    )
    return [
        OfficeLine(
            office,
            tuple(
                PostLine(post, filled[post.pk])
                for post in sorted(office.posts.all(), key=lambda one: one.key)
            ),
        )
        for office in Department.objects.order_by("key").prefetch_related("posts")
    ]


def staff_accounts(text: str = "", limit: int = 500) -> list[StaffLine]:
    """Return the sign-ins of staff whose name or sign-in name holds `text`, open ones first."""
    rows = Account.objects.filter(kind=Account.STAFF).order_by("-is_active", "username")
    if text:
        rows = rows.filter(Q(username__icontains=text) | Q(display__icontains=text))
    held = Prefetch(
        "assignments",
        queryset=Assignment.objects.select_related("post__department").order_by("-since", "-id"),
    )
    return [
        StaffLine(row, tuple(row.assignments.all()), row.has_usable_password())
        for row in rows.prefetch_related(held)[:limit]
    ]


def assignment(assignment_id: int) -> Assignment:
    """Return an assignment; NotFound for an unknown one."""
    found = Assignment.objects.select_related("account", "post").filter(pk=assignment_id).first()
    if found is None:
        raise NotFound(
            "people.no_assignment",
            "没有这一条任职，刷新页面再看。",
            "There is no such assignment. Reload the page.",
        )
    return found


def posts() -> list[Post]:
    """Return all posts, by key."""
    return list(Post.objects.select_related("department").order_by("key"))


# ── accounts ────────────────────────────────────────────────────────────────────────────────────
def account(account_id: int | str) -> Account:
    """Return the account with this id; NotFound for an unknown one."""
    try:
        return Account.objects.get(pk=int(account_id))
    except (Account.DoesNotExist, ValueError, OverflowError) as error:
        raise NotFound(
            "people.no_account",
            "没有这个账号，请核对登录名。",
            "There is no such account. Check the sign-in name.",
        ) from error


def account_by_username(username: str) -> Account | None:
    """Return the account with this name, whatever its case, or None."""
    name = Account.normalize_username(username).strip().lower()
    if "\x00" in name:  # PostgreSQL can't even be asked
        return None
    return Account.objects.filter(username=name).first()


def account_of_person(person: Person) -> Account | None:
    """Return the resident's account whose number was proved to be this person's, or None."""
    return Account.objects.filter(
        person=person, kind=Account.RESIDENT, assurance=Account.PROVED, is_active=True
    ).first()


def account_of_token(secret: str, *, now: datetime | None = None) -> Account | None:
    """Return the active account behind an API token that is neither expired nor revoked."""
    at = now or timezone.now()
    found = (
        Token.objects.filter(
            digest__in=keys.token_digests(secret), revoked_at__isnull=True, expires_at__gt=at
        )
        .select_related("account")
        .first()
    )
    return found.account if found and found.account.is_active else None


def tokens_of(account: Account) -> QuerySet[Token]:
    """Return the tokens of an account, newest first; the secrets are not among them."""
    return Token.objects.filter(account=account).order_by("-created_at", "-id")


def has_demo_people(*, using: str = "default") -> bool:
    """Whether any person, account, household or organisation of the demonstration is stored."""
    return any(
        model.objects.using(using).filter(demo=True).exists()
        for model in (Account, Person, Household, Organisation)
    )


# ── consents and looks ──────────────────────────────────────────────────────────────────────────
def consents_of(person: Person) -> list[Consent]:
    """Return what this person agreed to, withdrawn ones too, newest first."""
    return list(Consent.objects.filter(person=person).order_by("-given_at", "-id"))


def has_consent(person: Person, purpose: str, *, scope: str = "") -> bool:
    """Whether the person agreed to this and hasn't taken it back."""
    return Consent.objects.filter(
        person=person, purpose=purpose, scope=scope, withdrawn_at__isnull=True
    ).exists()


def mails_are_welcome(account: Account) -> bool:
    """Whether this account has an address and hasn't taken back the consent to be reminded there."""
    if not account.email or not account.is_active:
        return False
    if account.person_id is None:
        return True
    said = (
        Consent.objects.filter(person_id=account.person_id, purpose="mail").order_by("-pk").first()
    )
    return said is None or said.withdrawn_at is None


def looks_at(person: Person) -> list[Look]:
    """Return who opened this person's record, when and why, newest first.

    Looks in a protected case are kept in another stream and are not among them.
    """
    entries = [e for e in audit_reads.history(LOOK_STREAM, str(person.pk)) if e.kind == "looked"]
    facts = [
        (entry.at, {name: str(value) for name, value in entry.data.items()}) for entry in entries
    ]
    keys_of_posts = {fact.get("post", "") for _, fact in facts}
    posts = {
        post.key: post
        for post in Post.objects.filter(key__in=keys_of_posts).select_related("department")
    }
    return [
        Look(
            at=at,
            who=_who(posts.get(fact.get("post", ""))),
            purpose=_said(PURPOSES, fact.get("purpose", "")),
            part=_said(PARTS, fact.get("part", "")),
            case=fact.get("case", ""),
        )
        for at, fact in reversed(facts)
    ]


def _who(post: Post | None) -> Text:
    if post is None:
        return Text("家里的监护人", "A guardian at home")
    office = post.department
    return Text(
        f"{office.title_zh} {post.title_zh}",
        f"{office.title.to('en')}, {post.title.to('en')}",
    )


def _said(declared: Mapping[str, Text], code: str) -> Text:
    return declared.get(code, Text(code, code))

"""Tables of persons, households, offices, posts, sign-ins and consents.

A citizen number is never stored in the clear. What opens it is in `minsheng.apps.people.keys`.
Roles are not columns of an account: they follow from posts, through dated assignments.
"""

from __future__ import annotations

import uuid
from datetime import date
from functools import lru_cache
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import make_password
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.lib.texts import Text


class Person(models.Model):
    """A natural person, known by an opaque id that says nothing about them.

    Personal data: citizen number (sealed under the master key, with a keyed blind index to find
    it), name and day of birth (sealed under the person's own key), masked number and masked name
    (in the clear, for lists). The day of birth is sealed too, because together with the masked
    number it would give the number away. Erasing empties all of it, deletes the person's key and
    keeps the id.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number_sealed = models.TextField(blank=True)
    number_blind = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001
    number_masked = models.CharField(max_length=18, blank=True)
    name_sealed = models.TextField(blank=True)
    name_masked = models.CharField(max_length=50, blank=True)
    birth_sealed = models.TextField(blank=True)
    sex = models.CharField(
        max_length=1, choices=[("m", "男"), ("f", "女"), ("", "不详")], blank=True
    )
    key_wrapped = models.TextField(blank=True)
    key_id = models.CharField(max_length=40, db_index=True)
    demo = models.BooleanField(default=False, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="person_erased_is_empty",
                condition=Q(erased_at__isnull=True)
                | Q(
                    number_sealed="",
                    number_blind__isnull=True,
                    number_masked="",
                    name_sealed="",
                    name_masked="",
                    birth_sealed="",
                    sex="",
                    key_wrapped="",
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name_masked or str(self.id)

    @property
    def is_erased(self) -> bool:
        """Whether nothing but the id is left of this person."""
        return self.erased_at is not None


class Household(models.Model):
    """People who live together under one register page.

    Personal data: the composition, through its members; no address here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    register_key = models.CharField(max_length=60, blank=True, db_index=True)
    region = models.CharField(max_length=12, blank=True)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class HouseholdMember(models.Model):
    """Who belongs to a household, in which role, from and until which day.

    `until` is the first day on which it no longer holds. `is_guardian` means guardian of the
    children of this household. Personal data: who lives with whom.
    """

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(
        max_length=10,
        choices=[
            ("head", "户主"),
            ("spouse", "配偶"),
            ("child", "子女"),
            ("parent", "父母"),
            ("other", "其他"),
        ],
    )
    is_guardian = models.BooleanField(default=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until__isnull=True), name="member_one_household_now"
            ),
            models.CheckConstraint(
                name="member_until_after_since",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.household_id} {self.role}"


class Organisation(models.Model):
    """A legal person, known by its unified credit code.

    Personal data: none; the name of a self-employed household may contain a person's name.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    credit_code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """An office of the district. Personal data: none."""

    key = models.CharField(max_length=40, unique=True)
    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.title_zh

    @property
    def title(self) -> Text:
        """The name of the office in both languages."""
        return Text(self.title_zh, self.title_en)


class Post(models.Model):
    """A duty in an office. Work belongs to a post; people come and go by assignment.

    `may_look` is off for administrators who never need a personal record; `may_vouch` is on for
    counters that see identity cards, `may_lead` for leaders, who see the figures of all offices. `duty` is empty, or which of the three separated
    administrators fills it. `opens_protected` names the posts that open protected cases. From
    `succeeded_on` the work of this post is that of `succeeded_by`: offices merge, items stay put.
    Personal data: none.
    """

    DUTIES = (("system", "系统管理员"), ("security", "安全管理员"), ("audit", "审计管理员"))

    key = models.CharField(max_length=60, unique=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="posts")
    title_zh = models.CharField(max_length=100)
    title_en = models.CharField(max_length=200, blank=True)
    may_look = models.BooleanField(default=True)
    may_vouch = models.BooleanField(default=False)
    may_lead = models.BooleanField(default=False)
    duty = models.CharField(max_length=10, blank=True, choices=DUTIES)
    opens_protected = models.BooleanField(default=False)
    succeeded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors"
    )
    succeeded_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="post_succession_has_a_day",
                condition=Q(succeeded_by=None, succeeded_on=None)
                | (Q(succeeded_by__isnull=False, succeeded_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="post_does_not_succeed_itself",
                condition=Q(succeeded_by=None) | ~Q(succeeded_by=models.F("id")),
            ),
            models.CheckConstraint(
                name="post_duty_sees_nobody",
                condition=Q(duty="")
                | Q(may_look=False, may_vouch=False, may_lead=False, opens_protected=False),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def title(self) -> Text:
        """The name of the post in both languages."""
        return Text(self.title_zh, self.title_en)


@lru_cache(maxsize=1)
def _hash_of_demonstration(password: str) -> str:
    """Return the hash that all accounts of a demonstration share: their password is published.

    A hash of its own for each of its two dozen accounts takes longer than all the rest of loading.
    """
    return make_password(password)


class AccountManager(BaseUserManager["Account"]):
    """Makes and finds accounts."""

    def create_account(
        self,
        username: str,
        password: str | None,
        *,
        kind: str = "resident",
        display: str = "",
        email: str = "",
        language: str = "zh",
        demo: bool = False,
    ) -> Account:
        """Return a new, stored account; `password` None means that nobody can sign in with one."""
        account = self.model(
            username=self.model.normalize_username(username).strip().lower(),
            kind=kind,
            display=display,
            email=self.normalize_email(email),
            language=language,
            demo=demo,
        )
        if demo and password is not None:
            account.password = _hash_of_demonstration(password)
        else:
            account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account with this name, whatever its case."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A sign-in. It sees no personal record until a citizen number is proved.

    Personal data: the chosen name, how the person wishes to be called, a mail address, the tie to
    a person, the time of the last sign-in. Erasing the person empties them and closes the account.
    """

    RESIDENT = "resident"
    STAFF = "staff"
    LOCAL = "local"
    PROVED = "proved"

    username = models.CharField(max_length=60, unique=True)
    display = models.CharField(max_length=60, blank=True)
    kind = models.CharField(
        max_length=10, choices=[(RESIDENT, "居民"), (STAFF, "工作人员")], default=RESIDENT
    )
    is_active = models.BooleanField(default=True)
    assurance = models.CharField(
        max_length=10, choices=[(LOCAL, "本地账号"), (PROVED, "已核实身份")], default=LOCAL
    )
    proved_at = models.DateTimeField(null=True, blank=True)
    proved_by = models.CharField(max_length=20, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="accounts"
    )
    email = models.EmailField(blank=True)
    language = models.CharField(
        max_length=5, choices=[("zh", "中文"), ("en", "English")], default="zh"
    )
    demo = models.BooleanField(default=False, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], name="account_one_per_person_and_kind"
            ),
            models.CheckConstraint(
                name="account_proved_has_person",
                condition=Q(assurance="local") | Q(person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff_member(self) -> bool:
        """Whether this account belongs to somebody who works for an office."""
        return self.kind == self.STAFF

    @property
    def is_proved(self) -> bool:
        """Whether the citizen number behind this account was proved."""
        return self.assurance == self.PROVED


class Assignment(models.Model):
    """Who fills a post, from and until which day (`until`: the first day no longer).

    `duty` is the post's: rights of administrators follow from this column alone, and the table
    holds one such row for each account, for ever. Personal data: where an officer works.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    duty = models.CharField(max_length=10, blank=True, choices=Post.DUTIES)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=~Q(duty=""), name="assignment_one_duty_of_an_account"
            ),
            models.UniqueConstraint(
                fields=["account", "post"],
                condition=Q(until__isnull=True),
                name="assignment_one_open",
            ),
            models.CheckConstraint(
                name="assignment_until_after_since",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.post_id}"

    def holds_on(self, day: date) -> bool:
        """Whether the account fills the post on `day`."""
        return self.since <= day and (self.until is None or day < self.until)


class Representative(models.Model):
    """Which sign-in speaks for an organisation, from and until which day (`until`: no longer).

    Personal data: who works for which firm.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="represents")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="representatives"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "organisation"],
                condition=Q(until__isnull=True),
                name="representative_one_open",
            ),
            models.CheckConstraint(
                name="representative_until_after_since",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.organisation_id}"


class Token(models.Model):
    """A secret for programs that act for an account; only its digest is kept.

    Personal data: the label a person gave it.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=140, unique=True)
    label = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.label or str(self.pk)


class ProofTry(models.Model):
    """One try to prove a citizen number, so that nobody can guess for ever.

    Personal data: when an account tried; not what was typed.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="proof_tries")
    at = models.DateTimeField(default=timezone.now)
    result = models.CharField(max_length=20)

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="prooftry_account_at")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.result}"


class Consent(models.Model):
    """What a person agreed to, when, and when they took it back.

    Personal data: the purposes a person agreed to; no values. Kept after withdrawal as proof.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=60)
    scope = models.CharField(max_length=120, blank=True)
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "scope"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_one_open",
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.scope}"

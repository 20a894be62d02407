"""Who may do what with ratings: one predicate for each act, and the sentence when one may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minsheng.apps.cases import catalogue
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.ratings.models import Rating, Review
from minsheng.content.oversight import Ratings
from minsheng.lib.errors import NotAllowed, NotFound

BY_DESK = ("visit", "verify", "recheck")
"""The stages that are the desk's."""


def rules() -> Ratings:
    """Return the rules of the district."""
    return catalogue.packs().district.ratings


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody holds today, read once for a whole list."""

    posts: Mapping[str, str]

    @property
    def is_desk(self) -> bool:
        """Whether they call back, verify and check again."""
        return rules().desk in self.posts

    @property
    def is_judge(self) -> bool:
        """Whether they decide appeals, and lead."""
        return rules().judge in self.posts

    def post_for(self, office: str) -> str:
        """Return in which post they speak for a rated office, or ""."""
        head = catalogue.packs().district.head_of(office)
        if head in self.posts:
            return head
        return next((key for key, own in self.posts.items() if own == office), "")

    def offices(self) -> list[str]:
        """Return the offices they work for or answer for."""
        district = catalogue.packs().district
        answered = {key for key in district.departments if district.head_of(key) in self.posts}
        return sorted(set(self.posts.values()) | answered)


def standing(account: Account) -> Standing:
    """Return what this account holds today; one statement."""
    return Standing({post.key: post.department.key for post in people.posts_of(account)})


def is_rater(rating: Rating, account: Account) -> bool:
    """Whether this account's proved person gave the rating."""
    return account.is_active and account.is_proved and rating.person_id == account.person_id


def is_desk(account: Account) -> bool:
    """Whether this account calls back, verifies and checks again."""
    return standing(account).is_desk


def is_judge(account: Account) -> bool:
    """Whether this account decides appeals, and leads."""
    return standing(account).is_judge


def may_enter(account: Account) -> bool:
    """Whether this account writes down what raters said on paper or on the telephone."""
    return bool(set(rules().entry) & set(standing(account).posts))


def is_rated_by(account: Account, *, office: str) -> bool:
    """Whether a rating of this office is one of this account's own work: it may not enter it."""
    return office in offices_of(account)


def is_counter(account: Account) -> bool:
    """Whether this account works at a counter and gives codes to visitors."""
    return any(post.may_vouch for post in people.posts_of(account))


def offices_of(account: Account) -> list[str]:
    """Return the offices this account works for or answers for today."""
    return standing(account).offices()


def post_for(account: Account, office: str) -> str:
    """Return in which post this account speaks for a rated office, or ""."""
    return standing(account).post_for(office)


def may_see_review(review: Review, account: Account) -> bool:
    """Whether this account is the desk, the judge, or of the rated office once it was verified."""
    holds = standing(account)
    if holds.is_desk or holds.is_judge:
        return True
    reached = review.stage not in {"visit", "verify"} and bool(review.is_founded)
    return reached and bool(holds.post_for(review.office))


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn a step of a review is: the post where one is named, and the office."""

    post: str
    office: str


def whose_turn(review: Review) -> Turn:
    """Return whose turn it is: the desk's until a review is founded and once it was answered."""
    district = catalogue.packs().district
    if review.stage in BY_DESK or not review.is_founded:
        post = rules().desk
        own = district.posts.get(post)
        return Turn(post, own.department if own else review.office)
    return Turn(district.head_of(review.office), review.office)


def require_rater(rating: Rating, account: Account) -> None:
    """Raise NotFound unless this account gave the rating: a stranger learns nothing."""
    if not is_rater(rating, account):
        raise no_such_rating()


def no_such_rating() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such a rating."""
    return NotFound(
        "no_such_rating",
        "没有这条评价，或者它不是您的。到“我的”里找。",
        "There is no such rating, or it isn't yours. Look under “Mine”.",
    )


def no_such_review() -> NotFound:
    """Return the answer when there is no such review, or it isn't for this account."""
    return NotFound(
        "no_such_review",
        "没有这一件，或者不归您的岗位办。回差评整改的列表看看。",
        "There is no such review, or it isn't for your post. See the list of reviews.",
    )


def not_your_step() -> NotAllowed:
    """Return the answer to whoever may see a review and may not do this step."""
    return NotAllowed(
        "not_your_step",
        "这一步不归您的岗位办。页面上写着归谁。",
        "This step belongs to another post; the page says which.",
    )

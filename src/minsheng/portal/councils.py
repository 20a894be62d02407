"""What pages of neighbours' matters share: states as tags, moments as typed, mistakes, what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.councils.reads import MatterLine
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import Language

TAGS: Mapping[str, str] = {
    "called": "running",
    "met": "running",
    "voting": "yours",
    "decided": "running",
    "failed": "refused",
    "done": "done",
    "dropped": "cancelled",
}
PAYMENT_TAGS: Mapping[str, str] = {
    "proposed": "waiting",
    "approved": "running",
    "refused": "refused",
    "paid": "done",
    "released": "cancelled",
    "reversed": "cancelled",
}
VOTE_TAGS: Mapping[str, str] = {
    "": "waiting",
    "agreed": "done",
    "refused": "refused",
    "too_few": "refused",
    "divided": "refused",
}


def rows(lines: Sequence[MatterLine]) -> list[dict[str, object]]:
    """Return matters as rows of a list: what they are, with the tag of their state."""
    return [{"is": line, "state": TAGS[line.state]} for line in lines]


def day_typed(text: str, field: str) -> date:
    """Return a day as it was typed; WrongInput, naming the field."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongInput(
            "councils.day",
            "日期要写成 2026-04-22 的样子。您写的都还在。",
            "Write the day like 2026-04-22. What you wrote is still here.",
            field=field,
        ) from None


def moment_typed(day: str, clock: str, field: str) -> datetime:
    """Return a day with a time of day, as they were typed; WrongInput, naming the field."""
    on = day_typed(day, field)
    try:
        return datetime.fromisoformat(f"{on} {clock.strip()}").replace(
            tzinfo=timezone.get_current_timezone()
        )
    except ValueError:
        raise WrongInput(
            "councils.clock",
            "时间要写成 19:30 的样子。您写的都还在。",
            "Write the time like 19:30. What you wrote is still here.",
            field=f"{field}_time",
        ) from None


def yuan_typed(text: str, field: str) -> int:
    """Return fen for an amount typed in yuan; WrongInput, naming the field."""
    try:
        return parse_yuan(text)
    except WrongInput as error:
        error.field = field
        raise


def number_typed(text: str) -> int:
    """Return a small whole number, or −1 for anything else."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 7 else -1


def errors(error: MinshengError | None, lang: Language) -> list[Mistake]:
    """Return the list of mistakes above a form."""
    return [Mistake(error.field, error.to(lang))] if error else []

"""A sentence in both languages of the product. Chinese always stands; English may fall back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["zh", "en"]
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence, Chinese first. An empty `en` falls back to Chinese."""

    zh: str
    en: str = ""

    def to(self, language: str) -> str:
        """Return the sentence in `language`, or in Chinese where there is no English."""
        return self.en if language.startswith("en") and self.en else self.zh

    def __str__(self) -> str:
        return self.zh


def day_said(day: date) -> Text:
    """Return "4月22日" / "22 April", for a sentence about a day of this year or the next."""
    return Text(f"{day.month}月{day.day}日", f"{day.day} {MONTHS[day.month - 1]}")

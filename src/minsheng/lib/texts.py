"""A sentence in both languages of the product. Chinese always stands; English may fall back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]


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

"""Where a rule or figure comes from, and how far it may be shown as fact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minsheng.lib.texts import Text

Mark = Literal["H", "M", "L"]


@dataclass(frozen=True, slots=True)
class Cite:
    """Where a rule or figure comes from. `mark` says how far it may be shown as fact."""

    title: Text
    mark: Mark
    clause: str = ""

    @property
    def said(self) -> Text:
        """The source with its clause; a bare number is the number of an article."""
        if not self.clause:
            return self.title
        zh, en = self.clause, self.clause
        if self.clause.isdigit():
            zh, en = f"第 {self.clause} 条", f"art. {self.clause}"
        return Text(f"{self.title.zh} {zh}", f"{self.title.to('en')}, {en}")

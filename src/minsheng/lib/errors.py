"""The one exception tree. Each error tells a person what happened and what to do next.

MinshengError
├─ WrongInput     what was typed can't be used         (HTTP 422)
├─ NotAllowed     this person may not do this          (HTTP 403)
├─ NotFound       there is no such thing, or not yours (HTTP 404)
├─ Conflict       somebody was faster, or too late     (HTTP 409)
└─ Unavailable    an outside system does not answer    (HTTP 503)
"""

from __future__ import annotations

from collections.abc import Mapping


class MinshengError(Exception):
    """An error with a code, a Chinese sentence, an English one and the facts behind it.

    `zh` is for the person: what happened and what to do next. `facts` hold nothing personal,
    so that they may be logged. `field` names the form field it belongs to, or is empty.
    """

    status = 400

    def __init__(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        field: str = "",
        facts: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.zh = zh
        self.en = en
        self.field = field
        self.facts: dict[str, object] = dict(facts or {})

    def __reduce__(self) -> tuple[object, ...]:
        """Let the error cross to another process whole."""
        return _restored, (type(self), self.args), self.__dict__

    def to(self, language: str) -> str:
        """Return the sentence for a person who reads `language`."""
        return self.en if language.startswith("en") else self.zh


class WrongInput(MinshengError):
    """What was typed or sent can't be used; nothing was lost."""

    status = 422


class NotAllowed(MinshengError):
    """It is not for this person to do."""

    status = 403


class NotFound(MinshengError):
    """There is no such thing, or this person may not know whether there is."""

    status = 404


class Conflict(MinshengError):
    """Somebody was faster, or it is too late; the state is shown in `facts`."""

    status = 409


class Unavailable(MinshengError):
    """An outside system does not answer; nothing was lost."""

    status = 503


def _restored(kind: type[MinshengError], words: tuple[object, ...]) -> MinshengError:
    error = kind.__new__(kind)
    error.args = words
    return error

"""What a story does with its hands: browsers of the cast, acts at the desk, claims, what commands answer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from minsheng.cli.demo.cast import PASSWORD
from minsheng.cli.journeys.plain_browser import Form, Page, PlainBrowser
from minsheng.cli.stack import Stack
from minsheng.lib.errors import Unavailable

WAIT_SECONDS = 60.0


@dataclass
class Hands:
    """The browsers of one story, and every claim that doesn't hold."""

    stack: Stack
    say: Callable[[str], None]
    wrong: list[str]
    browsers: ExitStack = field(default_factory=ExitStack)
    people: dict[str, PlainBrowser] = field(default_factory=dict)

    def of(self, username: str) -> PlainBrowser:
        """Return the browser of one of the cast, signed in; "" is a passer-by."""
        if username not in self.people:
            browser = PlainBrowser(self.stack.base_url)
            self.browsers.callback(browser.close)
            if username:
                browser.sign_in(username, PASSWORD)
            self.people[username] = browser
        return self.people[username]

    def act(self, username: str, path: str, act: str, **answers: str | list[str]) -> Page:
        """Send one act to a page and return the page that comes back."""
        browser = self.of(username)
        page = browser.open(path)
        form = next(
            (f for f in page.forms if f.method == "post" and "csrfmiddlewaretoken" in f.values),
            None,
        )
        if form is None:
            raise Unavailable(
                "no_form", f"{username} 在 {path} 没有事可做", f"{username} may do nothing here"
            )
        bare = Form("", "post", {"csrfmiddlewaretoken": form.values["csrfmiddlewaretoken"]})
        return browser.send(page, bare, {"act": act, **answers})

    def claim(self, words: str, holds: object) -> None:
        """Keep a claim that doesn't hold."""
        if not holds:
            self.wrong.append(words)
            self.say(f"  不对 / wrong: {words}")

    def until(self, look: Callable[[], object]) -> bool:
        """Return whether something is seen before patience ends."""
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            if look():
                return True
            time.sleep(0.2)
        return False

    def command(self, *words: str) -> dict[str, Any]:
        """Return what a command of the installation answers."""
        printed = self.stack.command(*words, "--json")
        lines = printed.stdout.splitlines()
        if not lines:
            raise Unavailable(
                "command_failed",
                f"minsheng {' '.join(words)} 没有答案：{printed.stderr[-500:]}",
                f"minsheng {' '.join(words)} printed nothing",
            )
        return dict(json.loads(lines[-1]))

    def events(self, chain: str) -> list[dict[str, Any]]:
        """Return what the ledger holds of one chain, such as "request:S26-000001"."""
        return list(self.command("audit", "history", chain)["events"])

"""People of the cast at a running installation, over HTTP, without a browser.

mother = Visitor(stack.base_url, sign_in(stack, ["wangfang"])["wangfang"])
mother.post(mother.open("/services/newborn/start"), child_name="陈予珺", phone="13800001234")
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection
from datetime import date, timedelta
from pathlib import Path

import httpx

from minsheng.cli.demo import cast, loading
from minsheng.cli.registers.store import Store
from minsheng.cli.stack import Stack
from minsheng.engines import population

WAIT_SECONDS = 60.0
PASSWORD = cast.PASSWORD


class Visitor:
    """One person at the installation: with the session of a sign-in, or a passer-by."""

    def __init__(self, base_url: str, session: str = "") -> None:
        self._http = httpx.Client(
            base_url=base_url,
            cookies={"sessionid": session} if session else {},
            follow_redirects=True,
            trust_env=False,
            timeout=WAIT_SECONDS,
        )

    def leave(self) -> None:
        """Close the connection; the sign-in stays."""
        self._http.close()

    def open(self, path: str) -> httpx.Response:
        """Return the page at `path`, after redirects."""
        return self._http.get(path)

    def post(self, path: str, **answers: str | list[str]) -> httpx.Response:
        """Send a form to `path` and return the page that follows."""
        if "csrftoken" not in self._http.cookies:
            self.open("/verify")
        token = self._http.cookies["csrftoken"]
        return self._http.post(path, data={"csrfmiddlewaretoken": token, **answers})

    def send_file(self, path: str, name: str, content: bytes) -> httpx.Response:
        """Send a file to `path` and return the page that follows."""
        self.open(path)
        token = self._http.cookies["csrftoken"]
        return self._http.post(
            path, data={"csrfmiddlewaretoken": token}, files={"file": (name, content)}
        )

    def find(self, path: str, words: str) -> str:
        """Return the page at `path` as soon as it says `words`."""
        return patient(lambda: _text_with(self.open(path), words), f"“{words}” at {path}")

    def find_at(self, path: str, seen: Callable[[str], str]) -> str:
        """Return what `seen` finds in the page at `path`, as soon as it finds something."""
        return patient(lambda: seen(self.open(path).text), f"something at {path}")


def sign_in(stack: Stack, usernames: Collection[str]) -> dict[str, str]:
    """Return a session for each person of the demonstration, whose password is PASSWORD.

    Proving a password takes half a second; what several people share is proved once.
    """
    words = _SIGN_IN.format(names=list(usernames), password=PASSWORD)
    done = stack.command("django", "shell", "-v", "0", "-c", words)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


_SIGN_IN = """
import json
from django.test import Client
from minsheng.apps.people.models import Account
accounts = [Account.objects.get(username=name) for name in {names!r}]
for one in {{account.password: account for account in accounts}}.values():
    assert one.check_password({password!r}), one.username
sessions = {{}}
for account in accounts:
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    sessions[account.username] = client.cookies["sessionid"].value
print(json.dumps(sessions))
"""


def patient(look: Callable[[], str], what: str) -> str:
    """Return what `look` returns as soon as that isn't empty; fails after WAIT_SECONDS."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not appear")


def bear(folder: Path, *births: population.Birth) -> None:
    """Let the registers of the installation in `folder` know these births and the cast."""
    known = population.District(cast.households(), births)
    Store(folder / "registers.sqlite3").fill(loading.register_rows(known))


def birth(record: str, mother: population.Person = cast.WANG_FANG, *, on: date) -> population.Birth:
    """Return a birth twelve days before `on`."""
    return population.Birth(record, mother, on - timedelta(days=12), "female", 3280)


def _text_with(page: httpx.Response, words: str) -> str:
    return page.text if words in page.text else ""

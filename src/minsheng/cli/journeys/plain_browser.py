"""A browser without JavaScript: pages, links and forms as the server sent them, and cookies."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import httpx

from minsheng.lib.errors import Unavailable

TIMEOUT_SECONDS = 60.0
PATIENCE_SECONDS = 60.0


@dataclass
class Form:
    """One form: where it goes, what it would send untouched, and what a person may fill in.

    `choices` are the values that radio buttons and selects offer; `files` the file inputs.
    """

    action: str
    method: str
    values: dict[str, str | list[str]] = field(default_factory=dict)
    controls: list[str] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """What came back: the page itself, its path after redirects, its forms and links."""

    status: int
    path: str
    title: str
    text: str
    forms: tuple[Form, ...]
    links: tuple[str, ...]
    content: bytes = b""

    def form(self, *, ends: str = "", asks: str = "") -> Form:
        """Return the first form whose address ends in `ends` and that has the control `asks`."""
        for one in self.forms:
            fits = urlsplit(one.action).path.endswith(ends)
            if fits and (not asks or asks in one.controls):
                return one
        raise Unavailable(
            "no_such_form",
            f"{self.path}（{self.status}，{self.title}）上没有这张表：{ends or asks}",
            f"{self.path} ({self.status}, {self.title}) has no such form: {ends or asks}",
        )


class PlainBrowser:
    """One person's browser. `signed_in_as` is empty for a passer-by.

    `before_sending` is called before each form goes out. Its person is patient: a page that breaks
    off is asked for again, and a form sent again, as one does.
    """

    def __init__(self, base_url: str, *, before_sending: Callable[[], None] | None = None) -> None:
        self._before_sending = before_sending
        self._http = httpx.Client(
            base_url=base_url, follow_redirects=True, trust_env=False, timeout=TIMEOUT_SECONDS
        )
        self.signed_in_as = ""

    def open(self, path: str) -> Page:
        """Return the page at `path`, after redirects."""
        return _page(self._again(lambda: self._http.get(path)))

    def send(
        self,
        page: Page,
        form: Form,
        answers: Mapping[str, str | list[str]] | None = None,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Page:
        """Fill in a form of `page`, send it as a browser would, and return what comes back."""
        values = {**form.values, **(answers or {})}
        if form.method == "get":
            return _page(
                self._again(lambda: self._http.get(urljoin(page.path, form.action), params=values))
            )
        if self._before_sending is not None:
            self._before_sending()
        return _page(
            self._again(
                lambda: self._http.post(
                    urljoin(page.path, form.action),
                    data=values,
                    files=dict(files) if files else None,
                )
            )
        )

    def post_json(self, path: str, payload: object, *, key: str = "") -> httpx.Response:
        """Send what a script of a page sends: JSON with the page's token, under an idempotency key."""
        token = self._http.cookies.get("csrftoken") or ""
        headers = {"X-CSRFToken": token, **({"Idempotency-Key": key} if key else {})}
        return self._again(lambda: self._http.post(path, json=payload, headers=headers))

    def sign_in(self, username: str, password: str, *, at: str = "/sign-in") -> Page:
        """Sign in, beginning at a page that leads to the form, and return where that ends."""
        page = self.open(at)
        page = self.send(
            page, page.form(asks="password"), {"username": username, "password": password}
        )
        if any("password" in form.controls for form in page.forms):
            raise Unavailable(
                "not_signed_in", f"{username} 登录不了", f"{username} could not sign in"
            )
        self.signed_in_as = username
        return page

    def _again(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """Return the answer, asked for again while nobody answers or the connection breaks."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return ask()
            except httpx.TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def _page(response: httpx.Response) -> Page:
    is_page = response.headers.get("content-type", "").startswith("text/html")
    reader = _Reader()
    if is_page:
        reader.feed(response.text)
    return Page(
        status=response.status_code,
        path=response.url.raw_path.decode(),
        title="".join(reader.title).strip(),
        text=response.text if is_page else "",
        forms=tuple(reader.forms),
        links=tuple(reader.links),
        content=response.content,
    )


class _Reader(HTMLParser):
    """Collects the title, the forms and the links of one page."""

    def __init__(self) -> None:
        super().__init__()
        self.title: list[str] = []
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._area = ""
        self._select = ""
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "title" and not self.title:
            self._in_title = True
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and given.get("name", "" if tag != "option" else "-"):
            self._control(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False
        elif tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)
        elif self._area and self._form is not None:
            self._form.values[self._area] = f"{self._form.values[self._area]}{data}"

    def _control(self, form: Form, tag: str, given: Mapping[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and kind == "hidden":
            form.values[name] = given.get("value", "")
        elif tag == "input" and kind in {"radio", "checkbox"}:
            self._note(form, name)
            form.choices.setdefault(name, []).append(given.get("value", "on"))
            if "checked" in given and kind == "checkbox":
                form.values[name] = [*form.values.get(name, []), given.get("value", "on")]
            elif "checked" in given:
                form.values[name] = given.get("value", "on")
        elif tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "input" and kind not in {"submit", "button", "image", "reset"}:
            self._note(form, name)
            form.values[name] = given.get("value", "")
        elif tag == "textarea":
            self._note(form, name)
            form.values[name], self._area = "", name
        elif tag == "select":
            self._note(form, name)
            form.values[name], self._select = "", name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(given.get("value", ""))
            if "selected" in given:
                form.values[self._select] = given.get("value", "")

    def _note(self, form: Form, name: str) -> None:
        if name not in form.controls:
            form.controls.append(name)

"""The specimen and the public pages in a real browser: axe, width, silence, keyboard, no scripts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from tests import browser as browsers

pytestmark = pytest.mark.browser
PAGES = ["/help", "/accessibility", "/mode", "/sources", "/site-map"]


@pytest.mark.parametrize("look", ["light", "dark", "elder", "elder-dark", "contrast"])
@pytest.mark.parametrize("width", [320, 1440])
def test_the_specimen_is_accessible_in_every_look(
    chromium: Browser, server: str, look: str, width: int
):
    lang = "en" if look in {"elder-dark", "contrast"} else "zh"
    with browsers.opened(chromium, server, width=width, look=look, lang=lang) as page:
        page.goto("/design")
        browsers.check(page)


@pytest.mark.parametrize("path", [*PAGES, "/no/such/page"])
def test_public_pages_are_accessible_on_a_phone_and_on_a_desk(
    chromium: Browser, server: str, path: str
):
    for width, look in ((320, "elder"), (1440, "dark")):
        with browsers.opened(chromium, server, width=width, look=look) as page:
            page.goto(path)
            assert browsers.axe_violations(page) == []
            assert browsers.sideways(page) == []


def test_axe_and_the_width_check_would_notice(chromium: Browser, server: str):
    with browsers.opened(chromium, server, width=320) as page:
        page.goto("/help")
        page.evaluate(
            """() => {
              const wide = document.createElement("div");
              wide.innerHTML = "<img src='/static/minsheng/mark.svg' width='900'>";
              document.querySelector("main").append(wide);
            }"""
        )
        assert any("image-alt" in line for line in browsers.axe_violations(page))
        assert browsers.sideways(page)
        page.evaluate("console.error('so')")
        assert "console: so" in browsers.heard(page)


def test_the_mistakes_are_focused_first(chromium: Browser, server: str):
    with browsers.opened(chromium, server) as page:
        page.goto("/design")
        assert page.evaluate("document.activeElement.className") == "errors"
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#s-card"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") in {"s-card", "s-born"}


def test_the_mistakes_are_focused_without_scripts_too(chromium: Browser, server: str):
    with browsers.opened(chromium, server, scripts=False) as page:
        page.goto("/design")
        assert page.locator(".errors:focus").count() == 1


def test_the_first_tab_skips_to_the_content(chromium: Browser, server: str):
    with browsers.opened(chromium, server) as page:
        page.goto("/help")
        page.keyboard.press("Tab")
        assert page.locator(":focus").inner_text() == "跳到正文"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_language_and_look_change_without_scripts(chromium: Browser, server: str):
    with browsers.opened(chromium, server, scripts=False) as page:
        page.goto("/help?from=test")
        page.locator("header").get_by_role("link", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.url.endswith("/help?from=test")
        page.locator("header").get_by_role("link", name="Large").click()
        assert page.locator("html").get_attribute("data-elder") is not None
        page.goto("/mode")
        page.get_by_label("Dark").check()
        page.get_by_role("button", name="Keep this").click()
        page.goto("/help")
        assert page.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("elder", [False, True])
def test_controls_are_large_enough_to_hit(chromium: Browser, server: str, elder: bool):
    least = 60 if elder else 44
    with browsers.opened(chromium, server, width=320, look="elder" if elder else "light") as page:
        page.goto("/design")
        small = page.evaluate(
            """(least) => [...document.querySelectorAll(
                 ".btn:not(.small), .nav a, .tools a, .field input, .field select, .choice")]
               .filter((e) => e.offsetParent && getComputedStyle(e).clipPath === "none")
               .filter((e) => !e.closest(".choice") || e.matches(".choice"))
               .map((e) => [e.className || e.tagName, e.textContent.trim(), e.getBoundingClientRect().height])
               .filter(([, , height]) => height + 0.5 < least)""",
            least,
        )
        assert small == []


def test_labels_of_the_plan_drawing_keep_apart(chromium: Browser, server: str):
    """Measured in the browser, in both languages and sizes, for plans of 1 to 9 items."""
    from tests.portal import lane_samples

    for lang in ("zh", "en"):
        for look in ("light", "elder"):
            with browsers.opened(chromium, server, look=look, lang=lang) as page:
                page.goto("/help")
                for name, svg in lane_samples.drawings(lang, elder=look == "elder").items():
                    page.evaluate(
                        "(svg) => { document.querySelector('main').innerHTML ="
                        " `<figure class='chart'><div class='scroll'>${svg}</div></figure>`; }",
                        svg,
                    )
                    overlaps = page.evaluate(
                        """() => {
                          const box = (e) => e.getBoundingClientRect();
                          const texts = [...document.querySelectorAll("svg.g text")];
                          const frame = box(document.querySelector("svg.g"));
                          const found = texts
                            .filter((e) => box(e).right > frame.right + 1 || box(e).left < frame.left - 1)
                            .map((e) => "outside: " + e.textContent);
                          texts.forEach((a, i) => texts.slice(i + 1).forEach((b) => {
                            const p = box(a), q = box(b);
                            const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
                            const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
                            if (wide > 1 && high > 3) found.push(a.textContent + " × " + b.textContent);
                          }));
                          const least = Math.min(...texts.map((e) =>
                            parseFloat(getComputedStyle(e).fontSize) * frame.width / 1120));
                          if (least < 11.5) found.push("text of " + least + " px");
                          return found;
                        }"""
                    )
                    assert overlaps == [], (name, lang, look)

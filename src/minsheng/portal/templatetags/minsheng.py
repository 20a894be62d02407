"""Template tags of the house: two languages, icons, days, states, addresses that keep the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import urlencode

from django import template
from django.template import Context, TemplateSyntaxError
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from minsheng.lib.texts import Text
from minsheng.portal import words
from minsheng.portal.languages import current_language

register = template.Library()

_SLOT = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}")


@register.simple_tag
def t(zh: object, en: object, **values: object) -> SafeString:
    """Return the sentence in the current language; `{n}` takes the value n, escaped.

    `{n:day|days}` is the first word when n is 1 and the second otherwise. Chinese stands in
    where the English is empty. Sentences written in the template may hold HTML; sentences from
    variables are escaped like everything else.
    """
    sentence = _escaped(en if current_language() == "en" and en else zh)

    def fill(slot: re.Match[str]) -> str:
        if slot[1] not in values:
            raise TemplateSyntaxError(f"{{% t %}}: no value for {slot[0]} in {sentence!r}")
        if slot[2] is not None:
            return slot[2] if str(values[slot[1]]) in {"1", "-1"} else slot[3]
        return _escaped(values[slot[1]])

    if not values:
        return sentence
    return mark_safe(_SLOT.sub(fill, sentence))  # noqa: S308  both parts are escaped above


@register.filter
def text(value: object) -> object:
    """Return a `Text` in the current language; anything else as it is."""
    return value.to(current_language()) if isinstance(value, Text) else value


@register.simple_tag
def icon(name: str, big: bool = False) -> SafeString:
    """Return the icon `name` of the sprite, hidden from screen readers: a word stands beside it."""
    return format_html(
        '<svg class="i{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>',
        " big" if big else "",
        name,
    )


@register.filter
def day(value: date | datetime | None) -> SafeString:
    """Return "4月22日（周三）" or "Wed 22 April" that does not break over lines."""
    return _time(value, lambda on: words.day_text(on, current_language()))


@register.filter
def short_day(value: date | datetime | None) -> SafeString:
    """Return "4月22日" or "22 April" that does not break over lines."""
    return _time(value, lambda on: words.day_text(on, current_language(), weekday=False))


@register.filter
def full_day(value: date | datetime | None) -> SafeString:
    """Return "2026年4月22日" or "22 April 2026" that does not break over lines."""
    return _time(value, lambda on: words.day_text(on, current_language(), weekday=False, year=True))


@register.filter
def day_plain(value: date | datetime | None) -> str:
    """Return the same words as `day`, without markup, for titles and attributes."""
    return words.day_text(_local_day(value), current_language()) if value else ""


@register.filter
def weekday(value: date | datetime | None) -> str:
    """Return "周三" or "Wed"."""
    return words.weekday_text(_local_day(value), current_language()) if value else ""


@register.filter
def moment(value: datetime | None) -> SafeString:
    """Return "4月1日 15:20" or "1 April, 15:20" in the district's time."""
    if value is None:
        return SafeString("")
    said = words.moment_text(value, current_language())
    return format_html('<time class="num" datetime="{}">{}</time>', value.isoformat(), said)


@register.filter
def iso(value: date | datetime | None) -> str:
    """Return "2026-04-22", with the time of day for a moment."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{local:%Y-%m-%d %H:%M}"
    return value.isoformat()


@register.filter
def thousands(count: int) -> str:
    """Return "3,000,000" for three million."""
    return f"{count:,}"


@register.filter
def yuan(fen: int | None) -> str:
    """Return "1,234.50" for 123450 fen; the unit stands in the sentence or the column head."""
    if fen is None:
        return ""
    sign, rest = ("−", -fen) if fen < 0 else ("", fen)
    return f"{sign}{rest // 100:,}.{rest % 100:02d}"


@register.filter
def workdays(count: int) -> str:
    """Return "3 个工作日" or "3 working days"."""
    return words.workdays_text(count, current_language())


@register.filter
def days(count: int) -> str:
    """Return "3 天" or "3 days"."""
    return words.count_text(count, current_language(), zh="天", en="day")


@register.filter
def how_sure(mark: str) -> str:
    """Return what the mark of a source says: H "exactly as the source says", M, L."""
    return words.MARKS[mark].to(current_language())


@register.filter
def decimal(value: object) -> str:
    """Return "11.4" for a mean."""
    return f"{round(float(value), 1):g}"  # type: ignore[arg-type]


@register.filter
def circled(number: int) -> str:
    """Return ① for 1."""
    return words.circled(number)


@register.simple_tag
def status(state: str, who: str = "resident", words_instead: object = "") -> SafeString:
    """Return the tag of a state: word, shape and colour together.

    `who` is "resident" or "desk"; `words_instead` replaces the words and keeps shape and colour.
    """
    try:
        word = words.STATES[state]
    except KeyError:
        raise TemplateSyntaxError(f"{{% status %}}: no state {state!r}") from None
    said = text(words_instead) or word.said_to(who).to(current_language())
    return format_html('<span class="tag {}">{}</span>', word.tone_for(who), said)


@register.simple_tag(takes_context=True)
def mode_url(context: Context, **changes: object) -> str:
    """Return the address that changes the look and comes back here, e.g. `theme="dark"`."""
    return "/mode?" + urlencode({**changes, "next": context.get("here", "/")})


@register.simple_tag(takes_context=True)
def language_url(context: Context, to: str) -> str:
    """Return the address that changes the language and comes back here."""
    return "/language?" + urlencode({"to": to, "next": context.get("here", "/")})


def _escaped(value: object) -> SafeString:
    """Return words for a page; a `Text` in the current language, marked-safe words as they are."""
    return conditional_escape(str(text(value)))


def _time(value: date | datetime | None, said: Callable[[date], str]) -> SafeString:
    if value is None:
        return SafeString("")
    on = _local_day(value)
    return format_html('<time class="num" datetime="{}">{}</time>', on.isoformat(), said(on))


def _local_day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value

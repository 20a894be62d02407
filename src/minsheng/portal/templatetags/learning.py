"""Template tags of learning: formulas as MathML, pictures as SVG with their words, levels."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from minsheng.engines.items import as_html, draw
from minsheng.engines.items.pictures import Picture
from minsheng.lib.texts import Text
from minsheng.portal.languages import current_language

register = template.Library()

TONES = {"mastered": "done", "growing": "run", "at_risk": "soon", "unknown": "unknown"}
RESULTS = {
    "right": ("done", Text("对了", "Right")),
    "partly": ("run", Text("对了一部分", "Partly right")),
    "wrong": ("soon", Text("再看看", "Look again")),
    "omitted": ("unknown", Text("没有写", "Left out")),
    "unreadable": ("hold", Text("等老师看", "Waits for the teacher")),
    "suggested": ("hold", Text("等老师看", "Waits for the teacher")),
}


@register.filter
def formula(value: object) -> SafeString:
    """Return the words of an item as HTML, what stands between dollar signs as MathML."""
    return mark_safe(as_html(str(value)))  # noqa: S308  as_html escapes every part


@register.filter
def picture(value: Picture | None) -> SafeString:
    """Return a picture as SVG with its text alternative; nothing for no picture."""
    if value is None:
        return SafeString("")
    return mark_safe(draw(value, language=current_language()))  # noqa: S308  drawn by us, escaped


@register.simple_tag
def level(key: str, said: Text) -> SafeString:
    """Return the tag of a level: word, shape and colour together."""
    return format_html('<span class="tag {}">{}</span>', TONES[key], said.to(current_language()))


@register.simple_tag
def result(key: str) -> SafeString:
    """Return the tag of an answer's result."""
    tone, said = RESULTS[key]
    return format_html('<span class="tag {}">{}</span>', tone, said.to(current_language()))

"""What everybody may find: services, their questions, life events, headings, help, the fixed pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from minsheng.apps.cases import catalogue
from minsheng.content import District, LoadedService
from minsheng.engines.search import Entry
from minsheng.lib.texts import Text

NONE = Text("")


@dataclass(frozen=True, slots=True)
class Found:
    """One text before it is put into the index."""

    kind: str
    key: str
    title: Text
    words: tuple[str, ...] = ()
    texts: tuple[Text, ...] = ()

    @property
    def text_zh(self) -> str:
        """Its Chinese sentences, one a line."""
        return "\n".join(one.zh for one in self.texts if one.zh)

    @property
    def text_en(self) -> str:
        """Its English sentences, one a line."""
        return "\n".join(one.en for one in self.texts if one.en)

    @property
    def entry(self) -> Entry:
        """As the kernel reads it."""
        return Entry((self.title.zh, self.title.en), self.words, (self.text_zh, self.text_en))


PAGES = (
    Found("page", "verify", Text("核验一张证", "Verify a certificate"), ("验证", "扫码", "真假", "二维码", "check"), (Text("扫码、输编号，或传原文件。", "Scan the code, type the number, or give the original file."),)),
    Found("page", "looks", Text("谁看过我的信息", "Who has looked at my data"), ("隐私", "查询记录", "privacy"), (Text("哪个岗位、什么时候、为了什么。", "Which post, when and why."),)),
    Found("page", "mine", Text("我的案卷", "My cases"), ("进度", "查进度", "办到哪里", "progress")),
    Found("page", "help", Text("帮助", "Help"), ("客服", "电话", "12345", "人工", "phone")),
    Found("page", "mode", Text("显示方式", "Display"), ("大字", "老人", "深色", "高对比", "字太小", "large text", "dark")),
    Found("page", "accessibility", Text("无障碍说明", "Accessibility"), ("盲人", "读屏", "screen reader")),
    Found("page", "sources", Text("数字从哪里来", "Where the numbers come from"), ("依据", "法律", "时限", "law")),
)  # fmt: skip


def texts(on: date) -> list[Found]:
    """Return everything that can be found on a day: the services are those in force."""
    district = catalogue.packs().district
    services = catalogue.services_on(on)
    found = [*PAGES, *_headings(district), *_life_events(district), *_places(district)]
    for loaded in services:
        found += _service(loaded, district)
    return found


def digest_of(found: Iterable[Found]) -> str:
    """Return what tells one set of texts from another."""
    return hashlib.sha256(repr(list(found)).encode()).hexdigest()


def _service(loaded: LoadedService, district: District) -> Iterator[Found]:
    spec = loaded.spec
    event = district.life_event(spec.life_event)
    named = [spec.headline, *(item.title for item in spec.items.values())]
    named += [one.title for one in spec.certificates.values()]
    if event is not None:
        named.append(event.title)
    said = [spec.lede, *spec.who, *(material.title for material in spec.materials.values())]
    said += [one for question in spec.how for one in (question.ask, question.answer)]
    words = dict.fromkeys(word for name in named for word in (name.zh, name.en) if word)
    words |= dict.fromkeys(event.words if event is not None else ())
    yield Found("service", spec.slug, spec.title, tuple(words), tuple(said))
    for number, question in enumerate(spec.questions, 1):
        key = f"{spec.slug}/{number}"
        yield Found("question", key, question.ask, (), (question.answer, spec.title))


def _headings(district: District) -> Iterator[Found]:
    for one in district.headings:
        yield Found("heading", one.key, one.title, (), (one.lede,))


def _life_events(district: District) -> Iterator[Found]:
    for one in district.life_events:
        yield Found("event", one.key, one.title, tuple(one.words), (one.note,))


def _places(district: District) -> Iterator[Found]:
    for window in district.contact.windows:
        yield Found("place", window.key, window.title, (), (window.address, window.hours))
    for number, question in enumerate(district.help, 1):
        yield Found("help", str(number), question.ask, (), (question.answer,))

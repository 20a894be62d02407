"""Several forms of one service: which is in force on a day, and whether they follow one another.

`services/<slug>/service.yaml` is the form that came with this installation. A later form lies in
`services/<slug>/<day>/service.yaml`, named by the day from which it holds; it is a draft until
two people have published it, so a half-written one stops nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from minsheng.content.problems import PackError, Place, Problem, error_at
from minsheng.content.service import LoadedService, load_service
from minsheng.engines.casework.spec import ServiceSpec

ONE_DAY = timedelta(days=1)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A dated form in the pack folders. `loaded` is None where it can't be read."""

    slug: str
    begins: str
    file: str
    loaded: LoadedService | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when a form says that it holds, and where it stands."""

    begins: date
    ends: date | None
    place: Place


def read_forms(roots: Sequence[Path], slug: str = "*") -> tuple[Form, ...]:
    """Return the dated forms under `roots`, of all services or of one, the earliest first."""
    found = []
    for root in roots:
        for path in sorted(root.glob(f"services/{slug}/*/service.yaml")):
            folder = path.parent
            if DAY.fullmatch(folder.name):
                shown = (Path(root.name) / folder.relative_to(root)).as_posix()
                found.append(_form(folder, shown))
    return tuple(sorted(found, key=lambda form: (form.slug, form.begins)))


def form_in(folder: Path) -> LoadedService:
    """Return the form in a folder that a person names, wherever it lies.

    Raises PackError with everything that is wrong.
    """
    dated = DAY.fullmatch(folder.name) is not None
    return load_service(folder, shown=folder.as_posix(), slug=folder.parent.name if dated else "")


def wrong_succession(spans: Iterable[Span]) -> Iterator[Problem]:
    """Yield a problem for each two forms that overlap, and for each day that none covers.

    A form without an end holds until the next one begins, so that drafting the next needs no
    change to the one in force.
    """
    ordered = sorted(spans, key=lambda span: span.begins)
    for before, after in pairwise(ordered):
        if before.begins == after.begins or (before.ends and before.ends >= after.begins):
            yield error_at(
                after.place,
                f"和 {before.place} 重叠：{after.begins} 这天两个都生效",
                f"overlaps {before.place}: both hold on {after.begins}",
            )
        elif before.ends and before.ends + ONE_DAY < after.begins:
            first = before.ends + ONE_DAY
            yield error_at(
                after.place,
                f"中间空了：从 {first} 到 {after.begins - ONE_DAY} 一个也不生效",
                f"leaves a gap: nothing holds from {first} to {after.begins - ONE_DAY}",
            )


def span_of(spec: ServiceSpec, place: Place) -> Span:
    """Return the days for which a service says that it holds."""
    return Span(spec.effective_from, spec.effective_to, place)


def form_on(forms: Iterable[LoadedService], day: date) -> LoadedService | None:
    """Return the form in force on `day`: the one that began last, unless it has ended."""
    begun = [form for form in forms if form.spec.effective_from <= day]
    last = max(begun, key=lambda form: form.spec.effective_from, default=None)
    if last is None or (last.spec.effective_to is not None and day > last.spec.effective_to):
        return None
    return last


def _form(folder: Path, shown: str) -> Form:
    file = f"{shown}/service.yaml"
    slug, begins = folder.parent.name, folder.name
    try:
        loaded = load_service(folder, shown=shown, slug=slug)
    except PackError as error:
        return Form(slug=slug, begins=begins, file=file, loaded=None, problems=error.problems)
    if loaded.spec.effective_from.isoformat() != begins:
        wrong = error_at(
            Place(file, 1, "effective"),
            f"文件夹叫 {begins}，里面写的是从 {loaded.spec.effective_from} 起，要一样",
            f"the folder is {begins}, but the form begins on {loaded.spec.effective_from}",
        )
        return Form(slug=slug, begins=begins, file=file, loaded=None, problems=(wrong,))
    return Form(slug=slug, begins=begins, file=file, loaded=loaded)

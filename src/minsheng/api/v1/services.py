"""The services one can apply for, and the guide of each. Open to everybody."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from minsheng.api.v1.shapes import Key, Shape, Source, Words, source, words
from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as cases
from minsheng.content import LoadedService
from minsheng.engines.casework.spec import FieldSpec, ItemSpec, MaterialSpec, ServiceSpec

router = Router()


class ServiceLine(Shape):
    """One service. `workdays` is how long all of it takes at most."""

    slug: str
    title: Words
    headline: Words
    lede: Words
    heading: str
    life_event: str
    items: int
    workdays: int


class ServiceList(Shape):
    """The services in force today."""

    rows: list[ServiceLine]


class Term(Shape):
    """A term; `unit` is wd (working days), cd (calendar days) or wh (working hours)."""

    amount: int
    unit: str
    text: Words


class Matter(Shape):
    """One matter of one office."""

    key: str
    title: Words
    office: Words
    due: Term
    needs: list[str]
    result: Words
    gives: str
    source: Source | None


class Proof(Shape):
    """A proof and where it may come from, best first; `applicant` comes last."""

    key: str
    title: Words
    why: Words
    sources: list[str]


class Choice(Shape):
    """One answer of a choice."""

    key: str
    label: Words
    note: Words


class Question(Shape):
    """A field that the applicant is asked whatever registers know."""

    key: str
    type: str
    label: Words
    why: Words
    help: Words
    required: bool
    options: list[Choice]


class AskedAndAnswered(Shape):
    """Something people ask, and the answer."""

    ask: Words
    answer: Words


class Guide(Shape):
    """Everything one wants to know before applying. `version` is the hash of the pack."""

    slug: str
    title: Words
    headline: Words
    lede: Words
    heading: str
    life_event: str
    version: str
    effective_from: date
    effective_to: date | None
    workdays: int
    who: list[Words]
    how: list[AskedAndAnswered]
    items: list[Matter]
    asked: list[Question]
    materials: list[Proof]
    questions: list[AskedAndAnswered]
    sources: list[Source]


@router.get("/services", auth=None, response=ServiceList)
def list_services(request: HttpRequest) -> ServiceList:
    """Return the services in force today."""
    return ServiceList(
        rows=[_line(loaded.spec) for loaded in catalogue.services_on(timezone.localdate())]
    )


@router.get("/services/{slug}", auth=None, response=Guide)
def read_service(request: HttpRequest, slug: Key) -> Guide:
    """Return the guide of a service in force today."""
    return _guide(catalogue.service_on(slug, timezone.localdate()))


def question(field: FieldSpec) -> Question:
    """Return a field as it is asked."""
    return Question(
        key=field.key,
        type=field.type,
        label=words(field.label),
        why=words(field.why),
        help=words(field.help),
        required=field.required,
        options=[
            Choice(key=option.key, label=words(option.label), note=words(option.note))
            for option in field.options
        ],
    )


def _line(spec: ServiceSpec) -> ServiceLine:
    return ServiceLine(
        slug=spec.slug,
        title=words(spec.title),
        headline=words(spec.headline),
        lede=words(spec.lede),
        heading=spec.heading,
        life_event=spec.life_event,
        items=len(spec.items),
        workdays=cases.longest_workdays(spec),
    )


def _guide(loaded: LoadedService) -> Guide:
    spec = loaded.spec
    return Guide(
        slug=spec.slug,
        title=words(spec.title),
        headline=words(spec.headline),
        lede=words(spec.lede),
        heading=spec.heading,
        life_event=spec.life_event,
        version=loaded.hash,
        effective_from=spec.effective_from,
        effective_to=spec.effective_to,
        workdays=cases.longest_workdays(spec),
        who=[words(line) for line in spec.who],
        how=[AskedAndAnswered(ask=words(q.ask), answer=words(q.answer)) for q in spec.how],
        items=[_matter(item) for item in spec.items.values()],
        asked=[question(field) for field in spec.fields.values() if field.ask == "always"],
        materials=[_proof(material) for material in spec.materials.values()],
        questions=[
            AskedAndAnswered(ask=words(q.ask), answer=words(q.answer)) for q in spec.questions
        ],
        sources=[source(cite) for cite in spec.cites],
    )


def _matter(item: ItemSpec) -> Matter:
    return Matter(
        key=item.key,
        title=words(item.title),
        office=words(catalogue.packs().district.office(item.office)),
        due=Term(amount=item.due.amount, unit=item.due.unit, text=words(item.due.text)),
        needs=list(item.needs),
        result=words(item.result),
        gives=item.gives,
        source=source(item.cite) if item.cite else None,
    )


def _proof(material: MaterialSpec) -> Proof:
    return Proof(
        key=material.key,
        title=words(material.title),
        why=words(material.why),
        sources=[f"{one.kind}:{one.name}" if one.name else one.kind for one in material.sources],
    )

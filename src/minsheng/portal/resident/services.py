"""The guide of a service: the finding, the numbers, what you get, how, and what is asked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as cases
from minsheng.engines.casework.spec import MaterialSpec, ServiceSpec, Source
from minsheng.lib.texts import Text
from minsheng.portal.sources import register_name


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the guide of a service in force today."""
    loaded = catalogue.service_on(slug, timezone.localdate())
    spec, packs = loaded.spec, catalogue.packs()
    drafts = cases.drafts_of(request.user) if request.user.is_authenticated else []
    drafts = [draft for draft in drafts if draft.slug == slug]
    return render(
        request,
        "portal/resident/guide.html",
        {
            "spec": spec,
            "hash": loaded.hash,
            "heading": next(h for h in packs.district.headings if h.key == spec.heading),
            "event": packs.district.life_event(spec.life_event),
            "items": [
                {"spec": item, "office": packs.district.office(item.office)}
                for item in spec.items.values()
            ],
            "offices": len({item.office for item in spec.items.values()}),
            "longest": cases.longest_workdays(spec),
            "asked": [f for f in spec.fields.values() if f.ask == "always"],
            "unasked": [
                {"title": material.title, "from": _from(material.sources[0], spec)}
                for material in spec.materials.values()
                if material.sources[0].kind in {"register", "item", "licence"}
            ],
            "brought": sum(material.when is None for material in _brought(spec)),
            "sometimes": [material for material in _brought(spec) if material.when],
            "baselines": packs.case_baselines(slug),
            "lately": cases.service_savings(slug, on=timezone.localdate()),
            "item_baselines": [
                packs.baselines[item.baseline]
                for item in spec.items.values()
                if item.baseline in packs.baselines
            ],
            "draft": drafts[0] if drafts else None,
            "windows": packs.district.contact.windows_for(spec.life_event),
        },
    )


def _brought(spec: ServiceSpec) -> list[MaterialSpec]:
    """Return the proofs that only the applicant can bring."""
    return [m for m in spec.materials.values() if m.sources[0].kind in {"applicant", "promise"}]


def _from(source: Source, spec: ServiceSpec) -> Text:
    if source.kind == "item":
        title = spec.items[source.name].title
        return Text(f"“{title.zh}”办好就有", f"made by “{title.to('en')}”")
    if source.kind == "licence":
        return Text("您的证照夹里有", "already among your certificates")
    register = register_name(source.name)
    return Text(f"{register.zh}核对", f"checked with {register.to('en')}")

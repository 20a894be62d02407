"""The public part of the ledger: everybody reads what is public, and changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.projects import reads
from minsheng.portal import ledger


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """Show the public entries as a table, board, Gantt chart, map or plans."""
    return render(request, "portal/public/projects.html", ledger.shown(request, None))


@require_safe
def project(request: HttpRequest, number: str) -> HttpResponse:
    """Show one public entry with its milestones and what happened, without words or files."""
    view = reads.entry(number, account=None)
    found = {"view": view, "line": ledger.line(view.row), "history": ledger.history(view)}
    return render(request, "portal/public/project.html", found)

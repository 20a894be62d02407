"""Papers of a work in a contest: listed, handed in, downloaded; judges get them blind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Path, Router

from minsheng.api.callers import officer
from minsheng.api.uploads import FORM, Upload, sent_file
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, binary, words
from minsheng.apps.contests import actions, reads
from minsheng.lib.errors import WrongInput

router = Router()
ANY = "application/octet-stream"
RowId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PaperKey = Annotated[str, Path(min_length=1, max_length=60)]


class PaperRow(Shape):
    """A paper that a class of works has. `paper`: the id by which it is downloaded, or null."""

    key: str
    title: Words
    kind: str
    is_needed: bool
    paper: int | None


class PaperRows(Shape):
    """The papers of one work, in the order of its class."""

    rows: list[PaperRow]


@router.get("/contest-works/{work_id}/papers", response=PaperRows)
def list_papers(request: HttpRequest, work_id: RowId) -> PaperRows:
    """Return the papers of a work: to its teacher, its head, its judges, who runs the round."""
    return _rows(reads.papers_of(work_id, account=officer(request)))


@router.get("/contest-sheets/{sheet_id}/papers", response=PaperRows)
def list_judged_papers(request: HttpRequest, sheet_id: RowId) -> PaperRows:
    """Return the papers of what I judge: no teacher, no school, no name of a file."""
    return _rows(reads.judged_sheet(sheet_id, account=officer(request)).materials)


@router.put(
    "/contest-works/{work_id}/papers/{key}",
    response=PaperRows,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "additionalProperties": False,
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
def give_paper(request: HttpRequest, work_id: RowId, key: PaperKey) -> PaperRows:
    """Hand in a paper (PDF, JPEG or PNG) of my work while entries are open, in place of an earlier one."""
    account = officer(request)
    reads.papers_of(work_id, account=account)  # whose work isn't theirs to see is told nothing else
    upload = _upload(request)
    actions.add_material(work_id, key, upload.content, upload.name, by=account)
    return _rows(reads.papers_of(work_id, account=account))


@router.get("/contest-papers/{paper_id}", response={200: None}, openapi_extra=binary(ANY))
def read_paper(request: HttpRequest, paper_id: RowId) -> HttpResponse:
    """Return a paper under its work's number; to judges without what the file says of its maker."""
    found = reads.material_of(paper_id, account=officer(request))
    return HttpResponse(
        found.content,
        content_type=found.media_type,
        headers={
            "Content-Disposition": content_disposition_header(True, found.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _upload(request: HttpRequest) -> Upload:
    upload = sent_file(request)
    if upload is None:
        raise WrongInput(
            "file_missing",
            "没有收到文件。用表单（multipart/form-data）放在 file 这一项里再发。",
            "No file came. Send a form (multipart/form-data) with the field `file`.",
            field="file",
        )
    return upload


def _rows(lines: Sequence[reads.MaterialLine]) -> PaperRows:
    return PaperRows(
        rows=[
            PaperRow(
                key=one.key, title=words(one.title), kind=one.kind, is_needed=one.is_needed,
                paper=one.file or None,
            )
            for one in lines
        ]
    )  # fmt: skip

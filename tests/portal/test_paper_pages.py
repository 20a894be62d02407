"""A ticket on paper: printed, filled in, scanned, looked at, handed in; and the stranger?"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import numpy as np
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests.apps.mastery.conftest import SUBJECT, answers, school, ticket
from tests.engines.items.papers import DPI, filled, photographed
from tests.factories import District

from minsheng.apps.audit.models import Entry
from minsheng.apps.mastery import actions, paper
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Answer, PaperImport, PaperPicture, Sheet, Standing, Work
from minsheng.apps.schools import reads
from minsheng.apps.schools.models import SchoolClass
from minsheng.engines.items.items import Blanks, Item, Written

__all__ = ["school", "ticket"]
Give = Callable[..., Work]
STRANGERS = ("liqiang", "kelan", "linlan", "linxia", "linxiaohe", "kongrui")


def printed(teacher: Client, work: Work) -> tuple[bytes, list[Image.Image]]:
    """Return the PDF as it is downloaded, and its pages."""
    sent = teacher.get(f"/school/works/{work.pk}/paper.pdf")
    assert sent.status_code == 200
    assert sent["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(sent.content)
    pages = [one.render(scale=DPI / 72).to_pil().convert("L") for one in document]
    document.close()
    return sent.content, pages


def pencilled(
    work: Work, images: Sequence[Image.Image], marks: Mapping[str, str | list[str]]
) -> list[Image.Image]:
    """Return one pupil's pages filled in."""
    random = np.random.default_rng(len(marks))
    pages = paper.pages_of(work)
    return [filled(image, page, marks, random) for image, page in zip(images, pages, strict=True)]


def as_pdf(pages: Sequence[Image.Image]) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=DPI, save_all=True, append_images=pages[1:])
    return out.getvalue()


def as_photo(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "JPEG", quality=85)
    return out.getvalue()


def sent_in(client: Client, work: Work, *contents: bytes, status: int = 302) -> str:
    """Hand scans in, and return where it leads to, or the page."""
    files = [SimpleUploadedFile(f"{at}.pdf", one) for at, one in enumerate(contents)]
    answer = client.post(f"/school/works/{work.pk}/paper", {"file": files})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.headers["Location"] if status == 302 else answer.content.decode()


def test_a_class_answers_on_paper_and_the_results_stand(
    district: District, school: SchoolClass, ticket: Give
):
    work, teacher = ticket(), district.client("tanmei")
    assert f"/school/works/{work.pk}/paper" in teacher.get(f"/school/works/{work.pk}").content.decode()  # fmt: skip
    _, images = printed(teacher, work)
    pupils, each = reads.pupil_ids(school), len(paper.pages_of(work))
    assert len(images) == each * len(pupils)
    skills = sum(len(shelf(SUBJECT).item(key).skills) for key in work.items)
    rights = {pupil: [at % 2 == 0] * len(work.items) for at, pupil in enumerate(pupils)}
    pages = []
    for at, pupil in enumerate(pupils):
        mine = images[at * each : (at + 1) * each]
        pages += pencilled(work, mine, answers(work, rights[pupil]))
    random = np.random.default_rng(7)
    turned = [one.rotate(90 * (at % 4), expand=True) for at, one in enumerate(pages[each:])]
    photos = [as_photo(photographed(one, random, turn=8)) for one in pages[:each]]
    at = sent_in(teacher, work, as_pdf(turned), *photos)

    shown = teacher.get(at).content.decode()
    assert f"{len(pupils)} 人都读到了" in shown
    assert not Answer.objects.exists()
    assert not Standing.objects.filter(subject=SUBJECT).exclude(answers=0).exists()
    taken = teacher.post(at, {"act": "take"})
    assert taken.headers["Location"] == f"/school/works/{work.pk}"
    for pupil in pupils:
        sheet = Sheet.objects.get(work=work, pupil=pupil)
        assert (sheet.state, sheet.source) == ("handed_in", "paper")
        wanted = {"right" if rights[pupil][0] else "wrong"}
        assert {one.result for one in sheet.answers.all()} == wanted
        assert Standing.objects.get(pupil=pupil, subject=SUBJECT).answers == skills
    assert f"交了 {len(pupils)}" in teacher.get(f"/school/works/{work.pk}").content.decode()
    row = PaperImport.objects.get()
    assert (row.state, row.content) == ("taken", "")
    assert not PaperPicture.objects.exists()

    before = Answer.objects.count()
    again = teacher.post(at, {"act": "take"})
    assert again.status_code == 302
    assert Answer.objects.count() == before
    later = sent_in(teacher, work, photos[0])
    said = teacher.get(later).content.decode()
    assert "早就交过" in said
    teacher.post(later, {"act": "take"})
    assert Answer.objects.count() == before


def test_what_is_unclear_waits_for_the_teacher_and_is_never_guessed(
    district: District, school: SchoolClass, ticket: Give
):
    work, teacher = ticket(), district.client("tanmei")
    items = shelf(work.subject).subject.items
    keys = [key for key in work.items if items[key].kind in ("choice", "judge")]
    _, images = printed(teacher, work)
    right = answers(work, [True] * len(work.items))
    each = len(paper.pages_of(work))
    options = next(one.options for one in paper.fields_of(work) if one.key == keys[0])
    double: dict[str, str | list[str]] = {**right, keys[0]: list(options[:2])}
    blank = {key: said for key, said in right.items() if key != keys[0]}
    scan = as_pdf([
        *pencilled(work, images[:each], double),
        *pencilled(work, images[each : 2 * each], blank),
        *pencilled(work, images[2 * each : 3 * each], right),
    ])  # fmt: skip
    at = sent_in(teacher, work, scan)
    shown = teacher.get(at).content.decode()
    assert "2 人有地方要您定" in shown
    assert "涂了两个" in shown
    assert "没有涂" in shown
    names = [name for _, name in paper.names_of(work).values()]
    missing = re.search(r"没看到 \d+ 人的答题卡.*?</section>", shown, re.S)
    assert missing is not None
    assert all((name in missing[0]) == (place > 2) for place, name in enumerate(names))
    picture = re.findall(r'<img class="scan"[^>]*src="([^"]+)"', shown)[0]
    seen = teacher.get(picture)
    assert (seen["Content-Type"], seen.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    for stranger in STRANGERS:
        assert district.client(stranger).get(picture).status_code in {403, 404}

    partly = teacher.post(at, {"act": "take"}).content.decode()
    assert "录好了 1 人" in partly
    assert "还有 2 人有地方没定" in partly
    first, second, _ = list(paper.names_of(work))[:3]
    sheet = Sheet.objects.get(work=work, pupil=first)
    number = 1 + work.items.index(keys[0])
    settled = {f"f-{sheet.pk}-{number}": right[keys[0]], "blanks": "yes", "act": "take"}
    assert teacher.post(at, settled).status_code == 302
    assert {one.result for one in sheet.answers.all()} == {"right"}
    left_out = Answer.objects.get(sheet__work=work, sheet__pupil=second, item=keys[0])
    assert left_out.result == "omitted"


def test_points_beside_a_written_answer_are_the_teachers_word(
    district: District, school: SchoolClass, ticket: Give
):
    subject = shelf(SUBJECT).subject

    def first(kind: type[Item]) -> str:
        return next(one.key for one in subject.items.values() if isinstance(one, kind))

    text, blanks = first(Written), first(Blanks)
    given = actions.Given(subject=SUBJECT, title="写一写", items=(text, blanks))
    work = actions.give_ticket(school.pk, given, by=district.account("tanmei"))
    teacher = district.client("tanmei")
    _, images = printed(teacher, work)
    most = paper.fields_of(work)[0].options[-1]
    at = sent_in(teacher, work, as_pdf(pencilled(work, images[:1], {text: most, blanks: "1"})))
    teacher.post(at, {"act": "take"})
    scores = {one.item: (one.score, one.result) for one in Answer.objects.all()}
    assert scores == {text: (1000, "right"), blanks: (500, "partly")}
    assert all(one.decided_by == district.account("tanmei") for one in Answer.objects.all())


def test_the_code_holds_no_name_and_the_page_of_another_work_is_refused(
    district: District, school: SchoolClass, ticket: Give
):
    work, teacher = ticket(), district.client("tanmei")
    actions.close_work(work.pk, by=district.account("tanmei"))
    other = ticket("symmetry")
    _, images = printed(teacher, work)
    strange = printed(teacher, other)[1]
    assert re.fullmatch(r"W\d+S\d+K[0-9A-F]{8}", paper.code_of(work, 5))
    assert not paper.is_ours(other, paper.code_of(work, 5))
    assert not paper.is_ours(work, f"W{work.pk}S5K00000000")
    refused = sent_in(teacher, work, as_pdf(strange[:1]), status=422)
    assert "另一份练习的答题卡" in refused
    assert not PaperImport.objects.exists()
    at = sent_in(teacher, work, as_pdf([images[0], strange[0], images[0]]))
    shown = teacher.get(at).content.decode()
    assert "2 页没有读" in shown
    assert "文件 1 第 2 页" in shown
    assert "另一份练习的答题卡" in shown
    assert "前面已经有了" in shown
    work.items = work.items[:-1]
    assert not paper.is_ours(work, paper.code_of(Work.objects.get(pk=work.pk), 5))


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ((), "还没有选文件"),
        ((b"PK\x03\x04rest",), "JPG、PNG 或 PDF"),
        ((b"%PDF-1.7 broken startxref %%EOF",), "打不开"),
        ((as_photo(Image.new("L", (900, 1200), 250)),), "找不到答题卡的二维码"),
    ],
)
def test_a_wrong_file_says_what_to_do_and_nothing_is_kept(
    district: District, school: SchoolClass, ticket: Give, contents: tuple[bytes, ...], said: str
):
    page = sent_in(district.client("tanmei"), ticket(), *contents, status=422)
    assert said in page
    assert not PaperImport.objects.exists()


def test_scans_are_sealed_and_gone_after_a_day_or_when_thrown_away(
    district: District, school: SchoolClass, ticket: Give
):
    work, teacher = ticket(), district.client("tanmei")
    _, images = printed(teacher, work)
    scan = as_pdf(images[: len(paper.pages_of(work))])
    first, second = (sent_in(teacher, work, scan) for _ in range(2))
    for one in PaperImport.objects.all():
        assert one.content
        with pytest.raises(ValueError, match=r"."):
            json.loads(one.content)
    teacher.post(first, {"act": "drop"})
    assert "作废" in teacher.get(first).content.decode()
    PaperImport.objects.update(expires=timezone.now() - timedelta(minutes=1))
    assert "过了一天" in teacher.get(second).content.decode()
    late = teacher.post(second, {"act": "take", "blanks": "yes"})
    assert late.status_code == 409
    assert actions.drop_expired_scans(now=timezone.now()) == 1
    assert set(PaperImport.objects.values_list("content", flat=True)) == {""}
    assert not PaperPicture.objects.exists()
    assert not Answer.objects.exists()


def test_nobody_but_a_teacher_of_the_class_prints_or_reads(
    district: District, school: SchoolClass, ticket: Give
):
    work, teacher = ticket(), district.client("tanmei")
    content, _ = printed(teacher, work)
    at = sent_in(teacher, work, content)
    for stranger in STRANGERS:
        client = district.client(stranger)
        for path in (f"/school/works/{work.pk}/paper", f"/school/works/{work.pk}/paper.pdf", at):
            assert client.get(path).status_code in {403, 404}, (stranger, path)
        assert client.post(at, {"act": "take", "blanks": "yes"}).status_code in {403, 404}
        assert client.post(f"/school/works/{work.pk}/paper", {}).status_code in {403, 404}
    actions.close_work(work.pk, by=district.account("tanmei"))
    other = actions.give_ticket(
        school.pk, actions.Given(subject=SUBJECT, title="别的", items=tuple(work.items)),
        by=district.account("tanmei"),
    )  # fmt: skip
    elsewhere = at.replace(f"/works/{work.pk}/", f"/works/{other.pk}/")
    assert teacher.get(elsewhere).status_code == 404
    assert not Answer.objects.exists()


def test_the_ledger_says_that_scans_were_read_and_taken_and_nothing_personal(
    district: District, school: SchoolClass, ticket: Give
):
    work, teacher = ticket(), district.client("tanmei")
    content, _ = printed(teacher, work)
    at = sent_in(teacher, work, content)
    teacher.post(at, {"act": "take", "blanks": "yes"})
    told = {one.kind: one.data for one in Entry.objects.filter(kind__startswith="paper.")}
    pupils = len(reads.pupil_ids(school))
    assert told["paper.read"] == {"pages": pupils * len(paper.pages_of(work)), "refused": 0}
    assert told["paper.taken"]["now"] == pupils


def test_the_questions_are_printed_with_pictures_and_formulas_for_the_teacher_alone(
    district: District, school: SchoolClass
) -> None:
    of = shelf(SUBJECT).subject
    drawn = next(one.key for one in of.items.values() if one.picture and one.kind == "choice")
    plain = next(one.key for one in of.items.values() if one.kind == "judge")
    formula = next(one.key for one in of.items.values() if "$" in one.ask and not one.picture)
    given = actions.Given(subject=SUBJECT, title="纸上的", items=(drawn, plain, formula))
    work = actions.give_ticket(school.pk, given, by=district.account("tanmei"))
    at = f"/school/works/{work.pk}/questions"
    teacher = district.client("tanmei")
    assert at in teacher.get(f"/school/works/{work.pk}/paper").content.decode()
    sent = teacher.get(at)
    assert sent.status_code == 200
    page = re.search(r"<article.*</article>", sent.content.decode(), re.S)[0]  # type: ignore[index]
    assert page.count("<svg") == 1
    assert "<math" in page
    assert page.count("<li><div") == 3
    for label in of.items[drawn].options:  # type: ignore[attr-defined]
        assert f"<b>{label}</b>" in page
    assert "data-right" not in page and "林小禾" not in page and "<input" not in page
    for who in STRANGERS:
        assert district.client(who).get(at).status_code in (403, 404)

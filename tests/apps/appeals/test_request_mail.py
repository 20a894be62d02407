"""Requests by e-mail: taken in once, never of a machine, with what was written and nothing else."""

from __future__ import annotations

import subprocess
import sys
from email.message import EmailMessage

import pytest
from tests.factories import District

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import Request
from minsheng.lib.errors import WrongInput

BODY = "小区门口的路灯一段不亮。\n请打 13800001234。"


def mail(
    body: str = BODY,
    *,
    subject: str = "路灯不亮",
    sender: str = "演示 <a@example.test>",
    **more: str,
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = sender, subject, "<1@example.test>"
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


def words_of(number: str, district: District) -> str:
    return reads.desk_view(number, account=district.account("fanxue")).words


def test_a_mail_becomes_a_request_for_the_dispatcher(district: District):
    taken = actions.take_mail(mail().as_bytes())
    made = Request.objects.get(number=taken.number)
    assert (made.channel, made.category, made.status) == ("mail", "other.matter.unsure", "received")
    assert (made.account, made.person.number_sealed) == (None, "")
    view = reads.desk_view(taken.number, account=district.account("fanxue"))
    assert view.words == f"路灯不亮\n{BODY}\n来信：a@example.test"
    assert [str(value.zh) for _, value in view.contact] == ["演示", "13800001234"]
    assert "路灯" not in made.words  # sealed


def test_the_same_mail_makes_one_request(district: District):
    first, again = (actions.take_mail(mail().as_bytes()) for _ in range(2))
    assert (again.number, again.is_again) == (first.number, True)
    assert Request.objects.count() == 1


@pytest.mark.parametrize(
    "headers",
    [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<x.example.test>"}],
)
def test_machines_are_left_alone(district: District, headers: dict[str, str]):
    assert actions.take_mail(mail(**headers).as_bytes()).number == ""
    assert not Request.objects.exists()


def test_a_page_is_read_without_its_scripts_and_an_attachment_is_said(district: District):
    made = mail()
    made.set_content("<style>p{}</style><p>停水了<script>x()</script></p>", subtype="html")
    made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="a.pdf")
    said = words_of(actions.take_mail(made.as_bytes()).number, district)
    assert "停水了" in said and "x()" not in said and "p{}" not in said
    assert "附件" in said


def test_a_long_letter_is_cut_and_says_so(district: District):
    said = words_of(actions.take_mail(mail("很长。" * 500).as_bytes()).number, district)
    assert len(said) == 1000
    assert said.endswith("（信太长，后面的没有收。）\n来信：a@example.test")


@pytest.mark.parametrize("sender", ["=1+1 <a@example.test>", "a@example.test", '"<b>" <a@b.test>'])
def test_a_name_that_is_none_is_not_kept_as_one(district: District, sender: str):
    taken = actions.take_mail(mail(sender=sender).as_bytes())
    view = reads.desk_view(taken.number, account=district.account("fanxue"))
    assert view.contact[0][1].zh == "来信人"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff", b"hello", b"Subject: x\n\nno sender", mail("", subject="").as_bytes()],
)
def test_what_is_no_mail_is_refused_in_a_sentence(district: District, content: bytes):
    with pytest.raises(WrongInput):
        actions.take_mail(content)
    assert not Request.objects.exists()


def test_a_mail_in_an_unknown_character_set_is_refused(district: District):
    broken = mail().as_bytes().replace(b'charset="utf-8"', b'charset="klingon"')
    with pytest.raises(WrongInput):
        actions.take_mail(broken)


def test_the_command_answers_as_a_mail_server_expects():
    done = subprocess.run(
        [sys.executable, "-m", "minsheng", "request", "mail"], input=b"no mail", capture_output=True
    )
    assert done.returncode == 65 and "信" in done.stderr.decode()

"""Subjects: what a folder may hold, what stops it from being taught from, and when it is read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from minsheng import content
from minsheng.cli import main
from minsheng.content import subjects
from minsheng.content.subject_proofs import wrong_subject
from minsheng.content.subjects import Shelf, read_subject
from minsheng.engines.items import Choice, Number, check_answer
from minsheng.engines.items.pictures import Bars, Clock, NumberLine

SUBJECT = """
title: {zh: "算一算", en: "Sums"}
summary: {zh: "测试用的一小套题", en: "A few items for tests"}
course: mathematics
grade: 4
cite: {title: {zh: "自编", en: "Our own"}, mark: L}
units:
  sums: {title: {zh: "加减", en: "Sums"}, term: 1}
"""
SKILLS = """
skills:
  add:
    title: {zh: "加", en: "Add"}
    unit: sums
    can: {zh: "我会加", en: "I can add"}
  laws:
    title: {zh: "运算律", en: "Laws"}
    unit: sums
    can: {zh: "我会用运算律", en: "I can use the laws"}
    needs: [add]
"""
MISCONCEPTIONS = """
misconceptions:
  no-carry:
    skill: add
    title: {zh: "忘了进位", en: "Forgets to carry"}
    remedy: {zh: "用小棒摆一摆", en: "Lay it out with sticks"}
"""
ITEMS = """
items:
  "s-001":
    skills: [add]
    kind: number
    level: 1
    seconds: 20
    ask: "$8+5=$（　）"
    answer: "13"
    wrong: {"3": no-carry}
    why: "满十进一。"
    picture: {kind: numberline, from: "0", to: "20", step: "1", marks: ["8"]}
  "s-002":
    skills: [add, laws]
    kind: choice
    level: 2
    seconds: 30
    ask: "哪个和 $8+5$ 一样大？"
    options: {A: "$5+8$", B: "$8-5$"}
    answer: "A"
    wrong: {B: no-carry}
    why: "交换律。"
    picture: {kind: clock, hour: 3, minute: 30}
  "s-003":
    skills: [add, laws]
    kind: expression
    level: 3
    seconds: 60
    ask: "用简便方法算 $8+5+2$，写出算式。"
    answer: "(8+2)+5"
    must: ["+"]
    why: "先凑十。"
  "s-004":
    skills: [add, laws]
    kind: blanks
    level: 2
    seconds: 40
    ask: "$8+$①$=13$，$13-$②$=8$"
    answer: ["5", "5"]
    why: "加减互逆。"
    picture: {kind: bars, title: "人数", unit: "人", labels: ["一班", "二班"], series: {男生: [12, 15], 女生: [10, 9.5]}}
  "s-005":
    skills: [add, laws]
    kind: judge
    level: 1
    seconds: 15
    ask: "$8+5=5+8$。"
    answer: "true"
    why: "交换律。"
  "s-006":
    skills: [laws]
    kind: text
    level: 3
    seconds: 120
    ask: "说一说怎么算得快。"
    rubric: [{points: 1, about: "说到凑十", any: ["凑十", "凑成十"]}]
    why: "先凑十再加。"
"""
Spoil = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "packs" / "subjects" / "sums-4"
    (where / "items").mkdir(parents=True)
    for name, text in (
        ("subject.yaml", SUBJECT), ("skills.yaml", SKILLS), ("misconceptions.yaml", MISCONCEPTIONS),
        ("items/sums.yaml", ITEMS),
    ):  # fmt: skip
        (where / name).write_text(text.lstrip(), encoding="utf-8")
    return where


def wrong(folder: Path, severity: str = "error") -> str:
    try:
        subject, nodes = read_subject(folder, shown="sums-4")
        problems = [*wrong_subject(subject, nodes)]
    except content.PackError as error:
        problems = [*error.problems]
    return "\n".join(str(one) for one in problems if one.severity == severity)


def test_a_sound_subject_is_read_whole_and_nothing_is_wrong(folder: Path) -> None:
    subject, _ = read_subject(folder, shown="sums-4")
    assert (wrong(folder), wrong(folder, "warning")) == ("", "")
    assert subject.spec.units["sums"].term == 1
    assert subject.skills.before("laws") == {"add"}
    assert [item.key for item in subject.by_skill["add"]] == [
        f"s-00{at}" for at in range(1, 6)
    ]  # fmt: skip
    number, choice = subject.items["s-001"], subject.items["s-002"]
    assert isinstance(number, Number)
    assert isinstance(choice, Choice)
    assert choice.options["B"] == "$8-5$"
    assert check_answer(number, "３").misconception == "no-carry"


def test_pictures_are_read_as_what_they_show(folder: Path) -> None:
    items = read_subject(folder, shown="sums-4")[0].items
    line, clock, bars = (items[key].picture for key in ("s-001", "s-002", "s-004"))
    assert isinstance(line, NumberLine)
    assert (line.start, line.end, len(line.ticks)) == ("0", "20", 21)
    assert isinstance(clock, Clock)
    assert isinstance(bars, Bars)
    assert [(row.title, row.values) for row in bars.rows] == [
        ("男生", (12.0, 15.0)), ("女生", (10.0, 9.5)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("needs: [add]", "needs: [ad]", "did you mean 'add'?"),
        ("    can: {zh: \"我会加\", en: \"I can add\"}", "    can: {zh: \"我会加\"}\n    needs: [laws]", "in a circle"),
        ("unit: sums", "unit: sum", "no unit 'sum'; did you mean 'sums'?"),
        ("term: 1", "term: 3", "a term is 1 or 2"),
        ("    skill: add", "    skill: ad", "no skill 'ad'; did you mean 'add'?"),
        ("    skill: add", "    skill: laws", "belongs to 'laws'"),
        ("kind: number", "kind: numbr", "no kind of item 'numbr'; did you mean 'number'?"),
        ("    level: 1\n", "    level: 4\n", "a level is 1, 2 or 3"),
        ("seconds: 20", "seconds: 2", "5 to 900 seconds"),
        ("answer: \"13\"", "answer: \"十三\"", "not right by its own check"),
        ("answer: \"13\"", "answr: \"13\"", "did you mean 'answer'?"),
        ("{\"3\": no-carry}", "{\"13.0\": no-carry}", "is right, not wrong"),
        ("{\"3\": no-carry}", "{\"三\": no-carry}", "can't be read"),
        ("{\"3\": no-carry}", "{\"3\": no-cary}", "did you mean 'no-carry'?"),
        ("{\"3\": no-carry}", "{\"3\": no-carry, \"3.0\": no-carry}", ""),
        ("B: \"$8-5$\"}", "B: \"$5 + 8$\"}", "two options are the same"),
        ("B: \"$8-5$\"}", "C: \"$8-5$\"}", "options are A, B, C"),
        ("    answer: \"A\"", "    answer: \"C\"", "not right by its own check"),
        ("(8+2)+5", "(8+2+5", "bracket is missing"),
        ("must: [\"+\"]", "must: [\"*\"]", "not right by its own check: partly"),
        ("answer: [\"5\", \"5\"]", "answer: [\"5\"]", "don't fit 1 answers"),
        ("skills: [laws]\n", "skills: [laws, laws]\n", "different skills"),
        ("answer: \"true\"", "answer: \"yes\"", "write \"true\" or \"false\""),
        ("any: [\"凑十\", \"凑成十\"]", "any: []", "each with points and words"),
        ("hour: 3", "hour: 25", "no such time"),
        ("kind: clock", "kind: cloc", "no picture 'cloc'; did you mean 'clock'?"),
        ("marks: [\"8\"]", "marks: [\"21\"]", "not on the line"),
        ("[12, 15]", "[12]", "not as many values as labels"),
        ("  \"s-006\":", "  \"s-005\":", "stands twice"),
        ("ask: \"$8+5=5+8$。\"", "ask: \"说一说怎么算得快。\"", "the same item as 's-005'"),
        ("ask: \"$8+5=5+8$。\"", "ask: \"$8+5=5+8。\"", "a dollar sign stands alone"),
        ("B: \"$8-5$\"}", "B: \"${8-5$\"}", "braces don't fit"),
        ("skills: [laws]\n", "skills: [add]\n", "'laws' has 4 items; 5 are needed"),
    ],
)  # fmt: skip
def test_what_stops_a_subject_is_named_with_its_line(
    folder: Path, old: str, new: str, words: str
) -> None:
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        if old in text:
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
            break
    else:
        raise AssertionError(f"{old!r} stands nowhere")
    found = wrong(folder)
    assert words in found
    assert not words or ".yaml:" in found


def test_an_item_is_there_once_in_all_files(folder: Path) -> None:
    (folder / "items" / "more.yaml").write_text(ITEMS.lstrip(), encoding="utf-8")
    found = wrong(folder)
    assert "is there already, in sums-4/items/more.yaml:2" in found


def test_a_file_of_items_is_named_as_its_unit(folder: Path) -> None:
    (folder / "items" / "sums.yaml").rename(folder / "items" / "sumz.yaml")
    assert "no unit (file name) 'sumz'; did you mean 'sums'?" in wrong(folder)


def test_a_calculation_that_its_result_would_answer_gets_a_warning(folder: Path) -> None:
    path = folder / "items" / "sums.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('    must: ["+"]\n', ""), "utf-8")
    assert "the bare result is right too" in wrong(folder, "warning")


def test_the_hash_follows_the_content_and_not_its_order(folder: Path) -> None:
    before = read_subject(folder, shown="x")[0].hash
    path = folder / "items" / "sums.yaml"
    text = path.read_text(encoding="utf-8")
    head, *items = text.split('  "s-')
    path.write_text(head + "".join(f'  "s-{one}' for one in reversed(items)), encoding="utf-8")
    assert read_subject(folder, shown="x")[0].hash == before
    path.write_text(text.replace("满十进一", "满十向前进一"), encoding="utf-8")
    assert read_subject(folder, shown="x")[0].hash != before


def test_a_shelf_reads_a_subject_when_it_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[str] = []

    def counted(where: Path, *, shown: str) -> object:
        times.append(shown)
        return read_subject(where, shown=shown)

    monkeypatch.setattr(subjects, "read_subject", counted)
    shelf = Shelf({"sums-4": (folder, "first-shelf")})
    assert ("sums-4" in shelf, len(shelf), list(shelf), times) == (True, 1, ["sums-4"], [])
    assert shelf["sums-4"] is shelf["sums-4"]
    assert Shelf({"sums-4": (folder, "first-shelf")})["sums-4"] is shelf["sums-4"]
    assert times == ["first-shelf"]
    with pytest.raises(KeyError):
        shelf["sums-5"]


def test_packs_hold_the_subjects_of_every_root(folder: Path) -> None:
    packs = content.load((*content.default_roots(), folder.parents[1]))
    assert packs.subjects["sums-4"].spec.title.zh == "算一算"


def test_pack_check_proves_subjects_and_counts_their_items(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = folder.parents[1]
    for name in ("districts", "calendars"):
        shutil.copytree(content.default_roots()[0] / name, root / name)
    report = content.check([root])
    assert (report.errors, report.counts["subjects"], report.counts["items"]) == ((), 1, 6)
    path = folder / "items" / "sums.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace('"13"', '"14"'), encoding="utf-8")
    assert content.check([root]).is_good
    path.write_text(path.read_text(encoding="utf-8").replace('"14"', '"x"'), encoding="utf-8")
    assert main.main(["pack", "check", "--folder", str(root)]) == 1
    assert "items/sums.yaml:" in capsys.readouterr().out


def test_a_folder_without_its_first_file_is_named(folder: Path) -> None:
    (folder / "subject.yaml").unlink()
    assert "no subject.yaml here" in str(content.check([folder.parents[1]]).problems)

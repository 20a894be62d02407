"""Two at once: the last place of a school, two judges, one sheet given to somebody else."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from tests.apps.contests.rounds_of import hand_in, open_papers, schools, story
from tests.factories import District

from minsheng.apps.contests import actions
from minsheng.apps.contests.models import Sheet, Work
from minsheng.lib.errors import MinshengError

GRADES = {"question": 8, "evidence": 7, "words": 9}


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Let every act begin at one moment; return "done" or the code of the refusal of each, sorted."""
    answers: list[str] = []
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
            answers.append("done")
        except MinshengError as refused:
            answers.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return sorted(answers)


@pytest.mark.django_db(transaction=True)
def test_the_last_place_of_a_school_is_given_once(district: District) -> None:
    schools(district)
    one, head = open_papers(district, school_places=1), district.account("kongrui")
    works = [hand_in(district, one, name).pk for name in ("tanmei", "kelan")]
    answers = at_once(*(lambda pk=pk: actions.recommend(pk, by=head) for pk in works))
    assert answers == ["contests.no_place", "done"]
    assert Work.objects.filter(state="recommended").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_judges_at_once_keep_both_sheets(district: District) -> None:
    made = story(district, "judging")
    sheets = list(Sheet.objects.filter(work=made.works["tanmei"]).select_related("judge__account"))
    answers = at_once(
        *(lambda one=one: actions.score_work(one.pk, GRADES, "好", by=one.judge.account) for one in sheets)
    )  # fmt: skip
    assert answers == ["done", "done"]
    assert Sheet.objects.filter(work=made.works["tanmei"], state="scored").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_sheet_given_away_while_it_is_filled_in_counts_once(district: District) -> None:
    made = story(district, "judging")
    sheet = Sheet.objects.filter(work=made.works["tanmei"]).select_related("judge__account").first()
    assert sheet is not None
    judge, runner = sheet.judge.account, district.account("shaoqing")
    at_once(
        lambda: actions.score_work(sheet.pk, GRADES, "好", by=judge),
        lambda: actions.replace_judge(sheet.pk, by=runner),
    )
    assert Sheet.objects.filter(work=sheet.work, state__in=("waiting", "scored")).count() == 2

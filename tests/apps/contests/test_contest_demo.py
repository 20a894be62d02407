"""The demonstration's contests: one ended, one being judged, one open; every page of them opens."""

from __future__ import annotations

import re

from tests.factories import District

from minsheng.apps.contests import reads
from minsheng.cli.demo import cast, contests, schools
from minsheng.engines import population


def test_small_rounds_hold_together_and_their_pages_open(district: District) -> None:
    schools.begin(population.District(cast.households(), ()), on=district.today, seed=1, most=1)
    assert contests.begin(district.today, seed=1, works=4) == 3
    runner = district.client("shaoqing")
    found = re.findall(r'/school/contests/(\d+)"', runner.get("/school/contests").content.decode())
    ended, judged, opened = sorted(set(found), key=int)
    for one in (ended, judged, opened):
        for who in ("shaoqing", "duping", "tanmei"):
            assert district.client(who).get(f"/school/contests/{one}").status_code == 200
    room = district.client("kelan").get("/school/contests").content.decode()
    (sheet, *_) = re.findall(r"/school/contests/sheets/(\d+)", room)
    judging = district.client("kelan").get(f"/school/contests/sheets/{sheet}").content.decode()
    assert re.search(r"/school/contests/materials/\d+", judging)
    assert re.search(r"/school/contests/works/\d+", room)
    states = {one.state for one in reads.rounds(district.account("shaoqing"))}
    assert states == {"done", "judging", "open"}
    assert {one.level for one in reads.public_awards()} >= {"district"}

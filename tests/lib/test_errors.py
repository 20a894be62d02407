"""Errors cross to another process whole."""

from __future__ import annotations

import pickle

from minsheng.lib.errors import Conflict


def test_an_error_arrives_whole_in_another_process() -> None:
    sent = Conflict(
        "item_decided", "孙伟先办了。", "Sun Wei was first.", field="x", facts={"item": 3}
    )
    arrived = pickle.loads(pickle.dumps(sent))
    assert type(arrived) is Conflict
    assert (arrived.code, arrived.zh, arrived.en) == (sent.code, sent.zh, sent.en)
    assert (arrived.field, arrived.facts, str(arrived)) == ("x", {"item": 3}, str(sent))

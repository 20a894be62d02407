"""Kinds of vouchers: `vouchers/<name>/voucher.yaml`, read, their numbers possible, their posts known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from minsheng.content.district import District
from minsheng.content.problems import Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, place_of, read_file
from minsheng.content.schema import Builder, scalar_form
from minsheng.content.vocabulary import exact
from minsheng.engines.vouchers import VoucherScheme

FILE = "voucher.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedVoucher:
    """A kind of voucher with the digest of its file."""

    scheme: VoucherScheme
    digest: str
    node: Node


def read_voucher(folder: Path, shown: str) -> LoadedVoucher:
    """Return the kind of voucher of one folder; raises PackError."""
    node = read_file(folder / FILE, shown=f"{shown}/{FILE}")
    scheme = Builder().build(VoucherScheme, node)
    if scheme.voucher != folder.name:
        raise refuse(
            place_of(node, "voucher"),
            f"名称要和文件夹一样：“{folder.name}”",
            f"the name must be that of its folder: '{folder.name}'",
        )
    digest = hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    return LoadedVoucher(scheme=scheme, digest=digest, node=node)


def wrong_voucher(loaded: LoadedVoucher, district: District | None) -> Iterator[Problem]:
    """Yield what would stop a kind of voucher from being published."""
    scheme, node = loaded.scheme, loaded.node
    for name in ("pool_fen", "cap_fen", "months"):
        if getattr(scheme, name) < 1:
            yield error_at(
                place_of(node, name), "要写 1 或更大的数", "a number of 1 or more belongs here"
            )
    if scheme.cap_fen > scheme.pool_fen:
        yield error_at(
            place_of(node, "cap_fen"),
            "一家的上限不能比总额大",
            "the most of a firm can't be more than the pool",
        )
    if not 0 < scheme.share <= 1:
        yield error_at(place_of(node, "share"), "写大于 0、不大于 1 的比例", "a share in (0, 1]")
    if not scheme.uses:
        yield error_at(place_of(node, "uses"), "至少写一种用途", "there must be a use")
    if not scheme.cites:
        yield error_at(place_of(node, "cites"), "没有写依据", "there is no basis: add cites")
    if scheme.issuer == scheme.redeemer:
        yield error_at(
            place_of(node, "redeemer"),
            "发券的和兑付的不能是同一个岗位",
            "one post can't both issue and pay",
        )
    for duty in ("issuer", "redeemer"):
        post = getattr(scheme, duty)
        if district is not None and post not in district.posts:
            yield unknown_word(
                place_of(node, duty), post, district.posts, kind_zh="岗位", kind_en="post"
            )
    yield from _wrong_recheck(loaded, district)


def _wrong_recheck(loaded: LoadedVoucher, district: District | None) -> Iterator[Problem]:
    rules, node = loaded.scheme.recheck, loaded.node
    for name, most in (("percent", 100), ("answer_workdays", 99), ("objection_workdays", 99)):
        if not 1 <= getattr(rules, name) <= most:
            yield error_at(
                place_of(node, "recheck", name), f"写 1 到 {most}", f"between 1 and {most}"
            )
    duties = ("checker", "decider", "reviewer")
    if len({getattr(rules, duty) for duty in duties}) < len(duties):
        yield error_at(
            place_of(node, "recheck"),
            "复核、决定、听异议要三个不同的岗位",
            "checking, deciding and hearing objections belong to three posts",
        )
    for duty in duties:
        post = getattr(rules, duty)
        if district is not None and post not in district.posts:
            place = place_of(node, "recheck", duty)
            yield unknown_word(place, post, district.posts, kind_zh="岗位", kind_en="post")


def _fraction(node: Node) -> Fraction:
    value = None if isinstance(node.value, tuple | dict) else exact(node.value)  # type: ignore[arg-type]
    if isinstance(value, Fraction | int) and not isinstance(value, bool):
        return Fraction(value)
    raise refuse(node.place, '要写比例，例如 "1/2"', 'a share belongs here, such as "1/2"')


scalar_form(Fraction, _fraction)

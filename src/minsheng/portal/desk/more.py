"""The rest of the desk: what this sign-in may open beside its work list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.assessments import access as assessments
from minsheng.apps.cases import access as case_access
from minsheng.apps.cases import protection
from minsheng.apps.councils import access as councils
from minsheng.apps.grants import access as grants
from minsheng.apps.loans import access as loans
from minsheng.apps.mandates import access as mandates
from minsheng.apps.payouts import access as payouts
from minsheng.apps.people import access, installed, reads
from minsheng.apps.points import access as points
from minsheng.apps.ratings import access as ratings
from minsheng.apps.repairs import reads as repairs
from minsheng.apps.schools import reads as schools
from minsheng.apps.scores import reads as scores
from minsheng.apps.screening import access as screening
from minsheng.apps.stakes import access as stakes
from minsheng.apps.vouchers import reads as vouchers
from minsheng.apps.vouchers import rechecked
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def assessing(account: Account) -> bool:
    """Whether this account arranges assessments of elders, or assesses."""
    return any(
        assessments.arranges(account, key) or assessments.assessor_post(account, key)
        for key in installed.packs().gradings
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One page of the desk, and who may open it."""

    name: str
    title: Text
    about: Text
    may: Callable[[Account], bool]


PLACES = (
    Place(
        "cockpit",
        Text("驾驶舱", "Cockpit"),
        Text(
            "分管负责人看按时率、超期、省下了什么，每个数字都能打开。",
            "Leaders see what is on time, late and saved; every number opens its list.",
        ),
        access.is_leader,
    ),
    Place(
        "school",
        Text("教学", "Teaching"),
        Text(
            "我的班、备课、听课、题库、双师课堂、课后服务。",
            "My classes, lessons, observing, items, dual-teacher lessons, after school.",
        ),
        schools.works_at_school,
    ),
    Place(
        "desk-rounds",
        Text("走访", "Visits"),
        Text(
            "今天去看谁、谁快到了、谁过期了；走访的表在手机上填。",
            "Whom to visit today, who is soon, who was missed; the form is made for a phone.",
        ),
        lambda account: True,
    ),
    Place(
        "desk-assessments",
        Text("能力评估", "Assessments of elders"),
        Text(
            "安排两名评估员，上门一项一项评，商定不一样的，签字。",
            "Name two assessors, assess at home item by item, settle what differs, sign.",
        ),
        assessing,
    ),
    Place(
        "desk-sittings",
        Text("企业之家", "The enterprise house"),
        Text(
            "排主题日，看谁订了座、想问什么；当场答复，答不了的转为吹哨。",
            "Set topic days, see who booked and why; answer there, or make it a whistle.",
        ),
        lambda account: True,
    ),
    Place(
        "desk-loans",
        Text("企业贷款", "Loans for firms"),
        Text(
            "推荐、银行决定、担保、代偿和追回，一步一个岗位。",
            "Recommend, decide, guarantee, share a loss: each step its post.",
        ),
        loans.lends,
    ),
    Place(
        "desk-stakes",
        Text("先投后股", "Grants and shares"),
        Text(
            "评审、分笔付款、转股前后的股权结构、退出。",
            "Panel, payments, the cap table before and after, exit.",
        ),
        stakes.has_part,
    ),
    Place(
        "desk-vouchers",
        Text("创新券", "Innovation vouchers"),
        Text(
            "发券、兑付，管机构名单，看今年还剩多少。",
            "Issue and pay vouchers, keep the list of providers, see what is left of the year.",
        ),
        vouchers.may_serve,
    ),
    Place(
        "desk-rechecks",
        Text("创新券复核", "Vouchers checked again"),
        Text(
            "兑付以后抽一部分再看：疑问、企业说明、决定、异议、退钱。",
            "A draw of what was paid: doubt, hearing, decision, objection, money back.",
        ),
        rechecked.has_part,
    ),
    Place(
        "desk-scores",
        Text("企业积分", "Scores of firms"),
        Text(
            "答复企业的异议，录入和确认权重，记企业的数。",
            "Answer objections, enter and confirm weights, note numbers of firms.",
        ),
        scores.may_keep,
    ),
    Place(
        "desk-talent",
        Text("人才积分", "Points of talents"),
        Text(
            "核对人才码，核对人才填的数，答复异议。",
            "Check codes and numbers of talents, answer objections.",
        ),
        scores.may_check_talents,
    ),
    Place(
        "desk-load",
        Text("部门的量", "Office load"),
        Text(
            "每个岗位手上几件、超期几件、每周办完几件。",
            "What each post has open and late, and what it finished by week.",
        ),
        lambda account: True,
    ),
    Place(
        "desk-bulk",
        Text("一起办", "Together"),
        Text(
            "同一种事项选几件，先看会怎样，再办。", "Several of one kind: look first, then do it."
        ),
        lambda account: True,
    ),
    Place(
        "desk-projects",
        Text("台账", "Ledger"),
        Text(
            "问题、工作、项目三张清单：有人管、有日期、别人核对才销号。",
            "Problems, work and projects: an owner, a day, and closed only when another has checked.",
        ),
        lambda account: True,
    ),
    Place(
        "desk-repairs",
        Text("房屋维修", "Repairs"),
        Text(
            "小区、楼栋、住房：保修期、方案、观察期、复查、归档。",
            "Estates and homes: warranty, plan, observation, re-inspection, archive.",
        ),
        repairs.may_read,
    ),
    Place(
        "desk-local",
        Text("本地一览", "Local room"),
        Text(
            "您照看的街道、镇、村：诉求、表决、维修、台账、走访。",
            "The place you look after: requests, votes, repairs, ledger, visits.",
        ),
        lambda account: bool(access.places_of(account)),
    ),
    Place(
        "desk-councils",
        Text("居民议事", "Neighbours' council"),
        Text(
            "小事召集议事、表决、五社分工、小基金。",
            "What is small: meetings, votes, the five parties, the small fund.",
        ),
        councils.convenes,
    ),
    Place(
        "desk-mediation",
        Text("调解", "Mediation"),
        Text("私事想调解的，约时间，记结果。", "What is private: appointments and outcomes."),
        councils.mediates,
    ),
    Place(
        "desk-orders",
        Text("督办", "Orders"),
        Text(
            "超期的事项，书面督办单，回复和结论。", "Late items, written orders, replies, findings."
        ),
        lambda account: True,
    ),
    Place(
        "desk-reviews",
        Text("差评整改", "Bad reviews"),
        Text(
            "回访、核实、整改、答复、复核。", "Call back, verify, put right, answer, check again."
        ),
        lambda account: True,
    ),
    Place(
        "desk-ratings",
        Text("大家怎么评", "Ratings"),
        Text("每个月满意的有多少，看不到是谁。", "How many were satisfied each month; never who."),
        lambda account: True,
    ),
    Place(
        "desk-visits",
        Text("评价码", "Rating code"),
        Text(
            "来人办完，给一个只能用一次的评价码。", "A code for the visitor, good for one rating."
        ),
        ratings.is_counter,
    ),
    Place(
        "desk-points",
        Text("积分", "Points"),
        Text("记、公示、听异议、兑换。", "Record, publish, hear objections, keep the shop."),
        points.works_with_points,
    ),
    Place(
        "desk-grants",
        Text("补贴发放", "Grants"),
        Text(
            "有人申请补贴：看计算单初审、复核，每月算一次。",
            "Claims: decide with the sheet, look again, work out each month.",
        ),
        lambda account: bool(grants.offices_of(account)),
    ),
    Place(
        "desk-grant-counter",
        Text("窗口替人申请", "Claim at the counter"),
        Text(
            "人在窗口、本人同意，替他申请一项政策。",
            "Somebody is here and agrees: claim a policy for them.",
        ),
        grants.may_receive,
    ),
    Place(
        "desk-money",
        Text("政策的钱", "The money of policies"),
        Text(
            "一年的额度、发给银行的批次、银行的回执。",
            "Pots of the year, batches for the bank, and its answers.",
        ),
        payouts.handles_money,
    ),
    Place(
        "desk-policies",
        Text("政策工作台", "The bench of policies"),
        Text(
            "每项政策的数和来源，改一个数试算，两个人才能发布。",
            "Each policy's numbers with their sources; try another, publish by two.",
        ),
        screening.may_see,
    ),
    Place(
        "desk-screening",
        Text("政策找人", "Policies find people"),
        Text(
            "按登记库找出可能符合的人，另一个人批了才告诉本人。",
            "Search registers for people who may qualify; told once a second person approves.",
        ),
        screening.may_see,
    ),
    Place(
        "desk-versions",
        Text("版本", "Versions"),
        Text(
            "服务的新版：差在哪里，谁提，谁发布。",
            "New forms: what differs, who proposes, who publishes.",
        ),
        lambda account: True,
    ),
    Place(
        "desk-offices",
        Text("部门和岗位", "Offices and posts"),
        Text("系统管理员定部门和岗位。", "The system administrator names offices and posts."),
        lambda account: access.administers(account, "system"),
    ),
    Place(
        "desk-webhooks",
        Text("回调", "Signed calls"),
        Text(
            "系统管理员定：案卷的进展告诉哪些系统。",
            "The system administrator says which systems are told how cases go.",
        ),
        lambda account: access.administers(account, "system"),
    ),
    Place(
        "desk-accounts",
        Text("账号和任职", "Sign-ins and assignments"),
        Text(
            "安全管理员开账号、定谁上岗、收回岗位。",
            "The security administrator opens sign-ins, gives posts and takes them back.",
        ),
        lambda account: access.administers(account, "security"),
    ),
    Place(
        "desk-audit",
        Text("审计", "Audit"),
        Text(
            "审计管理员看谁看过什么，核对账本，什么都不改。",
            "The audit administrator reads who looked at what, verifies the ledger, changes nothing.",
        ),
        lambda account: access.administers(account, "audit"),
    ),
    Place(
        "desk-corrections",
        Text("更正请求", "Requests for correction"),
        Text("有人说您部门记的信息有错。", "Somebody says that what your office keeps is wrong."),
        lambda account: bool(case_access.posts_that_answer(account)),
    ),
    Place(
        "desk-joins",
        Text("请求加入案卷", "Wishes to join a case"),
        Text(
            "同一件事的另一个人想看办到哪里。",
            "Somebody whom the same event concerns asks to see how it stands.",
        ),
        lambda account: bool(case_access.posts_that_answer(account)),
    ),
    Place(
        "desk-glass",
        Text("紧急查看", "In an emergency"),
        Text(
            "不归您管的案卷，人命关天才打开，事后复查。",
            "A case that isn't yours, opened only in an emergency and reviewed afterwards.",
        ),
        lambda account: access.may_look_as_staff(account, purpose="emergency"),
    ),
    Place(
        "desk-acting",
        Text("代办", "Acting for people"),
        Text(
            "替来人、替签了协议的单位办事。",
            "For whoever stands at the counter, and for firms with a contract.",
        ),
        mandates.may_serve,
    ),
    Place(
        "desk-contracts",
        Text("代办协议", "Contracts of agency clerks"),
        Text(
            "窗口登记谁替谁办哪几件事，到哪天。",
            "The counter keeps who acts for whom, in what, until when.",
        ),
        mandates.may_register,
    ),
    Place(
        "desk-firms",
        Text("谁代表哪家企业", "Who speaks for which firm"),
        Text(
            "窗口看过执照和委托书，登记谁能替企业吹哨。",
            "The counter has seen the papers and keeps who may whistle for a firm.",
        ),
        access.may_prove_others,
    ),
    Place(
        "desk-protected",
        Text("受保护的案卷", "Protected cases"),
        Text("只由指定的岗位打开和标记。", "Opened and marked by the named posts alone."),
        lambda account: bool(protection.named_posts(account)),
    ),
)


@require_safe
@staff_only
def more(request: SignedIn) -> HttpResponse:
    """Show what this sign-in may open, and its posts."""
    account = request.user
    return render(
        request,
        "portal/desk/more.html",
        {
            "places": [place for place in PLACES if place.may(account)],
            "posts": reads.posts_of(account),
            "duty": access.DUTY_WORDS.get(reads.duty_of(account)),
        },
    )

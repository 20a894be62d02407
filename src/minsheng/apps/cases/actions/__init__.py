"""Every write that is a business act of joint services: one verb, one transaction, its events."""

from minsheng.apps.cases.actions.bulk import (
    BulkAct,
    BulkLine,
    BulkResult,
    decide_bulk,
    preview_bulk,
)
from minsheng.apps.cases.actions.certificates import issue_certificate, revoke_certificate
from minsheng.apps.cases.actions.correcting import answer_correction, ask_correction
from minsheng.apps.cases.actions.delegating import act_at_counter, keep_contract, let_act
from minsheng.apps.cases.actions.drafts import (
    choose_event,
    choose_items,
    discard_draft,
    give_file,
    give_promise,
    open_draft,
    resume_draft,
    save_answers,
)
from minsheng.apps.cases.actions.erasure import forget
from minsheng.apps.cases.actions.follow import follow_case
from minsheng.apps.cases.actions.glass import break_glass, review_glass
from minsheng.apps.cases.actions.joining import answer_join, ask_to_join, end_join
from minsheng.apps.cases.actions.moves import (
    MOVE,
    MoveLine,
    MoveReport,
    agree_to_move,
    ask_to_move,
    assess_cases,
    carry_move,
    move_cases,
    withdraw_move,
)
from minsheng.apps.cases.actions.orphans import report_orphans
from minsheng.apps.cases.actions.proofs import (
    Paper,
    attach_file,
    bring_material,
    open_attached,
    open_material,
)
from minsheng.apps.cases.actions.protection import end_protection, keep_protection, protect_case
from minsheng.apps.cases.actions.publishing import propose_form, publish_form, withdraw_form
from minsheng.apps.cases.actions.rarer import (
    accept_item,
    answer_extension,
    ask_extension,
    claim_item,
    correct_item,
    decide_objection,
    object_item,
    pause_item,
    resume_item,
    transfer_item,
    unclaim_item,
)
from minsheng.apps.cases.actions.registering import (
    call_effect,
    call_rewrite,
    finish_call,
    finish_rewrite,
)
from minsheng.apps.cases.actions.retrying import retry_stuck
from minsheng.apps.cases.actions.speaking_up import object_to_notice, posted_notice_for
from minsheng.apps.cases.actions.steps import (
    approve_item,
    consent_case,
    keep_score,
    rate_case,
    refuse_item,
    release_item,
    return_item,
    reverse_item,
    skip_item,
    supply_item,
    withdraw_case,
)
from minsheng.apps.cases.actions.submission import submit_draft
from minsheng.apps.cases.actions.succession import reopen_case
from minsheng.apps.cases.actions.taking_over import PastCase, PastWords, take_over_case
from minsheng.apps.cases.actions.timers import fire_timers, rederive_days

__all__ = [
    "MOVE",
    "BulkAct",
    "BulkLine",
    "BulkResult",
    "MoveLine",
    "MoveReport",
    "Paper",
    "PastCase",
    "PastWords",
    "accept_item",
    "act_at_counter",
    "agree_to_move",
    "answer_correction",
    "answer_extension",
    "answer_join",
    "approve_item",
    "ask_correction",
    "ask_extension",
    "ask_to_join",
    "ask_to_move",
    "assess_cases",
    "attach_file",
    "break_glass",
    "bring_material",
    "call_effect",
    "call_rewrite",
    "carry_move",
    "choose_event",
    "choose_items",
    "claim_item",
    "consent_case",
    "correct_item",
    "decide_bulk",
    "decide_objection",
    "discard_draft",
    "end_join",
    "end_protection",
    "finish_call",
    "finish_rewrite",
    "fire_timers",
    "follow_case",
    "forget",
    "give_file",
    "give_promise",
    "issue_certificate",
    "keep_contract",
    "keep_protection",
    "keep_score",
    "let_act",
    "move_cases",
    "object_item",
    "object_to_notice",
    "open_attached",
    "open_draft",
    "open_material",
    "pause_item",
    "posted_notice_for",
    "preview_bulk",
    "propose_form",
    "protect_case",
    "publish_form",
    "rate_case",
    "rederive_days",
    "refuse_item",
    "release_item",
    "reopen_case",
    "report_orphans",
    "resume_draft",
    "resume_item",
    "retry_stuck",
    "return_item",
    "reverse_item",
    "review_glass",
    "revoke_certificate",
    "save_answers",
    "skip_item",
    "submit_draft",
    "supply_item",
    "take_over_case",
    "transfer_item",
    "unclaim_item",
    "withdraw_case",
    "withdraw_form",
    "withdraw_move",
]

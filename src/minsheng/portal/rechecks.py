"""A step of checking a paid voucher again, as a form of firm or officer sends it."""

from __future__ import annotations

from minsheng.apps.vouchers import actions
from minsheng.lib.errors import WrongInput
from minsheng.portal.doors import SignedIn
from minsheng.portal.steps import typed_fen

TAGS = {"fine": "done", "returned": "done", "upheld": "late", "owed": "late"}


def tag_of(state: str) -> str:
    """Return which tag a voucher that is checked again has."""
    return TAGS.get(state, "running")


def take_recheck_step(request: SignedIn, voucher_id: int) -> None:
    """Take the step that was sent; WrongInput where it isn't said whether the provider is to blame."""
    form = request.POST
    act = form.get("act", "")[:20]
    if act in ("doubt", "uphold") and form.get("blames") not in ("yes", "no"):
        raise WrongInput(
            "vouchers.choose",
            "请选一个。别的都还在。",
            "Choose one. The rest is kept.",
            field="blames",
        )
    found = actions.Found(
        reason=form.get("reason", ""),
        amount_fen=typed_fen(request, "amount"),
        blames_provider=form.get("blames") == "yes",
    )
    actions.step_recheck(voucher_id, act, found, by=request.user)

"""Every write to persons, accounts and posts that is a business act."""

from __future__ import annotations

from minsheng.apps.people.actions.accounts import (
    change_password,
    close_account,
    issue_token,
    open_account,
    revoke_token,
    set_address,
    set_display,
    sign_in,
    sign_out,
)
from minsheng.apps.people.actions.administration import (
    close_staff_account,
    first_password_secret,
    give_post,
    name_office,
    name_post,
    open_first_administrator,
    open_staff_account,
    set_first_password,
    take_post,
)
from minsheng.apps.people.actions.consents import give_consent, withdraw_consent
from minsheng.apps.people.actions.firms import (
    end_representative,
    name_representative,
    register_representative,
)
from minsheng.apps.people.actions.loads import NewHousehold, NewMember, load_households
from minsheng.apps.people.actions.looks import record_look
from minsheng.apps.people.actions.offices import (
    assign,
    create_household,
    end_assignment,
    join_household,
    leave_household,
    set_department,
    set_post,
    succeed_post,
)
from minsheng.apps.people.actions.persons import (
    RewrapReport,
    create_organisation,
    create_person,
    erase_person,
    give_number,
    held,
    held_person_of,
    rename_person,
    rewrap_keys,
    seal_value,
)
from minsheng.apps.people.actions.proofs import (
    Lookup,
    RegisterAnswer,
    prove_by_clerk,
    prove_by_register,
)

__all__ = [
    "Lookup",
    "NewHousehold",
    "NewMember",
    "RegisterAnswer",
    "RewrapReport",
    "assign",
    "change_password",
    "close_account",
    "close_staff_account",
    "create_household",
    "create_organisation",
    "create_person",
    "end_assignment",
    "end_representative",
    "erase_person",
    "first_password_secret",
    "give_consent",
    "give_number",
    "give_post",
    "held",
    "held_person_of",
    "issue_token",
    "join_household",
    "leave_household",
    "load_households",
    "name_office",
    "name_post",
    "name_representative",
    "open_account",
    "open_first_administrator",
    "open_staff_account",
    "prove_by_clerk",
    "prove_by_register",
    "record_look",
    "register_representative",
    "rename_person",
    "revoke_token",
    "rewrap_keys",
    "seal_value",
    "set_address",
    "set_department",
    "set_display",
    "set_first_password",
    "set_post",
    "sign_in",
    "sign_out",
    "succeed_post",
    "take_post",
    "withdraw_consent",
]

"""Who may do what with a file or a licence: one predicate per act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minsheng.apps.people import access as people_access

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.records.models import Licence, StoredFile


def may_open_file(account: Account, stored: StoredFile) -> bool:
    """Whether this account may open this file without stating a purpose.

    Its owner, proved, or the guardian of an owner under 14. An officer opens it for duty, see
    `actions.open_for_duty`.
    """
    owner, licence = stored.owner, getattr(stored, "licence", None)
    if owner is None or (licence and licence.withheld):
        return False
    if people_access.is_self(account, owner):
        return True
    return not (licence and licence.discreet) and people_access.is_guardian(account, owner)


def may_open_licence(account: Account, licence: Licence) -> bool:
    """Whether this account may open this licence and its file: the holder, or a guardian.

    Of a protected case the holder alone: the guardian may be whom they are protected from. Where the
    holder is, nobody.
    """
    holder = licence.holder
    if licence.withheld:
        return False
    if people_access.is_self(account, holder):
        return True
    return not licence.discreet and people_access.is_guardian(account, holder)

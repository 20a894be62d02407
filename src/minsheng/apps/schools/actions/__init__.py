"""Every write to school registers."""

from minsheng.apps.schools.actions.writing import write_roster

__all__ = ["write_roster"]

"""Rounds of clubs with entries, choices and presence; lessons with universities and their bookings."""

from minsheng.apps.clubs.models.bookings import Booking, Slot
from minsheng.apps.clubs.models.rounds import Choice, Entry, Leader, Offer, Presence, Round

__all__ = ["Booking", "Choice", "Entry", "Leader", "Offer", "Presence", "Round", "Slot"]

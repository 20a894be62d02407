"""Pages, by audience. No business rule here."""

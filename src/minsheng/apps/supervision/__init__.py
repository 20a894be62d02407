"""督办: warnings before a due day, steps after it, written orders, the daily digest."""

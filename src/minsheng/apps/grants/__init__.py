"""Awards: one person is given what one policy says, month by month, on that month's facts."""

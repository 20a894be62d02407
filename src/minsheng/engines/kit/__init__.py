"""The ground floor that engines share."""

"""Educational measurement: what answers say about items and about those who answered."""

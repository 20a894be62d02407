"""Policies find people: runs over everybody, approved by a second person, and what became of them."""

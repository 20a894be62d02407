"""State: one Django app for each public domain, all of the same shape."""

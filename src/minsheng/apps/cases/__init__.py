"""Joint services at run time: drafts, cases, items, decisions."""

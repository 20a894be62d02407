"""Grading by points: items, groups, levels, what raises a level, what is not known yet."""

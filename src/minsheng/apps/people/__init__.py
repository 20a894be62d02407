"""Persons, households, offices, posts and who may sign in."""

"""Erasing a person: above every app that keeps something of theirs."""

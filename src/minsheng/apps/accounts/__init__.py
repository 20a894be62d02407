"""Accounts by double entry, whatever is counted: points, hours, money."""

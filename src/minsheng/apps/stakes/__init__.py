"""Grants of firms that turn into shares: paid in parts, converted in a round, sold in the end."""

"""Packs: find, read with line numbers, prove, run their tests."""

"""Whole stories, walked over HTTP against a running installation."""

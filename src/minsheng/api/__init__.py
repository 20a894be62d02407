"""Endpoints of version 1. No business rule here."""

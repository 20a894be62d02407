"""Policies find people: decided and explained for one, run for many, tried before publication."""

"""Plans with visits: who visits whom and when, what was found, what follows."""

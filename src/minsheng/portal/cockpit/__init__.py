"""For leaders: what the services do today, what is late and where, what was saved."""

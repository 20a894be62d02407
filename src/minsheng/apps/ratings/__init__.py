"""好差评: ratings of cases and visits, and what follows a bad one."""

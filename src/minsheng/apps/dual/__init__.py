"""双师课堂: a strong and a far school teach one lesson together, over a room between classrooms."""

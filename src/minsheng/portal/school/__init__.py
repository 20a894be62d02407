"""Rooms of teachers, heads and the education bureau; of pupils and their families."""

"""Rooms between classrooms, in a meeting system outside: LiveKit or BigBlueButton."""

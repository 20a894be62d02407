"""The call to a subscriber's address."""

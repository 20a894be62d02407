"""The room of firms: whistling, and what has become of it."""

"""Outside effects: leased, fenced, done once or shown as stuck."""

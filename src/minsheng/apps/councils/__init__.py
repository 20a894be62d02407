"""居民议事: what neighbours settle together, and help with private matters."""

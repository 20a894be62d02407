"""Who outside is told, by a signed call, that something happened in a case."""

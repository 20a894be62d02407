"""Files that people give us: what they really are, and where they lie. No table in here."""

"""Pages for everybody: modes, language, help, sources, the specimen."""

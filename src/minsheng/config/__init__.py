"""Settings, the URL map and the start of the application."""

"""The API: the same acts as the portal, for programs. One folder for each version."""

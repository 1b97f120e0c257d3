"""The configuration folder, as settings."""

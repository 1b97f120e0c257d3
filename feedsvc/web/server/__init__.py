"""Gunicorn's workers: limits of connections, and the configuration they serve with."""

"""static_site."""

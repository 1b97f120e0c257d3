"""The site as static files, and nginx's configuration for them."""

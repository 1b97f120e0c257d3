"""Write the whole site as static files, which any web server can serve."""

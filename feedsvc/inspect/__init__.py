"""Inspection without publishing: the articles that documents become, and the provenance of each field."""

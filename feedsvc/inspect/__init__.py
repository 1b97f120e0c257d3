"""Inspection without publishing: what documents become, and where each field comes from."""

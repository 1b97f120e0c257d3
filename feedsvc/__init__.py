"""Publish feeds for newsrooms and wires."""

__version__ = "0.1.0"

"""Publish whenever documents change, in a process that a web worker keeps running."""

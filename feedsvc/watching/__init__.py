"""Publish what changes, when it changes: the process behind `feedsvc publish --watch`."""

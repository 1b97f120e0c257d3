"""Render feeds, an entry once for all feeds that have it. The only importer of feedgen."""

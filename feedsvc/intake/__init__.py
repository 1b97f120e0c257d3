"""Take in what changed in the sources: read, told from copies and moves, held back while it is written."""

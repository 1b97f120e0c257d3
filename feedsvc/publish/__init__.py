"""Publish: one pass makes one edition of the documents that changed; `pipeline` has its steps in order."""

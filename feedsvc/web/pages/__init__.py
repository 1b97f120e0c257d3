"""Pages for readers, and the words on them."""

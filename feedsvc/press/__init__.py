"""Print feeds: entries set, formats written, bytes made ready to answer with."""

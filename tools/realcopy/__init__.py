"""A test bed for parsers: read somebody else's documents twice, once with feedsvc and once without, and compare.

Nothing here but `outcomes` imports feedsvc, and that only what a pass has published: a reading that shares code with
the parsers would share their faults.
"""

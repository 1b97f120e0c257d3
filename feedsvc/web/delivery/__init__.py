"""Feeds over HTTP, without Flask: cached, answered and counted. A poll ends here."""

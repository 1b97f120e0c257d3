"""Pages for operators: status, metrics, health, counts of polls."""

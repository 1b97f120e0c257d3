"""Pages for operators: status, metrics, health."""

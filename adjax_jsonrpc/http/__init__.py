"""The HTTP binding: the endpoint, and what comes before its calls."""

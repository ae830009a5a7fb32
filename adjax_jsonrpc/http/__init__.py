"""The HTTP binding: the endpoint, authentication, CSRF checks and discovery."""
